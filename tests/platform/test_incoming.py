"""What the platform reports arrives: once, in the end as the newest message says, and with nothing lost."""

import json
import random
import uuid
from datetime import UTC, datetime, timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from opaque_keys.edx.keys import CourseKey
from openedx.core.djangoapps.content.course_overviews.models import CourseOverview
from openedx_events.content_authoring.data import CourseCatalogData, CourseData, CourseScheduleData
from openedx_events.content_authoring.signals import COURSE_CATALOG_INFO_CHANGED, COURSE_RERUN_COMPLETED
from xmodule.modulestore.django import delete, publish

from openedx_catalog import api, handlers, messages
from openedx_catalog.models_api import CatalogCourse, CourseRun, CourseRunWithdrawal, InboxMessage

pytestmark = pytest.mark.django_db(transaction=True)

KEY = CourseKey.from_string("course-v1:MITx+14.100x+3T2017")
RERUN = CourseKey.from_string("course-v1:MITx+14.100x+1T2018")
JANUARY = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def quiet(caplog):
    """What fails in these tests is logged with its traceback."""
    caplog.set_level("CRITICAL", "openedx_catalog.messages.inbox")


def at(days):
    return JANUARY + timedelta(days=days)


def report(key=KEY, days=1, event_id="", **values):
    """A message as a receiver writes it: `values` are those of SyncRecord."""
    record = api.SyncRecord(str(key), observed_at=at(days), **values)
    payload = messages.payload_of(record)
    return messages.record("observed", key, source="test", payload=payload, source_time=at(days), event_id=event_id)


def catalog():
    """Everything but ids and times of ours."""
    return list(
        CourseRun.objects.order_by("key_ci").values_list(
            "course_key__text", "title", "association", "created", "schedule__start", "schedule__end", "schedule__pacing",
            "catalog_course__org__short_name", "catalog_course__course_code", "catalog_course__title",
            "catalog_course__language",
        )
    )  # fmt: skip


def states():
    return list(InboxMessage.objects.order_by("id").values_list("state", flat=True))


# The platform's own semantics


def test_a_publish_creates_run_and_course_once():
    for title in ("Microeconomics", "Microeconomics II"):
        publish(KEY, at(1), display_name=title, start=at(30), self_paced=True, language="es")
    run = api.get_course_run(KEY)
    assert (run.title, run.catalog_course.key_str, run.catalog_course.language) == (
        "Microeconomics II",
        "catalog-course:MITx:14.100x",
        "es",
    )
    assert (run.schedule.start, run.schedule.end, run.schedule.pacing) == (at(30), None, "self")
    assert (run.catalog_course.title, CatalogCourse.objects.count(), CourseRun.objects.count()) == ("Microeconomics", 1, 1)
    assert run.created == CourseOverview.objects.get().created
    assert set(states()) == {"done"}
    # One row for each of the two titles, whatever number of messages reported them.
    assert run.history.count() == 2
    assert run.history.first().history_change_reason.startswith("event:")


def test_a_rerun_joins_its_course():
    publish(KEY, at(1), display_name="Microeconomics")
    COURSE_RERUN_COMPLETED.send_event(course=CourseData(course_key=RERUN))
    assert api.get_course_run(RERUN).catalog_course == api.get_course_run(KEY).catalog_course
    publish(RERUN, at(2), display_name="Microeconomics again")
    assert api.get_course_run(RERUN).title == "Microeconomics again"


def test_libraries_are_ignored_and_branches_are_stripped():
    publish(CourseKey.from_string("library-v1:A+B"), at(1))
    assert not InboxMessage.objects.exists()
    publish(KEY.for_branch("draft-branch"), at(1), display_name="T")
    assert str(CourseRun.objects.get().course_key) == str(KEY)


def test_a_ccx_is_a_run_of_its_masters_course():
    publish(KEY, at(1), display_name="T")
    overview = CourseOverview(id=CourseKey.from_string("ccx-v1:MITx+14.100x+3T2017+ccx@1"), display_name="Class 1", org="MITx")
    overview.save()
    assert api.get_course_run(overview.id).catalog_course == api.get_course_run(KEY).catalog_course


def test_deleting_the_content_marks_the_run_and_deletes_nothing():
    publish(KEY, at(1), display_name="T")
    delete(KEY)
    run = api.get_course_run(KEY)
    assert run.withdrawal.source == "course_deleted"
    assert run.catalog_course.runs.count() == 1
    publish(KEY, at(2), display_name="T")
    assert not CourseRunWithdrawal.objects.exists()


