"""Every change reports what happened: one event, in its transaction, received after the commit."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import UUID

import attr
import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from opaque_keys.edx.keys import CourseKey
from openedx_events.event_bus.avro.deserializer import deserialize_bytes_to_event_data
from openedx_events.event_bus.avro.serializer import serialize_event_data_to_bytes
from openedx_events.tooling import OpenEdxPublicSignal

from openedx_catalog import api, messages, signals
from openedx_catalog.models_api import CatalogCourse, CourseRun, OutboxMessage
from tests.conftest import RUN_KEY

pytestmark = pytest.mark.django_db(transaction=True)

START, END = datetime(2027, 1, 31, 10, tzinfo=UTC), datetime(2027, 5, 1, tzinfo=UTC)
OURS = [signal for signal in OpenEdxPublicSignal.all_events() if signal.event_type.startswith("org.openedx.catalog.")]


def reported():
    """What has happened, without the common part of the names."""
    types = OutboxMessage.objects.order_by("pk").values_list("event_type", flat=True)
    return [name.removeprefix("org.openedx.catalog.").removesuffix(".v1") for name in types]


def data_of(message):
    return json.loads(message.payload)


def newest():
    return data_of(OutboxMessage.objects.latest("pk"))


@pytest.fixture
def after():
    """The events of what comes after this fixture's own run and course."""
    api.associate_course_run(RUN_KEY, title="Microeconomics", schedule={"start": START})
    OutboxMessage.objects.all().delete()
    return api.get_course_run(RUN_KEY)


# What is reported


def test_a_new_run_of_a_new_course_is_reported_as_both():
    run = api.associate_course_run(RUN_KEY, title="Microeconomics", language_short="es", schedule={"start": START}).run
    assert reported() == ["catalog_course.created", "course_run.created"]
    course, created = map(data_of, OutboxMessage.objects.order_by("pk"))
    assert course == {
        "uuid": str(run.catalog_course.uuid),
        "key": "catalog-course:MITx:14.100x",
        "org_code": "MITx",
        "course_code": "14.100x",
        "title": "Microeconomics",
        "language": "es",
    }
    assert created == {
        "course_key": RUN_KEY,
        "uuid": str(run.uuid),
        "title": "Microeconomics",
        "association": "implicit",
        "catalog_course_uuid": str(run.catalog_course.uuid),
        "catalog_course_key": "catalog-course:MITx:14.100x",
        "start": START.isoformat(),
        "end": None,
        "enrollment_start": None,
        "enrollment_end": None,
        "pacing": "",
    }


def test_the_subjects_are_what_never_changes(after):
    api.rename_catalog_course(after.catalog_course, course_code="14.101x", reason="new number")
    api.update_course_run(RUN_KEY, title="T")
    subjects = OutboxMessage.objects.order_by("pk").values_list("subject", flat=True)
    assert list(subjects) == [str(after.catalog_course.uuid), RUN_KEY]


def test_runs_of_courses_that_are_there_name_them_whatever_found_them(after):
    api.move_course_run(RUN_KEY, api.create_catalog_course(org_code="Other", course_code="X"), reason="theirs")
    OutboxMessage.objects.all().delete()
    other = api.get_catalog_course(key_str="Other+X")
    api.associate_course_run("course-v1:A+B+1", catalog_course=other)
    api.associate_course_run("course-v1:A+B+2", catalog_course="other+x")
    api.associate_course_run("course-v1:OTHER+x+3")
    assert reported() == ["course_run.created"] * 3
    assert {data_of(event)["catalog_course_key"] for event in OutboxMessage.objects.all()} == {"catalog-course:Other:X"}
    assert {data_of(event)["catalog_course_uuid"] for event in OutboxMessage.objects.all()} == {str(other.uuid)}


