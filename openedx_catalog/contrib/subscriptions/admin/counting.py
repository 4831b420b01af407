"""How much of what a user may know of plans include."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib import permissions
from openedx_catalog.models_api import CatalogCourse, CourseRun

from ..api.refreshing import PROGRAMS
from ..models_api import IncludedCourse, IncludedCourseRun, IncludedProgram


class Kind(NamedTuple):
    """Courses, runs or programs: what they are called, their model, the rows that say which are in, and by which column."""

    name: str
    label: Any
    model: Any
    included: Any
    column: str
    # By which a row of the model is known there.
    known_by: str = "pk"

    def included_for(self, user: Any) -> QuerySet[Any]:
        """The rows of what a user may know of; nothing is asked for those of one who sees all."""
        rows = self.included.objects.order_by()
        if permissions.sees_all(user, self.model):
            return rows
        return rows.filter(**{f"{self.column}__in": permissions.visible(user, self.model.objects.all()).values(self.known_by)})

    def list_url(self, plan_id: int, **filters: Any) -> str:
        """The list of what the plan includes."""
        options = self.model._meta
        name = f"admin:{options.app_label}_{options.model_name}_changelist"
        return f"{reverse(name)}?{urlencode({**filters, 'subscription': plan_id})}"


COURSES = Kind("course", _("Catalog courses"), CatalogCourse, IncludedCourse, "catalog_course")
RUNS = Kind("run", _("Course runs"), CourseRun, IncludedCourseRun, "run")


def kinds() -> Iterator[Kind]:
    """Those that are installed."""
    yield from (COURSES, RUNS)
    if apps.is_installed(PROGRAMS):
        from openedx_catalog.contrib.programs.models_api import Program

        yield Kind("program", _("Programs"), Program, IncludedProgram, "program_uuid", "uuid")
