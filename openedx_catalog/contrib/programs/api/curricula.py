"""
Curricula and what stands in them: courses, programs, and the runs that are left out.

What is dated (curricula, memberships, costs, deadlines) is retired, offered again, rescheduled and removed by the functions
of `dated`. Nothing here checks permissions; everything emits ``program.updated`` for the program of the curriculum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar, Unpack
from uuid import UUID

from django.db import router
from django.db.models import Max
from django.utils import timezone
from opaque_keys.edx.keys import CourseKey

from openedx_catalog.api import get_catalog_course, get_course_run
from openedx_catalog.data import UNSET, Unset
from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import Change, Provenance, delete_with_history, save_with_history, store_changes
from openedx_catalog.lib.dated import check_dates, insert_dated, is_longer, next_version, other_versions
from openedx_catalog.lib.transactions import atomically
from openedx_catalog.lib.values import parse_uuid
from openedx_catalog.models_api import CatalogCourse, CourseRun

from .. import signals
from ..exceptions import NotAMember, ProgramClosed, ProgramCycle
from ..models import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    CurriculumProgramMembership,
    Program,
    ProgramCourseRunExclusion,
)
from . import _scopes, _writing, external_keys
from .programs import program_id, refuse_taken_uuid

__all__ = [
    "add_course",
    "add_program",
    "create_curriculum",
    "exclude_course_run",
    "get_curriculum",
    "include_course_run",
    "reorder",
    "update_curriculum",
]

Result = TypeVar("Result")
CourseLike = CatalogCourse | str
MAX_POSITION = 2**31 - 1


def get_curriculum(uuid: UUID | str) -> Curriculum:
    """Get a curriculum, its program joined. One query. Raises Curriculum.DoesNotExist, InvalidRequest."""
    return Curriculum.objects.select_related("program__type").get(uuid=parse_uuid(uuid))


def create_curriculum(
    program: Program | UUID | str,
    *,
    name: str,
    courses: Sequence[CourseLike] = (),
    effective_at: datetime | str | None = None,
    retired_at: datetime | str | None = None,
    version: str = "",
    uuid: UUID | str | None = None,
    **provenance: Unpack[Provenance],
) -> Curriculum:
    """
    Create a curriculum of a program, with its courses (objects or keys) in this order, in effect as long as it is.

    The version is the next number for this name unless given. Rows of one name never overlap; several names may be current.

    Raises Program.DoesNotExist, CatalogCourse.DoesNotExist, ProgramClosed, DatesOverlap, DuplicateVersion, InvalidDates,
    ExternalKeyConflict, InvalidValue, InvalidDate, InvalidCatalogKey, InvalidRequest.
    """
    wanted: dict[str, Any] = {
        "name": values.text("name", name, required=True),
        "version": values.text("version", version, max_length=32),
        "effective_at": values.instant("effective_at", effective_at),
        "retired_at": values.instant("retired_at", retired_at),
        **_writing.identifier(uuid),
    }
    _refuse_no_list("courses", courses)
    return insert_curriculum(program, wanted, courses, Change(**provenance))


def update_curriculum(
    curriculum: Curriculum | UUID | str,
    *,
    name: str | Unset = UNSET,
    program: Program | UUID | str | Unset = UNSET,
    effective_at: datetime | str | Unset | None = UNSET,
    retired_at: datetime | str | Unset | None = UNSET,
    **provenance: Unpack[Provenance],
) -> Curriculum:
    """
    Rename a curriculum, give it other dates, or give it to another program with all that stands in it, in one step.

    Both programs get their event; where the name was used before, the curriculum becomes the next version of it. None
    empties a date; `reschedule` changes the dates alone.

    Raises Curriculum.DoesNotExist, ProgramCycle, and as `create_curriculum`.
    """
    wanted: dict[str, Any] = {
        "name": name if name is UNSET else values.text("name", name, required=True),
        "effective_at": values.instant("effective_at", effective_at),
        "retired_at": values.instant("retired_at", retired_at),
    }
    change = Change(**provenance)

    def work() -> Curriculum:
        pk = _curriculum_id(curriculum)
        # Held first, so that nobody gives it to a third program meanwhile.
        before = Curriculum.objects.select_for_update().get(pk=pk).program_id
        after = before if program is UNSET else program_id(program)

        def write(parent: Program) -> tuple[Curriculum, bool]:
            row, stored = Curriculum.objects.get(pk=pk), Curriculum.objects.get(pk=pk)
            row.program = parent
            for field, value in wanted.items():
                setattr(row, field, getattr(row, field) if value is UNSET else value)
            if before != after or is_longer(row, stored):
                refuse_closed(parent)
            if not row.is_over():
                refuse_cycle(parent, nested_in(row), row.name)
            if any(other.version == row.version for other in other_versions(row)):
                row.version = next_version(row)
            check_dates(row, f"The curriculum {row.name!r}")
            values = {**wanted, "program": parent, "version": row.version}
            return stored, store_changes(stored, values, change)

        def around() -> tuple[set[int], set[int]]:
            courses, programs = _scopes.inside([pk])
            return courses, {before, *programs}

        result = change_program(lambda: after, write, change, around=around)
        if before != after:
            external_keys.drop_stale_exclusions(change, program_id=before)
            left = Program.objects.select_related("type").get(pk=before)
            _writing.record_program_event(signals.PROGRAM_UPDATED, left, change)
        return result

    return atomically(router.db_for_write(Curriculum), work)


def add_course(
    curriculum: Curriculum | UUID | str,
    catalog_course: CourseLike,
    *,
    excluded_runs: Sequence[CourseKey | str] = (),
    position: int | None = None,
    effective_at: datetime | str | Unset | None = UNSET,
    retired_at: datetime | str | None = None,
    version: str = "",
    **provenance: Unpack[Provenance],
) -> CurriculumCourseMembership:
    """
    Put a catalog course (an object or a key) into a curriculum, at the end unless a position is given.

    Without `effective_at` it has always been there; from now on, where it was there before and was retired. `excluded_runs`
    are left out from the beginning, as by `exclude_course_run`.

    Raises ProgramClosed, DatesOverlap where it is there at that time already, ExternalKeyConflict where its runs and others
    of the program share an external key, NotAMember where a run to leave out is another course's, CourseRun.DoesNotExist,
    InvalidCourseKey, and as `create_curriculum`.
    """
    _refuse_no_list("excluded_runs", excluded_runs)
    change = Change(**provenance)

    def new(pk: int) -> CurriculumCourseMembership:
        return CurriculumCourseMembership(curriculum_id=pk, catalog_course=_course(catalog_course))

    def leave_out(row: CurriculumCourseMembership) -> None:
        for pk, run in {run.pk: run for run in map(get_course_run, excluded_runs)}.items():
            _refuse_stranger(row, run)
            save_with_history(CurriculumCourseRunExclusion(membership=row, run_id=pk), change)

    values = _membership_values(position, effective_at, retired_at, version)
    return _add(curriculum, new, values, change, then=leave_out)


def add_program(
    curriculum: Curriculum | UUID | str,
    program: Program | UUID | str,
    *,
    position: int | None = None,
    effective_at: datetime | str | Unset | None = UNSET,
    retired_at: datetime | str | None = None,
    version: str = "",
    **provenance: Unpack[Provenance],
) -> CurriculumProgramMembership:
    """
    Put a program into a curriculum of another one, e.g. a MicroMasters into a degree.

    Raises ProgramCycle where the program contains the curriculum itself, at any depth, and as `add_course`.
    """

    def new(pk: int) -> CurriculumProgramMembership:
        return CurriculumProgramMembership(curriculum_id=pk, program=Program.objects.get(pk=program_id(program)))

    values = _membership_values(position, effective_at, retired_at, version)
    return _add(curriculum, new, values, Change(**provenance))


def reorder(
    curriculum: Curriculum | UUID | str,
    courses: Sequence[CourseLike],
    **provenance: Unpack[Provenance],
) -> Curriculum:
    """
    Give the courses of a curriculum another order. The list names each course once that is there, or will be.

    Raises InvalidRequest where it names others or leaves some out, Curriculum.DoesNotExist, InvalidCatalogKey.
    """
    _refuse_no_list("courses", courses)
    change = Change(**provenance)

    def work() -> Curriculum:
        pk = _curriculum_id(curriculum)

        def write(parent: Program) -> tuple[Curriculum, bool]:
            rows = list(CurriculumCourseMembership.objects.filter(curriculum_id=pk).not_over())
            wanted = [_course(course).pk for course in courses]
            if sorted(set(wanted)) != sorted({row.catalog_course_id for row in rows}) or len(set(wanted)) != len(wanted):
                raise InvalidRequest(reason="The order must name each course of the curriculum once, and no other.")
            changed = [store_changes(row, {"position": wanted.index(row.catalog_course_id)}, change) for row in rows]
            return Curriculum.objects.get(pk=pk), any(changed)

        return change_program(lambda: Curriculum.objects.get(pk=pk).program_id, write, change)

    return atomically(router.db_for_write(Curriculum), work)


def exclude_course_run(
    subject: Program | CurriculumCourseMembership,
    course_key: CourseKey | str,
    **provenance: Unpack[Provenance],
) -> bool:
    """
    Leave a run of one of its courses out of a program, or out of one curriculum (its membership). Whether that is news.

    Its external key does not count there any more. Raises NotAMember, CourseRun.DoesNotExist, InvalidCourseKey.
    """
    change = Change(**provenance)

    def write(row: Any, stored: Any, run: CourseRun) -> bool:
        if row is not None:
            return False
        _refuse_stranger(stored, run)
        model, parent = _exclusion_model(stored)
        save_with_history(model(run=run, **{parent: stored}), change)
        return True

    return _change_exclusion(subject, course_key, write, change, only_frees=True)


def include_course_run(
    subject: Program | CurriculumCourseMembership,
    course_key: CourseKey | str,
    **provenance: Unpack[Provenance],
) -> bool:
    """
    Let a run that was excluded count again. Whether that is news.

    Raises ExternalKeyConflict where its external key has been given to another run meanwhile, ProgramClosed,
    CourseRun.DoesNotExist, InvalidCourseKey.
    """
    change = Change(**provenance)

    def write(row: Any, stored: Any, run: CourseRun) -> bool:
        if row is None:
            return False
        refuse_closed(stored if isinstance(stored, Program) else stored.curriculum.program)
        delete_with_history(row, change)
        return True

    return _change_exclusion(subject, course_key, write, change)


# For the other modules of this API


def change_program(
    owner: Callable[[], int],
    write: Callable[[Program], tuple[Result, bool]],
    change: Change,
    *,
    around: Callable[[], tuple[set[int], set[int]]] = lambda: (set(), set()),
    only_frees: bool = False,
) -> Result:
    """
    Do `write` on a program, which is held, hold the external keys against the rule afterwards, and record the event.

    `write` returns its result, and whether it changed anything: nothing more happens where it did not. `owner` reads the id of
    the program, `around` those of the courses and programs that come or go with the change: both are read again when
    everything is held, and if somebody was faster, more is held. `only_frees` says that no key can come.
    """
    while True:
        pk, (courses, programs) = owner(), around()
        _scopes.lock_courses(courses)
        held = _scopes.lock_programs(lambda: {owner()} | _scopes.ProgramGraph().descendants(around()[1]))
        if (pk, (courses, programs)) == (owner(), around()):
            break
    parent = Program.objects.select_related("type").get(pk=pk)
    external_keys.drop_stale_exclusions(change, program_id=pk)
    result, changed = write(parent)
    if changed:
        external_keys.drop_stale_exclusions(change, program_id=pk)
        (external_keys.release if only_frees else external_keys.claim)(courses, held)
        _writing.record_program_event(signals.PROGRAM_UPDATED, parent, change)
    return result


def insert_curriculum(
    program: Program | UUID | str,
    values: dict[str, Any],
    courses: Sequence[CourseLike],
    change: Change,
    *,
    into_retired: bool = False,
) -> Curriculum:
    """
    Store a new curriculum with its courses; raises as `create_curriculum`.

    `into_retired`: also in a retired program, whose courses were taken out by mistake. Newer runs count as little as ever.
    """

    def work() -> Curriculum:
        found = [_course(course) for course in courses]
        if len({course.pk for course in found}) < len(found):
            raise InvalidRequest(reason="A course stands in the list twice.")
        row = Curriculum(**values)
        refuse_taken_uuid(Curriculum, values.get("uuid"))

        def write(parent: Program) -> tuple[Curriculum, bool]:
            row.program = parent
            if found and not (into_retired and parent.status == Program.Status.RETIRED):
                refuse_closed(parent)
            insert_dated(row, f"The curriculum {row.name!r}", change)
            for position, course in enumerate(found):
                member = CurriculumCourseMembership(curriculum=row, catalog_course=course, position=position)
                save_with_history(member, change)
            return row, True

        ids = {course.pk for course in found}
        return change_program(lambda: program_id(program), write, change, around=lambda: (ids, set()))

    return atomically(router.db_for_write(Curriculum), work)


def refuse_closed(program: Program) -> None:
    """Raise ProgramClosed for a program that gains nothing any more."""
    if program.status in (Program.Status.RETIRED, Program.Status.DELETED):
        raise ProgramClosed(program=program.title, status=program.status)


def refuse_cycle(program: Program, added: Iterable[int], name: str) -> None:
    """Raise ProgramCycle where one of the programs `added` contains `program`, or is it. One query."""
    wanted = list(added)
    graph = _scopes.ProgramGraph() if wanted else None
    for pk in wanted:
        if graph is not None and program.pk in graph.descendants([pk]):
            raise ProgramCycle(program=Program.objects.get(pk=pk).title, curriculum=name)


def nested_in(curriculum: Curriculum) -> list[int]:
    """The programs that stand in a curriculum, or will."""
    rows = CurriculumProgramMembership.objects.not_over().filter(curriculum_id=curriculum.pk)
    return list(rows.values_list("program_id", flat=True))


def _add(
    curriculum: Curriculum | UUID | str,
    new: Callable[[int], Any],
    values: dict[str, Any],
    change: Change,
    *,
    then: Callable[[Any], None] = lambda row: None,
) -> Any:
    def work() -> Any:
        row = new(_curriculum_id(curriculum))
        courses = [row.catalog_course_id] if isinstance(row, CurriculumCourseMembership) else []
        programs = [row.program_id] if isinstance(row, CurriculumProgramMembership) else []

        def write(parent: Program) -> tuple[Any, bool]:
            refuse_closed(parent)
            row.curriculum = Curriculum.objects.get(pk=row.curriculum_id)
            refuse_cycle(parent, programs, row.curriculum.name)
            for name, value in values.items():
                setattr(row, name, value)
            if row.effective_at is UNSET:
                row.effective_at = timezone.now() if other_versions(row) else None
            if row.position is None:
                last = type(row).objects.filter(curriculum=row.curriculum).aggregate(last=Max("position"))["last"]
                row.position = 0 if last is None else min(last + 1, MAX_POSITION)
            insert_dated(row, member_text(row), change)
            then(row)
            return row, True

        def owner() -> int:
            return Curriculum.objects.values_list("program_id", flat=True).get(pk=row.curriculum_id)

        return change_program(owner, write, change, around=lambda: (set(courses), set(programs)))

    return atomically(router.db_for_write(Curriculum), work)


def member_text(row: Any) -> str:
    """A member of a curriculum, in a message."""
    what = row.catalog_course.key_str if isinstance(row, CurriculumCourseMembership) else f"The program {row.program.title!r}"
    return f"{what} in the curriculum {row.curriculum.name!r}"


def _membership_values(position: Any, effective_at: Any, retired_at: Any, version: str) -> dict[str, Any]:
    if position is not None and (
        isinstance(position, bool) or not isinstance(position, int) or not 0 <= position <= MAX_POSITION
    ):
        raise values.invalid("position", position, "it is no whole number from 0 on")
    return {
        "position": position,
        "effective_at": values.instant("effective_at", effective_at),
        "retired_at": values.instant("retired_at", retired_at),
        "version": values.text("version", version, max_length=32),
    }


def _change_exclusion(
    subject: Program | CurriculumCourseMembership,
    course_key: CourseKey | str,
    write: Callable[[Any, Any, CourseRun], bool],
    change: Change,
    *,
    only_frees: bool = False,
) -> bool:
    model, parent_name = _exclusion_model(subject)

    def stored() -> Any:
        # As it is now: the one that was given may be of long ago.
        return type(subject).objects.get(pk=subject.pk)

    def owner() -> int:
        found = stored()
        return found.pk if isinstance(found, Program) else found.curriculum.program_id

    def on_program(parent: Program) -> tuple[bool, bool]:
        run, found = get_course_run(course_key), stored()
        changed = write(model.objects.filter(run=run, **{parent_name: found}).first(), found, run)
        return changed, changed

    def work() -> bool:
        def around() -> tuple[set[int], set[int]]:
            return {get_course_run(course_key).catalog_course_id}, set()

        return change_program(owner, on_program, change, around=around, only_frees=only_frees)

    return atomically(router.db_for_write(Program), work)


def _exclusion_model(subject: Program | CurriculumCourseMembership) -> tuple[Any, str]:
    if isinstance(subject, Program):
        return ProgramCourseRunExclusion, "program"
    if isinstance(subject, CurriculumCourseMembership):
        return CurriculumCourseRunExclusion, "membership"
    raise InvalidRequest(reason="Runs are excluded from a program, or from the membership of a course in a curriculum.")


def _refuse_stranger(subject: Program | CurriculumCourseMembership, run: CourseRun) -> None:
    if not _has_course(subject, run):
        what = subject if isinstance(subject, Program) else member_text(subject)
        raise NotAMember(course_key=str(run.course_key), subject=str(what))


def _has_course(subject: Program | CurriculumCourseMembership, run: CourseRun) -> bool:
    if isinstance(subject, Program):
        now = timezone.now()
        rows = CurriculumCourseMembership.objects.standing(now).filter(curriculum__program=subject)
        return rows.filter(catalog_course_id=run.catalog_course_id).exists()
    return subject.catalog_course_id == run.catalog_course_id


def _refuse_no_list(field: str, given: Any) -> None:
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise values.invalid(field, given, "it is no list")


def _course(given: CourseLike) -> CatalogCourse:
    return given if isinstance(given, CatalogCourse) else get_catalog_course(key_str=given)


def _curriculum_id(given: Curriculum | UUID | str) -> int:
    if isinstance(given, Curriculum):
        return given.pk
    found = Curriculum.objects.filter(uuid=parse_uuid(given)).values_list("pk", flat=True).first()
    if found is None:
        raise Curriculum.DoesNotExist(f"No curriculum {given}.")
    return found
