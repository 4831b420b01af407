"""Many runs are moved as one is, at statements that do not grow with them; and runs follow their keys again."""

from __future__ import annotations

import json
import uuid

import pytest
from django.db import connection

from openedx_catalog import api, extensions
from openedx_catalog.data import MoveOutcome, MoveRecord
from openedx_catalog.exceptions import (
    InvalidRequest,
    KeyLeadsNowhere,
    MoveRefused,
    ReasonRequired,
)
from openedx_catalog.models_api import CatalogChange, CatalogCourse, CourseRun, OutboxMessage

pytestmark = pytest.mark.django_db

WHY = {"reason": "reorganized"}
REFUSES_CLOSED = {
    "org.openedx.catalog.association.move.requested.v1": {
        "pipeline": ["tests.core.test_moving.RefuseClosed"], "fail_silently": False,
    }
}  # fmt: skip


class RefuseClosed:
    """A step of the operator: what is closed stays."""

    def __init__(self, *args, **kwargs):
        pass

    def run_filter(self, *, course_key, **kwargs):
        from openedx_catalog.filters import AssociationMoveRequested

        if "Closed" in course_key:
            raise AssociationMoveRequested.PreventMove("it is closed")


def runs(count: int, course: str = "A+B") -> list[str]:
    keys = [f"course-v1:{course}+{n:04}" for n in range(count)]
    api.associate_course_runs([api.AssociationRecord(key) for key in keys])
    return keys


def where() -> dict[str, tuple[str, str]]:
    rows = CourseRun.objects.with_course()
    return {str(run.course_key): (run.catalog_course.key_str, run.association) for run in rows}


@pytest.fixture
def target() -> CatalogCourse:
    return api.create_catalog_course(org_code="X", course_code="Y")


@pytest.fixture
def extension(monkeypatch):
    """An extension that refuses the courses in `refused`, and notes what it followed."""

    class Follows(extensions.CatalogExtensionConfig):
        refused: set = set()
        followed: list = []

        def __init__(self):
            pass

        def course_runs_moved(self, moved, to, change):
            assert set(CourseRun.objects.filter(pk__in=moved).values_list("catalog_course", flat=True)) == {to.pk}
            self.followed.append((dict(moved), to.key_str, change.reason))
            if to.key_str in self.refused:
                raise InvalidRequest(reason="not by us")

    found = Follows()
    monkeypatch.setattr(extensions, "installed_extensions", lambda: iter([found]))
    return found


@pytest.mark.parametrize("name", ["object", "uuid", "text of uuid", "key", "short key", "alias"])
def test_runs_and_courses_are_named_by_object_uuid_or_key(target, name):
    key = runs(1)[0]
    target = api.rename_catalog_course(target, course_code="New", reason="r")
    named = {
        "object": target, "uuid": target.uuid, "text of uuid": str(target.uuid), "key": "catalog-course:X:New",
        "short key": "x+new", "alias": "X+Y",
    }[name]  # fmt: skip
    run = api.get_course_run(key)
    given = {"uuid": run.uuid, "text of uuid": str(run.uuid), "alias": key.lower()}.get(name, key)
    report = api.move_course_runs([MoveRecord(given, named, line=3)], **WHY)
    assert report.rows == [MoveOutcome(3, str(given), "moved", "catalog-course:A:B", "catalog-course:X:New")]
    assert where() == {key: ("catalog-course:X:New", "explicit")}