@pytest.mark.parametrize(
    ("change", "event", "fields"),
    [
        (lambda: api.update_course_run(RUN_KEY, title="New"), "course_run.updated", {"title": "New"}),
        (lambda: api.update_course_run(RUN_KEY, schedule={"end": END}), "course_run.updated", {"end": END.isoformat()}),
        (lambda: api.associate_course_run(RUN_KEY, title="New"), "course_run.updated", {"association": "implicit"}),
        (lambda: api.sync_course_run(RUN_KEY, schedule={"pacing": "self"}), "course_run.updated", {"pacing": "self"}),
        (lambda: api.sync_course_run_details(RUN_KEY, title="New"), "course_run.updated", {"title": "New"}),
        (lambda: api.delete_course_run(RUN_KEY), "course_run.deleted", {"title": "Microeconomics", "start": START.isoformat()}),
        (lambda: api.withdraw_course_run(RUN_KEY, at=START), "course_run.withdrawn", {"withdrawn": True}),
        (
            lambda: api.update_catalog_course(CatalogCourse.objects.get(), title="New", language="fr"),
            "catalog_course.updated",
            {"title": "New", "language": "fr"},
        ),
        (
            lambda: api.rename_catalog_course("MITx+14.100x", course_code="14.101x", reason="new number"),
            "catalog_course.renamed",
            {"key": "catalog-course:MITx:14.101x", "previous_key": "catalog-course:MITx:14.100x", "reason": "new number"},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_change_is_reported_once_and_not_again_where_nothing_changes(after, change, event, fields):
    change()
    assert reported() == [event]
    assert newest().items() >= fields.items()
    if event != "course_run.deleted" and "rename" not in event:
        change()
        assert reported() == [event]


def test_a_move_reports_from_where_and_a_merge_reports_each_run(after):
    other = api.create_catalog_course(org_code="MITx", course_code="Other")
    OutboxMessage.objects.all().delete()
    api.move_course_run(RUN_KEY, other, reason="moved")
    api.associate_course_run("course-v1:MITx+Other+2")
    api.merge_catalog_courses(other, into="MITx+14.100x", reason="the same")
    assert reported() == [
        "course_run.moved",
        "course_run.created",
        "course_run.moved",
        "course_run.moved",
        "catalog_course.merged",
    ]
    first, _created, second, third, merged = map(data_of, OutboxMessage.objects.order_by("pk"))
    assert [(e["catalog_course_key"], e["previous_catalog_course_key"], e["reason"]) for e in (first, second, third)] == [
        ("catalog-course:MITx:Other", "catalog-course:MITx:14.100x", "moved"),
        ("catalog-course:MITx:14.100x", "catalog-course:MITx:Other", "the same"),
        ("catalog-course:MITx:14.100x", "catalog-course:MITx:Other", "the same"),
    ]
    into = api.get_catalog_course(key_str="MITx+14.100x")
    assert (merged["key"], merged["merged_into"], merged["merged_into_uuid"]) == (
        "catalog-course:MITx:Other", into.key_str, str(into.uuid),
    )  # fmt: skip
    api.move_course_run(RUN_KEY, into, reason="it is there")
    assert len(reported()) == 5


def test_a_run_that_comes_back_and_a_course_that_goes(after):
    api.withdraw_course_run(RUN_KEY, at=START)
    api.restore_course_run(RUN_KEY, at=END)
    api.delete_course_run(RUN_KEY)
    api.delete_catalog_course(CatalogCourse.objects.get())
    assert reported() == ["course_run.withdrawn", "course_run.updated", "course_run.deleted", "catalog_course.deleted"]
    assert newest()["key"] == "catalog-course:MITx:14.100x"


def test_another_spelling_of_the_organization_is_reported_for_each_of_its_courses(after, data_statements):
    api.associate_course_run("course-v1:MITx+15.071x+1")
    OutboxMessage.objects.all().delete()
    organization = api.find_organization_by_code("MITx")
    api.update_organization(organization, name="MIT")
    assert reported() == []
    with data_statements() as log:
        api.update_organization(organization, short_name="MITX", reason="as they write it")
    assert reported() == ["catalog_course.renamed"] * 2
    assert len(log) <= 17, "\n".join(log)
    assert [
        (event["previous_key"], event["key"], event["org_code"]) for event in map(data_of, OutboxMessage.objects.all())
    ] == [
        ("catalog-course:MITx:14.100x", "catalog-course:MITX:14.100x", "MITX"),
        ("catalog-course:MITx:15.071x", "catalog-course:MITX:15.071x", "MITX"),
    ]


def test_bulk_calls_report_each_row_that_changed_and_no_other():
    rows = [api.AssociationRecord(f"course-v1:O+B{n // 2}+{n}", title="T", start=START, line=n) for n in range(6)]
    api.associate_course_runs(rows, source="test", batch_size=4)
    assert reported().count("course_run.created") == 6
    assert reported().count("catalog_course.created") == 3
    OutboxMessage.objects.all().delete()
    api.associate_course_runs(rows, source="test")
    assert reported() == []
    changed = [*rows[:4], attr.evolve(rows[4], title="New"), attr.evolve(rows[5], end=END)]
    api.associate_course_runs([*changed, attr.evolve(rows[0], course_key="junk")], source="test")
    assert reported() == ["course_run.updated"] * 2
    api.associate_course_runs([attr.evolve(rows[0], course_key="course-v1:O+New+1")], source="test", dry_run=True)
    assert len(reported()) == 2


def test_a_key_that_comes_twice_in_a_batch_is_reported_in_order():
    rows = [api.AssociationRecord(RUN_KEY, title=title, line=n) for n, title in enumerate(("One", "Two", "Three"))]
    api.associate_course_runs(rows, source="test")
    runs = OutboxMessage.objects.filter(subject=RUN_KEY).order_by("pk")
    assert [data_of(event)["title"] for event in runs] == ["One", "Two", "Three"]


def test_observations_that_change_nothing_report_nothing(after):
    api.sync_course_run(RUN_KEY, title="Microeconomics", observed_at=END)
    assert reported() == []


def test_e11_what_is_rolled_back_has_not_happened(after):
    received = []
    with listening(signals.COURSE_RUN_UPDATED, received), transaction.atomic():
        api.update_course_run(RUN_KEY, title="New")
        transaction.set_rollback(True)
    assert (reported(), received) == ([], [])


# Who receives it


class listening:  # noqa: N801
    """``with listening(signal, list)``: the keywords of each call are appended to the list."""

    def __init__(self, signal, received, fail=False):
        self.signal, self.received, self.fail = signal, received, fail

    def __enter__(self):
        self.signal.connect(self.hear)

    def __exit__(self, *_error):
        self.signal.disconnect(self.hear)

    def hear(self, **kwargs):
        self.received.append(kwargs)
        if self.fail:
            raise RuntimeError("a receiver fails")


def test_receivers_hear_it_after_the_commit(after):
    received = []
    with listening(signals.COURSE_RUN_UPDATED, received):
        with transaction.atomic():
            api.update_course_run(RUN_KEY, title="New", schedule={"end": END})
            assert received == []
        (kwargs,) = received
    message = OutboxMessage.objects.get()
    run = kwargs["course_run"]
    assert (run.course_key, run.title, run.start, run.end) == (CourseKey.from_string(RUN_KEY), "New", START, END)
    assert (kwargs["metadata"].id, kwargs["metadata"].time) == (message.event_id, message.occurred_at)
    assert isinstance(kwargs["metadata"].id, UUID)
    assert (message.state, message.dispatched_at is None) == ("done", False)


def test_a_receiver_that_fails_stops_neither_the_change_nor_the_others(after, settings, caplog):
    received, also = [], []
    for settings.DEBUG in (False, True):
        with listening(signals.COURSE_RUN_UPDATED, received, fail=True), listening(signals.COURSE_RUN_UPDATED, also):
            api.update_course_run(RUN_KEY, title=f"New {settings.DEBUG}")
    assert api.get_course_run(RUN_KEY).title == "New True"
    assert (len(received), len(also)) == (2, 1)
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {"done"}
    assert "a receiver fails" in caplog.text


def test_what_nobody_listens_to_is_done_at_once(after):
    api.update_course_run(RUN_KEY, title="New")
    message = OutboxMessage.objects.get()
    assert (message.state, message.dispatched_at, message.sent_at) == ("done", message.occurred_at, message.occurred_at)


def test_a_receiver_receives_a_batch_in_order():
    received = []
    with listening(signals.COURSE_RUN_CREATED, received):
        api.associate_course_runs((api.AssociationRecord(f"course-v1:A+B+{n:03}") for n in range(600)), source="test")
    assert [str(kwargs["course_run"].course_key) for kwargs in received] == [f"course-v1:A+B+{n:03}" for n in range(600)]


def test_a_relay_reports_what_a_process_that_died_has_not_reported(after):
    received = []
    with listening(signals.COURSE_RUN_UPDATED, received):
        api.update_course_run(RUN_KEY, title="New")
        # As if the process had been killed between the commit and its receivers.
        OutboxMessage.objects.update(dispatched_at=None, state="pending")
        assert messages.relay().done == 0
        late = timezone.now() - timedelta(minutes=2)
        OutboxMessage.objects.update(occurred_at=late, due_at=late)
        assert messages.relay().done == 1
    assert [kwargs["course_run"].title for kwargs in received] == ["New", "New"]
    assert OutboxMessage.objects.get().state == "done"


# The definitions


def example(signal):
    """An instance of what a signal carries, every field filled."""
    ((name, record),) = signal.init_data.items()
    values = {str: "text", bool: True, datetime: START, CourseKey: CourseKey.from_string(RUN_KEY)}
    return {name: record(**{field.name: values[field.type] for field in attr.fields(record)})}


@pytest.mark.parametrize("signal", OURS, ids=lambda signal: signal.event_type)
def test_every_event_survives_the_bus(signal):
    data = example(signal)
    assert deserialize_bytes_to_event_data(serialize_event_data_to_bytes(data, signal), signal) == data
    ((name, record),) = signal.init_data.items()
    required = {field.name: getattr(data[name], field.name) for field in attr.fields(record) if field.default is attr.NOTHING}
    sparse = {name: record(**required)}
    assert deserialize_bytes_to_event_data(serialize_event_data_to_bytes(sparse, signal), signal) == sparse


def test_there_are_ten():
    names = [signal.event_type.removeprefix("org.openedx.catalog.").removesuffix(".v1") for signal in OURS]
    assert sorted(names) == [
        "catalog_course.created", "catalog_course.deleted", "catalog_course.merged", "catalog_course.renamed",
        "catalog_course.updated", "course_run.created", "course_run.deleted", "course_run.moved", "course_run.updated",
        "course_run.withdrawn",
    ]  # fmt: skip


@pytest.mark.parametrize("order", [1, -1], ids=["openedx_events first", "the catalog first"])
def test_the_bus_finds_them_whatever_the_order_of_installed_apps(order):
    """openedx_events refuses to start where the configuration names an event that it does not know."""
    names = ["openedx_events", "django.contrib.auth", "django.contrib.contenttypes", "organizations", "openedx_catalog"][
        ::order
    ]
    topics = {"catalog": {"event_key_field": "course_run.course_key", "enabled": True}}
    config = {signal.event_type: topics for signal in OURS}
    code = (
        "import django; from django.conf import settings; "
        f"settings.configure(INSTALLED_APPS={names}, EVENT_BUS_PRODUCER_CONFIG={config}, USE_TZ=True, SECRET_KEY='s'); "
        "django.setup()"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


# Housekeeping


def test_done_events_are_purged_after_some_days_and_others_stay(after, settings):
    settings.OPENEDX_CATALOG_KEEP_MESSAGES_DAYS = 7
    for title in ("One", "Two", "Three"):
        api.update_course_run(RUN_KEY, title=title)
    old = timezone.now() - timedelta(days=8)
    first, second, _third = OutboxMessage.objects.order_by("pk")
    OutboxMessage.objects.filter(pk__in=[first.pk, second.pk]).update(occurred_at=old)
    OutboxMessage.objects.filter(pk=second.pk).update(state="parked")
    call_command("relay_catalog_events", verbosity=0, stdout=StringIO())
    assert not OutboxMessage.objects.filter(pk=first.pk).exists()
    assert OutboxMessage.objects.count() == 2


@pytest.mark.parametrize(
    ("state", "age", "codes"),
    [("pending", 6, ["outbox_waiting"]), ("pending", 1, []), ("parked", 0, ["outbox_parked"]), ("done", 60, [])],
)
def test_the_doctor_names_the_oldest_event_that_nobody_got(after, state, age, codes):
    api.update_course_run(RUN_KEY, title="One")
    api.update_course_run(RUN_KEY, title="Two")
    since = timezone.now() - timedelta(minutes=age)
    OutboxMessage.objects.update(state=state, occurred_at=since, error="Connection refused")
    findings = list(api.diagnose())
    assert [finding.code for finding in findings] == codes
    for finding in findings:
        assert (finding.subject, finding.severity) == (RUN_KEY, "warning")
        assert f"since {since:%Y-%m-%d %H:%M:%S} (UTC)" in finding.message
        assert "Connection refused" in finding.message
        assert "Such messages: 2." in finding.message


def test_a_run_is_reported_as_it_was_even_if_it_changes_before_anybody_receives_it():
    received = []
    with listening(signals.COURSE_RUN_CREATED, received), transaction.atomic():
        api.associate_course_run(RUN_KEY, title="One")
        api.update_course_run(RUN_KEY, title="Two")
    assert [kwargs["course_run"].title for kwargs in received] == ["One"]
    assert CourseRun.objects.get().title == "Two"
