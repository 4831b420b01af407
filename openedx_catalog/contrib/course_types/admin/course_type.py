"""Course types in the admin, and the pages that are about all of them."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.admin.forms import ApiForm, CodesField
from openedx_catalog.lib.admin.named import refuse_unknown

from .. import api
from ..models_api import (
    CourseType,
    CourseTypeEntitlement,
    CourseTypeOrganization,
    CourseTypeRunType,
    CourseTyping,
)
from . import matching, matrix, setting
from .base import IDENTITY, SeveralField, TypesModelAdmin, names_of_parts

_API_NAMES = {"run_types": "course_run_types", "entitlements": "entitlement_types"}


class RunTypesField(CodesField):
    """Slugs of course run types, in order, each once."""

    def clean(self, value: Any) -> list[str]:
        slugs = list(dict.fromkeys(super().clean(value)))
        refuse_unknown(slugs, api.get_course_run_types())
        return slugs


class CourseTypeForm(ApiForm):
    """What a course of the type is made of."""

    named: ClassVar[dict[str, str]] = {
        **{api_name: name for name, api_name in _API_NAMES.items()},
        "org_code": "organizations",
    }

    run_types = RunTypesField(label=_("Course run types"))
    entitlements = SeveralField(
        label=_("Entitlements"), help_text=_("What is sold for the course as a whole. None: nothing is.")
    )
    organizations = CodesField(
        max_codes=100,
        label=_("Organizations"),
        help_text=_("Short names, separated by commas, of those whose courses may have this type. Leave blank for all."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = ", ".join(api.get_course_run_types().values_list("slug", flat=True))
        text = _(
            "The slugs of those that runs may have, separated by commas; the first that fits is taken. There are: %(known)s."
        )
        self.fields["run_types"].help_text = text % {"known": known}
        seats: Any = self.fields["entitlements"]
        seats.choices = [(seat.slug, seat.name) for seat in api.get_seat_types()]
        if self.instance.pk:
            for part in ("run_types", "organizations"):
                self.initial[part] = names_of_parts(self.instance, part)
            self.initial["entitlements"] = [link.seat_type.slug for link in self.instance.entitlement_rows.all()]

    def given(self) -> dict[str, Any]:
        changed = self.changed("name", "slug", "run_types", "entitlements", "organizations")
        return {_API_NAMES.get(name, name): value for name, value in changed.items()}


def _column(part: str, label: Any, none: Any = "–") -> Any:
    @admin.display(description=label)
    def column(self: Any, row: CourseType) -> str:
        return names_of_parts(row, part) or str(none)

    return column


@admin.register(CourseType)
class CourseTypeAdmin(TypesModelAdmin):
    """What courses are sold as, in the order in which they are tried."""

    form = CourseTypeForm
    change_list_template = "admin/openedx_catalog_course_types/course_types.html"
    list_display = ("name", "slug", "run_types", "entitlements", "organizations")
    prefetched = ("run_type_rows__course_run_type", "entitlement_rows__seat_type", "organization_rows__organization")
    readonly_fields = ("uuid", "created_", "modified_")
    linked: ClassVar[dict[Any, str]] = dict.fromkeys(
        (CourseTypeRunType, CourseTypeEntitlement, CourseTypeOrganization), "course_type_id"
    )
    used_by = ((CourseTyping, "course_type"),)
    create_row = staticmethod(api.create_course_type)
    update_row = staticmethod(api.update_course_type)
    delete_row = staticmethod(api.delete_course_type)
    add_fieldsets: ClassVar[Any] = ((None, {"fields": ("name", "slug", "run_types", "entitlements", "organizations")}),)
    fieldsets = (*add_fieldsets, IDENTITY)

    def get_urls(self) -> list[Any]:
        wrap, name = self.admin_site.admin_view, "openedx_catalog_course_types_coursetype"
        return [
            path("matrix/", wrap(partial(matrix.matrix_view, self)), name=f"{name}_matrix"),
            path("match/", wrap(partial(matching.match_view, self)), name=f"{name}_match"),
            path("of-course/", wrap(partial(setting.course_view, self)), name=f"{name}_of_course"),
            path("of-run/", wrap(partial(setting.run_view, self)), name=f"{name}_of_run"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, with buttons for those who may see the table, and who may match."""
        may = {"may_see_matrix": matrix.may_see(request.user), "may_match": matching.may_match(request.user)}
        return super().changelist_view(request, {**(extra_context or {}), **may})

    # What the form asks for.

    run_types = _column("run_types", _("Course run types"))
    entitlements = _column("entitlements", _("Entitlements"))
    organizations = _column("organizations", _("Organizations"), _("all"))
