"""Each operation of pathways has an example in its OpenAPI document, which is what it answers."""

import pytest

from tests.openapi_examples import operations_of, played, played_as_written, without_examples
from tests.pathways import test_program_pathways_contracts as program_pathways
from tests.pathways import test_rest_contracts as pathways

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_an_operation_answers_as_its_example_says():
    played_as_written(pathways, "contrib/pathways", **dict(played(program_pathways.TestResource)))


def test_every_operation_has_an_example():
    """Those of the core, of listings and of programs have theirs."""
    operations = operations_of("openapi-pathways.yml")
    assert sum("-pathways/" in name for name, _operation in operations) == 6
    assert without_examples(operations) == []
