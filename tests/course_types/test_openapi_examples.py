"""Each operation of course types has an example in its OpenAPI document, which is what it answers."""

import pytest

from tests.course_types import test_rest_contracts as course_types
from tests.openapi_examples import operations_of, played_as_written, without_examples

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_an_operation_answers_as_its_example_says():
    played_as_written(course_types, "contrib/course_types")


def test_every_operation_has_an_example():
    """Those of the core have theirs."""
    operations = operations_of("openapi-course-types.yml")
    assert [name for name, _operation in operations if name.endswith("/course-types/match/")] == [
        "post /api/catalog/v1/course-types/match/"
    ]
    assert without_examples(operations) == []
