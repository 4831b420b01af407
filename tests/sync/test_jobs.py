"""Files and legacy rows, reverting, schedules, the command and the tasks; and what a sync costs."""

import json
import sys
from datetime import timedelta
from io import BytesIO, StringIO, TextIOWrapper

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.exceptions import InvalidSource, JobNotRevertible
from openedx_catalog.contrib.sync.models_api import RunSource, SyncJob
from openedx_catalog.exceptions import DeletedOnPurpose, InvalidCourseKey, InvalidRequest
from openedx_catalog.models_api import CourseRun
from openedx_catalog.transfer import UnreadableFile, open_catalog_file

from .conftest import by_outcome, counts, last_job, missing, row, rows, run

pytestmark = [pytest.mark.django_db, pytest.mark.two_databases]


@pytest.fixture
def legacy(db):
    return api.create_source(name="legacy", kind="file", create_missing=True)


def load(text, name="runs.csv", tmp=None, **kwargs):
    stream = BytesIO(text.encode())
    with open_catalog_file("-", format=name.rpartition(".")[2], stdin=stream, keys=("course_key", "external_id")) as file:
        return api.sync_source("legacy", file=file, **kwargs)


FILE = """external_id,course_key,title,start
17,,Old Physics,2001-02-03T00:00:00Z
18,MITx/8.01x/2013,Mechanics,
19,not a key,Chemistry,
,course-v1:MITx+A+1,Algebra,someday
"""


# Files


def test_24_rows_without_a_course_key_are_kept_and_the_others_are_runs(legacy):
    report = load(FILE)
    assert (counts(report), report.status) == ({"created": 4}, "partial")
    assert [outcome.code for outcome in by_outcome(report)["created"]] == ["legacy_row", "legacy_row", "", "partly_taken"]
    kept = RunSource.objects.get(external_id="17")
    assert (kept.run, kept.row["title"], kept.row["start"]) == (None, "Old Physics", "2001-02-03T00:00:00Z")
    assert RunSource.objects.get(external_id="18").run == catalog.get_course_run("MITx/8.01x/2013")
    assert by_outcome(report)["created"][-1].place == "line 5"
    assert counts(load(FILE)) == {"unchanged": 3, "invalid": 1}
    assert counts(load(FILE.replace("Old Physics", "Older Physics"))) == {"updated": 1, "unchanged": 2, "invalid": 1}


def test_24_a_legacy_row_becomes_a_run_when_somebody_gives_it_a_key(legacy):
    load(FILE)
    kept = RunSource.objects.get(external_id="17")
    with pytest.raises(InvalidCourseKey):
        api.give_course_key(kept, "nonsense")
    catalog.associate_course_run("course-v1:MITx+PHY+0")
    catalog.delete_course_run("course-v1:MITx+PHY+0", for_good=True)
    with pytest.raises(DeletedOnPurpose):
        api.give_course_key(kept, "course-v1:MITx+PHY+0")
    kept.refresh_from_db()
    assert kept.row
    made = api.give_course_key(kept, "course-v1:MITx+PHY+1")
    assert (made.title, made.schedule.start.year) == ("Old Physics", 2001)
    kept.refresh_from_db()
    assert (kept.run, kept.row) == (made, None)
    with pytest.raises(InvalidRequest, match="already"):
        api.give_course_key(kept, "course-v1:MITx+PHY+2")
    # From then on the file writes to that run.
    assert counts(load(FILE.replace("Old Physics", "Older Physics"))) == {"updated": 1, "unchanged": 2, "invalid": 1}
    assert catalog.get_course_run("course-v1:MITx+PHY+1").title == "Older Physics"


def test_24_a_thousand_rows_with_a_bad_one_twice_and_dry(legacy):
    text = "course_key,title,end\n" + "".join(f"course-v1:MITx+C{n % 90}+{n},T{n},\n" for n in range(999))
    text += "course-v1:MITx+Bad+1,T,tomorrow\n"
    dry = load(text, dry_run=True)
    assert not CourseRun.objects.exists()
    assert not RunSource.objects.exists()
    report = load(text)
    assert counts(report) == counts(dry) == {"created": 1000}
    assert report.catalog_courses_created == dry.catalog_courses_created == 91
    again = load(text)
    assert counts(again) == {"unchanged": 999, "invalid": 1}
    assert "end" in by_outcome(again)["invalid"][0].reason


