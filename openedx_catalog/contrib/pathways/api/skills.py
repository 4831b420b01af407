"""The skills that learners get from a pathway, where an app knows those of courses and programs."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.models_api import CatalogCourse

from ..data import PathwayContent

SKILLS = "openedx_catalog.contrib.skills"


def skills_of_pathways(
    contents: Iterable[PathwayContent],
    *,
    courses: QuerySet[CatalogCourse] | None = None,
    programs: QuerySet[Program] | None = None,
) -> dict[int, list[Any]]:
    """
    ``{id of a pathway: its skills}``: those of the courses and programs that its steps offer, in their order, each once. A
    block has those of its course. By way of these `courses` and `programs` alone, where they are given, also of those within
    programs. Without ``openedx_catalog.contrib.skills`` it is empty.

    As many queries as that app needs for all courses and all programs, however many pathways there are.
    """
    if not apps.is_installed(SKILLS):
        return {}
    known: Any = import_module(f"{SKILLS}.api")
    nodes = {content.pathway.pk: [each.node for step in content.steps for each in step.nodes] for content in contents}
    everything = [node for found in nodes.values() for node in found]
    course_ids = sorted({node.catalog_course_id for node in everything if node.catalog_course_id})
    program_ids = sorted({node.program_id for node in everything if node.program_id})
    of_courses = known.skills_of_courses(course_ids, courses=courses)
    of_programs = known.skills_of_programs(program_ids, courses=courses, programs=programs)

    def skills_of(node: Any) -> Iterable[Any]:
        return of_programs.get(node.program_id, ()) if node.program_id else of_courses.get(node.catalog_course_id, ())

    return {pk: list(dict.fromkeys(skill for node in found for skill in skills_of(node))) for pk, found in nodes.items()}