def test_every_record_has_an_outcome_in_order(target, settings):
    settings.OPEN_EDX_FILTERS_CONFIG = REFUSES_CLOSED
    there, here, closed, twice = "course-v1:X+Y+1", *runs(1), "course-v1:A+B+Closed", "course-v1:A+B+Twice"
    for key in (there, closed, twice):
        api.associate_course_run(key)
    api.move_course_run(api.associate_course_run("course-v1:A+B+Stands").run.course_key, target, reason="r")
    gone = uuid.uuid4()
    report = api.move_course_runs(
        [
            MoveRecord(here, target, 1),
            MoveRecord(there, target, 2),
            MoveRecord("course-v1:A+B+Stands", target, 3),
            MoveRecord(closed, target, 4),
            MoveRecord("course-v1:No+Such+Run", target, 5),
            MoveRecord(gone, target, 6),
            MoveRecord("junk", target, 7),
            MoveRecord(here, "No+Such", 8),
            MoveRecord(here, gone, 9),
            MoveRecord(here, "junk", 10),
            MoveRecord(here, None, 11),
            MoveRecord(twice, target, 12),
            MoveRecord(twice.lower(), "A+B", 13),
            {"course_run": here},
        ],
        **WHY,
    )
    assert [(row.outcome, row.code) for row in report.rows] == [
        ("moved", ""),
        ("confirmed", ""),
        ("unchanged", ""),
        ("conflict", "move_refused"),
        ("invalid", "course_run_not_found"),
        ("invalid", "course_run_not_found"),
        ("invalid", "invalid_course_key"),
        ("invalid", "catalog_course_not_found"),
        ("invalid", "catalog_course_not_found"),
        ("invalid", "invalid_catalog_key"),
        ("invalid", "invalid_request"),
        ("moved", ""),
        ("moved", ""),
        ("invalid", "invalid_request"),
    ]
    assert [row.line for row in report.rows] == [*range(1, 14), 0]
    assert report.outcomes == {"moved": 3, "confirmed": 1, "unchanged": 1, "conflict": 1, "invalid": 8}
    assert report.failed == 9
    assert "it is closed" in report.rows[3].reason
    assert not CatalogCourse.objects.filter(course_code="Such").exists()
    assert where()[twice] == ("catalog-course:A:B", "explicit")
    assert not list(api.diagnose())


def test_history_events_and_feed_are_those_of_single_moves(target, django_user_model):
    """The same runs, moved one by one and at once, leave the same."""
    user, left = django_user_model.objects.create_user("operator"), []
    provenance = {"reason": "reorganized", "source": "test", "user": user}
    for course in ("A+One", "A+Many"):
        keys = [*runs(3, course), "course-v1:X+Y+" + course[2:]]
        api.associate_course_run(keys[-1])
        OutboxMessage.objects.all().delete()
        CatalogChange.objects.all().delete()
        if course == "A+One":
            for key in keys:
                api.move_course_run(key, target, **provenance)
        else:
            api.move_course_runs([MoveRecord(key, target) for key in keys], **provenance)
        events = [(row.event_type, values_of(row, course)) for row in OutboxMessage.objects.order_by("subject")]
        feed = list(CatalogChange.objects.values_list("kind", "what"))
        history = [
            (row.history_type, row.history_change_reason, row.history_user, row.association, row.catalog_course_id)
            for row in CourseRun.history.filter(course_key__in=keys, history_type="~").order_by("course_key")
        ]
        left.append((events, sorted(feed), history))
    assert left[0] == left[1]
    assert len(left[0][0]) == len(left[0][1]) == len(left[0][2]) == 4


def values_of(row: OutboxMessage, course: str) -> dict:
    """What the event says, but for what differs between two runs."""
    values = json.loads(row.payload.replace(course[2:], "Course"))
    return {name: value for name, value in values.items() if "uuid" not in name}


@pytest.mark.parametrize("filtered", [False, True], ids=["", "filter"])
def test_a_dry_run_reports_the_same_and_writes_nothing(target, extension, settings, filtered):
    settings.OPEN_EDX_FILTERS_CONFIG = REFUSES_CLOSED if filtered else {}
    extension.refused = {"catalog-course:X:Refused"}
    api.create_catalog_course(org_code="X", course_code="Refused")
    keys = [*runs(3), "course-v1:A+B+Closed", "course-v1:A+B+Closed2"]
    for key in keys[3:]:
        api.associate_course_run(key)
    records = [
        MoveRecord(keys[0], target),
        MoveRecord(keys[1], "X+Refused"),
        MoveRecord(keys[3], target),
        MoveRecord(keys[0], "A+B"),
        MoveRecord(keys[0], "A+B"),
        MoveRecord(keys[2], "A+B"),
    ]
    before, events = where(), OutboxMessage.objects.count()
    for batch_size in (1, 1000):
        dry = api.move_course_runs(records, dry_run=True, batch_size=batch_size, **WHY)
        assert (where(), OutboxMessage.objects.count()) == (before, events)
        assert CourseRun.history.filter(history_type="~").count() == 0
    assert api.move_course_runs(records, **WHY).rows == dry.rows
    assert [row.outcome for row in dry.rows] == [
        "moved", "conflict", "conflict" if filtered else "moved", "moved", "unchanged", "confirmed",
    ]  # fmt: skip


