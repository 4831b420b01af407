"""Flat lists of programs and courses: what is made of them, and taken back but for what others have worked on."""

from __future__ import annotations

import csv
import json
from io import StringIO

import pytest
from django.core.management import call_command

from openedx_catalog.contrib.programs import api
from openedx_catalog.contrib.programs.models_api import Curriculum, Program, ProgramListRow, ProgramType
from openedx_catalog.exceptions import InvalidRequest, InvalidValue
from tests.thorough import sample

from .conftest import FUTURE, codes_of, run_of
from .test_programs import events

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.any_database]

COLUMNS = "program_key,program_title,program_type,program_status,course_key,run_key"


def flat(*rows):
    return list(api.read_program_courses([COLUMNS, *rows]))


def outcome(report):
    return report.programs, report.curricula, report.courses, [code for _line, code, _reason in report.problems]


def taken_back(rows, **kwargs):
    """What --reverse removed, and how many things it left alone."""
    report = api.migrate_program_courses(rows, reverse=True, **kwargs)
    assert not report.problems
    return report.programs, report.curricula, report.courses, len(report.kept)


TWO = ("p,P,masters,live,GTx+A,", "p,P,masters,live,GTx+B,")


def test_unusual_lists(courses):
    rows = flat(
        "p1,One,Masters,active,GTx+A,", "p2,Two,masters,active,GTx+B,", "P1,One,,active,GTx+B,", ",None,,,GTx+A,",
        "p3,Three,masters,,GTx+No,",
    )  # fmt: skip
    dry = outcome(api.migrate_program_courses(rows, dry_run=True))
    report = api.migrate_program_courses(rows)
    assert outcome(report) == dry == (3, 2, 3, ["invalid_request", "not_found"])
    assert [line for line, _code, _reason in report.problems] == sorted(line for line, _code, _reason in report.problems)
    with pytest.raises(InvalidRequest, match="cannot be read"):
        flat(f"p,{'x' * 200_000},,,GTx+A,")


@pytest.mark.parametrize(
    ("course", "run", "found"),
    [
        ("GTx+A", "", "A"),
        ("course-v1:GTx+A", "", "A"),
        ("course-v1:GTx+A+1", "", "A"),
        ("", "course-v1:GTx+A+1", "A"),
        # Its own key says more than that of a run which has come under another course.
        ("course-v1:GTx+B", "course-v1:GTx+A+1", "B"),
        ("course-v1:GTx+No", "course-v1:GTx+A+1", "A"),
        ("nonsense", "course-v1:GTx+A+1", "A"),
        ("nonsense", "course-v1:GTx+No+1", None),
        ("course-v1:GTx+No", "", None),
    ],
)
def test_a_course_is_named_in_many_ways(courses, course, run, found):
    report = api.migrate_program_courses(flat(f"p,P,masters,,{course},{run}"))
    program = api.get_program(readable_id="p")
    assert codes_of(api.program_courses(program)) == ([found] if found else [])
    assert len(report.problems) == (found is None)


@pytest.mark.parametrize("status", ["live", "active", "retired", "unpublished", ""])
def test_nothing_is_created_active_and_empty(courses, status):
    rows = flat(f"p,P,masters,{status},GTx+No,course-v1:GTx+No+1", f"q,Q,masters,{status},,")
    report = api.migrate_program_courses(rows)
    assert {program.status for program in Program.objects.all()} == {"unpublished"}
    assert not Curriculum.objects.exists()
    said = [line for line, code, _reason in report.problems if code == "no_courses"]
    assert said == ([2, 3] if status not in ("unpublished", "") else [])
    # It becomes what the list says once its courses are in the catalog.
    run_of("No")
    api.migrate_program_courses(rows)
    wanted = {"live": "active", "": "unpublished"}.get(status, status)
    assert api.get_program(readable_id="p").status == wanted
    assert outcome(api.migrate_program_courses(rows[:1])) == (0, 0, 0, [])


@pytest.mark.parametrize(
    ("given", "slug"),
    [
        ("professional_certificate", "professional-certificate"),
        ("Professional Certificate", "professional-certificate"),
        ("MICROMASTERS", "micromasters"),
        ("MicroMasters®", "micromasters"),
    ],
)
def test_a_type_is_known_by_its_slug_or_name(courses, given, slug):
    assert outcome(api.migrate_program_courses(flat(f"p,P,{given},,GTx+A,"))) == (1, 1, 1, [])
    assert api.get_program(readable_id="p").type.slug == slug


