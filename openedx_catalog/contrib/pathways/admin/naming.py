"""What rows of pathways are called in histories, deleted ones too."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from openedx_catalog.admin.naming import course_names, organization_names
from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.lib.admin.history import by_columns, named_by, names_of, through, values_of

from ..models_api import (
    LearnerPathway,
    LearnerPathwayGroup,
    LearnerPathwayNode,
    LearnerPathwayOrganization,
    LearnerPathwayStep,
    ProgramPathway,
    ProgramPathwayProgram,
)


def _groups(pks: set[int]) -> dict[int, str]:
    """They have no history."""
    return dict(Group.objects.filter(pk__in=pks).values_list("pk", "name"))


def _steps(pks: set[int]) -> dict[int, str]:
    rows = values_of(LearnerPathwayStep, pks, "title", "position")
    return {pk: title or _("step %(number)d") % {"number": position + 1} for pk, (title, position) in rows.items()}


def _nodes(pks: set[int]) -> dict[int, str]:
    rows = values_of(LearnerPathwayNode, pks, "usage_key", "catalog_course_id", "program_id")
    courses = course_names({course for _key, course, _program in rows.values() if course})
    programs = names_of(Program, {program for _key, _course, program in rows.values()})
    return {
        pk: key or (programs.get(program, "?") if program else courses.get(course, "?"))
        for pk, (key, course, program) in rows.items()
    }


for _model, _namer in (
    (LearnerPathway, by_columns(LearnerPathway, "title")),
    (LearnerPathwayStep, _steps),
    (LearnerPathwayNode, _nodes),
    (LearnerPathwayOrganization, through(LearnerPathwayOrganization, "organization_id", organization_names)),
    (LearnerPathwayGroup, through(LearnerPathwayGroup, "group_id", _groups)),
    (Group, _groups),
    (ProgramPathway, by_columns(ProgramPathway, "name")),
    (ProgramPathwayProgram, through(ProgramPathwayProgram, "program_id", by_columns(Program, "title"))),
):
    named_by(_model._meta.label, _namer)
