"""Degrees in the admin, with what they cost and when they are due."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.admin.dated import DATE_COLUMNS, DATES, dated_row
from openedx_catalog.lib.admin.texts import link_column, utc

from .. import api
from ..models_api import Degree, DegreeCost, DegreeDeadline
from .base import DATES_OF_NEW, DatedForm, ProgramsModelAdmin


@admin.register(Degree)
class DegreeAdmin(ProgramsModelAdmin):
    """Which programs are degrees. A program stays one."""

    list_display = ("title", "status", "costs_now", "deadlines_now")
    search_fields = ("program__title",)
    autocomplete_fields = ("program",)
    prefetched = ("program", "costs", "deadlines")
    linked: ClassVar[dict[Any, str]] = {DegreeCost: "degree_id", DegreeDeadline: "degree_id"}
    add_fieldsets = ((None, {"fields": ("program", "apply_url")}),)
    fieldsets = ((None, {"fields": ("title", "apply_url")}), (_("Costs and deadlines"), {"fields": ("dated_table",)}))
    readonly_fields = ("title", "dated_table")
    create_row = staticmethod(api.create_degree)
    update_row = staticmethod(api.update_degree)

    @admin.display(description=_("Title"), ordering="program__title")
    def title(self, degree: Degree) -> str:
        return degree.program.title

    @admin.display(description=_("Status"), ordering="program__status")
    def status(self, degree: Degree) -> str:
        return degree.program.get_status_display()

    @admin.display(description=_("Costs now"))
    def costs_now(self, degree: Degree) -> str:
        return "; ".join(str(cost) for cost in degree.costs.all() if cost.is_current()) or "–"

    @admin.display(description=_("Deadlines now"))
    def deadlines_now(self, degree: Degree) -> str:
        return "; ".join(deadline_text(due) for due in degree.deadlines.all() if due.is_current()) or "–"

    @admin.display(description=_("Costs and deadlines"))
    def dated_table(self, degree: Degree) -> str:
        """All of them, of whatever time, with links."""
        rows: list[Any] = [(cost, str) for cost in degree.costs.order_by("pk")]
        rows += [(due, deadline_text) for due in degree.deadlines.order_by("pk")]
        context = {
            "rows": [dated_row(self, degree, row, text(row)) for row, text in rows],
            "degree": degree,
            "may_add_cost": self.may(degree, "add", DegreeCost),
            "may_add_deadline": self.may(degree, "add", DegreeDeadline),
        }
        return render_to_string("admin/openedx_catalog_programs/dates_of_degree.html", context)


def deadline_text(due: DegreeDeadline) -> str:
    """With its instant as all pages show instants."""
    return f"{due.semester}, {due.name}: {utc(due.due_at)}"


class SlipForm(DatedForm):
    """Its values are corrected, and its dates changed, in one step."""

    def write(self) -> Any:
        if self.instance.pk is None:
            return super().write()
        changed = self.changed(*self.cleaned_data)
        dates = {name: changed.pop(name) for name in ("effective_at", "retired_at") if name in changed}
        row = self.model_admin.update_row(self.instance, **changed, **self.provenance) if changed else self.instance
        return api.reschedule(row, **dates, **self.provenance)


class DatedOfDegreeAdmin(ProgramsModelAdmin):
    """Rows of a degree that have dates. Another value from some day on is a row of its own; slips are corrected."""

    form = SlipForm
    autocomplete_fields = ("degree",)
    prefetched = ("degree__program",)
    delete_row = staticmethod(api.remove)
    degree_link = link_column("degree", _("Degree"), ordering="degree__program__title")


@admin.register(DegreeCost)
class DegreeCostAdmin(DatedOfDegreeAdmin):
    """What degrees cost, and cost before."""

    list_display = ("description", "degree_link", "amount", "currency", "version", *DATE_COLUMNS)
    search_fields = ("description", "degree__program__title")
    add_fieldsets = ((None, {"fields": ("degree", "description", "amount", "currency")}), DATES_OF_NEW)
    fixed_fields = ("degree_link", "version")
    fieldsets = ((None, {"fields": ("degree_link", "description", "amount", "currency", "version")}), DATES)
    create_row = staticmethod(api.add_cost)
    update_row = staticmethod(api.update_cost)
