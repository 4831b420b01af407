"""An old file does not undo what people have mended since; what a file changes, keeps and ignores is said, value by value."""

import csv
import io
import json
import sys
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from openedx_catalog import api
from openedx_catalog.transfer import ReportFile, UnwritableReport

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

KEY, OTHER = "course-v1:A+B+1", "course-v1:A+B+2"
IMPORT = reverse("admin:openedx_catalog_courserun_import")
START = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture
def runs(admin_user):
    """One that a file brought, and somebody mended; one that nobody touched."""
    apply([record(KEY), record(OTHER)], source="backfill:january")
    api.update_course_run(KEY, title="Mended", schedule={"start": START}, user=admin_user, source="admin", reason="a typo")


def record(key, **values):
    return api.AssociationRecord(
        key, **{"title": "From the file", "start": "2026-05-01T00:00:00Z", "pacing": "self", "line": 2} | values
    )


def apply(records, **options):
    rows, changes = [], []
    how = {"source": "backfill:old", "on_row": rows.append, "on_change": changes.append}
    report = api.associate_course_runs(records, **how | options)
    return report, rows, changes


def stored(key=KEY):
    run = api.get_course_run(key)
    return run.title, run.schedule.start, run.schedule.pacing


def test_what_a_person_has_set_stays_and_what_nobody_has_is_taken(runs):
    report, [row], changes = apply([record(KEY, end="2026-12-01T00:00:00Z", pacing="instructor")], keep_edits=True)
    assert stored() == ("Mended", START, "instructor")
    assert row.outcome == "updated"
    assert [(change.field, change.before, change.after) for change in changes] == [
        ("end", None, datetime(2026, 12, 1, tzinfo=UTC)),
        ("pacing", "self", "instructor"),
    ]
    [problem] = report.problems
    assert (problem.code, problem.reason) == (
        "edited",
        "Set by a person, and kept: start (2026-09-01 00:00:00 UTC, not 2026-05-01 00:00:00 UTC), "
        "title ('Mended', not 'From the file').",
    )


def test_where_only_edits_differ_nothing_is_written(runs):
    history = api.get_course_run(KEY).history.count()
    report, [row], changes = apply([record(KEY)], keep_edits=True)
    assert (row.outcome, changes, report.failed) == ("unchanged", [], 0)
    assert api.get_course_run(KEY).history.count() == history


def test_whoever_says_so_overwrites_them(runs):
    _report, [row], changes = apply([record(KEY)])
    assert (row.outcome, stored()[0]) == ("updated", "From the file")
    assert [change.field for change in changes] == ["title", "start"]


@pytest.mark.parametrize("source", ["backfill:march", "sync:discovery", "admin:march"])
def test_what_a_file_or_a_source_has_set_since_is_no_edit(runs, admin_user, source):
    apply([record(KEY, title="Later")], source=source, user=admin_user)
    _report, [row], _changes = apply([record(KEY, title="Again")], keep_edits=True)
    assert (row.outcome, stored()[0]) == ("updated", "Again")


def test_who_is_deleted_was_a_person_too(runs, admin_user):
    admin_user.delete()
    apply([record(KEY)], keep_edits=True)
    assert stored()[0] == "Mended"


def test_a_schedule_that_a_person_took_away_stays_away(runs, admin_user):
    api.update_course_run(OTHER, schedule={"start": None}, user=admin_user, source="rest:4f1c")
    apply([record(OTHER)], keep_edits=True)
    assert stored(OTHER)[1] is None


def test_a_dry_run_says_the_same_and_writes_nothing(runs):
    before = stored()
    dry = apply([record(KEY, pacing="instructor")], keep_edits=True, dry_run=True)
    assert stored() == before
    assert dry == apply([record(KEY, pacing="instructor")], keep_edits=True)


def test_two_queries_more_for_any_number_of_runs_that_change(data_statements, admin_user):
    keys = [f"course-v1:A+B+{number}" for number in range(40)]
    apply([record(key) for key in keys], source="backfill:january")

    def asked(**options):
        with data_statements() as log:
            apply([record(key, title=f"{options}{key}") for key in keys], **options)
        return len(log)

    assert asked(keep_edits=True) == asked() + 2


def test_what_is_older_than_what_a_source_has_said_is_stale():
    api.sync_course_run(KEY, title="New", observed_at=datetime(2026, 3, 1, tzinfo=UTC))
    report, *_rows = apply([record(KEY, observed_at="2026-02-01T00:00:00Z", start="")])
    assert report.outcomes["stale"] == 1
    report, *_rows = apply([record(KEY, observed_at="2026-04-01T00:00:00Z", start="")])
    assert (report.outcomes["updated"], stored_title()) == (1, "From the file")
    report, *_rows = apply([record(OTHER, observed_at="yesterday")])
    assert [problem.code for problem in report.problems] == ["invalid_date"]


