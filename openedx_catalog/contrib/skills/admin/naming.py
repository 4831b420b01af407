"""What rows of skills are called in histories, deleted ones too."""

from __future__ import annotations

from openedx_catalog.lib.admin.history import by_columns, named_by, through

from ..models_api import CourseSkill, ProgramSkill, Skill

_skills = by_columns(Skill, "name")

for _model, _namer in (
    (Skill, _skills),
    (CourseSkill, through(CourseSkill, "skill_id", _skills)),
    (ProgramSkill, through(ProgramSkill, "skill_id", _skills)),
):
    named_by(_model._meta.label, _namer)
