"""Each operation of listings has an example in its OpenAPI document, which is what it answers."""

import pytest

from tests.listings import test_rest_contracts as listings
from tests.openapi_examples import operations_of, played_as_written, without_examples

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_an_operation_answers_as_its_example_says():
    played_as_written(listings, "contrib/listings")


def test_every_operation_has_an_example():
    """Those of the core and of programs have theirs."""
    operations = operations_of("openapi-listings.yml")
    assert sum("/listings/" in name for name, _operation in operations) == 24
    assert without_examples(operations) == []