def test_an_extension_refuses_the_runs_of_one_course_and_the_others_move(target, extension):
    other, refused = (api.create_catalog_course(org_code="X", course_code=code) for code in ("Other", "Refused"))
    extension.refused = {refused.key_str}
    keys = runs(5)
    records = [MoveRecord(key, course) for key, course in zip(keys, [target, refused, other, refused, target], strict=True)]
    report = api.move_course_runs(records, **WHY)
    assert [row.outcome for row in report.rows] == ["moved", "conflict", "moved", "conflict", "moved"]
    assert {row.code for row in report.rows} == {"", "invalid_request"}
    assert [course for course, _how in where().values()].count("catalog-course:A:B") == 2
    assert CourseRun.history.filter(history_type="~").count() == 3
    moved = OutboxMessage.objects.filter(event_type__contains="moved")
    assert moved.count() == 3
    # Once with all, once without those refused; each course at once.
    assert len(extension.followed) == 5


@pytest.mark.parametrize("count", [10, 1000])
def test_statements_do_not_grow_with_runs_and_courses(data_statements, count):
    keys = runs(count)
    courses = [f"X+C{n % max(1, count // 10)}" for n in range(count)]
    api.associate_course_runs([api.AssociationRecord(f"course-v1:{course}+1") for course in courses])
    with data_statements() as log:
        report = api.move_course_runs([MoveRecord(key, course) for key, course in zip(keys, courses, strict=True)], **WHY)
    assert report.outcomes == {"moved": count}
    assert len(log) <= 15, "\n".join(sql[:150] for sql in log)


def test_again_writes_nothing(data_statements, target):
    records = [MoveRecord(key, "X+Y") for key in runs(50)]
    api.move_course_runs(records, **WHY)
    with data_statements() as log:
        assert api.move_course_runs(records, **WHY).outcomes == {"unchanged": 50}
    assert {sql.split()[0] for sql in log} == {"SELECT"}


def test_all_runs_of_a_course_move_and_it_stays(target):
    keys = runs(5)
    report = api.move_all_course_runs("A+B", target, **WHY)
    assert [(row.course_run, row.outcome) for row in report.rows] == [(key, "moved") for key in keys]
    assert set(where().values()) == {("catalog-course:X:Y", "explicit")}
    assert api.associate_course_run("course-v1:A+B+New").run.catalog_course.key_str == "catalog-course:A:B"


def test_a_reason_is_needed(target):
    with pytest.raises(ReasonRequired):
        api.move_course_runs([], reason=" ")
    with pytest.raises(CatalogCourse.DoesNotExist):
        api.move_all_course_runs("A+B", target, **WHY)


@pytest.mark.parametrize("records", ["text", 5, None])
def test_what_is_no_list_of_records_is_refused(records):
    with pytest.raises(InvalidRequest):
        api.move_course_runs(records, **WHY)


