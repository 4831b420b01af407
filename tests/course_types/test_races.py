"""Types are found and set by several processes at once: each course and run has one, with one history."""

from collections import Counter

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.course_types import api
from openedx_catalog.contrib.course_types.models_api import CourseRunTyping, CourseTyping, Track
from tests.processes.conftest import racers  # noqa: F401 - a fixture

from . import racing
from .test_defaults import migrate_again

pytestmark = [pytest.mark.slow, pytest.mark.newest, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def runs(transactional_db):
    """Twenty courses of two runs, and the default types, which a test with transactions may have taken away."""
    if not api.get_course_types():
        migrate_again()
    keys = [f"course-v1:Race+C{course}+R{run}" for course in range(20) for run in (1, 2)]
    catalog.associate_course_runs([catalog.AssociationRecord(key) for key in keys])
    kinds = (["audit"], ["audit", "verified"])
    api.store_course_run_products(api.RunProducts(key, kinds[key.endswith("2")]) for key in keys)


def entries(model, owner):
    """``{row: its kinds of history, in order}``"""
    found = {}
    for pk, kind in model.history.order_by("history_id").values_list(owner, "history_type"):
        found[pk] = found.get(pk, "") + kind
    return found


def test_courses_that_are_matched_at_once_get_one_type_each(runs, racers):  # noqa: F811
    rounds = racers.run(racing.match_at_once)
    assert [sum(found) for found in zip(*rounds, strict=True)] == [20] * racing.ROUNDS
    assert set(entries(CourseTyping, "catalog_course_id").values()) == {"+-" * racing.ROUNDS}
    assert set(entries(CourseRunTyping, "run_id").values()) == {"+-" * racing.ROUNDS}


def test_a_type_that_is_set_by_hand_is_never_overwritten_by_a_match(runs, racers):  # noqa: F811
    refused = Counter(code for found in racers.run(racing.set_and_match_at_once) for code in found)
    assert not refused
    assert CourseTyping.objects.count() == 20
    # A match only ever adds the first.
    for kinds in (*entries(CourseTyping, "catalog_course_id").values(), *entries(CourseRunTyping, "run_id").values()):
        assert kinds.lstrip("+").strip("~") == ""
        assert kinds.count("+") == 1


def test_a_track_is_one_row_whoever_needs_it_first(runs, racers):  # noqa: F811
    api.create_mode(name="Raced")
    racers.run(racing.make_tracks_at_once)
    assert Track.objects.filter(mode__slug="raced").count() == 1
    assert sum(row.name.startswith("Raced") for row in api.get_course_run_types()) == 4 * racing.ROUNDS
