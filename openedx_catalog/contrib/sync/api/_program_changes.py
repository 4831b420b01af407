"""
What a job has changed of programs beside their own values: type, organizations, curricula and all that stands in them, costs
and deadlines. In words, since these are rows of many kinds.

Imported only where contrib.programs is installed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openedx_catalog.contrib.programs.models_api import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    CurriculumProgramMembership,
    Degree,
    DegreeCost,
    DegreeDeadline,
    Program,
    ProgramCourseRunExclusion,
    ProgramOrganization,
    ProgramType,
)
from openedx_catalog.lib.admin.history import Names, names_of
from openedx_catalog.lib.routing import rows_of

from .record_changes import Changes, ends_of, named_pair

Part = tuple[str, str, str]
# A program may get hundreds of courses at once.
MAX_PARTS = 50
# What follows from the others, or says nothing to a person.
HIDDEN = {"id", "uuid", "created", "modified"}


def parts_of(programs: Collection[int], changes: Changes, made: str) -> dict[int, list[Part]]:
    """``{id of a program: [(what, before, after), …]}``; takes the type out of `changes`, to name it."""
    found: dict[int, list[Part]] = defaultdict(list)
    types = {pk: change.pop("type_id") for pk, change in changes.items() if "type_id" in change}
    called = names_of(ProgramType, {pk for pair in types.values() for pk in pair})
    for pk, pair in types.items():
        found[pk].append(named_pair(Program, "type", pair, called))
    pairs = _pairs(programs, made)
    names = Names(row for _pk, *pair in pairs for row in pair if row is not None)
    for pk, before, after in pairs:
        found[pk] += _in_words(before, after, names)
    return {pk: _shortened(parts) for pk, parts in found.items()}


def _pairs(programs: Collection[int], made: str) -> list[tuple[int, Any, Any]]:
    """``[(id of the program, a row of a history before the job or None, the row that the job left), …]``"""
    own = {pk: pk for pk in programs}
    curricula, degrees = _owners(Curriculum, own), _owners(Degree, own)
    kinds: list[tuple[Any, str, Mapping[int, int]]] = [
        (ProgramOrganization, "program_id", own),
        (ProgramCourseRunExclusion, "program_id", own),
        (Curriculum, "program_id", own),
        (CurriculumCourseMembership, "curriculum_id", curricula),
        (CurriculumProgramMembership, "curriculum_id", curricula),
        (Degree, "program_id", own),
        (DegreeCost, "degree_id", degrees),
        (DegreeDeadline, "degree_id", degrees),
    ]
    found = [
        (owners[getattr(after, column)], before, after)
        for model, column, owners in kinds
        for before, after in ends_of(model, "id", made, **{f"{column}__in": list(owners)}).values()
    ]
    members = rows_of(CurriculumCourseMembership.history.model).filter(curriculum_id__in=list(curricula))
    within = ends_of(CurriculumCourseRunExclusion, "id", made, membership_id__in=members.order_by().values("id")).values()
    wanted = {after.membership_id for _before, after in within}
    of_member = dict(members.filter(id__in=wanted).values_list("id", "curriculum_id")) if wanted else {}
    return found + [(curricula[of_member[after.membership_id]], before, after) for before, after in within]


def _owners(model: Any, programs: Mapping[int, int]) -> dict[int, int]:
    """``{id of a row that is or was part of one: id of the program}``"""
    rows: Any = rows_of(model.history.model).filter(program_id__in=list(programs)).order_by()
    return dict(rows.values_list("id", "program_id").distinct())


def _in_words(before: Any, after: Any, names: Names) -> list[Part]:
    name = names.of(after) if after.instance_type is not ProgramOrganization else ""
    what = ": ".join(filter(None, (str(capfirst(str(after.instance_type._meta.verbose_name))), name)))
    if after.history_type == "-":
        return [(_named(what, after, names), "", _("removed"))] if before is not None else []
    if before is None:
        return [(_named(what, after, names), "", _("added"))]
    parts = []
    for field in after.tracked_fields:
        was, now = getattr(before, field.attname), getattr(after, field.attname)
        if field.name not in HIDDEN and was != now:
            parts.append((f"{what}, {field.verbose_name}", names.text(field, was), names.text(field, now)))
    return parts


def _named(what: str, row: Any, names: Names) -> str:
    """What came or went, with its values where a name alone does not say it."""
    shown = {ProgramOrganization: ("organization", "role"), DegreeCost: ("amount", "currency"), DegreeDeadline: ("due_at",)}
    fields = [row.instance_type._meta.get_field(name) for name in shown.get(row.instance_type, ())]
    values = [names.text(field, getattr(row, field.attname)) for field in fields]
    return f"{what} ({', '.join(values)})" if values else what


def _shortened(parts: list[Part]) -> list[Part]:
    left = len(parts) - MAX_PARTS
    if left <= 0:
        return parts
    more = ngettext("… and %(number)d more change", "… and %(number)d more changes", left) % {"number": left}
    return [*parts[:MAX_PARTS], (more, "", "")]