def test_what_a_file_lacks_is_missing_too(legacy):
    lines = [f"course-v1:MITx+C+{n},T\n" for n in range(50)]
    load("course_key,title\n" + "".join(lines))
    assert counts(load("course_key,title\n" + "".join(lines[1:])))["missing"] == 1
    assert missing() == ["course-v1:MITx+C+0"]


def test_a_file_may_be_json_lines_and_must_name_its_rows(legacy):
    text = json.dumps({"external_id": "9", "title": "Nine"}) + "\n"
    assert counts(load(text, "runs.jsonl")) == {"created": 1}
    with pytest.raises(UnreadableFile, match="course_key or external_id"):
        load("title\nX\n")
    with pytest.raises(InvalidSource, match="none was given"):
        api.sync_source("legacy")


# Why


def test_the_reason_of_a_sync_stands_in_the_history_after_its_job(sync, lms, remote):
    remote.rows = [row("A")]
    job = sync("lms", reason="asked for by the registrar").job
    assert run("A").history.first().history_change_reason == f"sync:lms:{job}: asked for by the registrar"
    with pytest.raises(InvalidRequest, match="reason cannot be stored"):
        sync("lms", reason="x" * 5000)
    assert SyncJob.objects.count() == 1


def test_the_command_takes_a_reason(legacy, tmp_path):
    (file := tmp_path / "runs.csv").write_text("course_key,title\ncourse-v1:MITx+A+1,A\n")
    assert command("legacy", "--file", str(file), "--reason", "the old list")[0] == 0
    assert run("A").history.first().history_change_reason.endswith(": the old list")


# Reverting


@pytest.mark.parametrize("why", [{}, {"reason": "the registrar asked for it"}], ids=["without a reason", "with one"])
def test_revert_restores_what_a_job_overwrote_and_nothing_since(sync, lms, remote, why):
    remote.rows = [row("A"), row("B"), row("C")]
    sync("lms")
    for each in remote.rows:
        each |= {"name": "Wrong", "start": "2030-01-01T00:00:00Z", "end": "2031-01-01T00:00:00Z"}
    remote.rows.append(row("D"))
    job = sync("lms", **why).job
    catalog.update_course_run("course-v1:MITx+B+1", title="By hand")
    report = api.revert_sync(job, reason="the LMS was restored from an old backup")
    assert ("course-v1:MITx+B+1", "title") in report.kept
    assert {key for key, _field in report.restored} == {f"course-v1:MITx+{code}+1" for code in "ABC"}
    assert [(each.title, each.schedule.start.year, each.schedule.end) for each in map(run, "ABC")] == [
        ("Course A", 2027, None), ("By hand", 2027, None), ("Course C", 2027, None),
    ]  # fmt: skip
    assert run("D").title == "Course D"
    assert run("A").history.first().history_change_reason.startswith(f"revert:lms:{job}: the LMS was restored")
    assert SyncJob.objects.get(pk=job).reverted_at
    twice = api.revert_sync(job)
    assert twice.restored == []
    # The source still says so: the next sync takes it over again.
    assert counts(sync("lms"))["updated"] == 3


def test_what_cannot_be_reverted(sync, lms, remote, settings):
    job = SyncJob.objects.create(source=lms, status="running")
    with pytest.raises(JobNotRevertible, match="running"):
        api.revert_sync(job)
    with pytest.raises(SyncJob.DoesNotExist):
        api.revert_sync(0)
    remote.rows = [row("A")]
    sync("lms")
    settings.SIMPLE_HISTORY_ENABLED = False
    remote.rows[0]["name"] = "New"
    job = sync("lms").job
    with pytest.raises(JobNotRevertible, match="no history"):
        api.revert_sync(job)


# When


def test_what_is_due(sync, lms, legacy, remote):
    assert api.due_sources() == []
    api.update_source("lms", every_minutes=60)
    api.update_source("legacy", every_minutes=60)
    assert api.due_sources() == [lms]
    remote.rows = [row("A")]
    sync("lms")
    assert api.due_sources() == []
    assert api.due_sources(at=timezone.now() + timedelta(minutes=61)) == [lms]
    api.update_source("lms", enabled=False)
    assert api.due_sources(at=timezone.now() + timedelta(days=1)) == []


def test_resume_only_what_did_not_end_well(sync, lms, remote):
    with pytest.raises(InvalidSource, match="no resuming"):
        sync("lms", resume=True)
    remote.rows = [row("A")]
    sync("lms")
    with pytest.raises(InvalidSource, match="no resuming"):
        sync("lms", resume=True)


