"""Each operation of REST has an example in its OpenAPI document, which is what it answers."""

import pytest

from openedx_catalog import api
from openedx_catalog.testing.users import undone
from tests.conftest import RUN_KEY
from tests.core import test_rest_contracts as core
from tests.openapi_examples import example, operations_of, played_as_written, without_examples
from tests.programs import test_rest_contracts as programs

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_an_operation_of_the_core_answers_as_its_example_says():
    with undone():
        api.associate_course_run(RUN_KEY, title="Microeconomics", source="import")
        changes = example("GET", "/api/catalog/v1/changes/", {}, {})
    played_as_written(core, "", **{"GET changes/": changes})


def test_an_operation_of_programs_answers_as_its_example_says():
    played_as_written(programs, "contrib/programs")


def test_every_operation_has_an_example():
    operations = operations_of("openapi-programs.yml")
    assert len(operations) > 100
    assert without_examples(operations) == []