@pytest.mark.parametrize("seed", range(6))
def test_the_latest_message_decides_whether_a_run_is_withdrawn(seed, settings):
    settings.OPENEDX_CATALOG_INBOX = "command"
    reported = [("exists", 1), ("deleted", 2), ("exists", 3), ("deleted", 4)] + ([("exists", 5)] if seed % 2 else [])
    random.Random(seed).shuffle(reported)
    for kind, days in reported:
        messages.record(kind, KEY, source="test", source_time=at(days))
        if seed % 3:
            messages.process_due()
    messages.process_due()
    assert CourseRunWithdrawal.objects.filter(at=at(4)).exists() is not bool(seed % 2)


# The inbox


def test_e1_what_comes_twice_is_applied_once():
    for _delivery in range(2):
        assert report(event_id="one", title="T") == "one"
    assert (states(), api.get_course_run(KEY).history.count()) == (["done"], 1)


@pytest.mark.parametrize("seed", range(5))
def test_e2_the_newest_wins_in_whatever_order(seed, settings):
    settings.OPENEDX_CATALOG_INBOX = "command"
    # The last says what the third said: to confirm is to be newer as well.
    reported = [(day, "ABCDC"[day]) for day in range(5)]
    random.Random(seed).shuffle(reported)
    for day, title in reported:
        report(days=day, title=title, schedule=api.ScheduleData(start=at(9)))
        messages.process_due()
    run = api.get_course_run(KEY)
    assert (run.title, run.schedule.start, run.source_time) == ("C", at(9), at(4))


def test_e3_an_event_that_is_older_than_a_sync_changes_nothing():
    api.sync_course_run(KEY, title="By the sync", observed_at=at(5), source="sync:1")
    api.sync_course_run(KEY, title="By the sync", observed_at=at(9), source="sync:2")
    report(days=7, title="By the event")
    assert api.get_course_run(KEY).title == "By the sync"
    message = InboxMessage.objects.get()
    assert (message.state, "stale" in message.error) == ("done", True)


def test_e4_nothing_is_applied_before_the_commit():
    with transaction.atomic():
        report(title="T")
        assert not CourseRun.objects.exists()
        assert states() == ["pending"]
    assert states() == ["done"]


def test_e5_absent_is_not_null():
    report(days=1, title="T", schedule=api.ScheduleData(start=at(1), end=at(9)))
    report(days=2, schedule=api.ScheduleData(start=at(2)))
    assert api.get_course_run(KEY).schedule.end == at(9)
    info = CourseCatalogData(course_key=KEY, name="T", schedule_data=CourseScheduleData(start=at(2), pacing="self"))
    COURSE_CATALOG_INFO_CHANGED.send_event(time=at(3), catalog_info=info)
    assert (api.get_course_run(KEY).schedule.end, api.get_course_run(KEY).schedule.pacing) == (None, "self")


@pytest.mark.parametrize(
    "content",
    [
        None,
        SimpleNamespace(),
        SimpleNamespace(course_key=KEY, name="T", schedule_data=None),
        SimpleNamespace(course_key="\x00é"),
    ],
)
def test_e6_what_cannot_be_read_is_kept_and_parked(content):
    metadata = SimpleNamespace(id=uuid.uuid4(), time=at(1))
    handlers.course_catalog_info_changed(sender=None, catalog_info=content, metadata=metadata)
    message = InboxMessage.objects.get()
    assert (message.state, message.kind, message.event_id) == ("parked", "unknown", f"unknown:{metadata.id}")
    assert message.error
    assert message.payload == repr(content).replace("\x00", "")
    assert messages.replay([message.pk]) == 0
    # Delivered again, to a version of ours that can read it.
    assert report(event_id=str(metadata.id), title="T") == str(metadata.id)
    assert states() == ["parked", "done"]


def test_a_key_that_is_none_is_parked_with_its_reason():
    messages.record("exists", "A/B", source="test")
    message = InboxMessage.objects.get()
    assert (message.state, "not a course run key" in message.error) == ("parked", True)


