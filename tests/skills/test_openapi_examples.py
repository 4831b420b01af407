"""Each operation of skills has an example in its OpenAPI document, which is what it answers."""

import pytest

from tests.openapi_examples import operations_of, played_as_written, without_examples
from tests.skills import test_rest_contracts as skills

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_an_operation_answers_as_its_example_says():
    played_as_written(skills, "contrib/skills")


def test_every_operation_has_an_example():
    """Those of the core and of programs have theirs."""
    operations = operations_of("openapi-skills.yml")
    assert sum("/skills/" in name for name, _operation in operations) == 5
    assert without_examples(operations) == []
