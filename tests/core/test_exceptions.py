"""Errors carry a stable code and the facts, and survive a task queue."""

import pickle

import pytest

from openedx_catalog import exceptions
from openedx_catalog.exceptions import CatalogError, InvalidCourseKey, OrganizationNotFound

pytestmark = pytest.mark.once

FAMILY = [cls for cls in vars(exceptions).values() if isinstance(cls, type) and issubclass(cls, CatalogError)]


def test_every_error_has_a_code_of_its_own():
    codes = [cls.code for cls in FAMILY]
    assert len(set(codes)) == len(codes)


def test_an_error_is_text_facts_and_code_and_can_be_pickled():
    error = InvalidCourseKey(value="x", reason="it does not parse")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert str(again) == str(error) == "'x' is not a course run key: it does not parse."
    assert (again.value, again.code, again.facts) == ("x", "invalid_course_key", error.facts)
    assert again.messages == [str(error)]
    assert "InvalidCourseKey" in repr(again)


def test_the_peers_value_error_is_kept():
    assert issubclass(OrganizationNotFound, ValueError)