def test_e7_a_fault_of_ours_loses_nothing(monkeypatch, settings):
    with monkeypatch.context() as broken:
        broken.setattr(api, "sync_course_runs", lambda *args, **kwargs: 1 / 0)
        assert publish(KEY, at(1), display_name="T") == []
    assert not CourseRun.objects.exists()
    pending = list(InboxMessage.objects.all())
    assert {(message.state, message.attempts, message.error) for message in pending} == {
        ("pending", 1, "ZeroDivisionError: division by zero")
    }
    assert all(message.due_at > timezone.now() + timedelta(seconds=25) for message in pending)
    assert messages.process_due() == {"done": 0, "pending": 0, "parked": 0}
    InboxMessage.objects.update(due_at=timezone.now())
    call_command("process_catalog_inbox", verbosity=0)
    assert api.get_course_run(KEY).title == "T"
    assert set(states()) == {"done"}


def test_a_message_that_never_works_is_parked_with_growing_pauses(monkeypatch, settings, capsys):
    settings.OPENEDX_CATALOG_INBOX_ATTEMPTS = 4
    settings.OPENEDX_CATALOG_INBOX = "command"
    monkeypatch.setattr(api, "sync_course_runs", lambda *args, **kwargs: 1 / 0)
    report(title="T")
    report(RERUN, event_id="other", title="T")
    pauses = []
    for _attempt in range(4):
        with pytest.raises(SystemExit):
            call_command("process_catalog_inbox")
        message = InboxMessage.objects.get(event_id="other")
        pauses.append(message.due_at - timezone.now())
        InboxMessage.objects.filter(state="pending").update(due_at=timezone.now())
    assert states() == ["parked", "parked"]
    assert pauses[0] < pauses[1] < pauses[2]
    assert "parked                          2" in capsys.readouterr().out


def test_a_message_whose_worker_always_dies_is_parked_and_holds_up_nobody(settings, monkeypatch):
    """Killed from outside, it cannot say what went wrong."""
    settings.OPENEDX_CATALOG_INBOX_ATTEMPTS = 3
    settings.OPENEDX_CATALOG_INBOX = "command"
    apply = messages.inbox._apply

    def die(message):
        if message.event_id == "deadly":
            raise KeyboardInterrupt
        return apply(message)

    monkeypatch.setattr(messages.inbox, "_apply", die)
    report(event_id="deadly", title="T")
    report(RERUN, event_id="other", title="T")
    for _worker in range(3):
        with pytest.raises(KeyboardInterrupt):
            messages.process_due()
        InboxMessage.objects.filter(event_id="deadly").update(due_at=timezone.now())
    assert messages.process_due()["parked"] == 1
    deadly, other = InboxMessage.objects.order_by("pk")
    assert (deadly.state, deadly.error, other.state) == ("parked", "WorkersDied: Its worker died 3 times.", "done")


def test_a_failure_whose_text_no_database_takes_is_noted_all_the_same(monkeypatch):
    def fail(*args, **kwargs):
        raise ValueError("half \ud800 a \x00 text")

    with monkeypatch.context() as broken:
        broken.setattr(api, "sync_course_runs", fail)
        report(event_id="odd", title="T")
    assert (states(), InboxMessage.objects.get().error) == (["pending"], "ValueError: half \\ud800 a \\x00 text")


def test_where_our_table_cannot_be_written_to_the_publish_stands(monkeypatch, caplog):
    """A new release before ``migrate``, say."""
    caplog.set_level("ERROR", "openedx_catalog.messages.inbox")
    monkeypatch.setattr(InboxMessage._meta, "db_table", "openedx_catalog_not_there")
    assert publish(KEY, at(1), display_name="T") == []
    assert CourseOverview.objects.get().display_name == "T"
    assert "could not be written down" in caplog.text


def test_half_a_character_in_an_event_costs_the_sender_nothing():
    info = CourseCatalogData(course_key=KEY, name="T\ud800", schedule_data=CourseScheduleData(start=at(2), pacing="self"))
    with transaction.atomic():
        COURSE_CATALOG_INFO_CHANGED.send_event(time=at(3), catalog_info=info)
        CourseOverview.objects.create(id=RERUN, org="MITx")
    assert CourseOverview.objects.filter(id=RERUN).exists()
    assert states()[0] == "parked"


def test_the_deletion_of_another_spelling_leaves_a_run_alone():
    publish(KEY, at(1), display_name="T")
    twin = CourseKey.from_string(str(KEY).replace("14.100x", "14.100X"))
    messages.record("deleted", twin, source="course_deleted", source_time=at(5))
    assert not CourseRunWithdrawal.objects.exists()
    assert "other_spelling" in InboxMessage.objects.latest("pk").error


def test_a_run_that_another_program_wrote_is_withdrawn_too():
    publish(KEY, at(1), display_name="T")
    CourseRun.objects.update(key_ci=None, uuid=None)
    delete(KEY)
    assert CourseRunWithdrawal.objects.count() == 1


