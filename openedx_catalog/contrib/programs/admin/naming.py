"""What rows of programs are called in histories, deleted ones too."""

from __future__ import annotations

from django.utils.translation import gettext as _

from openedx_catalog.admin.naming import course_names, organization_names, run_names
from openedx_catalog.lib.admin.history import by_columns, named_by, through, values_of

from ..models_api import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    CurriculumGroup,
    CurriculumProgramMembership,
    Degree,
    DegreeCost,
    DegreeDeadline,
    ExternalCourseKey,
    ExternalKeySlot,
    Program,
    ProgramCourseRunExclusion,
    ProgramOrganization,
    ProgramType,
)


def _members(pks: set[int]) -> dict[int, str]:
    rows = values_of(CurriculumCourseMembership, pks, "catalog_course_id", "curriculum_id")
    courses = course_names({course for course, _curriculum in rows.values()})
    curricula = _curricula({curriculum for _course, curriculum in rows.values()})
    text = _("%(course)s in the curriculum %(curriculum)r")
    return {
        pk: text % {"course": courses.get(course, "?"), "curriculum": curricula.get(curriculum, "?")}
        for pk, (course, curriculum) in rows.items()
    }


def _slots(pks: set[int]) -> dict[int, str]:
    """They have no history."""
    return dict(ExternalKeySlot.objects.filter(pk__in=pks).values_list("pk", "key_ci"))


_programs, _curricula = by_columns(Program, "title"), by_columns(Curriculum, "name")

for _model, _namer in (
    (Program, _programs),
    (ProgramType, by_columns(ProgramType, "name")),
    (Curriculum, _curricula),
    (CurriculumGroup, by_columns(CurriculumGroup, "name")),
    (CurriculumCourseMembership, _members),
    (CurriculumProgramMembership, through(CurriculumProgramMembership, "program_id", _programs)),
    (CurriculumCourseRunExclusion, through(CurriculumCourseRunExclusion, "run_id", run_names)),
    (ProgramCourseRunExclusion, through(ProgramCourseRunExclusion, "run_id", run_names)),
    (ProgramOrganization, through(ProgramOrganization, "organization_id", organization_names)),
    (ExternalCourseKey, by_columns(ExternalCourseKey, "key")),
    (ExternalKeySlot, _slots),
    (Degree, through(Degree, "program_id", _programs)),
    (DegreeCost, by_columns(DegreeCost, "description")),
    (DegreeDeadline, by_columns(DegreeDeadline, "semester", "name")),
):
    named_by(_model._meta.label, _namer)
