"""``manage.py backfill_catalog``: from a file of course keys to a catalog, and clear words where that cannot be."""

import io
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from openedx_catalog import api
from openedx_catalog.data import OUTCOMES
from openedx_catalog.models_api import CatalogCourse, CourseRun, CourseSchedule

pytestmark = pytest.mark.django_db

CSV = """course_key,title,start,pacing,language,org,catalog_course
course-v1:MITx+14.100x+3T2017,Microeconomics,2017-09-01T00:00:00Z,instructor,en,MITx,
NEEDID,,,,,,
MITx/14.73x/2013_Spring,"Poverty, and
what to do",,,Spanish,,catalog-course:MITxT:14.73x
"""


def backfill(*args, stdin=None):
    """Exit code, output and error output."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("backfill_catalog", *map(str, args), stdout=out, stderr=err)
    except SystemExit as error:
        return error.code, out.getvalue(), err.getvalue()
    except CommandError as error:
        return error.returncode, out.getvalue(), str(error)
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture
def file(tmp_path):
    def write(content, name="runs.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_a_file_becomes_a_catalog_and_a_report(file, tmp_path):
    code, out, err = backfill(file(CSV), "--report", tmp_path / "report.json", "--source", "spring")
    assert code == 1
    assert "created                         2" in out
    assert "      3  invalid   invalid_course_key: 'NEEDID' is not a course run key" in out
    assert err == "Ignored columns: org\n"
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["rows"] == 3
    assert report["outcomes"] == {**dict.fromkeys(OUTCOMES, 0), "created": 2, "invalid": 1}
    assert (report["catalog_courses_created"], report["organizations_created"]) == (2, 2)
    assert [(p["line"], p["course_key"], p["outcome"], p["code"]) for p in report["problems"]] == [
        (3, "NEEDID", "invalid", "invalid_course_key"),
        (4, "MITx/14.73x/2013_Spring", "created", "invalid_language"),
    ]
    assert api.get_course_run("MITx/14.73x/2013_Spring").title == "Poverty, and\nwhat to do"
    assert api.get_catalog_course_for_run("MITx/14.73x/2013_Spring").key_str == "catalog-course:MITxT:14.73x"
    assert {row.history_change_reason for row in CourseRun.history.all()} == {"backfill:spring"}


def test_a_dry_run_writes_nothing(file):
    code, out, _err = backfill(file(CSV), "--dry-run")
    assert (code, CourseRun.objects.count()) == (1, 0)
    assert "Dry run: nothing was written." in out
    assert "created                         2" in out


def test_all_well_is_exit_code_0(file):
    assert backfill(file("course_key\nA/B/C\n"))[0] == 0


def test_json_lines_with_null_as_nothing(file):
    rows = [
        {"course_key": "A/B/1", "title": None, "start": "2027-01-01T00:00:00+01:00", "extra": [1]},
        {"title": "no key"},
        {"course_key": 5, "title": 6, "start": 7, "pacing": ["x"], "language": {}, "catalog_course": 8},
    ]
    text = "\n".join(map(json.dumps, rows)) + "\n\n"
    code, out, err = backfill(file(text, "runs.jsonl"))
    assert (code, err) == (1, "Ignored columns: extra\n")
    assert api.get_course_run("A/B/1").schedule.start.hour == 23
    assert CourseRun.objects.count() == 1
    assert "invalid                         2" in out


def test_standard_input(monkeypatch):
    class Stdin:
        buffer = io.BytesIO(b'{"course_key": "A/B/1"}\n')

    monkeypatch.setattr(sys, "stdin", Stdin)
    assert backfill("-", "--format", "jsonl")[0] == 0
    assert CourseRun.objects.count() == 1


def test_what_spreadsheets_write_is_read(file):
    text = "\ufeff title , course_key\r\nÜber,A/B/1\r\n\r\n"
    assert backfill(file(text))[0] == 0
    assert api.get_course_run("A/B/1").title == "Über"


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "x.csv", "it is empty"),
        (b"", "x.jsonl", "it is empty"),
        (b"\n", "x.jsonl", "no rows"),
        ("course_key,title\nA/B/1,é\n".encode() + b"A/B/2,Caf\xe9\n", "x.csv", "line 3 is not UTF-8"),
        (b"key,title\nA/B/1,T\n", "x.csv", "no course_key column"),
        (b'{"key": 1}\n', "x.jsonl", "no course_key column"),
        (b"course_key,title\nA/B/1," + b"x" * 50_000 + b"\n", "x.csv", "line 2 has 50000 characters in title"),
        (b"course_key,title\nA/B/1,T\nA/B/2,a\x00b\n", "x.csv", "line 3 contains a NUL byte"),
        (b'course_key,title\nA/B/1,T\nA/B/2,"never closed', "x.csv", "line 3 is broken"),
        (b"course_key,title\nA/B/1,T\nA/B/2\n", "x.csv", "line 3 has 1 cell, the header has 2"),
        (b'{"course_key": "A/B/1"}\n{"course_key": "A/B', "x.jsonl", "line 2 is not JSON"),
        (b'{"course_key": "A/B/1"}\n["A/B/2"]\n', "x.jsonl", "line 2 is not a JSON object"),
        (b"[" * 50_000, "x.jsonl", "line 1 is not JSON"),
    ],
)
def test_a_broken_file_is_refused_whole(file, content, name, words, tmp_path):
    code, out, message = backfill(file(content, name), "--report", tmp_path / "r.json", "--batch-size", 1)
    assert (code, out) == (2, "")
    assert words in message
    assert name in message
    assert not CourseRun.objects.exists()
    assert not (tmp_path / "r.json").exists()


def test_a_long_title_costs_the_title_not_the_run(file):
    code, out, _err = backfill(file("course_key,title\nA/B/1," + "x" * 5000 + "\n"))
    assert (code, CourseRun.objects.get().title) == (0, "B")
    assert "invalid_title" in out


@pytest.mark.parametrize("path", ["missing.csv", "."])
def test_a_file_that_is_not_there(path, tmp_path):
    code, _out, message = backfill(tmp_path / path)
    assert code == 2
    assert "cannot be read" in message


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_found_before_anything_is_written(file):
    code, _out, message = backfill(file(CSV), "--report", "/dev/full")
    assert (code, CourseRun.objects.count()) == (2, 0)
    assert "No space left" in message


def test_a_report_without_a_folder_is_found_before_anything_is_written(file, tmp_path):
    code, _out, message = backfill(file(CSV), "--report", tmp_path / "no" / "folder.json")
    assert (code, CourseRun.objects.count()) == (2, 0)
    assert "cannot be written" in message


def test_a_disk_that_fills_up_leaves_the_old_report(file, tmp_path, monkeypatch):
    report = tmp_path / "report.json"
    report.write_text("old")
    synced = []

    def fsync(handle):
        synced.append(handle)
        if len(synced) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)
    code, out, message = backfill(file(CSV), "--report", report)
    assert code == 2
    assert "No space left" in message
    assert "created                         2" in out
    assert report.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.json", "runs.csv"]


def test_the_report_is_there_although_nobody_reads_what_is_printed(file, tmp_path):
    class ClosedPipe(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        call_command("backfill_catalog", str(file(CSV)), report=str(tmp_path / "r.json"), stdout=ClosedPipe())
    assert json.loads((tmp_path / "r.json").read_text())["outcomes"]["created"] == 2


def test_the_report_may_not_replace_the_file(file):
    path = file(CSV)
    code, _out, message = backfill(path, "--report", path)
    assert (code, CourseRun.objects.count(), path.read_text()) == (2, 0, CSV)
    assert "the file to read" in message


def test_a_source_that_cannot_be_stored_is_refused_by_a_dry_run_too(file):
    for more in ([], ["--dry-run"]):
        code, _out, message = backfill(file(CSV), "--source", "\udcff", *more)
        assert (code, CourseRun.objects.count()) == (2, 0)
        assert "surrogate" in message


def test_two_columns_of_one_name(file):
    code, _out, message = backfill(file("course_key,title,course_key\na,b,c\n"))
    assert (code, CourseRun.objects.count()) == (2, 0)
    assert "two columns course_key" in message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_is_read_like_standard_input(tmp_path):
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("course_key\ncourse-v1:A+B+C\n",))
    writer.start()
    assert backfill(pipe)[0] == 0
    writer.join()
    assert CourseRun.objects.count() == 1


def test_a_batch_of_none_or_too_many_is_refused(file):
    for size in (0, 3001):
        code, _out, message = backfill(file(CSV), "--batch-size", size)
        assert code == 2
        assert str(size) in message


@pytest.mark.once
def test_a_database_without_our_tables_is_named(file, tmp_path):
    """In a process of its own, on a database of its own."""
    root = Path(__file__).parents[2]
    env = {**os.environ, "CATALOG_DB": "sqlite", "CATALOG_DB_NAME": str(tmp_path / "new.sqlite3"), "PYTHONPATH": str(root)}
    for command in (["backfill_catalog", str(file(CSV))], ["catalog_doctor"]):
        done = subprocess.run(
            [sys.executable, str(root / "manage.py"), *command], env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert "run manage.py migrate first" in done.stderr


@pytest.mark.newest
def test_the_real_catalog(real_data, tmp_path):
    for expected in ({"created": 12404, "unchanged": 2}, {"unchanged": 12406}):
        code, _out, _err = backfill(real_data / "course_runs.csv", "--report", tmp_path / "report.json")
        report = json.loads((tmp_path / "report.json").read_text())
        assert code == 1
        outcomes = {name: count for name, count in report["outcomes"].items() if count}
        assert outcomes == {**expected, "conflict": 4, "invalid": 17}
        assert report["rows"] == 12427
    assert CatalogCourse.objects.count() == CatalogCourse.history.filter(history_type="+").count() == 4429
    assert len({row.org_code for row in api.iter_associations()}) == 236
    texts = CourseRun.objects.values_list("course_key__text", flat=True)
    schemes = [text.split(":")[0] if ":" in text else "slash" for text in texts]
    assert {scheme: schemes.count(scheme) for scheme in set(schemes)} == {"course-v1": 11581, "slash": 778, "ccx-v1": 45}
    assert CourseRun.history.filter(history_type="+").count() == 12404
    assert CourseSchedule.history.count() == CourseSchedule.objects.count()
    findings = list(api.diagnose())
    assert {finding.severity for finding in findings} == {"warning"}
    assert len(findings) == 7


MOVING = "course_key,catalog_course\ncourse-v1:A+B+1,X+Y\ncourse-v1:A+B+2,A+B\n"


def test_runs_are_moved_where_that_is_asked_for(file):
    for number in (1, 2):
        api.associate_course_run(f"course-v1:A+B+{number}")
    assert backfill(file(MOVING))[0] == 1
    code, _out, err = backfill(file(MOVING), "--move")
    assert (code, "Give a reason" in err) == (2, True)
    code, out, _err = backfill(file(MOVING), "--move", "--reason", "reorganized", "--dry-run")
    assert (code, CatalogCourse.objects.count()) == (0, 1)
    assert [line.split() for line in out.splitlines() if "moved" in line] == [["moved", "1"]]
    assert backfill(file(MOVING), "--move", "--reason", "reorganized")[0] == 0
    run = api.get_course_run("course-v1:A+B+1")
    assert (run.catalog_course.key_str, run.association) == ("catalog-course:X:Y", "explicit")
    assert run.history.latest().history_change_reason == "backfill:file: reorganized"
    assert api.get_course_run("course-v1:A+B+2").association == "explicit"


def test_only_a_file_moves():
    code, _out, err = backfill("--from", "course_overviews", "--move", "--reason", "r")
    assert (code, "--move is for files" in err) == (2, True)


def test_what_was_deleted_for_good_is_skipped_and_no_failure(file):
    api.associate_course_run("course-v1:A+B+1")
    api.delete_course_run("course-v1:A+B+1", for_good=True, reason="never took place")
    code, out, _err = backfill(file(MOVING), "--reason", "yearly")
    assert code == 0
    assert "deleted_on_purpose" in out
    assert api.get_course_run("course-v1:A+B+2").history.get().history_change_reason == "backfill:file: yearly"