@pytest.mark.parametrize("given", ["Micromasterz", ""])
def test_a_type_that_nobody_knows_is_created_only_if_that_is_asked_for(courses, given):
    before, rows = ProgramType.objects.count(), flat(f"p,P,{given},,GTx+A,")
    report = api.migrate_program_courses(rows)
    assert outcome(report) == (0, 0, 0, ["invalid_request"])
    assert repr(given) in report.problems[0][2]
    assert ProgramType.objects.count() == before
    assert outcome(api.migrate_program_courses(rows, create_types=True)) == (1, 1, 1, [])
    assert api.get_program(readable_id="p").type.name == (given or "Program")


def test_what_was_made_is_taken_back_and_made_again(courses):
    rows = flat(*TWO, "q,Q,masters,retired,GTx+C,")
    assert outcome(api.migrate_program_courses(rows)) == (2, 2, 3, [])
    assert taken_back(rows, dry_run=True) == taken_back(rows) == (2, 2, 3, 0)
    assert {program.status for program in Program.objects.all()} == {"deleted"}
    before = len(events())
    assert taken_back(rows) == (0, 0, 0, 0)
    assert len(events()) == before
    assert outcome(api.migrate_program_courses(rows)) == (2, 2, 3, [])
    assert [program.status for program in Program.objects.order_by("pk")] == ["active", "retired"]
    assert taken_back(rows) == (2, 2, 3, 0)


def test_a_program_that_somebody_else_deleted_stays_deleted(courses):
    rows = flat(*TWO)
    api.migrate_program_courses(rows)
    api.delete_program(api.get_program(readable_id="p"))
    assert api.migrate_program_courses(rows).problems == []
    assert api.get_program(readable_id="p").status == "deleted"


def test_a_program_that_was_there_stays_and_loses_what_it_was_given(program, courses):
    api.update_program(program, readable_id="p")
    rows = flat(*TWO)
    api.migrate_program_courses(rows)
    assert taken_back(rows) == (0, 1, 2, 0)
    assert (api.get_program(readable_id="p").status, program.curricula.exists()) == ("active", False)


def added(program, curriculum, courses):
    api.add_course(curriculum, "GTx+C")


def retired(program, curriculum, courses):
    api.retire(curriculum.course_memberships.first())


def planned(program, curriculum, courses):
    api.reschedule(curriculum.course_memberships.first(), retired_at=FUTURE)


def excluded(program, curriculum, courses):
    api.exclude_course_run(curriculum.course_memberships.first(), "course-v1:GTx+A+1")


def grouped(program, curriculum, courses):
    api.add_group(curriculum, name="Electives", minimum=1)


def nested(program, curriculum, courses):
    api.add_program(curriculum, api.create_program(title="Inner", type="masters", status="active"))


def renamed(program, curriculum, courses):
    api.update_curriculum(curriculum, name="Core")


def retitled(program, curriculum, courses):
    api.update_program(program, title="Mine")


def contained(program, curriculum, courses):
    outer = api.create_program(title="Outer", type="masters", status="active")
    api.add_program(api.create_curriculum(outer, name="Core"), program)


def a_degree(program, curriculum, courses):
    api.create_degree(program)


def another_track(program, curriculum, courses):
    api.create_curriculum(program, name="Track")


@pytest.mark.parametrize(
    ("work", "removed", "left"),
    [
        (added, (0, 2), "C"),
        (retired, (0, 1), "A"),
        (planned, (0, 1), "A"),
        (excluded, (0, 1), "A"),
        (grouped, (0, 2), ""),
        (nested, (0, 2), ""),
        (renamed, (0, 0), "AB"),
        (retitled, (1, 2), ""),
        (contained, (1, 2), ""),
        (a_degree, (1, 2), ""),
        (another_track, (1, 2), ""),
    ],
)
def test_what_others_have_worked_on_since_is_left_alone(courses, work, removed, left):
    rows = flat(*TWO)
    api.migrate_program_courses(rows)
    program = api.get_program(readable_id="p")
    work(program, program.curricula.get(), courses)
    report = api.migrate_program_courses(rows, reverse=True)
    assert (report.programs, report.curricula, report.courses) == (0, *removed)
    assert {code for _line, code, _reason in report.kept} == {"left_alone"}
    members = program.curricula.filter(name__in=("Courses", "Core")).values_list(
        "course_memberships__catalog_course__course_code", flat=True
    )
    assert "".join(code for code in members if code) == left
    assert api.get_program(readable_id="p").status == "active"


