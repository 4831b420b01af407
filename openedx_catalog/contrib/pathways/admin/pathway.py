"""Learner pathways in the admin: for whom they are, and the page on which they are built."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import path
from django.utils.translation import gettext_lazy as _

from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.base import AutocompleteMultiple, KeptAdmin, stored_on_post
from openedx_catalog.lib.admin.building import BuiltAdmin, RowsInOrderField
from openedx_catalog.lib.admin.forms import ApiForm, CodesField
from openedx_catalog.lib.admin.images import UploadedImageField, image_cell
from openedx_catalog.lib.admin.texts import instant_column

from .. import api
from ..models_api import (
    LearnerPathway,
    LearnerPathwayGroup,
    LearnerPathwayNode,
    LearnerPathwayOrganization,
    LearnerPathwayStep,
)
from .builder import Builder
from .builder_rows import content
from .keeping import KeepsPrograms
from .leaving import leaving_page

_CREATED, _MODIFIED = instant_column("created", _("Created")), instant_column("modified", _("Modified"))
_READ = ("title", "overview", "image", "image_alt")
_SEEN: Any = (_("Who sees it"), {"fields": ("status", "visibility", "scope", "organizations", "groups")})
_ENROLLED: Any = (_("Enrollment"), {"fields": ("catalog_pathway",)})
_IDENTITY = ("uuid", _CREATED, _MODIFIED)


class LearnerPathwayForm(ApiForm):
    """What learners read of a pathway, and for whom it is. Its steps stand in the builder."""

    named: ClassVar[dict[str, str]] = {"org_code": "organizations"}
    image = UploadedImageField()
    organizations = CodesField(
        max_codes=500,
        label=_("Organizations"),
        help_text=_("Short names, separated by commas. They count where the scope is Organizations."),
    )
    groups = RowsInOrderField(
        label=_("Groups"),
        queryset=Group.objects.all(),
        required=False,
        help_text=_("Groups of users, e.g. of a customer. They count where the scope is Groups."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["groups"]
        field.widget = AutocompleteMultiple(LearnerPathwayGroup._meta.get_field("group"), self.model_admin.admin_site)
        field.widget.choices = field.choices
        if self.instance.pk:
            self.initial["organizations"] = _names(self.instance.organization_rows, "organization__short_name")
            self.initial["groups"] = list(self.instance.group_rows.values_list("group_id", flat=True))


@admin.register(LearnerPathway)
class LearnerPathwayAdmin(KeepsPrograms, KeptAdmin, BuiltAdmin):
    """The learner pathways, the newest first."""

    class Media:
        css: ClassVar[Any] = {"all": ["openedx_catalog/builder.css"]}

    form, builder = LearnerPathwayForm, Builder
    list_display = ("title", "status", "visibility", "scope", _MODIFIED)
    list_filter = ("status", "visibility", "scope")
    search_fields = ("title", "uuid")
    search_help_text = _("Search by title or UUID.")
    autocomplete_fields = ("catalog_pathway",)
    linked: ClassVar[dict[Any, str]] = dict.fromkeys(
        (LearnerPathwayOrganization, LearnerPathwayGroup, LearnerPathwayStep), "pathway_id"
    )
    add_fieldsets: ClassVar[Any] = ((None, {"fields": _READ}), _SEEN, _ENROLLED)
    fieldsets = (
        (None, {"fields": ("title", "overview", "present_image", "image", "image_alt")}),
        _SEEN,
        (_("Steps"), {"fields": ("steps",)}),
        _ENROLLED,
        (_("Identity"), {"fields": _IDENTITY}),
    )
    readonly_fields = ("present_image", "steps", *_IDENTITY)
    create_row = staticmethod(api.create_learner_pathway)
    update_row = staticmethod(api.update_learner_pathway)
    delete_row = staticmethod(api.delete_learner_pathway)

    def get_urls(self) -> list[Any]:
        name = "openedx_catalog_pathways_learnerpathway_remove"
        return [path("<int:pk>/remove/", self.admin_site.admin_view(self.remove_view), name=name), *super().get_urls()]

    @stored_on_post
    def remove_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Remove a step, or something that it offers, once somebody has read what comes of it."""
        return leaving_page(self, request, self.rows_to_change(request, [pk])[0])

    def histories(self, pk: int) -> list[QuerySet[Any]]:
        steps = LearnerPathwayStep.history.filter(pathway_id=pk)
        nodes = LearnerPathwayNode.history.filter(step_id__in=steps.order_by().values("id"))
        return [*super().histories(pk), nodes]

    def histories_for(self, user: Any, pk: int) -> list[QuerySet[Any]]:
        *others, nodes = self.histories(pk)
        kept: Any = permissions.seen_parts(user, programs=Program)
        if kept:
            nodes = nodes.filter(Q(program_id=None) | Q(program_id__in=kept["programs"].values("pk")))
        return [*others, nodes]

    @admin.display(description=_("Present image"))
    def present_image(self, row: LearnerPathway) -> str:
        return image_cell(row.image_url, row.image_alt)

    @admin.display(description=_("Steps"))
    def steps(self, row: Any) -> str:
        """What it offers, and how long that takes, as far as whoever looks may know of it."""
        context = {**content(row, row.viewer), "may_change": self.may(row, "change", LearnerPathway)}
        return render_to_string("admin/openedx_catalog_pathways/steps.html", context)

    # What the form asks for, and who may not change it sees.

    @admin.display(description=_("Organizations"))
    def organizations(self, row: LearnerPathway) -> str:
        return _names(row.organization_rows, "organization__short_name") or "–"

    @admin.display(description=_("Groups"))
    def groups(self, row: LearnerPathway) -> str:
        return _names(row.group_rows, "group__name") or "–"


def _names(links: Any, column: str) -> str:
    return ", ".join(links.order_by("position", "pk").values_list(column, flat=True))
