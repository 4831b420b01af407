"""A flat list of programs and courses becomes one curriculum per program, and may be taken back."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, Unpack
from uuid import UUID

import attrs
from django.db import router, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from openedx_catalog import api as catalog
from openedx_catalog import keys
from openedx_catalog.exceptions import CatalogError, InvalidRequest
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import Change, Provenance
from openedx_catalog.lib.transactions import writes_to
from openedx_catalog.models_api import CatalogCourse, CourseRun

from ..data import MigrationReport, ProgramCourseRow
from ..models import Curriculum, Program, ProgramType
from ._changing import begin_now
from ._listed import NAME, Listed, take_back
from .curricula import add_course, insert_curriculum
from .lookup import find_program
from .programs import change_program_status, create_program, create_program_type

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
        raise InvalidRequest(reason=_("The file needs the columns program_key and course_key or run_key."))
    try:
        for row in reader:
            yield ProgramCourseRow(**{name: (row.get(name) or "").strip() for name in COLUMNS}, line=reader.line_num)
    except csv.Error as error:
        reason = _("Line %(line)d cannot be read: %(error)s.") % {"line": reader.line_num, "error": error}
        raise InvalidRequest(reason=reason) from error


def migrate_program_courses(
    rows: Iterable[ProgramCourseRow],
    *,
    reverse: bool = False,
    dry_run: bool = False,
    create_types: bool = False,
    on_progress: Callable[[int], None] | None = None,
    stop: Callable[[], bool] | None = None,
    **provenance: Unpack[Provenance],
) -> MigrationReport:
    """
    Make of each program of a flat list one curriculum, named "Courses", with the program's courses in the order of the list.

    A program is found by its key, a uuid or a readable id, and created where it is missing; its status is that of the row
    ("live" is active), but one that none of its courses is in the catalog of stays unpublished. Its type is named by slug or
    name; one that is not there is created only if `create_types`. A course is named by its key (``Org+Code``, also as
    ``course-v1:Org+Code``), else it is the one that the run belongs to; it must be in the catalog. Idempotent: what is there
    already is left as it is.

    What is made is remembered with `source`, which is also whose curriculum it is: another list has its own. `reverse` takes
    that back, and deletes the programs that were made; what others have changed or added to meanwhile is left alone, and listed
    as ``kept``. Never raises for a row: problems are ``(line, code, reason)``. One transaction a program; a dry run writes
    nothing. `stop` is asked before each program; the report is of those before it.

    Emits events as the functions do that it calls. Does not check permissions.
    """
    report, change = MigrationReport(), Change(**(Provenance(source="migration") | provenance))
    programs: dict[str, list[ProgramCourseRow]] = {}
    for row in rows:
        programs.setdefault(keys.fold(row.program_key), []).append(row)
    for members in programs.values():
        if stop and stop():
            break
        try:
            part = _migrate(members, change, reverse=reverse, dry_run=dry_run, create_types=create_types)
        except CatalogError as error:
            part = MigrationReport(problems=[(members[0].line, str(error.code), str(error))])
        part.rows = len(members)
        for field in attrs.fields(MigrationReport):
            setattr(report, field.name, getattr(report, field.name) + getattr(part, field.name))
        if on_progress:
            on_progress(len(members))
    report.problems.sort(key=lambda problem: problem[0])
    return report


@writes_to(Program)
def _migrate(
    rows: list[ProgramCourseRow], change: Change, *, reverse: bool, dry_run: bool, create_types: bool
) -> MigrationReport:
    """The rows of one program."""
    part = MigrationReport()
    if reverse:
        _take_back(rows, part, change)
    else:
        _take_over(rows, part, change, create_types)
    if dry_run:
        transaction.set_rollback(True, using=router.db_for_write(Program))
    return part


def _take_over(rows: list[ProgramCourseRow], report: MigrationReport, change: Change, create_types: bool) -> None:
    first, provenance = rows[0], attrs.asdict(change, recurse=False)
    if not first.program_key:
        raise InvalidRequest(reason=_("The row names no program."))
    wanted, courses = _status(first), _courses(rows, report)
    program = find_program(**_identity(first.program_key))
    listed = Listed(change, program)
    if program is None:
        kind, title = _type(first.program_type, create_types, provenance), first.program_title or first.program_key
        program = create_program(title=title, type=kind, **_identity(first.program_key), **provenance)
        listed.program = program
        report.programs += 1
    elif listed.is_taken_back():
        program = change_program_status(program, "unpublished", **provenance)
        report.programs += 1
    is_ours = report.programs or listed.is_empty()
    new = _store_courses(program, listed.curriculum(), courses, report, change)
    # It was created unpublished, since a retired program takes no courses.
    if is_ours and courses:
        for step in {"active": ["active"], "retired": ["active", "retired"]}.get(wanted, []):
            program = change_program_status(program, step, **provenance)
    elif is_ours and wanted != Program.Status.UNPUBLISHED:
        reason = _("None of the courses of the program %(title)r is in the catalog, so it stays unpublished.")
        report.problems.append((first.line, "no_courses", reason % {"title": program.title}))
    listed.remember([program] if report.programs else [], new)


def _store_courses(
    program: Program, curriculum: Curriculum | None, courses: list[CatalogCourse], report: MigrationReport, change: Change
) -> list[Any]:
    """Put the courses into the curriculum of the list; returns the rows that are new."""
    if curriculum is None and courses:
        row = Curriculum(program=program, name=NAME, version="")
        if program.curricula.exists():
            begin_now(row, program)
        # A retired program may get back what --reverse took.
        insert_curriculum(program, row, courses, change, into_retired=True)
        report.curricula += 1
        report.courses += len(courses)
        return [row, *row.course_memberships.all()]
    known = set(curriculum.course_memberships.values_list("catalog_course_id", flat=True)) if curriculum else set()
    provenance = attrs.asdict(change, recurse=False)
    new = [add_course(curriculum, course, **provenance) for course in courses if curriculum and course.pk not in known]
    report.courses += len(new)
    report.unchanged += len(courses) - len(new)
    return new


def _take_back(rows: list[ProgramCourseRow], report: MigrationReport, change: Change) -> None:
    key = rows[0].program_key
    program = find_program(**_identity(key)) if key else None
    listed = Listed(change, program)
    if listed.is_nothing():
        report.unchanged += len(rows)
        return
    take_back(listed, rows[0].line, report)


def _status(row: ProgramCourseRow) -> str:
    status = _STATUSES.get(row.program_status.lower())
    if status is None:
        names = {"status": keys.shorten(row.program_status, 60), "known": ", ".join(filter(None, _STATUSES))}
        raise InvalidRequest(reason=_("%(status)r is not a status of a program; expected one of %(known)s.") % names)
    return status


def _identity(key: str) -> dict[str, Any]:
    try:
        return {"uuid": UUID(key)}
    except ValueError:
        return {"readable_id": key}


def _type(name: str, create: bool, provenance: dict[str, Any]) -> ProgramType:
    """By name or slug in any case, also as discovery spells it, or with a sign: "professional_certificate", "MicroMasters®"."""
    name = values.text("program_type", name or ("Program" if create else ""), max_length=64)
    folded, slug, known = keys.fold(name), slugify(name.replace("_", "-")), list(ProgramType.objects.all())
    found = next((row for row in known if keys.fold(row.name) == folded or row.slug in (folded, slug)), None)
    if found is None and not create:
        names = {"name": name, "known": ", ".join(sorted(row.slug for row in known))}
        text = _("There is no program type %(name)r; there are %(known)s. Create it first, or let the list create types.")
        raise InvalidRequest(reason=text % names, field="program_type")
    if found is None and not slug:
        reason = _("No slug can be made of the program type %(name)r. Create the type first, with a slug.") % {"name": name}
        raise InvalidRequest(reason=reason)
    return found or create_program_type(name=name, slug=slug, **provenance)


def _courses(rows: list[ProgramCourseRow], report: MigrationReport) -> list[CatalogCourse]:
    courses: dict[int, CatalogCourse] = {}
    for row in rows:
        if not row.course_key and not row.run_key:
            continue
        try:
            course = _course(row)
        except (CatalogError, CatalogCourse.DoesNotExist, CourseRun.DoesNotExist) as error:
            report.problems.append((row.line, str(getattr(error, "code", "not_found")), str(error)))
        else:
            courses.setdefault(course.pk, course)
    return list(courses.values())


def _course(row: ProgramCourseRow) -> CatalogCourse:
    """The course that the row names, else that of its run. Raises what is wrong with the first that it names."""
    if not row.course_key:
        return catalog.get_catalog_course_for_run(row.run_key)
    try:
        if keys.find_run_key(row.course_key):
            return catalog.get_catalog_course_for_run(row.course_key)
        # Some systems write the key of a course as that of a run without its run.
        return catalog.get_catalog_course(key_str=row.course_key.removeprefix("course-v1:"))
    except (CatalogError, CatalogCourse.DoesNotExist, CourseRun.DoesNotExist):
        with suppress(CatalogError, CourseRun.DoesNotExist, CatalogCourse.DoesNotExist):
            return catalog.get_catalog_course_for_run(row.run_key)
        raise
