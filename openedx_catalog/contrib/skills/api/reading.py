"""Which skills courses and programs have, blocked ones left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from openedx_catalog.contrib.programs.api import courses_in_order, get_program, programs_around
from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.models_api import CatalogCourse

from ..models import CourseSkill, ProgramSkill, Skill, Tagged


def skills_of(program: Program | UUID | str) -> list[Skill]:
    """
    The skills of a program, an object or its uuid: those of its courses where any of these has some, else its own; see
    `skills_of_programs`. Raises Program.DoesNotExist, InvalidRequest.
    """
    pk = program.pk if isinstance(program, Program) else get_program(program).pk
    return skills_of_programs([pk])[pk]


def skills_of_courses(
    catalog_course_ids: Sequence[int], *, courses: QuerySet[CatalogCourse] | None = None
) -> dict[int, list[Skill]]:
    """
    ``{id of a course: its skills}``, the surest first, those of which nobody has said how sure last, then by name; of these
    `courses` alone, if they are given. Courses without any are absent. One query.
    """
    rows = CourseSkill.objects.shown().filter(catalog_course__id__among=list(catalog_course_ids))
    if courses is not None:
        rows = rows.filter(catalog_course__in=courses.order_by())
    return _sorted(rows, "catalog_course_id")


def skills_of_programs(
    program_ids: Sequence[int],
    *,
    courses: QuerySet[CatalogCourse] | None = None,
    programs: QuerySet[Program] | None = None,
) -> dict[int, list[Skill]]:
    """
    ``{id of a program: its skills}`` now, each once.

    Where any course of it has a skill, they are those of its courses: in the order of the courses, programs in it included, and
    of each as `skills_of_courses` has them. Else they are the program's own. What is blocked for a course does not come from
    that course; what is blocked for the program does not come at all, and its own skills do not take the place of what is.

    For somebody who does not see everything: by way of these `courses` and nested `programs` alone. Five queries.
    """
    within = courses_in_order(program_ids, timezone.now(), among=programs)
    of_courses = skills_of_courses(sorted({pk for pks in within.values() for pk in pks}), courses=courses)
    rows = ProgramSkill.objects.filter(program__id__among=list(program_ids))
    own, blocked = _sorted(rows.shown(), "program_id"), defaultdict(set)
    for program, skill in rows.filter(blocked=True).values_list("program_id", "skill_id"):
        blocked[program].add(skill)
    found = {}
    for program in program_ids:
        union = [skill for course in within[program] for skill in of_courses.get(course, ())]
        once = {skill.pk: skill for skill in reversed(union)}
        in_order = [once[pk] for pk in dict.fromkeys(skill.pk for skill in union)] or own.get(program, [])
        found[program] = [skill for skill in in_order if skill.pk not in blocked[program]]
    return found


def program_ids_with_skills(skills: Iterable[Skill], **seen: Any) -> list[int]:
    """
    The programs that have one of these skills, as `skills_of_programs` says; `seen` as there. Its queries, and five more,
    whatever they find.
    """
    wanted = {skill.pk for skill in skills}
    courses = CourseSkill.objects.shown().filter(skill__in=wanted).values_list("catalog_course_id", flat=True)
    own = ProgramSkill.objects.shown().filter(skill__in=wanted).values_list("program_id", flat=True)
    candidates = sorted({*own, *programs_around(list(courses), timezone.now())})
    found = skills_of_programs(candidates, **seen)
    return [pk for pk in candidates if any(skill.pk in wanted for skill in found[pk])]


def _sorted(rows: QuerySet[Any], owner: str) -> dict[int, list[Skill]]:
    found: dict[int, list[Tagged]] = defaultdict(list)
    for row in rows:
        found[getattr(row, owner)].append(row)
    return {pk: [row.skill for row in sorted(each, key=_order)] for pk, each in found.items()}


def _order(row: Tagged) -> tuple[Any, ...]:
    return row.confidence is None, -(row.confidence or 0), row.skill.name_ci, row.skill_id
