"""Each operation of REST has an example in its OpenAPI document, which is what it answers."""

import json
import os
from pathlib import Path

import pytest
import yaml

from openedx_catalog import api
from openedx_catalog.testing.contracts import ResourceContract
from openedx_catalog.testing.users import undone
from tests.conftest import RUN_KEY
from tests.core import test_rest_contracts as core
from tests.openapi_examples import example, played
from tests.programs import test_rest_contracts as programs

pytestmark = [pytest.mark.django_db, pytest.mark.once]

DOCUMENT = Path(__file__).parents[2] / "docs" / "references" / "openapi-programs.yml"
PACKAGES = Path(__file__).parents[2] / "openedx_catalog"
FILES = {
    core: PACKAGES / "rest_api" / "v1" / "examples.json",
    programs: PACKAGES / "contrib" / "programs" / "rest_api" / "v1" / "examples.json",
}


def contracts(module):
    return [
        found
        for name, found in vars(module).items()
        if name.startswith("Test") and isinstance(found, type) and issubclass(found, ResourceContract)
    ]


@pytest.mark.parametrize("module", FILES, ids=lambda module: module.__name__.rpartition(".")[0])
def test_an_operation_answers_as_its_example_says(module):
    found = {line: each for contract in contracts(module) for line, each in played(contract)}
    if module is core:
        api.associate_course_run(RUN_KEY, title="Microeconomics", source="import")
        with undone():
            found["GET changes/"] = example("GET", "/api/catalog/v1/changes/", {}, {})
    if os.environ.get("CATALOG_WRITE_EXAMPLES"):
        FILES[module].write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert json.loads(FILES[module].read_text(encoding="utf-8")) == found


def test_every_operation_has_an_example():
    """A request where it takes one, and an answer where it gives one."""
    document = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))
    operations = [
        (f"{method} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method != "parameters"
    ]
    assert len(operations) > 100
    assert [name for name, operation in operations if not all(map(is_shown, contents(operation)))] == []


def contents(operation):
    """What it takes and gives as JSON, but for errors."""
    yield from operation.get("requestBody", {}).get("content", {}).values()
    given = [answer for code, answer in operation["responses"].items() if code in ("200", "201")]
    yield from (content for answer in given for content in answer.get("content", {}).values())


def is_shown(content):
    return bool(content.get("examples"))
