"""Courses of which somebody has decided in a plan, in the admin: left out, or looked at and left in."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openedx_catalog.admin.filters import OneOfFilter, OrganizationFilter
from openedx_catalog.admin.importing import Column, Importer, ImportForm, ImportPages
from openedx_catalog.admin.owned import OwnedAdmin
from openedx_catalog.lib.admin.exporting import Table
from openedx_catalog.lib.admin.forms import ApiForm
from openedx_catalog.lib.admin.texts import instant_column, link_column

from .. import api
from ..data import SubscriptionRecord
from ..models_api import CourseChoice

_LABELS = {False: _("Left out"), True: _("Not left out")}


class CourseChoiceForm(ApiForm):
    """A plan, a course, and what is decided."""

    included = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[(str(value), label) for value, label in _LABELS.items()],
        coerce=lambda value: str(value) == "True",
        help_text=_(
            "“Left out” keeps the course and its runs out of the plan, and programs that contain it. “Not left out” says that "
            "somebody has looked: it is in if its organization takes part. Delete the row to take the decision back."
        ),
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if self.instance.pk is None and values.get("plan") and values.get("catalog_course"):
            decided = CourseChoice.objects.filter(plan=values["plan"], catalog_course=values["catalog_course"])
            if decided.exists():
                self.add_error("catalog_course", _("Somebody has decided about this course in this plan: change that row."))
        return values

    def write(self) -> CourseChoice:
        row, given = self.instance, self.cleaned_data
        plan, course = (row.plan, row.catalog_course) if row.pk else (given["plan"], given["catalog_course"])
        if row.pk is None or "included" in self.changed_data:
            api.set_course_subscription(course, given["included"], plan=plan, **self.provenance)
        return CourseChoice.objects.get(plan=plan, catalog_course=course)


class DecisionFilter(OneOfFilter):
    """What was decided."""

    title = _("decision")
    parameter_name = "decision"
    offered: ClassVar[Any] = [("out", _LABELS[False]), ("in", _LABELS[True])]

    def condition(self, chosen: Any) -> Q:
        return Q(included=chosen == "in")


class PlanImportForm(ImportForm):
    """Also of which plan the file speaks."""

    plan = forms.ChoiceField(label=_("Plan"))
    field_order = ("plan", "file", "source", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Here an empty cell says something.
        self.fields["file"].help_text = _("CSV, JSON lines or a workbook (.xlsx), with the columns below.")
        plans: Any = self.fields["plan"]
        plans.choices = list(api.get_subscription_plans().values_list("slug", "name"))


@admin.register(CourseChoice)
class CourseChoiceAdmin(OwnedAdmin, ImportPages):
    """Decisions, the newest first. A row is the decision: deleting it has the organizations decide again."""

    form = CourseChoiceForm
    list_display = ("course_key", "plan_link", "decision", instant_column("modified", _("Modified")))
    list_filter = ("plan", OrganizationFilter, DecisionFilter)
    search_fields = ("catalog_course__title",)
    search_help_text = _("Search by current or former code or key, title or organization of the course.")
    autocomplete_fields = ("catalog_course",)
    add_fieldsets: ClassVar[Any] = ((None, {"fields": ("plan", "catalog_course", "included")}),)
    fieldsets = ((None, {"fields": ("plan_link", "course_link", "included")}),)
    readonly_fields = ("plan_link", "course_link")
    plan_link = link_column("plan", _("Plan"), ordering="plan")
    importer = Importer(
        title=_("Import courses that are left out"),
        columns=(
            Column("catalog_course", _("Required. Its key, also a former one, or its uuid."), "catalog-course:MITx:14.100x"),
            Column(
                "included",
                _(
                    "“no” leaves the course out, “yes” says that it is not left out, an empty cell takes the decision back. "
                    "Without this column all courses of the file are left out."
                ),
                "no",
            ),
        ),
        keys=("catalog_course",),
        key_label=_("Catalog course"),
        record=partial(SubscriptionRecord, catalog_course="", included="no"),
        write=api.import_course_subscriptions,
        form=PlanImportForm,
    )

    @staticmethod
    def delete_row(row: CourseChoice, **provenance: Any) -> None:
        """Its organizations decide again."""
        api.set_course_subscription(row.catalog_course, None, plan=row.plan, **provenance)

    def export_table(self, request: HttpRequest, rows: QuerySet[Any]) -> Table:
        """What can be imported again, and the plan that the form of the import asks for."""
        found = self.rows_to_export(request, rows)
        cells = ([row.catalog_course.key_str, "yes" if row.included else "no", row.plan.slug] for row in found)
        return ("catalog_course", "included", "plan"), cells

    @admin.display(description=_("Decision"), ordering="included")
    def decision(self, row: CourseChoice) -> str:
        return str(_LABELS[row.included])
