"""What rows of programs are called in histories, deleted ones too."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from openedx_catalog.admin.naming import course_names, run_names
from openedx_catalog.lib.admin.history import Namer, named_by, values_of

from ..models_api import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    CurriculumGroup,
    CurriculumProgramMembership,
    DegreeCost,
    DegreeDeadline,
    Program,
    ProgramCourseRunExclusion,
    ProgramType,
)


def _by(model: Any, *columns: str) -> Namer:
    def names(pks: set[int]) -> dict[int, str]:
        return {pk: ", ".join(map(str, values)) for pk, values in values_of(model, pks, *columns).items()}

    return names


def _through(model: Any, column: str, namer: Namer) -> Namer:
    """By what a foreign key of the row leads to."""

    def names(pks: set[int]) -> dict[int, str]:
        rows = {pk: other for pk, (other,) in values_of(model, pks, column).items()}
        known = namer(set(rows.values()))
        return {pk: known.get(other, str(other)) for pk, other in rows.items()}

    return names


def _members(pks: set[int]) -> dict[int, str]:
    rows = values_of(CurriculumCourseMembership, pks, "catalog_course_id", "curriculum_id")
    courses = course_names({course for course, _curriculum in rows.values()})
    curricula = _curricula({curriculum for _course, curriculum in rows.values()})
    text = _("%(course)s in the curriculum %(curriculum)r")
    return {
        pk: text % {"course": courses.get(course, "?"), "curriculum": curricula.get(curriculum, "?")}
        for pk, (course, curriculum) in rows.items()
    }


_programs, _curricula = _by(Program, "title"), _by(Curriculum, "name")

for _model, _namer in (
    (Program, _programs),
    (ProgramType, _by(ProgramType, "name")),
    (Curriculum, _curricula),
    (CurriculumGroup, _by(CurriculumGroup, "name")),
    (CurriculumCourseMembership, _members),
    (CurriculumProgramMembership, _through(CurriculumProgramMembership, "program_id", _programs)),
    (CurriculumCourseRunExclusion, _through(CurriculumCourseRunExclusion, "run_id", run_names)),
    (ProgramCourseRunExclusion, _through(ProgramCourseRunExclusion, "run_id", run_names)),
    (DegreeCost, _by(DegreeCost, "description")),
    (DegreeDeadline, _by(DegreeDeadline, "semester", "name")),
):
    named_by(_model._meta.label, _namer)