def test_work_that_a_later_reading_follows_is_left_alone_too(courses):
    api.migrate_program_courses(flat(*TWO))
    api.update_program(api.get_program(readable_id="p"), title="Mine")
    more = flat(*TWO, "p,P,masters,live,GTx+C,")
    assert outcome(api.migrate_program_courses(more)) == (0, 0, 1, [])
    assert taken_back(more) == (0, 1, 3, 1)


def test_what_is_deleted_is_forgotten(courses):
    rows = flat(*TWO)
    api.migrate_program_courses(rows)
    assert ProgramListRow.objects.count() == 4
    api.remove(api.get_program(readable_id="p").curricula.get())
    assert ProgramListRow.objects.count() == 1


def test_an_operators_own_curriculum_is_left_alone(courses):
    program = api.create_program(title="P", type="masters", readable_id="p")
    own = api.create_curriculum(program, name="Courses", courses=["GTx+C"])
    rows = flat("p,P,,,GTx+A,")
    assert outcome(api.migrate_program_courses(rows)) == (0, 0, 0, ["dates_overlap"])
    api.migrate_program_courses(rows, reverse=True)
    assert codes_of(api.program_courses(program)) == ["C"]
    api.retire(own)
    own.refresh_from_db()
    before = len(events())
    api.migrate_program_courses(rows, reverse=True)
    assert len(events()) == before


@pytest.mark.parametrize(("source", "found"), [("list", True), ("lis", False)])
def test_a_list_finds_its_own_curriculum_by_its_source_alone(courses, source, found):
    rows = flat("p,P,masters,,GTx+A,")
    api.migrate_program_courses(rows, source="list", reason="first")
    again = api.migrate_program_courses(rows, source=source, reason="t: first")
    assert outcome(again) == ((0, 0, 0, []) if found else (0, 0, 0, ["dates_overlap"]))
    assert again.unchanged == found


def test_the_command_lists_what_it_keeps(courses, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("\n".join([COLUMNS, *TWO]), encoding="utf-8")

    def run(*arguments):
        out = StringIO()
        call_command("migrate_program_courses", str(path), *arguments, stdout=out)
        return out.getvalue()

    run()
    retitled(api.get_program(readable_id="p"), None, courses)
    said = run("--reverse", "--report", str(tmp_path / "report.json"))
    assert "Line 2: left_alone: The program 'Mine' was changed since, or is in use." in said
    assert said.splitlines()[-1] == "rows: 2, programs: 0, curricula: 1, courses: 2, unchanged: 0, problems: 0, kept: 1"
    (kept,) = json.loads((tmp_path / "report.json").read_text())["kept"]
    assert (kept["line"], kept["code"]) == (2, "left_alone")


def test_six_hundred_real_programs_build(real_data):
    with (real_data / "programs_edx_2026.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    rows = [api.ProgramCourseRow(row["slug"], row["title"], row["type"], line=line) for line, row in enumerate(listed, start=2)]
    report = api.migrate_program_courses(rows)
    assert (report.rows, report.problems) == (626, [])
    made = dict(Program.objects.values_list("readable_id", "title"))
    assert len(made) == report.programs == len({row["slug"].casefold() for row in listed})
    assert set(made.values()) <= {row["title"] for row in listed}
    assert set(Program.objects.values_list("type__slug", "status")) == {
        (slug, "unpublished") for slug in ("professional-certificate", "micromasters", "microbachelors")
    }


def test_real_addresses_of_programs_can_be_stored(real_data):
    with (real_data / "program_slugs.csv").open(encoding="utf-8", newline="") as file:
        slugs = {f"{row['type']}/{row['slug']}" for row in csv.DictReader(file)}
    # A slip of whoever typed it.
    slipped = {slug for slug in slugs if " " in slug}
    assert (len(slugs) > 600, len(slipped)) == (True, 1)
    program = api.create_program(title="P", type="masters")
    for slug in slipped:
        with pytest.raises(InvalidValue):
            api.update_program(program, marketing_slug=slug)
    for slug in sorted(slugs - slipped)[:: sample(20, 1)]:
        assert api.update_program(program, marketing_slug=slug).marketing_slug == slug
