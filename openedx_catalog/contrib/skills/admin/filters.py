"""Catalog courses and programs, and the rows of skills themselves, by skill."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openedx_catalog.admin.filters import ChosenFilter
from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.lib import permissions
from openedx_catalog.models_api import CatalogCourse

from .. import api
from ..models_api import CourseSkill, ProgramSkill, Skill


class SkillFilter(ChosenFilter):
    """Also by uuid, or by name in any case. What is blocked is not had."""

    title = _("skill")
    parameter_name = "skill"
    key = CourseSkill._meta.get_field("skill")
    found = staticmethod(api.get_skill)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if queryset.model in (CourseSkill, ProgramSkill):
            return self.narrowed(queryset, skill=self.chosen)
        if queryset.model is CatalogCourse:
            return self.narrowed(
                queryset, pk__in=CourseSkill.objects.shown().filter(skill=self.chosen).values("catalog_course")
            )
        return self.narrowed(queryset, pk__in=api.program_ids_with_skills([self.chosen]) if self.chosen else ())


def filters_of(model: Any, viewer: Any) -> list[type[admin.ListFilter]]:
    """For whoever may know of skills."""
    is_ours = model is CatalogCourse or model is Program
    return [SkillFilter] if is_ours and permissions.can_view(viewer, Skill) else []
