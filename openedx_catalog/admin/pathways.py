"""Pathways, their categories, and who is enrolled, in the admin."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Count, QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from organizations.models import Organization

from .. import api
from ..lib.admin.forms import ApiForm, ApiModelAdmin
from ..lib.admin.texts import instant_column, link_column
from ..models_api import CatalogPathway, PathwayCategory, PathwayEnrollment

CREATED = instant_column("created", _("Created"))
ENROLLED = instant_column("created", _("Enrolled"))
MODIFIED = instant_column("modified", _("last modification"))


class PathwayForm(ApiForm):
    """Their API keeps no history, so nobody is named to it."""

    named: ClassVar[dict[str, str]] = {"org_code": "org", "user_id": "user"}
    provenance: ClassVar[dict[str, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Only what differs from what the form showed is written, not what another user has stored meanwhile.
        for field in self.fields.values() if self.instance.pk else ():
            field.show_hidden_initial = True


class PathwayModelAdmin(ApiModelAdmin):
    """Calls functions that take no provenance."""

    form = PathwayForm

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.delete_row(obj)


@admin.register(PathwayCategory)
class PathwayCategoryAdmin(PathwayModelAdmin):
    """What learners call kinds of pathways; the code cannot be edited afterwards."""

    fields = ("category_code", "title", "title_plural")
    fixed_fields = ("category_code",)
    list_display = ("title", "title_plural_display", "category_code", "pathway_count")
    search_fields = ("title", "title_plural", "lower_code")
    search_help_text = _("Search by title or code.")
    ordering = ("title",)
    create_row = staticmethod(api.create_pathway_category)
    delete_row = staticmethod(api.delete_pathway_category)

    def update_row(self, category: PathwayCategory, **values: Any) -> PathwayCategory:
        api.update_pathway_category(category, **values)
        return category

    def get_queryset(self, request: HttpRequest) -> QuerySet[PathwayCategory]:
        # The code in lower case, as what is searched for is: MariaDB's LIKE minds case in a binary column.
        return super().get_queryset(request).annotate(count_=Count("pathways"), lower_code=Lower("category_code"))

    @admin.display(description=_("Plural"))
    def title_plural_display(self, category: PathwayCategory) -> str:
        return category.get_title_plural()

    @admin.display(description=_("Pathways"), ordering="count_")
    def pathway_count(self, category: Any) -> str:
        if not category.count_ or not self.may(category, "view", CatalogPathway):
            return str(category.count_)
        url = reverse("admin:openedx_catalog_catalogpathway_changelist")
        return format_html('<a href="{}?category__id__exact={}">{}</a>', url, category.pk, category.count_)


@admin.register(CatalogPathway)
class CatalogPathwayAdmin(PathwayModelAdmin):
    """What learners find of pathways. What it takes to complete one is content, and not here."""

    list_display = ("title", "category", "org_code", "pathway_code", CREATED)
    list_filter = ("category",)
    search_fields = ("title", "lower_code", "org__short_name")
    search_help_text = _("Search by title, code or organization.")
    autocomplete_fields = ("org",)
    prefetched = ("org", "category")
    fieldsets = (
        (None, {"fields": ("title", "category", "description")}),
        (_("Identity"), {"fields": ("organization", "pathway_code", "key", CREATED, MODIFIED)}),
    )
    readonly_fields = ("organization", "key", CREATED, MODIFIED)
    fixed_fields = ("pathway_code",)
    add_fieldsets = ((None, {"fields": ("org", "pathway_code", "title", "category", "description")}),)
    delete_row = staticmethod(api.delete_catalog_pathway)

    def create_row(self, *, org: Organization, **values: Any) -> CatalogPathway:
        return api.create_catalog_pathway(org_code=org.short_name, **values)

    def update_row(self, pathway: CatalogPathway, **values: Any) -> CatalogPathway:
        api.update_catalog_pathway(pathway, **values)
        return pathway

    def get_queryset(self, request: HttpRequest) -> QuerySet[CatalogPathway]:
        return super().get_queryset(request).annotate(lower_code=Lower("pathway_code"))

    @admin.display(description=_("Organization"), ordering="org__short_name")
    def org_code(self, pathway: CatalogPathway) -> str:
        return pathway.org_code

    @admin.display(description=_("Organization"))
    def organization(self, pathway: CatalogPathway) -> str:
        return self.link(pathway, Organization, "change", pathway.org_id, pathway.org)

    @admin.display(description=_("Key"))
    def key(self, pathway: CatalogPathway) -> str:
        return pathway.key_str


@admin.register(PathwayEnrollment)
class PathwayEnrollmentAdmin(PathwayModelAdmin):
    """Who is enrolled in pathways, and who was."""

    list_display = ("username", "pathway", "is_active", ENROLLED)
    list_filter = ("is_active", ("catalog_pathway__category", admin.RelatedOnlyFieldListFilter))
    search_fields = (f"user__{get_user_model().USERNAME_FIELD}", "catalog_pathway__title")
    search_help_text = _("Search by username or title of the pathway.")
    raw_id_fields = ("user",)
    autocomplete_fields = ("catalog_pathway",)
    prefetched = ("user", "catalog_pathway__org")
    fields = ("learner", "pathway", "is_active", ENROLLED, MODIFIED)
    readonly_fields = ("learner", "pathway", ENROLLED, MODIFIED)
    add_fieldsets = ((None, {"fields": ("user", "catalog_pathway")}),)
    pathway = link_column("catalog_pathway", _("Pathway"), ordering="catalog_pathway__title")
    learner = link_column("user", _("Learner"), ordering="user")
    delete_row = staticmethod(api.delete_pathway_enrollment)

    @admin.display(description=_("Learner"), ordering=f"user__{get_user_model().USERNAME_FIELD}")
    def username(self, enrollment: PathwayEnrollment) -> str:
        return enrollment.user.get_username()

    def create_row(self, *, user: Any, catalog_pathway: CatalogPathway) -> PathwayEnrollment:
        return api.enroll_in_pathway(user.pk, catalog_pathway)

    def update_row(self, enrollment: PathwayEnrollment, *, is_active: bool | None = None) -> PathwayEnrollment:
        if is_active:
            return api.enroll_in_pathway(enrollment.user_id, enrollment.catalog_pathway)
        if is_active is False:
            api.unenroll_from_pathway(enrollment.user_id, enrollment.catalog_pathway)
        return enrollment
