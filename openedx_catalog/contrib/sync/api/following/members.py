"""The courses and programs of a curriculum, in the order of the source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from openedx_catalog import keys
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models_api import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    CurriculumProgramMembership,
    Program,
)
from openedx_catalog.models_api import CatalogCourse

from ...models import RecordKind, SourceRecord
from .._memory import external_id
from ..pins import pass_on_pins
from .parts import Parts
from .taking import Taking

Courses = Mapping[str, CatalogCourse]


def follow_members(taking: Taking, curriculum: Curriculum, within: str, stated: dict[str, Any], courses: Courses) -> None:
    """What stands in a curriculum, in which order; not what is pinned of that: its courses, their order, its programs."""
    if stated["courses"] is not None:
        _follow_courses(taking, curriculum, within, stated, courses)
    if stated["programs"] is not None:
        _follow_programs(taking, curriculum, within, stated["programs"])


def _follow_courses(taking: Taking, curriculum: Curriculum, within: str, stated: dict[str, Any], courses: Courses) -> None:
    rows = list(_standing(CurriculumCourseMembership, curriculum))
    wanted, pks = wanted_courses(within, stated, courses), {row.catalog_course_id for row in rows}
    may_order = _may_follow(taking, curriculum, "courses", pks != {course.pk for course in wanted.values()})
    if may_order:
        standing = _by_name(rows, wanted, "catalog_course_id")
        add = partial(_add, taking, partial(programs.add_course, curriculum))
        parts = Parts(taking, RecordKind.CURRICULUM_COURSE, within, rows, standing, add, partial(_retire, taking), _last_word)
        parts.follow(wanted)
    _follow_order(taking, curriculum, within, [course.pk for course in wanted.values()])


def note_members(taking: Taking, curriculum: Curriculum, within: str, stated: dict[str, Any], courses: Courses) -> None:
    """Remember the courses with which a curriculum was created."""
    wanted = wanted_courses(within, stated, courses)
    for name, row in _by_name(_standing(CurriculumCourseMembership, curriculum), wanted, "catalog_course_id").items():
        taking.memory.note(RecordKind.CURRICULUM_COURSE, name, row.uuid, made=True)


def carry_over(taking: Taking, old: Curriculum, new: Curriculum) -> None:
    """
    Of a curriculum that came back: what is remembered of what stood in it is about the copies that stand in it now, and what
    is pinned stays so.
    """
    pass_on_pins(old.uuid, new.uuid, **taking.provenance)
    taking.memory.read_pins([new.uuid])
    models = ((CurriculumCourseMembership, "catalog_course_id"), (CurriculumProgramMembership, "program_id"))
    for model, column in models:
        copies = {getattr(row, column): row for row in _standing(model, new)}
        for row in model.objects.filter(curriculum=old).not_over(old.retired_at):
            if copy := copies.get(getattr(row, column)):
                taking.memory.carry_over(str(row.uuid), str(copy.uuid))
    _include_again(taking, new)


def _include_again(taking: Taking, curriculum: Curriculum) -> None:
    """
    Runs that the source left out of the whole program stand with the courses that had left it (ADR 0034). It says itself
    whether they are left out of the program now.
    """
    memory = taking.memory
    whole = {row.record for row in memory.all_of(RecordKind.RUN_EXCLUSION, f"{external_id(memory.program, 'program')} ")}
    own = {row.record for row in memory.all_of(RecordKind.RUN_EXCLUSION)} - whole
    if whole:
        rows = CurriculumCourseRunExclusion.objects.filter(membership__curriculum=curriculum, run__uuid__in=whole - own)
        for row in rows.select_related("membership", "run"):
            key = str(row.run.course_key)
            taking.attempt(partial(programs.include_course_run, row.membership, key, **taking.provenance))


def wanted_courses(within: str, stated: dict[str, Any], courses: Courses) -> dict[str, CatalogCourse]:
    """``{external id: course}`` of those that the catalog has, each once, in order."""
    found: dict[int, tuple[str, CatalogCourse]] = {}
    for each in stated["courses"] or ():
        course = courses.get(keys.fold(each["key"]))
        if course is not None:
            found.setdefault(course.pk, (external_id(within, each["key"]), course))
    return dict(found.values())


def _follow_programs(taking: Taking, curriculum: Curriculum, within: str, uuids: Iterable[str]) -> None:
    found = programs_by_uuid(taking, uuids)
    for uuid in uuids:
        if uuid not in found:
            taking.leave("program_unknown", _("there is no program %(uuid)s") % {"uuid": uuid})
    wanted = {external_id(within, uuid): program for uuid, program in found.items()}
    rows = list(_standing(CurriculumProgramMembership, curriculum))
    if not rows and not wanted:
        return
    if _may_follow(taking, curriculum, "programs", {row.program_id for row in rows} != {row.pk for row in wanted.values()}):
        standing = _by_name(rows, wanted, "program_id")
        add = partial(_add, taking, partial(programs.add_program, curriculum))
        parts = Parts(taking, RecordKind.CURRICULUM_PROGRAM, within, rows, standing, add, partial(_retire, taking), _last_word)
        parts.follow(wanted)


def programs_by_uuid(taking: Taking, uuids: Iterable[str]) -> dict[str, Program]:
    """The programs of ours that a source means by these uuids. Two queries, if there are any."""
    names = list(dict.fromkeys(uuids))
    if not names:
        return {}
    rows = SourceRecord.objects.filter(source=taking.source, kind=RecordKind.PROGRAM, external_id_ci__in=names)
    known = dict(rows.values_list("external_id_ci", "record"))
    found = {str(row.uuid): row for row in Program.objects.filter(uuid__in=[UUID(known.get(name, name)) for name in names])}
    return {name: found[known.get(name, name)] for name in names if known.get(name, name) in found}


def _follow_order(taking: Taking, curriculum: Curriculum, within: str, wanted: list[int]) -> None:
    """The order of the source among its courses; those that somebody here put in keep their places."""
    now = list(dict.fromkeys(row.catalog_course_id for row in _standing(CurriculumCourseMembership, curriculum)))
    ordered = iter([pk for pk in wanted if pk in set(now)])
    order = [next(ordered) if pk in set(wanted) else pk for pk in now]
    what = _("the order of the courses")
    if order == now or not taking.may_change(curriculum.uuid, "order", what):
        return
    known = taking.memory.find(RecordKind.CURRICULUM, within)
    # Whoever says how a curriculum is called says the order of its courses.
    if winner := taking.memory.winner_of_part(RecordKind.CURRICULUM, curriculum.uuid, "name", known):
        taking.outrank(winner, what)
    else:
        by_pk = {row.pk: row for row in CatalogCourse.objects.with_org().filter(pk__in=order)}
        taking.attempt(partial(programs.reorder, curriculum, [by_pk[pk] for pk in order], **taking.provenance))


def _may_follow(taking: Taking, curriculum: Curriculum, field: str, differs: bool) -> bool:
    if taking.memory.is_pinned(curriculum.uuid, field):
        if differs:
            taking.keep(field, "pinned")
        return False
    return True


def _standing(model: Any, curriculum: Curriculum) -> Any:
    return model.objects.filter(curriculum=curriculum).not_over().order_by("position", "pk")


def _by_name(rows: Iterable[Any], wanted: Mapping[str, Any], column: str) -> dict[str, Any]:
    standing = {getattr(row, column): row for row in rows}
    return {name: standing[row.pk] for name, row in wanted.items() if row.pk in standing}


def _add(taking: Taking, write: Callable[..., Any], member: Any) -> Any:
    made = taking.attempt(partial(write, member, **taking.provenance))
    return made.uuid if made is not None else None


def _retire(taking: Taking, row: Any) -> Any:
    return taking.attempt(partial(programs.retire, row, **taking.provenance))


def _last_word(external_id: str) -> str:
    """The key of a course, or the uuid of a program, in the id of a part."""
    return external_id.rpartition(" ")[2]
