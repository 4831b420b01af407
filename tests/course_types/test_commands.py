"""``set_course_run_products`` and ``match_course_types``: what they say, what they write, how they end."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from openedx_catalog import api as catalog
from openedx_catalog.contrib.course_types import api
from openedx_catalog.contrib.course_types.models_api import CourseRunProducts, CourseRunTyping, CourseTyping

pytestmark = pytest.mark.django_db

FILE = """course_key,modes,seats
course-v1:MITx+A+R1,"audit, verified",
course-v1:MITx+A+R2,audit,none
course-v1:MITx+B+R1,,audit honor
course-v1:MITx+None+R1,audit,
nonsense,audit,
course-v1:MITx+C+R1,,
"""


def run(name, *args, **kwargs):
    """``(exit code, what it printed)``."""
    out = io.StringIO()
    try:
        call_command(name, *args, stdout=out, stderr=io.StringIO(), **kwargs)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def runs(db):
    keys = [f"course-v1:MITx+{name}" for name in ("A+R1", "A+R2", "B+R1", "C+R1")]
    catalog.associate_course_runs([catalog.AssociationRecord(key) for key in keys])


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "modes.csv"
    path.write_text(FILE, encoding="utf-8")
    return str(path)


def test_a_file_says_what_runs_have_and_types_are_found(runs, file, tmp_path):
    code, out = run("set_course_run_products", file, report=str(tmp_path / "report.json"))
    assert (code, out.splitlines()[0]) == (1, "created: 3, updated: 0, unchanged: 1, invalid: 2")
    assert "5  invalid   course_run_not_found: There is no course run course-v1:MITx+None+R1." in out
    report = json.loads((tmp_path / "report.json").read_text())
    assert (report["rows"], [each["line"] for each in report["problems"]]) == (6, [5, 6])
    stored = {
        row.run.course_key.course + row.run.course_key.run: (row.modes, row.seats) for row in CourseRunProducts.objects.all()
    }
    assert {key: [each and [mode["slug"] for mode in each] for each in pair] for key, pair in stored.items()} == {
        "AR1": [["audit", "verified"], None], "AR2": [["audit"], []], "BR1": [None, ["audit", "honor"]],
    }  # fmt: skip
    assert run("set_course_run_products", file)[1].splitlines()[0] == "created: 0, updated: 0, unchanged: 4, invalid: 2"

    report = tmp_path / "matched.json"
    dry = run("match_course_types", dry_run=True, report=str(report))
    assert (dry[0], CourseTyping.objects.count()) == (1, 0)
    code, out = run("match_course_types", reason="first time", report=str(report))
    assert (code, f"Dry run: nothing was written.\n{out}") == dry
    assert out.splitlines() == [
        "catalog-course:MITx:B: run_fits_none: Calculating its course type failed: course-v1:MITx+B+R1: no type has exactly "
        "the seats audit, honor.",
        "catalog-course:MITx:C: modes_unknown: Calculating its course type failed: course-v1:MITx+C+R1: nobody has said which "
        "modes or seats it has.",
        "matched: 1, unchanged: 0, unmatched: 2, inconsistent: 0",
    ]
    told = json.loads(report.read_text())
    assert (told["counts"]["matched"], told["courses"][0]["run_types"]) == (
        1, {"course-v1:MITx+A+R1": "verified-audit", "course-v1:MITx+A+R2": "audit"},
    )  # fmt: skip
    assert CourseTyping.history.get().history_change_reason == "match_course_types: first time"


def test_a_dry_run_of_a_file_writes_nothing(runs, file):
    code, out = run("set_course_run_products", file, dry_run=True)
    assert (code, out.splitlines()[1]) == (1, "created: 3, updated: 0, unchanged: 1, invalid: 2")
    assert not CourseRunProducts.objects.exists()


def test_only_some_courses_and_mismatches(runs):
    api.set_course_run_products("course-v1:MITx+A+R1", modes=["audit", "verified"])
    api.set_course_run_products("course-v1:MITx+A+R2", seats=[])
    assert run("match_course_types", "MITx+A")[0] == 1
    code, out = run("match_course_types", "MITx+A", mismatch=["verified-audit=empty"])
    assert (code, out.strip()) == (0, "matched: 1, unchanged: 0, unmatched: 0, inconsistent: 0")
    assert CourseRunTyping.objects.count() == 2


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (("match_course_types", "MITx+None"), "does not exist|no catalog course"),
        (("match_course_types", "--mismatch", "verified-audit"), "verified-audit=empty"),
        (("match_course_types", "--mismatch", "none=empty"), "There is no Course Type .none."),
        (("match_course_types", "--report", "/none/report.json"), "report.json"),
        (("set_course_run_products", "/none/file.csv"), "file.csv"),
    ],
)
def test_what_cannot_run_says_why(runs, args, text):
    with pytest.raises(CommandError, match=text) as refused:
        run(*args)
    assert refused.value.returncode == 2


def test_a_file_without_a_column_of_ours_is_no_file_of_modes(runs, tmp_path):
    path = tmp_path / "runs.csv"
    path.write_text("course_key,title\ncourse-v1:MITx+A+R1,A\n", encoding="utf-8")
    with pytest.raises(CommandError, match="no modes, seats column"):
        run("set_course_run_products", str(path))
