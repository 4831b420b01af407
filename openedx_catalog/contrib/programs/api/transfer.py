"""A flat list of programs and courses becomes one curriculum per program, and may be taken back."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
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
from .curricula import add_course, insert_curriculum
from .dated import remove
from .lookup import find_program
from .programs import change_program_status, create_program, create_program_type

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
    report, change = MigrationReport(), Change(**(Provenance(source="migration") | provenance))
    programs: dict[str, list[ProgramCourseRow]] = {}
    for row in rows:
        programs.setdefault(keys.fold(row.program_key), []).append(row)
    for members in programs.values():
        try:
            part = _migrate(members, change, reverse=reverse, dry_run=dry_run)
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
def _migrate(rows: list[ProgramCourseRow], change: Change, *, reverse: bool, dry_run: bool) -> MigrationReport:
    """The rows of one program."""
    part = MigrationReport()
    (_take_back if reverse else _take_over)(rows, part, change)
    if dry_run:
        transaction.set_rollback(True, using=router.db_for_write(Program))
    return part


def _take_over(rows: list[ProgramCourseRow], report: MigrationReport, change: Change) -> None:
    provenance, key = attrs.asdict(change, recurse=False), rows[0].program_key
    if not key:
        raise InvalidRequest(reason=_("The row names no program."))
    program, courses = find_program(**_identity(key)), _courses(rows, report)
    if program is None:
        status = _STATUSES.get(rows[0].program_status.lower())
        if status is None:
            names = {"status": keys.shorten(rows[0].program_status, 60), "known": ", ".join(filter(None, _STATUSES))}
            raise InvalidRequest(reason=_("%(status)r is not a status of a program; expected one of %(known)s.") % names)
        kind = _type(rows[0].program_type, provenance)
        program = create_program(title=rows[0].program_title or key, type=kind, **_identity(key), **provenance)
        report.programs += 1
    else:
        status = program.status
    if (curriculum := _ours(program, change)) is None:
        # A retired program may get back what --reverse took.
        insert_curriculum(program, Curriculum(name=NAME, version=""), courses, change, into_retired=True)
        report.curricula += 1
        report.courses += len(courses)
    else:
        known = set(curriculum.course_memberships.values_list("catalog_course_id", flat=True))
        new = [course for course in courses if course.pk not in known]
        for course in new:
            add_course(curriculum, course, **provenance)
        report.courses += len(new)
        report.unchanged += len(courses) - len(new)
    # It was created unpublished, since a retired program takes no courses.
    for step in {"active": ["active"], "retired": ["active", "retired"]}.get(status, []):
        if program.status not in (step, status):
            program = change_program_status(program, step, **provenance)


def _take_back(rows: list[ProgramCourseRow], report: MigrationReport, change: Change) -> None:
    key = rows[0].program_key
    program = find_program(**_identity(key)) if key else None
    curriculum = _ours(program, change) if program else None
    if curriculum is None:
        report.unchanged += len(rows)
        return
    report.courses += curriculum.course_memberships.count()
    report.curricula += 1
    remove(curriculum, **attrs.asdict(change, recurse=False))


def _ours(program: Program, change: Change) -> Curriculum | None:
    """The curriculum that this made of a list, as long as it is offered; one that an operator made is not ours to change."""
    rows = Curriculum.objects.not_over().filter(program=program, name=NAME).order_by("-pk")
    created = Curriculum.history.filter(id__in=rows.values("pk"), history_type="+")
    texts = dict(created.values_list("id", "history_change_reason"))
    return next((row for row in rows if change.is_source_of(texts.get(row.pk) or "")), None)


def _identity(key: str) -> dict[str, Any]:
    try:
        return {"uuid": UUID(key)}
    except ValueError:
        return {"readable_id": key}


def _type(name: str, provenance: dict[str, Any]) -> ProgramType:
    """By name or slug in any case, without what a slug has no place for: "MicroMasters®"."""
    name = values.text("program_type", name or "Program", max_length=64)
    folded, slug = keys.fold(name), slugify(name)
    same = (row for row in ProgramType.objects.all() if keys.fold(row.name) == folded or row.slug in (folded, slug))
    found = next(same, None)
    if found is None and not slug:
        reason = _("No slug can be made of the program type %(name)r. Create the type first, with a slug.") % {"name": name}
        raise InvalidRequest(reason=reason)
    return found or create_program_type(name=name, **provenance)


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
