"""
Older never overwrites newer, and nothing is newer than now: a source whose clock is wrong freezes no run.

Each door takes a time of a source; behind each of them the same must hold.
"""

from datetime import UTC, datetime, timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.utils import timezone

from openedx_catalog import api, handlers, messages
from openedx_catalog.exceptions import InvalidDate
from openedx_catalog.models_api import CourseRun, CourseRunWithdrawal, InboxMessage
from tests.conftest import RUN_KEY

pytestmark = pytest.mark.django_db

AHEAD = datetime(2099, 1, 1, tzinfo=UTC)
LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.fixture
def run(db):
    return api.associate_course_run(RUN_KEY, title="Before").run


def catalog_info(title):
    dates = SimpleNamespace(start=None, end=None, enrollment_start=None, enrollment_end=None, pacing="self")
    return SimpleNamespace(course_key=RUN_KEY, name=title, schedule_data=dates)


def overview(title, modified):
    dates = dict.fromkeys(("start", "end", "enrollment_start", "enrollment_end"))
    values = {"display_name": title, "language": "en", "self_paced": True, "created": modified, "modified": modified}
    return SimpleNamespace(id=RUN_KEY, **values, **dates)


def deliver(kind, title, moment):
    record = api.SyncRecord(RUN_KEY, title)
    payload = "" if kind == "deleted" else messages.payload_of(record)
    messages.process(messages.record(kind, RUN_KEY, source="test", payload=payload, source_time=moment))


def handle(receiver, title, moment):
    metadata = SimpleNamespace(time=moment, id="")
    if receiver is handlers.course_overview_saved:
        receiver(None, overview(title, moment))
    elif receiver is handlers.course_catalog_info_changed:
        receiver(None, catalog_info(title), metadata)
    else:
        receiver(None, SimpleNamespace(course_key=RUN_KEY), metadata)
    messages.process_due()


def sync_overview(title, moment):
    """What ``backfill_catalog --from`` reads, and hands over."""
    api.sync_course_runs([messages.of_course_overview(overview(title, moment))], source="backfill")


VALUES = {
    "associate_course_run": lambda title, moment: api.associate_course_run(RUN_KEY, title=title, observed_at=moment),
    "sync_course_run": lambda title, moment: api.sync_course_run(RUN_KEY, title=title, observed_at=moment),
    "sync_course_runs": lambda title, moment: api.sync_course_runs(
        [api.SyncRecord(RUN_KEY, title, observed_at=moment)], source="test"
    ),
    "a backfill": sync_overview,
    "the inbox": lambda title, moment: deliver("observed", title, moment),
    "COURSE_CATALOG_INFO_CHANGED": lambda title, moment: handle(handlers.course_catalog_info_changed, title, moment),
    "CourseOverview": lambda title, moment: handle(handlers.course_overview_saved, title, moment),
}
WITHDRAWALS = {
    "withdraw_course_run": lambda moment: api.withdraw_course_run(RUN_KEY, at=moment),
    "the inbox": lambda moment: deliver("deleted", "", moment),
}
RESTORATIONS = {
    "restore_course_run": lambda moment: api.restore_course_run(RUN_KEY, at=moment),
    "COURSE_CREATED": lambda moment: handle(handlers.course_created, "", moment),
    "COURSE_RERUN_COMPLETED": lambda moment: handle(handlers.course_rerun_completed, "", moment),
    "the inbox": lambda moment: deliver("observed", "Again", moment),
}


@pytest.mark.parametrize("moment", [AHEAD, LAST], ids=["2099", "9999"])
@pytest.mark.parametrize("door", VALUES)
def test_a_time_ahead_is_now(run, door, moment):
    VALUES[door]("Ahead", moment)
    stored = CourseRun.objects.get()
    assert stored.title == "Ahead"
    assert stored.source_time <= timezone.now()


@pytest.mark.parametrize("next_door", VALUES)
def test_what_comes_after_is_taken_through_every_door(run, next_door):
    api.sync_course_run(RUN_KEY, title="Ahead", observed_at=AHEAD)
    VALUES[next_door]("After", timezone.now())
    assert CourseRun.objects.get().title == "After"


