"""Degrees in the admin, with what they cost and when they are due."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminURLFieldWidget
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.admin.forms import ApiForm, InstantField
from openedx_catalog.lib.admin.texts import utc

from .. import api
from ..models_api import Degree, DegreeCost, DegreeDeadline
from .base import ProgramsModelAdmin


class DegreeForm(ApiForm):
    """Which program is a degree, and what only a degree has."""

    apply_url = forms.URLField(
        label=_("Where learners apply"), required=False, max_length=255, assume_scheme="https", widget=AdminURLFieldWidget
    )

    class Meta:
        model = Degree
        fields = ("program", "apply_url")

    def write(self) -> Degree:
        notes = {"source": "admin", "user": self.user}
        if self.instance.pk is None:
            return api.create_degree(self.cleaned_data["program"], apply_url=self.cleaned_data["apply_url"], **notes)
        return api.update_degree(self.instance, **self.changed("apply_url"), **notes)


class _DatedForm(ApiForm):
    """Something of a degree with dates: what it says is given once, its dates may change."""

    effective_at = InstantField()
    retired_at = InstantField()
    given: ClassVar[Sequence[str]] = ()
    add: ClassVar[Any] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("effective_at", _("Effective")), ("retired_at", _("Retired"))):
            self.fields[name].initial = getattr(self.instance, name)
            self.fields[name].label = label
            self.fields[name].help_text = self._meta.model._meta.get_field(name).help_text

    def write(self) -> Any:
        notes, dates = {"source": "admin", "user": self.user}, ("effective_at", "retired_at")
        if self.instance.pk is None:
            values = {name: self.cleaned_data[name] for name in (*self.given, *dates)}
            return type(self).add(self.cleaned_data["degree"], **values, **notes)
        return api.reschedule(self.instance, **self.changed(*dates), **notes)


class DegreeCostForm(_DatedForm):
    """What a part of a degree costs."""

    given = ("description", "amount", "currency")
    add = staticmethod(api.add_cost)

    class Meta:
        model = DegreeCost
        fields = ("degree", "description", "amount", "currency")


class DegreeDeadlineForm(_DatedForm):
    """When something about a degree is due."""

    due_at = InstantField()
    given = ("semester", "name", "due_at", "zone")
    add = staticmethod(api.add_deadline)

    class Meta:
        model = DegreeDeadline
        fields = ("degree", "semester", "name", "zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "due_at" in self.fields:
            self.fields["due_at"].label = _("Due")
            self.fields["due_at"].required = True


@admin.register(Degree)
class DegreeAdmin(ProgramsModelAdmin):
    """Which programs are degrees. A program stays one."""

    form = DegreeForm
    list_display = ("title", "status", "costs_now", "next_deadline")
    search_fields = ("program__title",)
    autocomplete_fields = ("program",)
    prefetched = ("program", "costs", "deadlines")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Degree | None = None) -> list[Any]:
        if obj is None:
            return [(None, {"fields": ("program", "apply_url")})]
        return [(None, {"fields": ("title", "apply_url")}), (_("Costs and deadlines"), {"fields": ("dated_table",)})]

    def get_readonly_fields(self, request: HttpRequest, obj: Degree | None = None) -> tuple[str, ...]:
        return () if obj is None else ("title", "dated_table")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["fields"] = ("program", "apply_url") if obj is None else ("apply_url",)
        return super().get_form(request, obj, change=change, **kwargs)

    def histories(self, pk: int) -> list[QuerySet[Any]]:
        found = [model.history.filter(degree_id=pk) for model in (DegreeCost, DegreeDeadline)]
        return [*super().histories(pk), *found]

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
    def next_deadline(self, degree: Degree) -> str:
        return "; ".join(f"{due} UTC" for due in degree.deadlines.all() if due.is_current()) or "–"

    @admin.display(description=_("Costs and deadlines"))
    def dated_table(self, degree: Degree) -> str:
        """All of them, of whatever time, with links."""
        rows = [
            (self.link(degree, model, "change", row.pk, row), row.version, utc(row.effective_at), utc(row.retired_at), row)
            for model, found in ((DegreeCost, degree.costs), (DegreeDeadline, degree.deadlines))
            for row in found.order_by("pk")
        ]
        context = {
            "rows": [(*told, row.is_current()) for *told, row in rows],
            "degree": degree,
            "may_add_cost": self.may(degree, "add", DegreeCost),
            "may_add_deadline": self.may(degree, "add", DegreeDeadline),
        }
        return render_to_string("admin/openedx_catalog_programs/dates_of_degree.html", context)


class _DatedAdmin(ProgramsModelAdmin):
    """Rows of a degree that have dates. To change what one says, retire it and add another."""

    autocomplete_fields = ("degree",)
    prefetched = ("degree__program",)
    given: ClassVar[tuple[str, ...]] = ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        own = ("degree_title", *self.given, "version") if obj else ("degree", *self.given)
        return [(None, {"fields": own}), (_("In effect"), {"fields": ("effective_at", "retired_at")})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("degree_title", *self.given, "version")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["fields"] = self.form.Meta.fields if obj is None else ()  # type: ignore[attr-defined]
        return super().get_form(request, obj, change=change, **kwargs)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        api.remove(obj, source="admin", user=request.user)

    @admin.display(description=_("Degree"), ordering="degree__program__title")
    def degree_title(self, row: Any) -> str:
        return row.degree.program.title

    @admin.display(description=_("Effective"), ordering="effective_at")
    def since(self, row: Any) -> str:
        return utc(row.effective_at)

    @admin.display(description=_("Retired"), ordering="retired_at")
    def until(self, row: Any) -> str:
        return utc(row.retired_at)


@admin.register(DegreeCost)
class DegreeCostAdmin(_DatedAdmin):
    """What degrees cost, and cost before."""

    form = DegreeCostForm
    given = ("description", "amount", "currency")
    list_display = ("description", "degree_title", "amount", "currency", "version", "since", "until")
    search_fields = ("description", "degree__program__title")


@admin.register(DegreeDeadline)
class DegreeDeadlineAdmin(_DatedAdmin):
    """When degrees are due, and were."""

    form = DegreeDeadlineForm
    given = ("semester", "name", "due_at", "zone")
    list_display = ("name", "semester", "degree_title", "due", "zone", "since", "until")
    search_fields = ("name", "semester", "degree__program__title")

    @admin.display(description=_("Due"), ordering="due_at")
    def due(self, row: DegreeDeadline) -> str:
        return utc(row.due_at)
