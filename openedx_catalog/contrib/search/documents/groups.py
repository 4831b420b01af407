"""What documents of programs and pathways are made of: their own texts, and what the courses have that they lead to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Prefetch

from openedx_catalog.contrib.programs.models_api import ProgramOrganization

from . import public
from .facts import CourseFacts, Texts, known_organizations, read_courses
from .timing import Timing, rank_order


class GroupFacts(NamedTuple):
    """
    A program or a pathway that everybody sees. `members` are titles of what it offers. It is available as that of its runs is
    that learners are shown first.
    """

    row: Any
    summary: str
    members: Sequence[str]
    texts: Texts
    timing: Timing
    availability: Sequence[str]


def read_programs(pks: Collection[int], now: datetime) -> dict[int, GroupFacts]:
    """``{id: facts}`` of those among these programs that are on offer to everybody; others are absent."""
    from openedx_catalog.contrib.programs.api import courses_in_order

    authors = ProgramOrganization.objects.filter(role=ProgramOrganization.Role.AUTHORING).order_by("position", "pk")
    parts = Prefetch("organizations", authors.select_related("organization"), to_attr="author_rows")
    rows: list[Any] = list(public.offered_programs().filter(pk__in=list(pks)).select_related("type").prefetch_related(parts))
    within = courses_in_order([row.pk for row in rows], now, among=public.public_programs())
    courses = read_courses({pk for some in within.values() for pk in some}, now, with_programs=False)
    skills = _skills_of_programs(list(within))
    known = known_organizations(each.organization for row in rows for each in row.author_rows)
    found = {}
    for row in rows:
        own = [courses[pk] for pk in within[row.pk] if pk in courses]
        texts = _texts(
            own,
            skills.get(row.pk, ()),
            organizations=[each.organization for each in row.author_rows if each.organization_id in known],
        )
        text = texts._replace(programs=[row])
        found[row.pk] = _group(row, row.description or row.subtitle, [each.title for each in own], text, own)
    return found


def read_pathways(pks: Collection[int], now: datetime) -> dict[int, GroupFacts]:
    """The same of pathways. What a step offers is left out where not everybody may know of it."""
    from openedx_catalog.contrib.pathways.api import read_contents, skills_of_pathways
    from openedx_catalog.contrib.programs.api import courses_in_order

    seen = {"courses": public.public_courses(), "programs": public.public_programs()}
    contents = read_contents(public.public_pathways().filter(pk__in=list(pks)), **seen, at=now)
    skills = skills_of_pathways(contents.values(), **seen)
    nodes = {pk: [each.node for step in content.steps for each in step.nodes] for pk, content in contents.items()}
    everything = [node for some in nodes.values() for node in some]
    within = courses_in_order({node.program_id for node in everything if node.program_id}, now, among=seen["programs"])
    direct = {node.catalog_course_id for node in everything if node.catalog_course_id}
    courses = read_courses(direct.union(*within.values()), now, with_programs=False)
    found = {}
    for pk, content in contents.items():
        ids = [
            each for node in nodes[pk] for each in (within[node.program_id] if node.program_id else [node.catalog_course_id])
        ]
        own = [courses[each] for each in dict.fromkeys(ids) if each in courses]
        programs = {node.program_id: node.program for node in nodes[pk] if node.program}
        texts = _texts(own, [skill.name for skill in skills.get(pk, ())], programs=list(programs.values()))
        members = [*(each.title for each in own), *(program.title for program in programs.values())]
        found[pk] = _group(content.pathway, content.pathway.overview, members, texts, own)
    return found


def _group(row: Any, summary: str, members: Sequence[str], texts: Texts, courses: Sequence[CourseFacts]) -> GroupFacts:
    best = [course.best.timing for course in courses if course.best]
    availability = [run.timing.status for course in courses for run in course.runs if run.timing.status]
    return GroupFacts(row, summary, members, texts, min(best, key=rank_order, default=Timing()), availability)


def _texts(courses: Sequence[CourseFacts], skills: Sequence[str], **own: Any) -> Texts:
    """What courses have, each once, in their order."""
    united: Mapping[str, list[Any]] = {
        name: _once(each for course in courses for each in getattr(course.texts, name)) for name in Texts._fields
    }
    return Texts(**{**united, "course_types": (), "skills": list(skills), **own})


def _once(rows: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(rows))


def _skills_of_programs(pks: Sequence[int]) -> dict[int, list[str]]:
    if not apps.is_installed(public.SKILLS):
        return {}
    from openedx_catalog.contrib.skills.api import skills_of_programs

    found = skills_of_programs(pks, courses=public.public_courses(), programs=public.public_programs())
    return {pk: [skill.name for skill in skills] for pk, skills in found.items()}
