"""Pathways of programs in the admin."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.base import AutocompleteMultiple
from openedx_catalog.lib.admin.building import RowsInOrderField
from openedx_catalog.lib.admin.forms import ApiForm, ApiModelAdmin
from openedx_catalog.lib.admin.texts import instant_column

from .. import api
from ..models_api import ProgramPathway, ProgramPathwayProgram
from .keeping import KeepsPrograms

_CREATED, _MODIFIED = instant_column("created", _("Created")), instant_column("modified", _("Modified"))


class ProgramPathwayForm(ApiForm):
    """Everything about a pathway. Programs that the user may not know of stay, after the others."""

    programs = RowsInOrderField(
        label=_("Programs"),
        queryset=Program.objects.all(),
        required=False,
        help_text=_("Those whose record is accepted, in order. The LMS shows the active and retired ones."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["programs"]
        field.widget = AutocompleteMultiple(ProgramPathwayProgram._meta.get_field("program"), self.model_admin.admin_site)
        field.queryset = permissions.visible(self.user, Program.objects.all())
        stored = api.programs_of_pathway(self.instance) if self.instance.pk else []
        known = {row.pk for row in permissions.known_rows(self.user, stored)}
        self.initial["programs"] = [row.pk for row in stored if row.pk in known]
        self.unseen = [row for row in stored if row.pk not in known]

    def given(self) -> dict[str, Any]:
        found = super().given()
        return {**found, "programs": [*found["programs"], *self.unseen]} if "programs" in found else found


@admin.register(ProgramPathway)
class ProgramPathwayAdmin(KeepsPrograms, ApiModelAdmin):
    """Who accepts the record of programs."""

    form = ProgramPathwayForm
    list_display = ("name", "org_name", "pathway_type", "status", "programs_", _MODIFIED)
    list_filter = ("status", "pathway_type")
    search_fields = ("name", "org_name")
    search_help_text = _("Search by name or organization.")
    linked: ClassVar[dict[Any, str]] = {ProgramPathwayProgram: "pathway_id"}
    add_fieldsets: ClassVar[Any] = (
        (None, {"fields": ("name", "org_name", "pathway_type", "status", "programs")}),
        (_("What learners read"), {"fields": ("description", "destination_url")}),
        (_("Where records are sent"), {"fields": ("email",)}),
    )
    fieldsets = (*add_fieldsets, (_("Identity"), {"fields": ("id", "uuid", _CREATED, _MODIFIED)}))
    readonly_fields = ("id", "uuid", _CREATED, _MODIFIED)
    create_row = staticmethod(api.create_program_pathway)
    update_row = staticmethod(api.update_program_pathway)
    delete_row = staticmethod(api.delete_program_pathway)

    def histories_for(self, user: Any, pk: int) -> list[QuerySet[Any]]:
        own, links = self.histories(pk)
        kept: Any = permissions.seen_parts(user, programs=Program)
        return [own, links.filter(program_id__in=kept["programs"].values("pk")) if kept else links]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(program_count=Count("program_rows"))

    # What the list shows, and users without the permission to change it see.

    @admin.display(description=_("Programs"), ordering="program_count")
    def programs_(self, row: Any) -> int:
        return row.program_count

    @admin.display(description=_("Programs"))
    def programs(self, row: Any) -> str:
        known = permissions.known_rows(getattr(row, "viewer", None), api.programs_of_pathway(row))
        links = ((self.link(row, Program, "change", program.pk, program.title),) for program in known)
        return format_html_join(mark_safe("<br>"), "{}", links) or "–"
