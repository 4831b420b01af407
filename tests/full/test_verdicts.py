"""Two hundred awkward records, taken through every door of the catalog to the same end, or the table says why not."""

from __future__ import annotations

import csv
import io
import re
import uuid
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey
from openedx.core.djangoapps.content.course_overviews.models import CourseOverview
from rest_framework.test import APIClient

from openedx_catalog import api, handlers, messages
from openedx_catalog.contrib.sync import api as sync
from openedx_catalog.models_api import CourseRun
from openedx_catalog.testing.users import rest_user
from tests import verdicts
from tests.sync.remote import Remote
from tests.verdicts import ALL, CARRIES, DOORS, RECORDS

pytestmark = [pytest.mark.django_db, pytest.mark.newest]
DATES = ALL[1:5]
COLUMNS = ("course_key", *ALL)


@pytest.fixture(autouse=True)
def hosts(settings):
    settings.OPENEDX_CATALOG_SYNC_ALLOWED_PRIVATE_HOSTS = ("127.0.0.1",)


@pytest.fixture
def remote():
    server = Remote()
    yield server
    server.close()


# What is there before


def _prepare():
    for code in ("VX", "GoneX", "FormerX"):
        api.create_organization(short_name=code, name=code)
    api.update_organization("GoneX", active=False)
    api.create_organization(short_name="OldX", name="Old")
    api.update_organization("OldX", short_name="RenamedX")
    there = api.create_catalog_course(org_code="VX", course_code="There", title="There")
    merged = api.create_catalog_course(org_code="VX", course_code="Merged")
    api.merge_catalog_courses(merged, into=there, reason="the same")
    for record in RECORDS:
        if record.given:
            _prepare_run(record, there)


def _prepare_run(record, there):
    key = f"course-v1:VX+{record.code}+1"
    schedule = {"start": "2027-01-01T00:00:00Z"} if record.given == "dated" else None
    run = api.associate_course_run(key, title="Stored", schedule=schedule).run
    if record.given in ("deleted", "gone"):
        api.delete_course_run(key, for_good=record.given == "deleted")
    elif record.given == "withdrawn":
        api.withdraw_course_run(key, at=datetime(2020, 1, 1, tzinfo=UTC))
    elif record.given == "moved":
        api.move_course_run(key, there, reason="it belongs there")
    elif record.given == "merged":
        api.merge_catalog_courses(run.catalog_course, into=there, reason="the same")
    elif record.given == "renamed":
        api.rename_catalog_course(run.catalog_course, course_code=f"{record.code}R", reason="a new code")


# The doors. Each is given ``[(record, values)]``: the values that it can carry, as texts.


def through_api(given, **_fixtures):
    records = [api.AssociationRecord(record.course_key, line=record.number, **values) for record, values in given]
    outcomes = {}
    report = api.associate_course_runs(records, on_row=lambda row: outcomes.update({row.line: [row.outcome]}))
    for problem in report.problems:
        outcomes[problem.line].append(problem.code)
    return outcomes


def through_rest(given, **_fixtures):
    client = APIClient()
    client.force_authenticate(rest_user("superuser"))
    records = [{"course_key": record.course_key, **values} for record, values in given]
    answer = client.post("/api/catalog/v1/course-runs/associate/", {"records": records}, format="json")
    assert answer.status_code == 200, answer.content


def _csv(given):
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows({"course_key": record.course_key, **values} for record, values in given)
    return text.getvalue().encode()


def through_file(given, tmp_path, **_fixtures):
    path = tmp_path / "runs.csv"
    path.write_bytes(_csv(given))
    with pytest.raises(SystemExit):
        call_command("backfill_catalog", str(path), verbosity=0, stdout=io.StringIO(), stderr=io.StringIO())


def through_admin(given, admin_client, **_fixtures):
    page = reverse("admin:openedx_catalog_courserun_import")
    shown = admin_client.post(page, {"file": SimpleUploadedFile("runs.csv", _csv(given)), "source": "march"})
    assert admin_client.post(page, {"signed": shown.context["signed"]}).status_code == 200


def _of_platform(given):
    """What the platform can have at all: parsed keys of at most 255 characters, which is what its tables take, and dates."""
    for record, values in given:
        try:
            key = CourseKey.from_string(record.course_key)
            dates = {name: _moment(values[name]) for name in DATES if name in values}
        except (InvalidKeyError, ValueError, OverflowError):
            continue
        if key.is_course and len(str(key)) <= 255 and values.get("pacing", "self") in ("self", "instructor") and not key.branch:
            yield record, key, {**values, **dates}


def _moment(text):
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or moment.year < 1000:
        raise ValueError(text)
    return moment.astimezone(UTC)


def through_event(given, **_fixtures):
    for _record, key, values in _of_platform(given):
        schedule = SimpleNamespace(pacing=values.get("pacing", ""), **{name: values.get(name) for name in DATES})
        info = SimpleNamespace(course_key=key, name=values.get("title", ""), schedule_data=schedule)
        metadata = SimpleNamespace(id=uuid.uuid4(), time=timezone.now())
        handlers.course_catalog_info_changed(None, catalog_info=info, metadata=metadata)
    messages.process_due()


