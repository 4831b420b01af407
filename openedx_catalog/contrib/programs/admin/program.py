"""Programs in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.forms import ApiForm, CodesField
from openedx_catalog.lib.admin.texts import utc

from .. import api
from ..models.program import TRANSITIONS
from ..models_api import Curriculum, Program, ProgramOrganization, ProgramType
from .base import ProgramsModelAdmin

_CODES = _("Short names, separated by commas, in the order in which they are shown.")


class ProgramForm(ApiForm):
    """Everything about a program but its courses, which stand in its curricula."""

    authoring_organizations = CodesField(max_codes=100, label=_("Authoring organizations"), help_text=_CODES)
    credit_organizations = CodesField(max_codes=100, label=_("Credit organizations"), help_text=_CODES)

    class Meta:
        model = Program
        fields = ("title", "subtitle", "type", "status", "hidden", "marketing_slug", "readable_id")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        program = self.instance
        for name in self.Meta.fields:
            self.fields[name].show_hidden_initial = True
        if program.pk:
            allowed = [program.status, *TRANSITIONS[program.status]]
            if program.status != Program.Status.DELETED and not permissions.can_write(self.user, Program, "delete"):
                allowed.remove(Program.Status.DELETED)
            labels = dict(Program.Status.choices)
            self.fields["status"].choices = [(status, labels[status]) for status in allowed]  # type: ignore[attr-defined]
            rows = program.organizations.select_related("organization").order_by("position", "pk")
            for role in ProgramOrganization.Role.values:
                codes = [row.organization.short_name for row in rows if row.role == role]
                self.fields[f"{role}_organizations"].initial = ", ".join(codes)

    def write(self) -> Program:
        names = (*self.Meta.fields, "authoring_organizations", "credit_organizations")
        notes = {"source": "admin", "user": self.user}
        if self.instance.pk is None:
            return api.create_program(**{name: self.cleaned_data[name] for name in names}, **notes)
        return api.update_program(self.instance, **self.changed(*names), **notes)


@admin.register(Program)
class ProgramAdmin(ProgramsModelAdmin):
    """Deleting a program is a status, so there is no delete button."""

    form = ProgramForm
    list_display = ("title", "type", "status", "organizations_", "hidden", "modified_at")
    list_filter = ("status", "type", "hidden")
    search_fields = ("title", "marketing_slug_ci", "readable_id_ci")
    search_help_text = _("Search by title, slug or readable ID.")
    prefetched = ("type", "organizations__organization")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Program | None = None) -> list[Any]:
        # As a link, a type that is only read might lead to where its reader may not go.
        kind = "type" if obj is None or self.has_change_permission(request, obj) else "type_"
        about = ("title", "subtitle", kind, "status", "hidden", "authoring_organizations", "credit_organizations")
        found: list[Any] = [(None, {"fields": about}), (_("Addresses"), {"fields": ("marketing_slug", "readable_id")})]
        if obj is None:
            return found
        return [
            *found,
            (_("Curricula"), {"fields": ("curriculum_table",)}),
            (_("Identity"), {"fields": ("uuid", "created", "modified", "retired_since")}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Program | None = None) -> tuple[str, ...]:
        return () if obj is None else ("curriculum_table", "uuid", "created", "modified", "retired_since")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        # The admin would ask the model for fields that only our form has.
        kwargs["fields"] = ProgramForm.Meta.fields
        return super().get_form(request, obj, change=change, **kwargs)

    def histories(self, pk: int) -> list[QuerySet[Any]]:
        return [*super().histories(pk), ProgramOrganization.history.filter(program_id=pk)]

    @admin.display(description=_("Type"))
    def type_(self, program: Program) -> str:
        return self.link(program, ProgramType, "change", program.type_id, program.type)

    @admin.display(description=_("Organizations"))
    def organizations_(self, program: Program) -> str:
        return _codes(program, "authoring")

    # What the form asks for, and who may not change it reads.

    @admin.display(description=_("Authoring organizations"))
    def authoring_organizations(self, program: Program) -> str:
        return _codes(program, "authoring")

    @admin.display(description=_("Credit organizations"))
    def credit_organizations(self, program: Program) -> str:
        return _codes(program, "credit")

    @admin.display(description=_("Modified"), ordering="modified")
    def modified_at(self, program: Program) -> str:
        return utc(program.modified)

    @admin.display(description=_("Retired since"))
    def retired_since(self, program: Program) -> str:
        return utc(program.retired_at)

    @admin.display(description=_("Curricula"))
    def curriculum_table(self, program: Program) -> str:
        """The curricula with their dates, each with a link for whoever may see curricula."""
        rows = [
            (
                self.link(program, Curriculum, "change", row.pk, row.name),
                row.version,
                utc(row.effective_at),
                utc(row.retired_at),
                row.is_current(),
            )
            for row in program.curricula.order_by("pk")
        ]
        context = {"rows": rows, "program": program, "may_add": self.may(program, "add", Curriculum)}
        return render_to_string("admin/openedx_catalog_programs/curricula_of_program.html", context)


def _codes(program: Program, role: str) -> str:
    rows = sorted(program.organizations.all(), key=lambda row: row.position)
    return ", ".join(row.organization.short_name for row in rows if row.role == role) or "–"
