"""What the dates of a run mean: one definition, the same answer as a method, a filter and an SQL expression."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from openedx_catalog import api, policies
from openedx_catalog.exceptions import InvalidDate, InvalidRequest
from openedx_catalog.models_api import CourseRun
from openedx_catalog.policies import ARCHIVED, CURRENT, STARTING_SOON, STATUSES, UPCOMING, DateWindow
from tests.conftest import RUN_KEY

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)
PAST, FUTURE, FAR = NOW - 30 * DAY, NOW + 30 * DAY, NOW + 90 * DAY
LONG_AGO = NOW - 90 * DAY

# Four services gave different answers on 10 of these 13 rows (mitxpro, mitxonline, micromasters, discovery).
ROWS = {
    "all dates null": ({}, UPCOMING, True),
    "only start, past": ({"start": PAST}, CURRENT, True),
    "only start, future": ({"start": FUTURE}, STARTING_SOON, True),
    "running, enrollment null": ({"start": PAST, "end": FUTURE}, CURRENT, True),
    "ended, enrollment null": ({"start": LONG_AGO, "end": PAST}, ARCHIVED, False),
    "ended, enrollment_end future": ({"start": LONG_AGO, "end": PAST, "enrollment_end": FUTURE}, ARCHIVED, False),
    "enrollment open, start future": (
        {"start": FAR, "enrollment_start": PAST, "enrollment_end": FUTURE},
        UPCOMING,
        True,
    ),
    "enrollment_start null, enrollment_end future": ({"start": PAST, "enrollment_end": FUTURE}, CURRENT, True),
    "enrollment closed, running": (
        {"start": PAST, "end": FUTURE, "enrollment_start": LONG_AGO, "enrollment_end": PAST},
        CURRENT,
        False,
    ),
    "enrollment_end == now": ({"start": PAST, "enrollment_end": NOW}, CURRENT, False),
    "enrollment_start == now": ({"start": FUTURE, "enrollment_start": NOW}, STARTING_SOON, True),
    "inverted": ({"start": PAST, "enrollment_start": FUTURE, "enrollment_end": PAST}, CURRENT, False),
    "enrollment open, start null": ({"enrollment_start": PAST, "enrollment_end": FUTURE}, UPCOMING, True),
}


def answers(at):
    """Every form of the answers for the one run there is: (status, enrollable) by method, filter and expression."""
    run = CourseRun.objects.select_related("schedule").get()
    matching = [status for status in STATUSES if CourseRun.objects.in_status(status, at).exists()]
    annotated = CourseRun.objects.with_status(at).values_list("status", flat=True).get()
    return {
        "method": (run.status_at(at), run.is_enrollable_at(at)),
        "filter": (*matching, CourseRun.objects.enrollable(at).exists()),
        "expression": (annotated, CourseRun.objects.enrollable(at).exists()),
    }


@pytest.mark.parametrize(("schedule", "status", "enrollable"), ROWS.values(), ids=ROWS)
def test_the_table_of_windows(schedule, status, enrollable):
    api.associate_course_run(RUN_KEY, schedule=schedule)
    assert set(answers(NOW).values()) == {(status, enrollable)}


@pytest.mark.parametrize("schedule", [row[0] for row in ROWS.values()], ids=ROWS)
def test_every_form_gives_one_answer_at_every_boundary(schedule):
    api.associate_course_run(RUN_KEY, schedule=schedule)
    boundaries = {*schedule.values(), *(moment - DateWindow.soon for moment in schedule.values()), NOW}
    for boundary in boundaries:
        for at in (boundary - TICK, boundary, boundary + TICK):
            assert len(set(answers(at).values())) == 1, at


@pytest.mark.parametrize(
    ("field", "ahead", "before", "from_then_on"),
    [
        ("end", timedelta(0), (UPCOMING, True), (ARCHIVED, False)),
        ("start", timedelta(0), (STARTING_SOON, True), (CURRENT, True)),
        ("start", DateWindow.soon, (UPCOMING, True), (STARTING_SOON, True)),
        ("enrollment_start", timedelta(0), (UPCOMING, False), (UPCOMING, True)),
        ("enrollment_end", timedelta(0), (UPCOMING, True), (UPCOMING, False)),
    ],
)
def test_a_window_includes_its_first_instant_and_not_its_last(field, ahead, before, from_then_on):
    api.associate_course_run(RUN_KEY, schedule={field: FAR})
    boundary = FAR - ahead
    assert set(answers(boundary - TICK).values()) == {before}
    assert set(answers(boundary).values()) == {from_then_on}
    assert set(answers(boundary + TICK).values()) == {from_then_on}


def test_the_end_of_time_is_an_instant_like_any_other():
    api.associate_course_run(RUN_KEY, schedule={"start": FUTURE})
    assert set(answers(datetime.max.replace(tzinfo=UTC)).values()) == {(CURRENT, True)}


class ShortNotice(DateWindow):
    soon = timedelta(days=7)


@override_settings(OPENEDX_CATALOG_DATE_WINDOW=f"{__name__}.ShortNotice")
def test_a_host_names_a_policy_of_its_own():
    api.associate_course_run(RUN_KEY, schedule={"start": FUTURE})
    assert isinstance(policies.date_window(), ShortNotice)
    assert set(answers(NOW).values()) == {(UPCOMING, True)}
    assert set(answers(FUTURE - 7 * DAY).values()) == {(STARTING_SOON, True)}


@pytest.mark.parametrize(("schedule", "status", "enrollable"), ROWS.values(), ids=ROWS)
def test_a_run_and_its_schedule_are_both_what_the_policy_is_asked_about(schedule, status, enrollable):
    """Taken for a schedule, a run has no dates: always upcoming, always enrollable."""
    api.associate_course_run(RUN_KEY, schedule=schedule)
    run = CourseRun.objects.get()
    for given in (run, getattr(run, "schedule", None), api.ScheduleData(**schedule)):
        assert (DateWindow().status(given, NOW), DateWindow().is_enrollable(given, NOW)) == (status, enrollable)


@pytest.mark.parametrize("given", [RUN_KEY, {"start": PAST}, 5, object(), CourseRun], ids=repr)
def test_what_is_neither_a_run_nor_a_schedule_is_refused(given):
    for ask in (DateWindow().status, DateWindow().is_enrollable):
        with pytest.raises(InvalidRequest, match="Expected a course run or a schedule, got"):
            ask(given, NOW)


@pytest.mark.parametrize("at", ["soon", 5, datetime(2026, 6, 1)], ids=repr)
def test_what_is_no_instant_is_refused(at):
    run = api.create_course_run(RUN_KEY, schedule={"start": PAST})
    for ask in (
        lambda: run.status_at(at),
        lambda: run.is_enrollable_at(at),
        lambda: DateWindow().status(api.ScheduleData(start=at), NOW),
        lambda: CourseRun.objects.enrollable(at),
    ):
        with pytest.raises(InvalidDate):
            ask()


@pytest.mark.parametrize("status", ["running", "", None, 5], ids=repr)
def test_what_is_no_status_is_refused_by_name(status):
    with pytest.raises(InvalidRequest, match="There is no status"):
        CourseRun.objects.in_status(status, NOW)


def test_nobody_enrolls_in_a_run_whose_content_is_gone():
    run = api.create_course_run(RUN_KEY, schedule={"start": PAST, "end": FUTURE})
    api.withdraw_course_run(RUN_KEY, at=NOW)
    for at in (LONG_AGO, NOW, FAR):
        assert not CourseRun.objects.get().is_enrollable_at(at)
        assert not DateWindow().is_enrollable(CourseRun.objects.get(), at)
        assert not CourseRun.objects.enrollable(at).exists()
        assert CourseRun.objects.not_enrollable(at).get() == run
    assert CourseRun.objects.get().status_at(NOW) == CURRENT
    api.restore_course_run(RUN_KEY, at=timezone.now())
    assert CourseRun.objects.get().is_enrollable_at(NOW)
    assert CourseRun.objects.enrollable(NOW).get() == run


def test_a_list_of_runs_says_who_may_enroll_without_a_query_for_each(django_assert_num_queries):
    api.associate_course_runs([api.AssociationRecord(f"{RUN_KEY}{n}") for n in range(10)], source="test")
    with django_assert_num_queries(1):
        runs = CourseRun.objects.select_related("schedule", "withdrawal")
        assert [(run.status_at(NOW), run.is_enrollable_at(NOW)) for run in runs] == [(UPCOMING, True)] * 10
