"""A flat list of programs and courses becomes one curriculum per program, and may be taken back."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Unpack
from uuid import UUID

from django.db import router, transaction
from django.utils.text import slugify

from openedx_catalog import api as catalog
from openedx_catalog import keys
from openedx_catalog.exceptions import CatalogError, InvalidRequest
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import Change, Provenance
from openedx_catalog.lib.transactions import atomically
from openedx_catalog.models_api import CatalogCourse, CourseRun

from ..data import MigrationReport, ProgramCourseRow
from ..models import Curriculum, CurriculumCourseMembership, Program, ProgramType
from .curricula import add_course, insert_curriculum
from .dated import remove
from .program_types import create_program_type
from .programs import change_program_status, create_program, find_program

__all__ = ["migrate_program_courses", "read_program_courses"]

NAME = "Courses"
COLUMNS = ("program_key", "program_title", "program_type", "program_status", "course_key", "run_key")
_STATUSES = {"": "unpublished", "live": "active", "active": "active", "retired": "retired", "unpublished": "unpublished"}


def read_program_courses(lines: Iterable[str]) -> Iterator[ProgramCourseRow]:
    """
    The rows of a CSV file with the columns program_key, program_title, program_type, program_status, course_key, run_key.

    Others are passed over. Raises InvalidRequest where program_key is missing, or both course_key and run_key are.
    """
    reader = csv.DictReader(lines)
    named = set(reader.fieldnames or ())
    if "program_key" not in named or not named & {"course_key", "run_key"}:
        raise InvalidRequest(reason="The file needs the columns program_key and course_key or run_key.")
    try:
        for row in reader:
            yield ProgramCourseRow(**{name: (row.get(name) or "").strip() for name in COLUMNS}, line=reader.line_num)
    except csv.Error as error:
        raise InvalidRequest(reason=f"Line {reader.line_num} cannot be read: {error}.") from error


def migrate_program_courses(
    rows: Iterable[ProgramCourseRow],
    *,
    reverse: bool = False,
    dry_run: bool = False,
    on_progress: Callable[[int], None] | None = None,
    **provenance: Unpack[Provenance],
) -> MigrationReport:
    """
    Make of each program of a flat list one curriculum, named "Courses", with the program's courses in the order of the list.

    A program is found by its key, a uuid or a readable id, and created where it is missing, as its type is; its status is that
    of the row ("live" is active). A course is named by its key, else it is the one that the run belongs to; both must be in the
    catalog. Idempotent: what is there already is left as it is. `reverse` removes those curricula, and no program. `source` is
    also whose curriculum it is: another list has its own. Never raises for a row: problems are ``(line, code, reason)``. One
    transaction a program; a dry run writes nothing.

    Emits events as the functions do that it calls. Does not check permissions.
    """
    report, programs = MigrationReport(), _by_program(rows)
    change = Change(**(Provenance(source="migration") | provenance))
    using = router.db_for_write(Program)
    for members in programs.values():
        key = members[0].program_key
        report.rows += len(members)
        before = (report.programs, report.curricula, report.courses, report.unchanged, len(report.problems))

        def work(key: str = key, members: list[ProgramCourseRow] = members, before: tuple[int, ...] = before) -> None:
            report.programs, report.curricula, report.courses, report.unchanged, known = before
            del report.problems[known:]
            (_take_back if reverse else _take_over)(key, members, report, change)
            transaction.set_rollback(dry_run, using=using)

        try:
            atomically(using, work)
        except CatalogError as error:
            report.programs, report.curricula, report.courses, report.unchanged, known = before
            del report.problems[known:]
            report.problems.append((members[0].line, str(error.code), str(error)))
        if on_progress:
            on_progress(len(members))
    report.problems.sort(key=lambda problem: problem[0])
    return report


def _by_program(rows: Iterable[ProgramCourseRow]) -> dict[str, list[ProgramCourseRow]]:
    programs: dict[str, list[ProgramCourseRow]] = {}
    for row in rows:
        programs.setdefault(keys.fold(row.program_key), []).append(row)
    return programs


def _take_over(key: str, rows: list[ProgramCourseRow], report: MigrationReport, change: Change) -> None:
    notes = {"source": change.source, "reason": change.reason, "user": change.user}
    if not key:
        raise InvalidRequest(reason="The row names no program.")
    program = find_program(**_identity(key))
    courses = _courses(rows, report)
    if program is None:
        first = rows[0]
        status = _STATUSES.get(first.program_status.lower())
        if status is None:
            raise InvalidRequest(reason=f"{keys.shorten(first.program_status, 60)!r} is no status of a program.")
        program = create_program(
            title=first.program_title or key, type=_type(first.program_type, notes), **_identity(key), **notes
        )
        report.programs += 1
    else:
        status = program.status
    curriculum = _ours(program, change.source)
    if curriculum is None:
        # A retired program may get back what --reverse took.
        values = {"name": NAME, "version": ""}
        curriculum = insert_curriculum(program, values, courses, change, into_retired=True)
        report.curricula += 1
        report.courses += len(courses)
    else:
        there = set(
            CurriculumCourseMembership.objects.filter(curriculum=curriculum).values_list("catalog_course_id", flat=True)
        )
        for course in courses:
            if course.pk in there:
                report.unchanged += 1
            else:
                add_course(curriculum, course, **notes)
                report.courses += 1
    _reach(program, status, notes)


def _take_back(key: str, rows: list[ProgramCourseRow], report: MigrationReport, change: Change) -> None:
    program = find_program(**_identity(key)) if key else None
    curriculum = _ours(program, change.source) if program else None
    if curriculum is None:
        report.unchanged += len(rows)
        return
    report.courses += curriculum.course_memberships.count()
    report.curricula += 1
    remove(curriculum, source=change.source, reason=change.reason, user=change.user)


def _ours(program: Program, source: str) -> Curriculum | None:
    """The curriculum that this made of a list, as long as it is offered; one that an operator made is not ours to change."""
    rows = Curriculum.objects.not_over().filter(program=program, name=NAME).order_by("-pk")
    begun = {
        row.id: row.history_change_reason or "" for row in Curriculum.history.filter(id__in=rows.values("pk"), history_type="+")
    }
    return next((row for row in rows if begun.get(row.pk, "").partition(":")[0] == source), None)


def _reach(program: Program, status: str, notes: dict[str, Any]) -> None:
    """A retired program takes no courses, so it was created unpublished."""
    for step in {"active": ["active"], "retired": ["active", "retired"]}.get(status, []):
        if program.status not in (step, status):
            program = change_program_status(program, step, **notes)


def _identity(key: str) -> dict[str, Any]:
    try:
        return {"uuid": UUID(key)}
    except ValueError:
        return {"readable_id": key}


def _type(name: str, notes: dict[str, Any]) -> ProgramType:
    """By name or slug in any case, without what a slug has no place for: "MicroMasters®"."""
    name = values.text("program_type", name or "Program", max_length=64)
    named = (keys.fold(name), slugify(name))
    found = next((row for row in ProgramType.objects.all() if keys.fold(row.name) == named[0] or row.slug in named), None)
    if found is None and not slugify(name):
        raise InvalidRequest(reason=f"The type {name!r} has no letters for a slug: create it first, with a slug of its own.")
    return found or create_program_type(name=name, **notes)


def _courses(rows: list[ProgramCourseRow], report: MigrationReport) -> list[CatalogCourse]:
    courses: dict[int, CatalogCourse] = {}
    for row in rows:
        try:
            course = catalog.get_catalog_course(key_str=row.course_key) if row.course_key else None
            course = course or catalog.get_catalog_course_for_run(row.run_key)
        except (CatalogError, CatalogCourse.DoesNotExist, CourseRun.DoesNotExist) as error:
            report.problems.append((row.line, str(getattr(error, "code", "not_found")), str(error)))
        else:
            courses.setdefault(course.pk, course)
    return list(courses.values())
