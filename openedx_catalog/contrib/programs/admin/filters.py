"""Catalog courses and runs by the program in which they stand."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openedx_catalog.admin.filters import ChosenFilter
from openedx_catalog.lib import permissions
from openedx_catalog.models_api import CourseRun

from .. import api
from ..models_api import Curriculum, CurriculumCourseMembership, Program


class ProgramFilter(ChosenFilter):
    """Also by uuid. What stands, stood or will stand in one of its curricula."""

    title = _("program")
    parameter_name = "program"
    key = Curriculum._meta.get_field("program")

    def found(self, text: str) -> Program | None:
        return api.find_program(text)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        members = CurriculumCourseMembership.objects.filter(curriculum__program=self.chosen).values("catalog_course")
        return self.narrowed(queryset, **{"catalog_course__in" if queryset.model is CourseRun else "pk__in": members})


def filters_of(model: Any, viewer: Any) -> tuple[type[ProgramFilter], ...]:
    """Those that a user may know of."""
    sees = permissions.can_view(viewer, Program) and permissions.can_view(viewer, Curriculum)
    return (ProgramFilter,) if sees and model is not Program else ()