def test_what_was_reported_after_a_parked_message_is_kept_as_long_as_that(settings):
    """Replayed after everything newer was purged, a deletion would be the last word."""
    publish(KEY, at(1), display_name="T")
    messages.record("deleted", KEY, source="course_deleted", source_time=at(2))
    InboxMessage.objects.filter(kind="deleted").update(state="parked")
    publish(KEY, at(3), display_name="T")
    publish(RERUN, at(3), display_name="T")
    InboxMessage.objects.filter(state="done").update(done_at=at(4))
    assert messages.purge(7) == InboxMessage.objects.filter(course_key=str(RERUN)).count() + 3
    messages.replay_now(list(InboxMessage.objects.values_list("pk", flat=True)))
    assert set(states()) == {"done"}
    assert not CourseRunWithdrawal.objects.exists()


def test_a_run_that_a_backfill_creates_after_its_deletion_was_reported_is_withdrawn():
    CourseOverview.objects.bulk_create([CourseOverview(id=KEY, org="MITx", display_name="T")])
    messages.record("deleted", KEY, source="course_deleted")
    assert states() == ["done"]
    call_command("backfill_catalog", "--from", "course_overviews", stdout=StringIO())
    assert api.get_course_run(KEY).withdrawal.source == "course_deleted"


def test_eager_celery_applies_at_once(settings):
    from celery import current_app

    settings.OPENEDX_CATALOG_INBOX = "celery"
    current_app.conf.task_always_eager = True
    try:
        report(title="T")
    finally:
        current_app.conf.task_always_eager = False
    assert states() == ["done"]


def test_parked_messages_may_be_deleted_in_the_admin_and_no_others(admin_client):
    report(title="T")
    messages.record("exists", "A/B", source="test")
    listing = reverse("admin:openedx_catalog_inboxmessage_changelist")
    chosen = {"action": "discard", "_selected_action": list(InboxMessage.objects.values_list("pk", flat=True))}
    assert "1 parked message was deleted." in admin_client.post(listing, chosen, follow=True).content.decode()
    assert states() == ["done"]


def test_parked_messages_are_seen_and_replayed_in_the_admin(monkeypatch, admin_client, settings):
    settings.OPENEDX_CATALOG_INBOX_ATTEMPTS = 1
    with monkeypatch.context() as broken:
        broken.setattr(api, "sync_course_runs", lambda *args, **kwargs: 1 / 0)
        report(title="<script>T")
    assert states() == ["parked"]
    listing = reverse("admin:openedx_catalog_inboxmessage_changelist")
    page = admin_client.get(listing + "?state__exact=parked").content.decode()
    assert "division by zero" in page
    message = InboxMessage.objects.get()
    page = admin_client.get(reverse("admin:openedx_catalog_inboxmessage_change", args=[message.pk])).content.decode()
    assert "&lt;script&gt;T" in page
    chosen = {"action": "replay", "_selected_action": [message.pk]}
    assert "1 message will be processed again." in admin_client.post(listing, chosen, follow=True).content.decode()
    assert (states(), api.get_course_run(KEY).title) == (["done"], "<script>T")
    assert admin_client.post(reverse("admin:openedx_catalog_inboxmessage_add")).status_code == 403


def test_only_who_may_view_messages_sees_the_inbox(client):
    client.force_login(get_user_model().objects.create_user("someone"))
    assert client.get(reverse("admin:openedx_catalog_inboxmessage_changelist")).status_code == 302


def test_e13_the_receivers_share_of_a_publish_is_two_queries():
    sent = []

    def note(execute, sql, *rest):
        if connection.in_atomic_block and "inboxmessage" in sql:
            sent.append(sql.split(None, 1)[0])
        elif connection.in_atomic_block and "openedx_catalog" in sql:
            sent.append(sql)
        return execute(sql, *rest)

    with transaction.atomic():
        with connection.execute_wrapper(note):
            publish(KEY, at(1), display_name="T")
            assert sent == ["INSERT", "INSERT"]
        transaction.set_rollback(True)
    assert not InboxMessage.objects.exists()


