"""The change feed: what a consumer is told, in which order, and that nothing is ever missed."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
from django.db import transaction

from openedx_catalog import api, keys
from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.models_api import CatalogChange, CatalogCourse, CourseRun
from tests.conftest import RUN_KEY

pytestmark = pytest.mark.django_db

KEY = "catalog-course:MITx:14.100x"
OTHER_RUN = "course-v1:edX+Demo+1"
NOW = datetime(2027, 1, 31, tzinfo=UTC)


@pytest.fixture(autouse=True)
def catalog(db):
    api.associate_course_run(RUN_KEY, title="Microeconomics")
    api.associate_course_run(OTHER_RUN, title="Demo")


def changes(after=None):
    """``[(kind, key, what)]``"""
    return [(row.kind, row.key, row.what) for row in api.iter_changes(after) if row.kind != "organization"]


@pytest.fixture
def since():
    """What has changed since the test began."""
    begun = api.get_latest_change()
    return lambda: changes(begun)


def test_everything_is_there_from_the_beginning():
    assert changes() == [
        ("catalog_course", KEY, "created"),
        ("course_run", RUN_KEY, "created"),
        ("catalog_course", "catalog-course:edX:Demo", "created"),
        ("course_run", OTHER_RUN, "created"),
    ]


def test_a_change_names_its_row():
    row = next(row for row in api.iter_changes() if row.key == RUN_KEY)
    assert row.uuid == api.get_course_run(RUN_KEY).uuid
    assert (row.merged_into, row.audience) == (None, "everybody")


def test_positions_grow_and_a_consumer_goes_on_after_the_last_one():
    positions = [row.position for row in api.iter_changes()]
    assert positions == sorted(set(positions))
    assert [row.position for row in api.iter_changes(positions[1], limit=1)] == [positions[2]]
    assert list(api.iter_changes(api.get_latest_change())) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda: api.update_course_run(RUN_KEY, title="New"), [("course_run", RUN_KEY, "updated")]),
        (lambda: api.update_course_run(RUN_KEY, schedule={"start": NOW}), [("course_run", RUN_KEY, "updated")]),
        (lambda: api.withdraw_course_run(RUN_KEY, at=NOW), [("course_run", RUN_KEY, "withdrawn")]),
        (lambda: api.move_course_run(RUN_KEY, "edX+Demo", reason="r"), [("course_run", RUN_KEY, "moved")]),
        (lambda: api.delete_course_run(RUN_KEY), [("course_run", RUN_KEY, "deleted")]),
        (
            lambda: api.update_catalog_course(KEY, title="New"),
            [("catalog_course", KEY, "updated"), ("course_run", RUN_KEY, "updated")],
        ),
        (
            lambda: api.rename_catalog_course(KEY, course_code="14.101x", reason="r"),
            [("catalog_course", "catalog-course:MITx:14.101x", "renamed"), ("course_run", RUN_KEY, "updated")],
        ),
        (
            lambda: api.update_organization("MITx", short_name="MITX"),
            [("catalog_course", "catalog-course:MITX:14.100x", "renamed"), ("course_run", RUN_KEY, "updated")],
        ),
        (
            lambda: api.merge_catalog_courses(KEY, into="edX+Demo", reason="r"),
            [("course_run", RUN_KEY, "moved"), ("catalog_course", KEY, "merged")],
        ),
    ],
    ids=["title", "schedule", "withdrawal", "move", "delete", "course title", "rename", "organization", "merge"],
)
def test_whatever_a_row_shows_is_a_change_of_it(change, expected, since):
    change()
    assert since() == expected


@pytest.mark.parametrize(
    "change",
    [
        lambda: api.update_catalog_course(KEY, title="New"),
        lambda: api.rename_catalog_course(KEY, course_code="14.101x", reason="r"),
        lambda: api.update_organization("MITx", short_name="MITX"),
    ],
    ids=["title", "rename", "organization"],
)
def test_modified_moves_with_what_a_row_shows_of_its_course(change):
    before = api.get_course_run(RUN_KEY).modified
    change()
    assert api.get_course_run(RUN_KEY).modified > before
    assert api.get_catalog_course(key_str=KEY).modified > before


def test_what_changes_nothing_is_no_change(since):
    api.associate_course_run(RUN_KEY, title="Microeconomics")
    api.update_course_run(RUN_KEY, title="Microeconomics")
    api.update_catalog_course(KEY, title="Microeconomics")
    assert since() == []


def test_what_is_rolled_back_is_no_change(since):
    with transaction.atomic():
        api.update_course_run(RUN_KEY, title="New")
        transaction.set_rollback(True)
    assert since() == []


def test_a_merge_says_into_what(since):
    survivor = api.merge_catalog_courses(KEY, into="edX+Demo", reason="r")
    (merged,) = [row for row in api.iter_changes() if row.what == "merged"]
    assert merged.merged_into == survivor.uuid


def test_what_is_saved_past_the_api_is_a_change(since):
    run = CourseRun.objects.get(key_ci=keys.fold(RUN_KEY))
    run.title = "By hand"
    run.save()
    assert since() == [("course_run", RUN_KEY, "updated")]


def test_rows_of_other_programs_are_announced_when_their_identity_is_completed(since):
    row = CatalogCourse.objects.get(uuid=api.get_catalog_course(key_str=KEY).uuid)
    CourseRun.objects.filter(key_ci=keys.fold(RUN_KEY)).update(uuid=None, key_ci=None)
    CatalogCourse.objects.filter(pk=row.pk).update(uuid=None)
    api.complete_identities()
    assert since() == [("catalog_course", KEY, "created"), ("course_run", RUN_KEY, "created")]


def test_the_feed_is_read_by_two_statements_when_nothing_is_new(data_statements):
    latest = api.get_latest_change()
    with data_statements() as log:
        list(api.iter_changes(latest))
    assert len(log) == 2, "\n".join(log)


@pytest.mark.parametrize("rows", [10, 1200])
def test_numbering_takes_the_same_statements_for_each_thousand(rows, data_statements):
    CatalogChange.objects.all().delete()
    named = [CatalogChange(kind="course_run", uuid=uuid.uuid4(), key=str(n), what="updated") for n in range(rows)]
    CatalogChange.objects.bulk_create(named)
    with data_statements() as log:
        assert [row.key for row in api.iter_changes()] == [str(n) for n in range(rows)]
    # Of each thousand: what has no number (twice), the last number, the UPDATE and a turn for it; and the rows.
    assert len(log) <= (8 if rows == 10 else 15), "\n".join(log)


@pytest.mark.parametrize("wrong", [-1, "5", 1.5, True, 2**63])
def test_a_cursor_that_is_none_is_refused(wrong):
    with pytest.raises(InvalidRequest):
        list(api.iter_changes(wrong))
