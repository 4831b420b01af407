"""The programs that a plan includes, and why; only where contrib.programs is installed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema_view

from openedx_catalog.contrib.programs.api.reading import course_uses
from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.contrib.programs.rest_api.v1.views import ProgramViewSet
from openedx_catalog.keys import format_key_str
from openedx_catalog.lib import permissions
from openedx_catalog.lib.rest.schema import described
from openedx_catalog.models_api import CatalogCourse

from ... import api
from .views import Explained, WithinPlan


@extend_schema_view(list=described(summary="List the programs of a plan"))
class PlanPrograms(WithinPlan, ProgramViewSet):
    """The programs that a plan includes; filters, order and fields are those of `programs/`."""

    def rows(self) -> QuerySet:
        return super().rows().filter(uuid__in=api.get_included_programs(self.plan))


class ProgramInPlan(Explained):
    """A program, by uuid or readable id, in a plan."""

    model = Program
    lookup_url_kwarg = "uuid"
    explain_row = staticmethod(api.explain_program)
    find = ProgramViewSet.find

    def known(self, row: Any) -> Mapping[str, Callable[[], Collection[str]]]:
        """Courses that only programs in it have which the user may not know of are not named."""
        user = self.request.user
        if permissions.sees_all(user, Program) and permissions.sees_all(user, CatalogCourse):
            return {}

        def courses() -> set[str]:
            programs = permissions.visible(user, Program.objects.all())
            uses = course_uses([row.pk], timezone.now(), nested=True, among=programs)
            rows = permissions.visible(user, CatalogCourse.objects.filter(pk__in={use.course for use in uses}))
            return {format_key_str(*row) for row in rows.values_list("org__short_name", "course_code")}

        return {"course_not_included": courses}