def test_a_batch_that_fails_leaves_nothing_of_it(target, monkeypatch):
    keys = runs(4)
    monkeypatch.setattr("openedx_catalog.api._moves.stored_run_values", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        api.move_course_runs([MoveRecord(key, target) for key in keys], **WHY)
    assert {course for course, _how in where().values()} == {"catalog-course:A:B"}


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite holds nothing")
def test_courses_are_held_before_runs(target):
    log = []

    def note(execute, sql, params, many, context):
        if "FOR UPDATE" in sql:
            log.append("course" if "catalogcourse" in sql.split("WHERE")[0] else "run")
        return execute(sql, params, many, context)

    records = [MoveRecord(key, target) for key in runs(3)]
    with connection.execute_wrapper(note):
        api.move_course_runs(records, **WHY)
    assert log[0] == "course"
    assert "run" in log


# A file


def test_a_file_moves_only_where_moving_is_asked_for():
    keys = runs(2)
    rows = [
        api.AssociationRecord(keys[0], catalog_course="X+New", title="T"),
        api.AssociationRecord(keys[1], catalog_course="a+b"),
    ]
    plain = api.associate_course_runs(rows)
    assert [problem.code for problem in plain.problems] == ["other_catalog_course"]
    assert (plain.outcomes["conflict"], plain.outcomes["unchanged"]) == (1, 1)
    assert not CatalogCourse.objects.filter(course_code="New").exists()
    with pytest.raises(ReasonRequired):
        api.associate_course_runs(rows, move=True)
    before = where()
    for dry_run in (True, False):
        seen = []
        report = api.associate_course_runs(rows, move=True, dry_run=dry_run, on_row=seen.append, **WHY)
        assert (report.outcomes["moved"], report.outcomes["confirmed"], report.failed) == (1, 1, 0)
        assert (report.catalog_courses_created, report.organizations_created) == (1, 1)
        assert [row.outcome for row in seen] == ["moved", "confirmed"]
        assert not dry_run or where() == before
    assert where() == {keys[0]: ("catalog-course:X:New", "explicit"), keys[1]: ("catalog-course:A:B", "explicit")}
    assert api.get_course_run(keys[0]).title == "T"
    assert api.associate_course_runs(rows, move=True, **WHY).outcomes["unchanged"] == 2


def test_rows_that_are_not_taken_move_nothing_and_create_nothing(settings):
    settings.OPEN_EDX_FILTERS_CONFIG = REFUSES_CLOSED
    key, closed = runs(1)[0], "course-v1:A+B+Closed"
    api.associate_course_run(closed, title="Before")
    settings.ORGANIZATIONS_AUTOCREATE = False
    rows = [
        api.AssociationRecord(key.lower(), catalog_course="A+Other"),
        api.AssociationRecord(closed, catalog_course="A+New", title="After"),
        api.AssociationRecord(key, catalog_course="No+Org"),
        api.AssociationRecord(key, title="T"),
    ]
    report = api.associate_course_runs(rows, move=True, **WHY)
    assert [problem.code for problem in report.problems] == ["other_spelling", "move_refused", "organization_not_found"]
    assert report.outcomes["updated"] == 1
    assert api.get_course_run(closed).title == "Before"
    assert not CatalogCourse.objects.filter(course_code="Other").exists()


# Following the key again


def test_a_run_follows_its_key_again(target):
    key = runs(1)[0]
    api.move_course_run(key, target, reason="r")
    OutboxMessage.objects.all().delete()
    dry = api.follow_key(key, dry_run=True)
    assert (dry.catalog_course.key_str, dry.association) == ("catalog-course:A:B", "implicit")
    assert where() == {key: ("catalog-course:X:Y", "explicit")}
    run = api.follow_key(key.lower(), reason="a mistake", source="test")
    assert (run.catalog_course.key_str, run.association) == ("catalog-course:A:B", "implicit")
    assert run.history.latest().history_change_reason == "test: a mistake"
    event = OutboxMessage.objects.get()
    assert event.event_type == "org.openedx.catalog.course_run.moved.v1"
    assert api.follow_key(key) == run
    assert OutboxMessage.objects.count() == 1
    # From now on it goes where its code goes.
    api.rename_catalog_course("A+B", course_code="New", reason="r")
    assert where() == {key: ("catalog-course:A:New", "implicit")}
    assert not list(api.diagnose())


def test_a_run_that_stands_where_its_key_leads_becomes_implicit():
    key = "course-v1:A+Old+1"
    api.associate_course_run(key, catalog_course="A+Old")
    api.rename_catalog_course("A+Old", course_code="New", reason="r")
    report = api.follow_keys([api.get_course_run(key).uuid])
    assert [(row.outcome, row.before, row.after) for row in report.rows] == [
        ("confirmed", "catalog-course:A:New", "catalog-course:A:New")
    ]
    assert where() == {key: ("catalog-course:A:New", "implicit")}
    assert not list(api.diagnose())


def test_a_key_that_leads_nowhere_is_refused(target):
    key = "course-v1:No+Such+1"
    api.create_course_run(key, catalog_course=target)
    with pytest.raises(KeyLeadsNowhere) as caught:
        api.follow_key(key)
    assert caught.value.key_str == "catalog-course:No:Such"
    assert [(row.outcome, row.code) for row in api.follow_keys([key, "junk", "course-v1:A+B+C"]).rows] == [
        ("conflict", "key_leads_nowhere"),
        ("invalid", "invalid_course_key"),
        ("invalid", "course_run_not_found"),
    ]
    with pytest.raises(CourseRun.DoesNotExist):
        api.follow_key("course-v1:A+B+C")


def test_extensions_do_not_say_where_a_key_leads_but_may_refuse(target, extension, monkeypatch):
    monkeypatch.setattr(type(extension), "resolve_catalog_courses", lambda self, keys: 1 / 0, raising=False)
    key = "course-v1:A+B+1"
    api.create_catalog_course(org_code="A", course_code="B")
    api.create_course_run(key, catalog_course=target)
    extension.refused = {"catalog-course:A:B"}
    with pytest.raises(InvalidRequest, match="not by us"):
        api.follow_key(key)
    extension.refused = set()
    assert api.follow_key(key).association == "implicit"


def test_a_filter_may_refuse_that_a_run_follows_its_key(target, settings):
    settings.OPEN_EDX_FILTERS_CONFIG = REFUSES_CLOSED
    api.create_catalog_course(org_code="A", course_code="B")
    api.create_course_run("course-v1:A+B+Closed", catalog_course=target)
    with pytest.raises(MoveRefused):
        api.follow_key("course-v1:A+B+Closed")
