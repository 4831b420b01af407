"""A write that other writers overtake is tried again, and ends typed when it cannot succeed."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from organizations.models import Organization

from openedx_catalog import api
from openedx_catalog.exceptions import RetryableConflict

pytestmark = pytest.mark.django_db


def overtaken(times: int):
    """Work that another writer was faster with, so many times."""
    tries = iter(range(times))

    def work() -> str:
        Organization.objects.create(short_name="Once", name="Once")
        if next(tries, None) is not None:
            raise IntegrityError("Key (org_id, course_code_ci)=(1, x) already exists.")
        return "done"

    return work


def test_a_writer_that_loses_to_each_batch_of_another_one_gets_its_turn():
    assert api.run_atomically(overtaken(60)) == "done"
    assert Organization.objects.count() == 1


def test_what_cannot_succeed_ends_with_the_reason_and_leaves_nothing():
    with pytest.raises(RetryableConflict, match="already exists"):
        api.run_atomically(overtaken(100_000))
    assert not Organization.objects.exists()