def stored_title():
    return api.get_course_run(KEY).title


def test_a_date_and_the_pacing_are_taken_away_by_a_word(runs):
    apply([record(OTHER, start="None", pacing=" none ", title="")])
    assert stored(OTHER) == ("From the file", None, "")
    assert api.associate_course_runs([api.AssociationRecord("course-v1:A+C+1", start="none")]).outcomes["created"] == 1


def test_a_language_that_is_ignored_is_named():
    apply([record(KEY, language="en")])
    report, [row], _changes = apply([record(KEY, language="fr")])
    assert row.outcome == "unchanged"
    assert [problem.reason for problem in report.problems] == [
        "The catalog course has the language en, which is kept: fr is ignored."
    ]


# The doors


FILE = f"course_key,title,start,note\n{KEY},Old,,a\n{OTHER},New,,b\nnonsense,x,,c\n{OTHER},,soon,d\n"


def test_the_command_keeps_edits_reports_values_and_hands_back_what_is_to_be_mended(runs, tmp_path, capsys):
    for name in ("runs.csv", "again.csv"):
        (tmp_path / name).write_text(FILE, encoding="utf-8")
    report, rejected = tmp_path / "report.json", tmp_path / "rejected.csv"
    options = ["--report", str(report), "--rejected", str(rejected)]
    with pytest.raises(SystemExit):
        call_command("backfill_catalog", str(tmp_path / "runs.csv"), *options)
    assert (stored()[0], stored(OTHER)[0]) == ("Mended", "New")
    said = json.loads(report.read_text(encoding="utf-8"))
    assert said["changes"] == [
        {"line": 3, "course_key": OTHER, "field": "title", "before": "From the file", "after": "New"}
    ]  # fmt: skip
    assert "edited" in {problem["code"] for problem in said["problems"]}
    rows = list(csv.DictReader(io.StringIO(rejected.read_text(encoding="utf-8-sig"))))
    assert [(row["course_key"], row["note"]) for row in rows] == [("nonsense", "c"), (OTHER, "d")]
    assert "nonsense" in rows[0]["problem"]
    with pytest.raises(SystemExit):
        call_command("backfill_catalog", str(tmp_path / "again.csv"), "--overwrite-edits")
    assert stored()[0] == "Old"
    capsys.readouterr()


def test_the_page_shows_each_value_and_hands_back_what_is_to_be_mended(runs, admin_client):
    def check(**options):
        return admin_client.post(IMPORT, {"file": SimpleUploadedFile("runs.csv", FILE.encode()), "source": "march", **options})

    page = check()
    assert "<del>From the file</del> → <ins>New</ins>" in page.content.decode()
    assert "title (&#x27;Mended&#x27;, not &#x27;Old&#x27;)" in page.content.decode()
    assert "Ignored columns: note" in page.content.decode()
    file = admin_client.post(IMPORT, {"signed": page.context["signed"], "_rejected": "1"})
    assert [row["note"] for row in csv.DictReader(io.StringIO(file.content.decode("utf-8-sig")))] == ["c", "d"]
    done = admin_client.post(IMPORT, {"signed": page.context["signed"]})
    assert stored()[0] == "Mended"
    file = admin_client.post(IMPORT, {"signed": done.context["signed"], "_rejected": "1"})
    assert file["Content-Disposition"] == 'attachment; filename="rejected.csv"'
    admin_client.post(IMPORT, {"signed": check(overwrite="on").context["signed"]})
    assert stored()[0] == "Old"


def test_a_disk_that_fills_up_at_the_end_costs_neither_the_report_nor_what_is_printed(tmp_path, capsys, monkeypatch):
    def full(file, chunks):
        raise UnwritableReport(name=str(file.path), reason="No space left on device.")

    monkeypatch.setattr(ReportFile, "write_chunks", full)
    file, report = tmp_path / "runs.csv", tmp_path / "report.json"
    file.write_text("course_key\nnonsense\ncourse-v1:A+B+1\n", encoding="utf-8")
    with pytest.raises(CommandError, match="No space left"):
        call_command("backfill_catalog", str(file), "--rejected", str(tmp_path / "x.csv"), "--report", str(report))
    assert json.loads(report.read_text(encoding="utf-8"))["outcomes"]["created"] == 1
    assert "created                         1" in capsys.readouterr().out


def test_what_cannot_be_written_here_is_said_before_anything_is_done(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    (tmp_path / "runs.csv").write_text(f"course_key\n{KEY}\n", encoding="utf-8")
    for command in (("backfill_catalog", "runs.csv", "--rejected", "x.xlsx"), ("export_catalog", "x.xlsx")):
        monkeypatch.chdir(tmp_path)
        with pytest.raises(CommandError, match="pip install openedx-catalog"):
            call_command(*command)
    assert api.find_course_run(KEY) is None