def test_messages_by_celery(settings, monkeypatch):
    import openedx_catalog.tasks

    settings.OPENEDX_CATALOG_INBOX = "celery"
    reported = []
    monkeypatch.setattr(openedx_catalog.tasks.process_inbox_message, "delay", reported.append)
    event_id = report(title="T")
    assert reported == [event_id]
    assert states() == ["pending"]
    assert openedx_catalog.tasks.process_inbox_message(event_id) == "done"
    assert openedx_catalog.tasks.process_inbox() == {"done": 0, "pending": 0, "parked": 0}


def test_a_message_that_another_worker_has_is_left_to_it(settings):
    settings.OPENEDX_CATALOG_INBOX = "command"
    event_id = report(title="T")
    InboxMessage.objects.update(due_at=timezone.now() + messages.box.LEASE)
    assert messages.process(event_id) == ""


def test_done_messages_are_purged_after_their_days():
    report(title="T")
    report(RERUN, title="T")
    InboxMessage.objects.filter(course_key=str(KEY)).update(done_at=timezone.now() - timedelta(days=8))
    call_command("process_catalog_inbox", verbosity=0)
    assert [message.course_key for message in InboxMessage.objects.all()] == [str(RERUN)]


def test_receivers_never_raise_into_the_publish(monkeypatch):
    monkeypatch.setattr(messages.inbox, "process", lambda event_id: 1 / 0)
    assert publish(KEY, at(1), display_name="T") == []
    assert set(states()) == {"pending"}


# Backfill


def test_publishing_yields_what_a_backfill_of_the_same_rows_yields(capsys):
    keys = [CourseKey.from_string(f"course-v1:Org{n % 5}+C{n // 3}+{n}") for n in range(60)]
    keys += [CourseKey.from_string("Org1/C1/old"), CourseKey.from_string("ccx-v1:Org1+C1+1+ccx@3")]
    for number, key in enumerate(keys):
        dates = {"start": at(number), "end": at(number + 9)} if number % 2 else {}
        # Of the course, since which of its runs gives it its title depends on the order.
        publish(
            key,
            at(number),
            display_name=f"Title of {key.org} {key.course}",
            self_paced=bool(number % 3),
            language="fr",
            **dates,
        )
    published = catalog()
    for model in (CourseRun, CatalogCourse, InboxMessage):
        model.objects.all().delete()
    call_command("backfill_catalog", "--from", "course_overviews", "--dry-run")
    assert not CourseRun.objects.exists()
    call_command("backfill_catalog", "--from", "course_overviews", "--batch-size", "7")
    assert catalog() == published
    history = CourseRun.history.count()
    call_command("backfill_catalog", "--from", "course_overviews.CourseOverview")
    assert CourseRun.history.count() == history
    assert "unchanged                      62" in capsys.readouterr().out


def test_dirty_overviews_are_reported_and_the_rest_is_taken(tmp_path, capsys):
    rows = {"course-v1:A+B+1": "First", "course-v1:A+B+1_more": None, "A/B/": "No run", "course-v1:МФТИ+A+1": "No organization"}
    CourseOverview.objects.bulk_create(
        [CourseOverview(id=CourseKey.from_string(key), display_name=title) for key, title in rows.items()]
    )
    CourseOverview.objects.filter(display_name="First").update(language="Klingon & more")
    report = tmp_path / "report.json"
    with pytest.raises(SystemExit):
        call_command("backfill_catalog", "--from", "course_overviews", "--report", str(report))
    found = json.loads(report.read_text())
    assert found["outcomes"]["created"] == 2
    assert found["outcomes"]["invalid"] == 2
    assert {problem["code"] for problem in found["problems"]} >= {"invalid_course_key", "organization_not_found"}
    assert api.get_course_run("course-v1:A+B+1_more").title == "First"


def test_case_twins_of_overviews_are_one_run():
    """Where the platform's own column minds case, as on PostgreSQL, it may have both."""
    publish(CourseKey.from_string("course-v1:A+B+Run"), at(1), display_name="First")
    publish(CourseKey.from_string("course-v1:A+b+run"), at(2), display_name="Second")
    run = api.get_course_run("course-v1:A+B+RUN")
    assert (str(run.course_key), run.title, CourseRun.objects.count()) == ("course-v1:A+B+Run", "First", 1)
    assert "other_spelling" in InboxMessage.objects.filter(course_key="course-v1:A+b+run", kind="observed").first().error


def test_there_is_either_a_file_or_a_model():
    for arguments in (["runs.csv", "--from", "course_overviews"], ["--from", "nothing.Here"], ["--from", "nothing"]):
        with pytest.raises(CommandError) as caught:
            call_command("backfill_catalog", *arguments)
        assert caught.value.returncode == 2