@pytest.mark.parametrize("restoration", RESTORATIONS)
@pytest.mark.parametrize("withdrawal", WITHDRAWALS)
def test_a_withdrawal_ends_however_far_ahead_it_was_dated(run, withdrawal, restoration):
    WITHDRAWALS[withdrawal](AHEAD)
    assert CourseRunWithdrawal.objects.get().at <= timezone.now()
    RESTORATIONS[restoration](timezone.now())
    assert not CourseRunWithdrawal.objects.exists()


@pytest.mark.parametrize("restoration", RESTORATIONS)
def test_a_restoration_dated_ahead_does_not_outlast_the_next_withdrawal(run, restoration):
    api.withdraw_course_run(RUN_KEY, at=timezone.now())
    RESTORATIONS[restoration](AHEAD)
    deliver("deleted", "", timezone.now())
    assert CourseRunWithdrawal.objects.exists()


def test_when_a_run_was_created_is_not_later_than_now():
    api.sync_course_runs([api.SyncRecord(RUN_KEY, created=AHEAD, observed_at=AHEAD)], source="test")
    assert CourseRun.objects.get().created <= timezone.now()


def test_clocks_may_differ_by_a_few_minutes(run):
    soon = timezone.now() + timedelta(minutes=4)
    api.sync_course_run(RUN_KEY, title="Soon", observed_at=soon)
    assert CourseRun.objects.get().source_time == soon
    assert list(api.diagnose()) == []


@pytest.mark.parametrize("value", ["2099-01-01T00:00:00Z", datetime(2099, 1, 1), 4070908800, None])
def test_what_is_no_time_is_refused(value):
    with pytest.raises(InvalidDate):
        api.check_source_time(value)


# What was stored before


@pytest.fixture
def frozen(run):
    """As a release before this one has stored it, and what has come since then."""
    CourseRun.objects.update(source_time=AHEAD)
    CourseRunWithdrawal.objects.create(run=run, at=AHEAD, source="test")
    messages.record("deleted", RUN_KEY, source="test")
    InboxMessage.objects.update(source_time=AHEAD, state="done")
    return run


def doctor(*args):
    out = StringIO()
    try:
        call_command("catalog_doctor", *args, stdout=out)
    except SystemExit as error:
        return error.code
    return 0


def test_the_doctor_lists_times_ahead(frozen):
    found = [(finding.severity, finding.code, finding.subject, finding.fixable) for finding in api.diagnose()]
    codes = ("source_time_ahead", "withdrawal_ahead", "message_ahead")
    assert found == [("error", code, RUN_KEY, True) for code in codes]
    assert doctor() == 1


def test_the_doctor_mends_them(frozen):
    assert doctor("--fix") == 0
    assert list(api.diagnose()) == []
    assert CourseRunWithdrawal.objects.get().at <= timezone.now()
    assert api.sync_course_run(RUN_KEY, title="After", observed_at=timezone.now()).outcome == "updated"
    deliver("observed", "Again", timezone.now())
    assert not CourseRunWithdrawal.objects.exists()


def test_what_the_source_said_while_the_run_was_frozen_counts(frozen):
    """Its time becomes that of the last change of the run, so what is dated between then and the repair is newer."""
    since = timezone.now()
    messages.record("exists", RUN_KEY, source="test", source_time=since)
    messages.process_due()
    assert doctor("--fix") == 0
    assert api.sync_course_run(RUN_KEY, title="Since then", observed_at=since).outcome == "updated"
    assert not CourseRunWithdrawal.objects.exists()


def test_a_time_that_is_mended_meanwhile_stays(frozen, monkeypatch):
    from openedx_catalog.api.doctor import mending as module

    read = module.pages

    def after_others(*args):
        for page in read(*args):
            CourseRun.objects.update(source_time=datetime(2026, 1, 1, tzinfo=UTC))
            yield page

    monkeypatch.setattr(module, "pages", after_others)
    api.mend_source_times()
    assert CourseRun.objects.get().source_time == datetime(2026, 1, 1, tzinfo=UTC)
