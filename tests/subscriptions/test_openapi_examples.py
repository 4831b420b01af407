"""
Each operation of subscriptions has an example in its OpenAPI document, which is what it answers.

``CATALOG_WRITE_EXAMPLES=1`` writes them anew (`tests.openapi_examples`).
"""

import json
import os
from pathlib import Path

import pytest
import yaml

from openedx_catalog.contrib.subscriptions.rest_api import v1
from tests.openapi_examples import played
from tests.programs.test_openapi_examples import contents, contracts, is_shown
from tests.subscriptions import test_rest_contracts

pytestmark = [pytest.mark.django_db, pytest.mark.once]

FILE = Path(v1.__file__).parent / "examples.json"


def test_an_operation_answers_as_its_example_says():
    found = {line: each for contract in contracts(test_rest_contracts) for line, each in played(contract)}
    if os.environ.get("CATALOG_WRITE_EXAMPLES"):
        FILE.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert json.loads(FILE.read_text(encoding="utf-8")) == found


def test_every_operation_has_an_example(tmp_path):
    document = yaml.safe_load(test_rest_contracts.TestSchema().made(tmp_path))
    paths = {path: methods for path, methods in document["paths"].items() if "/subscriptions/" in path}
    operations = [(f"{method} {path}", each) for path, methods in paths.items() for method, each in methods.items()]
    assert len(operations) == 16
    assert [name for name, operation in operations if not all(map(is_shown, contents(operation)))] == []
