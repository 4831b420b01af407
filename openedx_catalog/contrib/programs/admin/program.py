"""Programs and their types in the admin."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import path
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from openedx_catalog.admin.bulk import BulkPages
from openedx_catalog.admin.extended import ExtendedAdmin
from openedx_catalog.admin.importing import Column, Importer, ImportPages
from openedx_catalog.admin.keeping import KeepsValues
from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.dated import dated_row
from openedx_catalog.lib.admin.exporting import Table
from openedx_catalog.lib.admin.forms import ApiForm, CodesField
from openedx_catalog.lib.admin.images import UploadedImageField
from openedx_catalog.lib.admin.texts import instant_column, utc

from .. import api
from ..data import ProgramRecord
from ..models.program import TRANSITIONS
from ..models_api import Curriculum, Program, ProgramCourseRunExclusion, ProgramOrganization, ProgramType
from . import over_time
from .base import ProgramsModelAdmin
from .curriculum import histories_within

_CODES = _("Short names in the order in which they are shown, separated by commas.")
_ABOUT = (
    "title", "subtitle", "type", "status", "hidden", "one_click_purchase_enabled",
    "authoring_organizations", "credit_organizations",
)  # fmt: skip
_READ = (_("What learners read"), {"fields": ("description", "image", "image_alt")})
_ADDRESSES = (_("Addresses"), {"fields": ("marketing_slug", "readable_id")})
_CURRICULA: Any = (_("Curricula"), {"fields": ("curriculum_table", "excluded_runs")})
_CREATED = instant_column("created", _("Created"))
_MODIFIED = instant_column("modified", _("Modified"))
_IDENTITY = ("uuid", _CREATED, _MODIFIED, instant_column("retired_at", _("Retired since")))


class ProgramTypeForm(ApiForm):
    """Name, slug, and what its programs are bought with."""

    applicable_seat_types = CodesField(
        max_codes=20,
        label=_("Applicable seat types"),
        help_text=_("Slugs of the seats and entitlements with which a program is bought as a whole, separated by commas."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["applicable_seat_types"].initial = ", ".join(self.instance.applicable_seat_types)
        self.initial.pop("applicable_seat_types", None)


@admin.register(ProgramType)
class ProgramTypeAdmin(ProgramsModelAdmin):
    """Kinds of programs."""

    form = ProgramTypeForm
    fields = ("name", "slug", "applicable_seat_types")
    list_display = ("name", "slug", "programs_")
    search_fields = ("name", "slug")
    ordering = ("name",)
    create_row = staticmethod(api.create_program_type)
    update_row = staticmethod(api.update_program_type)
    delete_row = staticmethod(api.delete_program_type)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(count_=Count("programs"))

    @admin.display(description=_("Programs"), ordering="count_")
    def programs_(self, row: Any) -> int:
        return row.count_


class ProgramForm(ApiForm):
    """Everything about a program but its courses, which stand in its curricula."""

    image = UploadedImageField()
    authoring_organizations = CodesField(max_codes=100, label=_("Authoring organizations"), help_text=_CODES)
    credit_organizations = CodesField(max_codes=100, label=_("Credit organizations"), help_text=_CODES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        program = self.instance
        if program.pk:
            allowed = [program.status, *TRANSITIONS[program.status]]
            if program.status != Program.Status.DELETED and not permissions.can_write(self.user, Program, "delete"):
                allowed.remove(Program.Status.DELETED)
            labels = dict(Program.Status.choices)
            self.fields["status"].choices = [(status, labels[status]) for status in allowed]  # type: ignore[attr-defined]
            for role in ProgramOrganization.Role.values:
                self.fields[f"{role}_organizations"].initial = _codes(program, role)


@admin.register(Program)
class ProgramAdmin(KeepsValues, ExtendedAdmin, ProgramsModelAdmin, BulkPages, ImportPages):
    """Deleting a program is a status, so there is no delete button."""

    form = ProgramForm
    list_display = ("title", "type", "status", "authoring_organizations", "hidden", _MODIFIED)
    list_filter = ("status", "type", "hidden")
    search_fields = ("title", "marketing_slug_ci", "readable_id_ci")
    search_help_text = _("Search by title, slug or readable ID.")
    prefetched = ("type", "organizations__organization")
    actions = ("edit_selected",)
    bulk_fields = ("hidden",)
    importer = Importer(
        title=_("Import programs"),
        columns=(
            Column("uuid", _("Of a program that is there; else it is known by readable_id or marketing_slug.")),
            Column("title", _("What learners read. What does not exist yet is created."), "Economics"),
            Column("subtitle", _("“none” takes it away.")),
            Column("type", _("The slug of its type."), "micromasters"),
            Column("status", " · ".join(Program.Status.values), "unpublished"),
            Column("hidden", "yes · no", "no"),
            Column("authoring_organizations", _CODES, ""),
            Column("credit_organizations", _CODES),
            Column("marketing_slug", _("Its address; “none” takes it away.")),
            Column("readable_id", _("What partners call it; “none” takes it away.")),
            Column("description", _("“none” takes it away.")),
        ),
        keys=("uuid", "readable_id", "marketing_slug", "title"),
        key_label=_("Program"),
        record=ProgramRecord,
        write=api.import_programs,
    )
    add_fieldsets: ClassVar[Any] = ((None, {"fields": _ABOUT}), _READ, _ADDRESSES)
    fieldsets = (*add_fieldsets, _CURRICULA, (_("Identity"), {"fields": _IDENTITY}))
    readonly_fields = ("curriculum_table", "excluded_runs", *_IDENTITY)
    create_row = staticmethod(api.create_program)
    update_row = staticmethod(api.update_program)
    change_form_template = "admin/openedx_catalog_programs/program.html"

    def get_urls(self) -> list[Any]:
        wrap, name = self.admin_site.admin_view, "openedx_catalog_programs_program"
        return [
            path("<int:pk>/as-of/", wrap(self.as_of_view), name=f"{name}_as_of"),
            path("<int:pk>/compare/", wrap(self.compare_view), name=f"{name}_compare"),
            *super().get_urls(),
        ]

    def export_table(self, request: HttpRequest, rows: QuerySet[Program]) -> Table:
        """What can be imported again."""
        names = self.importer.names
        found = map(api.program_cells, self.rows_to_export(request, rows))
        return names, ([cells[name] for name in names] for cells in found)

    def as_of_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What stood at an instant, and what somebody who started then has to take."""
        return over_time.as_of_page(self, request, self.rows_for(request, [pk], "view")[0])

    def compare_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What changed between two instants."""
        return over_time.compare_page(self, request, self.rows_for(request, [pk], "view")[0])

    def histories(self, pk: int) -> list[QuerySet[Any]]:
        curricula = Curriculum.history.filter(program_id=pk)
        return [
            *super().histories(pk),
            ProgramOrganization.history.filter(program_id=pk),
            curricula,
            ProgramCourseRunExclusion.history.filter(program_id=pk),
            *histories_within(curricula.order_by().values("id")),
        ]

    # What the form asks for, and the list and users without the permission to change it show.

    @admin.display(description=_("Authoring organizations"))
    def authoring_organizations(self, program: Program) -> str:
        return _codes(program, "authoring") or "–"

    @admin.display(description=_("Runs that count in none of them"))
    def excluded_runs(self, program: Program) -> str:
        keys = program.run_exclusions.order_by("run__key_ci", "pk").values_list("run__course_key__text", flat=True)
        return format_html_join(mark_safe("<br>"), "{}", ((key,) for key in keys)) or "–"

    @admin.display(description=_("Credit organizations"))
    def credit_organizations(self, program: Program) -> str:
        return _codes(program, "credit") or "–"

    @admin.display(description=_("Curricula"))
    def curriculum_table(self, program: Program) -> str:
        """The curricula with their dates, each with a link for whoever may see curricula."""
        rows = [
            (*dated_row(self, program, row), utc(row.closed_at), self.link(program, Curriculum, "build", row.pk, _("Build")))
            for row in program.curricula.order_by("pk")
        ]
        may = {f"may_{action}": self.may(program, action, Curriculum) for action in ("add", "change")}
        context = {"rows": rows, "program": program, **may}
        return render_to_string("admin/openedx_catalog_programs/curricula_of_program.html", context)


def _codes(program: Program, role: str) -> str:
    rows = sorted(program.organizations.all(), key=lambda row: (row.position, row.pk))
    return ", ".join(row.organization.short_name for row in rows if row.role == role)