def through_overview(given, **_fixtures):
    for _record, key, values in _of_platform(given):
        fields = {name: values.get(name) for name in (*DATES, "language")}
        paced = values.get("pacing") == "self"
        CourseOverview.objects.create(id=key, org=key.org, display_name=values.get("title"), self_paced=paced, **fields)
    options = {"model": "course_overviews", "stdout": io.StringIO(), "stderr": io.StringIO()}
    with pytest.raises(SystemExit):
        call_command("backfill_catalog", verbosity=0, **options)


def through_lms(given, remote, **_fixtures):
    # As the platform lists it: of names it escapes two characters.
    remote.rows = [
        {"id": record.course_key, "start_type": "empty" if values.get("start") == "2030-01-01T00:00:00Z" else "timestamp"}
        | {name: value or None for name, value in values.items()}
        | {"name": values.get("title", "").replace("<", "&lt;").replace(">", "&gt;")}
        for record, values in given
    ]
    _sync("lms", remote)


def through_discovery(given, remote, **_fixtures):
    theirs = {"language": "content_language", "pacing": "pacing_type", "catalog_course": "course"}
    now = timezone.now().isoformat()
    remote.rows = [
        {"key": record.course_key, "modified": now, **{theirs.get(name, name): value or None for name, value in values.items()}}
        for record, values in given
    ]
    _sync("discovery", remote)


def _sync(kind, remote):
    sync.create_source(name=kind, kind=kind, base_url=remote.url, create_missing=True, per_minute=6000)
    report = sync.sync_source(kind)
    assert report.status == "partial", report.message


def through_sync_file(given, tmp_path, **_fixtures):
    path = tmp_path / "runs.csv"
    path.write_bytes(_csv(given))
    sync.create_source(name="file", kind="file", create_missing=True)
    with pytest.raises(SystemExit):
        call_command("sync_catalog", "file", file=str(path), verbosity=0, stdout=io.StringIO(), stderr=io.StringIO())


THROUGH = dict(zip(DOORS, (
    through_api, through_rest, through_file, through_admin, through_event, through_overview, through_lms, through_discovery,
    through_sync_file,
), strict=True))  # fmt: skip


def _given(fields):
    """The records with what a door can carry."""
    for record in RECORDS:
        yield record, {name: record.named(value) for name, value in record.values.items() if name in fields}


def _ends(says):
    """``{number: what of a record is in the catalog}``: each run with its course, and the fields that the record `says`."""
    names = ("title", *DATES, "pacing", "language")
    columns = ("title", *(f"schedule__{name}" for name in (*DATES, "pacing")), "catalog_course__language")
    where = ("course_key__text", "catalog_course__org__short_name", "catalog_course__course_code", "association")
    found = {record.number: [] for record in RECORDS}
    for key, *rest in CourseRun.objects.order_by("key_ci").values_list(*where, *columns):
        stored = dict(zip(names, rest[3:], strict=True))
        number = int(re.search(r"[+/]v(\d{3})", key, re.IGNORECASE)[1])
        found[number].append((key, *rest[:3], *((name, stored[name] or None) for name in sorted(says[number]))))
    return found


def _take(door, fields, fixtures):
    """What is in the catalog when a door has taken the records, each with these of its fields."""
    given = list(_given(fields))
    says = {record.number: set(values) - {"catalog_course"} for record, values in given}
    with transaction.atomic():
        _prepare()
        told = THROUGH[door](given, **fixtures)
        ends = _ends(says)
        transaction.set_rollback(True)
    return ends, told


def test_the_table_says_what_becomes_of_each_record():
    assert len(RECORDS) >= 200
    _ends, told = _take("api", ALL, {})
    shown = {number: ": ".join([outcome, ", ".join(codes)]) if codes else outcome for number, (outcome, *codes) in told.items()}
    assert {record.name: shown[record.number] for record in RECORDS} == {record.name: record.ends for record in RECORDS}


def test_the_page_is_what_the_table_says():
    assert verdicts.TARGET.read_text(encoding="utf-8") == verdicts.text(), "python -m tests.verdicts"


@pytest.mark.parametrize("door", DOORS[1:])
def test_every_door_takes_a_record_to_the_same_end_or_the_table_says_why_not(door, remote, admin_client, tmp_path):
    fixtures = {"remote": remote, "admin_client": admin_client, "tmp_path": tmp_path}
    (expected, _report), (found, _none) = (_take(each, CARRIES[door], fixtures) for each in ("api", door))
    carried = {record.number for record, *_rest in _of_platform(_given(CARRIES[door]))}
    different = {
        record.name: (found[record.number], expected[record.number])
        for record in RECORDS
        if found[record.number] != expected[record.number]
        if door not in ("event", "overview") or record.number in carried
    }
    assert different.keys() == {record.name for record in RECORDS if door in record.apart}, different
