"""What somebody who starts at some instant has to take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from openedx_catalog.lib import values
from openedx_catalog.lib.texts import fold

from ..data import CurriculumRequirement, GroupRequirement
from ..models import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumGroup,
    CurriculumProgramMembership,
    Program,
)
from .lookup import id_of


def curriculum_for(program: Program | UUID | str, started_at: datetime | str) -> list[CurriculumRequirement]:
    """
    What somebody who started a program at an instant has to take: one of the curricula that took new learners then.

    The oldest first, each with its courses, programs and groups as they stood at that instant, whatever has become of them
    since; deleted programs are left out. Empty where none was open. Four queries, and one for a uuid; organizations and
    types are joined. Does not check permissions. Raises Program.DoesNotExist, InvalidDate, InvalidValue, InvalidRequest.
    """
    at = values.instant("started_at", started_at)
    if at is None:
        at = values.instant_or_now("started_at", None)
    curricula = Curriculum.objects.open(at).filter(program_id=id_of(Program, program)).order_by("pk")
    return requirements_of(list(curricula), at)


def requirements_of(curricula: Sequence[Curriculum], at: datetime) -> list[CurriculumRequirement]:
    """What these curricula ask for at an instant, in their order. Three queries."""
    pks = [curriculum.pk for curriculum in curricula]
    courses = CurriculumCourseMembership.objects.select_related("catalog_course__org")
    programs = CurriculumProgramMembership.objects.select_related("program__type")
    programs = programs.exclude(program__status=Program.Status.DELETED)
    of_courses, of_programs = _by_curriculum(courses, pks, at), _by_curriculum(programs, pks, at)
    groups: dict[int, list[CurriculumGroup]] = defaultdict(list)
    for row in CurriculumGroup.objects.current(at).filter(curriculum_id__in=pks).order_by("pk"):
        groups[row.curriculum_id].append(row)
    return [
        _requirement(curriculum, of_courses[curriculum.pk], of_programs[curriculum.pk], groups[curriculum.pk])
        for curriculum in curricula
    ]


def _by_curriculum(rows: Any, pks: Iterable[int], at: datetime) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows.current(at).filter(curriculum_id__in=pks).order_by("position", "pk"):
        found[row.curriculum_id].append(row)
    return found


def _requirement(
    curriculum: Curriculum,
    courses: Sequence[CurriculumCourseMembership],
    programs: Sequence[CurriculumProgramMembership],
    groups: Sequence[CurriculumGroup],
) -> CurriculumRequirement:
    """What names a group that there is not is required."""
    found = {fold(group.name): GroupRequirement(group.name, group.minimum, [], []) for group in groups}
    required = CurriculumRequirement(curriculum, [], [], list(found.values()))
    for member in courses:
        found.get(fold(member.group), required).courses.append(member.catalog_course)
    for nested in programs:
        found.get(fold(nested.group), required).programs.append(nested.program)
    return required
