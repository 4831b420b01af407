"""What became of a program between two instants, read from the dates of its rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from openedx_catalog.lib import values
from openedx_catalog.lib.texts import fold
from openedx_catalog.lib.values import iso_instant

from ..data import Difference, ProgramDiff
from ..models import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumGroup,
    CurriculumProgramMembership,
    DegreeCost,
    DegreeDeadline,
    ExternalCourseKey,
    Program,
)
from .lookup import id_of
from .reading import program_runs


class _Part(NamedTuple):
    """Something that a program has at an instant: what it is called (of which it is a version), and its values."""

    kind: str
    key: str
    name: str
    curriculum: str
    values: dict[str, Any]
    # What it is a version of, where that is more than its key.
    names: tuple[str, ...] = ()

    @property
    def identity(self) -> tuple[str, ...]:
        return self.kind, fold(self.curriculum), *map(fold, self.names or (self.key,))


def program_as_of(program: Program | UUID | str, at: datetime | str) -> list[Difference]:
    """
    What a program had at an instant: its curricula, the courses, programs and groups in them, costs, deadlines, and the runs
    that count, with their partners' keys of today, in this order; the values of each are in `after`. At most 12 queries. Does
    not check permissions.

    Raises Program.DoesNotExist, InvalidDate, InvalidRequest.
    """
    pk, moment = id_of(Program, program), values.instant_or_now("at", at)
    return [_difference(None, part) for part in (*_Rows(pk).at(moment), *_runs(pk, moment))]


def diff_program(program: Program | UUID | str, *, from_: datetime | str, to: datetime | str) -> ProgramDiff:
    """
    What a program has at `to` and had not at `from_`, what it has no longer, and what is otherwise now.

    Curricula, courses, programs and groups in them, costs, deadlines, and the runs that count: what the catalog knows of both
    instants today, so the runs of a course come and go with it. `from_` may be the later one. At most 17 queries, whatever
    the size. Does not check permissions. Raises Program.DoesNotExist, InvalidDate, InvalidRequest.
    """
    pk, begin, end = id_of(Program, program), values.instant_or_now("from", from_), values.instant_or_now("to", to)
    rows = _Rows(pk)
    before = {part.identity: part for part in (*rows.at(begin), *_runs(pk, begin))}
    after = {part.identity: part for part in (*rows.at(end), *_runs(pk, end))}
    found = ProgramDiff(begin, end)
    found.added.extend(_difference(None, part) for identity, part in after.items() if identity not in before)
    found.removed.extend(_difference(part, None) for identity, part in before.items() if identity not in after)
    both = ((part, after[identity]) for identity, part in before.items() if identity in after)
    found.changed.extend(_difference(old, new) for old, new in both if old.values != new.values)
    return found


def _difference(before: _Part | None, after: _Part | None) -> Difference:
    part: Any = after or before
    return Difference(part.kind, part.key, part.name, part.curriculum, before and before.values, after and after.values)


def _runs(pk: int, at: datetime) -> Iterator[_Part]:
    runs = program_runs(Program(pk=pk), at=at)
    partners = dict(ExternalCourseKey.objects.filter(run__in=runs).values_list("run_id", "key"))
    for run in runs:
        own = {"external_course_key": partners[run.pk]} if run.pk in partners else {}
        yield _Part("run", str(run.course_key), run.title, "", own)


class _Rows:
    """All dated rows of a program, read once for any instant. Six queries."""

    def __init__(self, program_id: int) -> None:
        of_program, of_degree = {"curriculum__program_id": program_id}, {"degree__program_id": program_id}
        courses = CurriculumCourseMembership.objects.select_related("catalog_course__org", "curriculum")
        programs = CurriculumProgramMembership.objects.select_related("program", "curriculum")
        groups = CurriculumGroup.objects.select_related("curriculum").filter(**of_program)
        places = ("curriculum_id", "position", "pk")
        self.curricula = list(Curriculum.objects.filter(program_id=program_id).order_by("pk"))
        self.courses = list(courses.filter(**of_program).order_by(*places))
        self.programs = list(programs.filter(**of_program).exclude(program__status=Program.Status.DELETED).order_by(*places))
        self.groups = list(groups.order_by("curriculum_id", "pk"))
        self.costs = list(DegreeCost.objects.filter(**of_degree).order_by("description", "pk"))
        self.deadlines = list(DegreeDeadline.objects.filter(**of_degree).order_by("due_at", "pk"))

    def at(self, at: datetime) -> Iterator[_Part]:
        """What stood in the program at an instant, in order."""
        for row in self.curricula:
            if row.is_current(at):
                yield _Part("curriculum", row.name, row.name, "", {"version": row.version, "is_open": row.is_open(at)})
        members: list[Any] = [*self.courses, *self.programs, *self.groups]
        for member in members:
            if member.is_current(at) and member.curriculum.is_current(at):
                yield _member(member)
        for cost in self.costs:
            if cost.is_current(at):
                own = {"amount": str(cost.amount), "currency": cost.currency}
                yield _Part("cost", cost.description, cost.description, "", own)
        for due in self.deadlines:
            if due.is_current(at):
                own = {"due_at": str(iso_instant(due.due_at)), "zone": due.zone}
                yield _Part("deadline", due.subject, due.subject, "", own, (due.semester, due.name))


def _member(row: Any) -> _Part:
    curriculum = row.curriculum.name
    if isinstance(row, CurriculumGroup):
        return _Part("group", row.name, row.name, curriculum, {"minimum": row.minimum})
    own = {"version": row.version, "group": row.group}
    if isinstance(row, CurriculumCourseMembership):
        return _Part("course", row.catalog_course.key_str, row.catalog_course.title, curriculum, own)
    return _Part("program", str(row.program.uuid), row.program.title, curriculum, own)
