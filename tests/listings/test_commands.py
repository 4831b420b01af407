"""``set_course_listings`` and ``set_course_run_listings``: what they say, what they write, how they end."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api
from openedx_catalog.contrib.listings.models_api import CourseListing, CourseRunListing
from openedx_catalog.exceptions import InvalidRequest

pytestmark = pytest.mark.django_db

FILE = """catalog_course,title_override,subjects,min_effort,live,visibility
MITx+A,All of A,"data, economics",4,yes,unlisted
catalog-course:MITx:B,none,none,none,no,
MITx+C,,,,,
MITx+D,,,some,,
MITx+D,,,,perhaps,
MITx+D,,nothing,,,
MITx+None,All of it,,,,
nonsense,All of it,,,,
"""
KEYS = [f"course-v1:MITx+{code}+1" for code in "ABC"]
OF_RUNS = f"""course_key,title_override,courseware_url,min_effort,languages,live,unscheduled
{KEYS[0]},Autumn,https://lms.example/a,4,"en, es-419",,yes
{KEYS[1]},none,none,none,none,no,no
{KEYS[2]},,,,,,
{KEYS[2]},,nowhere,,,,
{KEYS[2]},,,,,,perhaps
course-v1:MITx+None+1,Autumn,,,,,
nonsense,Autumn,,,,,
"""


@pytest.fixture
def file(course, listed, tmp_path):
    for name in ("Data", "Economics"):
        api.create_subject(name=name)
    for code in "ACD":
        course(code, title=f"Course {code}")
    listed("B", title="Course B", title_override="All of B", subjects=["data"], min_effort=3)
    path = tmp_path / "listings.csv"
    path.write_text(FILE, encoding="utf-8")
    return str(path)


def run(*args, command="set_course_listings", **kwargs):
    """``(exit code, what it printed)``."""
    out = io.StringIO()
    try:
        call_command(command, *args, stdout=out, stderr=io.StringIO(), **kwargs)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


def stored():
    """``{course: (title, subjects, least effort, live, visibility)}``"""
    return {
        row.catalog_course.course_code: (
            row.title, [each.slug for each in row.subjects], row.min_effort, row.live, row.visibility,
        )
        for row in api.get_course_listings()
    }  # fmt: skip


def test_a_file_says_what_learners_read(file, tmp_path):
    before = stored()
    code, out = run(file, dry_run=True)
    assert (code, out.splitlines()[:2]) == (
        1,
        [
            "Dry run: nothing was written.",
            "created: 2, updated: 1, unchanged: 0, conflict: 0, invalid: 5",
        ],
    )
    assert stored() == before == {"B": ("All of B", ["data"], 3, True, "public")}
    real = run(file, reason="as edited", report=str(tmp_path / "report.json"))
    assert real == (1, out.partition("\n")[2])
    assert stored() == {
        "A": ("All of A", ["data", "economics"], 4, True, "unlisted"),
        "B": ("Course B", [], None, False, "public"),
        "C": ("Course C", [], None, False, "public"),
    }
    assert CourseListing.history.latest().history_change_reason == "set_course_listings: as edited"
    report = json.loads((tmp_path / "report.json").read_text())
    assert [(each["line"], each["code"]) for each in report["problems"]] == [
        (5, "invalid_value"), (6, "invalid_value"), (7, "not_found"), (8, "not_found"), (9, "invalid_catalog_key"),
    ]  # fmt: skip
    assert report["rows"] == 8
    assert run(file)[1].startswith("created: 0, updated: 0, unchanged: 3")


def test_json_lines_may_have_lists_and_numbers(course, tmp_path):
    course("A", title="Course A"), api.create_subject(name="Data")
    path = tmp_path / "listings.jsonl"
    row = {"catalog_course": "MITx+A", "subjects": ["data"], "min_effort": 2, "live": True, "languages": ["en"], "level": None}
    path.write_text(json.dumps(row), encoding="utf-8")
    assert run(str(path)) == (0, "created: 1, updated: 0, unchanged: 0, conflict: 0, invalid: 0\n")
    assert stored() == {"A": ("Course A", ["data"], 2, True, "public")}


def test_a_file_says_what_learners_read_of_runs(tmp_path):
    for key in KEYS:
        catalog.create_course_run(key)
    said = {"title_override": "Old", "courseware_url": "https://lms.example/b", "min_effort": 3, "languages": ["en"]}
    api.set_course_run_listing(KEYS[1], **said, unscheduled=True)
    path = tmp_path / "runs.csv"
    path.write_text(OF_RUNS, encoding="utf-8")
    counts = "created: 2, updated: 1, unchanged: 0, conflict: 0, invalid: 4"
    code, out = run(str(path), command="set_course_run_listings", dry_run=True)
    assert (code, out.splitlines()[1], CourseRunListing.objects.count()) == (1, counts, 1)
    code, out = run(str(path), command="set_course_run_listings", reason="autumn", report=str(tmp_path / "report.json"))
    assert (code, out.splitlines()[0]) == (1, counts)
    found = [api.find_course_run_listing(key) for key in KEYS]
    names = ("title_override", "courseware_url", "min_effort", "languages", "live", "unscheduled")
    assert [tuple(getattr(row, name) for name in names) for row in found] == [
        ("Autumn", "https://lms.example/a", 4, ["en", "es-419"], True, True),
        ("", "", None, [], False, False),
        ("", "", None, [], True, False),
    ]
    assert found[1].history.latest().history_change_reason == "set_course_run_listings: autumn"
    problems = json.loads((tmp_path / "report.json").read_text())["problems"]
    assert [(each["line"], each["code"]) for each in problems] == [
        (5, "invalid_value"), (6, "invalid_value"), (7, "not_found"), (8, "invalid_course_key"),
    ]  # fmt: skip
    assert run(str(path), command="set_course_run_listings")[1].startswith("created: 0, updated: 0, unchanged: 3")


def test_a_record_of_a_run_is_found_by_its_uuid_and_told_by_its_key():
    row = catalog.create_course_run(KEYS[0])
    told = []
    record = api.CourseRunListingRecord(str(row.uuid), title_override="Autumn", line=2)
    api.import_course_run_listings([record], on_row=told.append, on_change=told.append)
    api.import_course_run_listings([record._replace(title_override="Spring")], on_change=told.append)
    assert [tuple(each) for each in told] == [
        (2, KEYS[0], "created"), (2, KEYS[0], "title_override", "Autumn", "Spring"),
    ]  # fmt: skip


@pytest.mark.parametrize("read", [api.import_course_listings, api.import_course_run_listings])
def test_what_is_no_record_of_a_kind_is_a_problem_in_words(read):
    others = {api.import_course_listings: api.CourseRunListingRecord, api.import_course_run_listings: api.ListingRecord}
    report = read([others[read]("MITx+A")])
    assert report.problems[0].code == InvalidRequest.code
    assert others[read].__name__ in report.problems[0].reason


@pytest.mark.parametrize("content", ["", "catalog_course\nMITx+A\n", "course,live\nMITx+A,yes\n"])
def test_a_file_that_says_nothing_of_courses_is_refused(course, tmp_path, content):
    course("A")
    path = tmp_path / "listings.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        run(str(path))
    assert caught.value.returncode == 2
    assert stored() == {}