def test_old_jobs_are_forgotten(sync, lms, remote, settings):
    remote.rows = [row("A")]
    sync("lms")
    first = last_job()
    SyncJob.objects.update(started_at=timezone.now() - timedelta(days=100))
    sync("lms")
    assert not SyncJob.objects.filter(pk=first.pk).exists()
    assert missing() == []


# The command


def command(*arguments, **options):
    out = StringIO()
    try:
        call_command("sync_catalog", *arguments, stdout=out, **options)
    except SystemExit as ended:
        return ended.code, out.getvalue()
    return 0, out.getvalue()


def test_the_command_says_what_became_of_it_and_ends_with_0_1_or_2(lms, remote, tmp_path):
    api.update_source("lms", create_missing=True)
    remote.rows = [row("A"), row("B")]
    code, out = command("lms", "--dry-run")
    assert (code, out.splitlines()[0]) == (0, "Dry run: nothing was written.")
    assert command("lms")[0] == 0
    remote.rows[0]["start"] = "soon"
    report = tmp_path / "report.json"
    code, out = command("lms", "--report", str(report))
    assert code == 1
    assert "1 unchanged, 1 invalid" in out
    assert "invalid  course-v1:MITx+A+1  invalid_date: start 'soon' cannot be stored: expected an ISO 8601 date" in out
    (written,) = json.loads(report.read_text())["syncs"]
    assert (written["status"], written["counts"]["invalid"], written["outcomes"][0]["code"]) == ("partial", 1, "invalid_date")
    remote.rows = []
    code, out = command("lms")
    assert (code, "aborted" in out) == (2, True)
    assert command("lms", "--allow-mass-missing")[0] == 1
    assert command("lms", "--only", "course-v1:MITx+A+1")[0] == 1
    for wrong in ((), ("nobody",), ("lms", "--due"), ("lms", "--report", str(tmp_path / "no" / "report.json"))):
        with pytest.raises(CommandError) as refused:
            command(*wrong)
        assert refused.value.returncode == 2


def test_the_command_reads_files_and_standard_input_and_what_is_due(legacy, lms, remote, tmp_path, monkeypatch):
    path = tmp_path / "runs.csv"
    path.write_text(FILE)
    assert command("legacy", "--file", str(path))[0] == 1
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(b"course_key,title\ncourse-v1:MITx+Z+1,Z\n")))
    assert command("legacy", "--format", "csv")[0] == 1
    assert run("Z").title == "Z"
    api.update_source("lms", every_minutes=5)
    remote.rows = [row("A")]
    code, out = command("--due")
    assert (code, out.splitlines()[0].partition(":")[0]) == (0, "lms")
    assert command("--due") == (0, "")
    with pytest.raises(CommandError, match="cannot be read"):
        command("legacy", "--file", str(tmp_path / "none.csv"))


def test_the_tasks_are_thin(lms, remote, settings):
    from celery import current_app

    from openedx_catalog.contrib.sync import tasks

    monkey, current_app.conf.task_always_eager = current_app.conf.task_always_eager, True
    try:
        api.update_source("lms", every_minutes=5)
        remote.rows = [row("A")]
        assert tasks.sync_due_sources() == ["lms"]
        assert (tasks.sync_due_sources(), run("A").title) == ([], "Course A")
        assert tasks.sync_source("lms") == "ok"
        settings.OPENEDX_CATALOG_SYNC_RUNNER = "celery"
        remote.rows = rows(2)
        api.start_sync("lms", allow_mass_missing=True)
        assert (last_job().allow_mass_missing, CourseRun.objects.count()) == (True, 3)
    finally:
        current_app.conf.task_always_eager = monkey


def test_without_its_extra_the_app_says_so(monkeypatch):
    monkeypatch.setattr("openedx_catalog.contrib.sync.apps.find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match=r"openedx-catalog\[sync\]"):
        apps.get_app_config("openedx_catalog_sync").import_models()


# What it costs


def test_a_page_of_unchanged_records_costs_two_queries_and_of_changed_ones_fourteen(sync, lms, remote, data_statements):
    # The last of these notes that the source states an end now.
    most = 21 if connection.vendor == "sqlite" else 14
    remote.rows = rows(300)
    sync("lms")

    def cost(count):
        remote.rows = remote.rows[:count]
        with data_statements() as log:
            sync("lms", only=[each["id"] for each in remote.rows])
        return len(log)

    assert cost(300) - cost(200) == 2
    remote.rows = rows(300)
    base = cost(300)
    for each in remote.rows[:100]:
        each |= {"name": "New", "end": "2099-01-01T00:00:00Z"}
    assert cost(300) - base + 2 <= most
