"""What learners read of catalog courses, in the admin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openedx_catalog.admin.filters import OrganizationFilter
from openedx_catalog.admin.importing import Column, Importer, ImportPages
from openedx_catalog.api import search_catalog_courses
from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.exporting import Table
from openedx_catalog.lib.admin.forms import CodesField
from openedx_catalog.lib.admin.images import UploadedImageField, image_cell
from openedx_catalog.lib.admin.named import refuse_unknown
from openedx_catalog.models_api import CatalogCourse, CourseRun

from .. import api
from ..cells import COLUMNS, KEY, cells_of, read_record
from ..models_api import CourseListing, CourseListingOwner, CourseListingSubject, CourseSlug
from .base import IDENTITY, MODIFIED, ListingForm, ListingsModelAdmin

# How many a help text names.
NAMED = 60
_YES_NO = "yes · no"


class SubjectsField(CodesField):
    """Slugs of subjects, in order, each once."""

    def clean(self, value: Any) -> list[str]:
        slugs = list(dict.fromkeys(super().clean(value)))
        refuse_unknown(slugs, api.get_subjects())
        return slugs


class CourseListingForm(ListingForm):
    """Everything that learners read of a course."""

    owner = "catalog_course"

    image = UploadedImageField()
    subjects = SubjectsField(max_codes=50, label=_("Subjects"))
    owners = CodesField(
        max_codes=50,
        label=_("Owners"),
        help_text=_("Short names of organizations in the order in which they are shown. Leave blank for that of the key."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        slugs = list(api.get_subjects().values_list("slug", flat=True)[: NAMED + 1])
        known = ", ".join(slugs[:NAMED]) + (", …" if len(slugs) > NAMED else "")
        text = _("Their slugs, the most important first, separated by commas. There are: %(known)s.")
        self.fields["subjects"].help_text = text % {"known": known or "–"}
        if self.instance.pk:
            self.initial["subjects"] = _subjects(self.instance)
            self.initial["owners"] = _owners(self.instance)


class OfOrganization(OrganizationFilter):
    """Of courses of an organization."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return self.narrowed(queryset, catalog_course__org=self.chosen)


@admin.register(CourseListing)
class CourseListingAdmin(ListingsModelAdmin, ImportPages):
    """The listings of courses, the newest first."""

    form = CourseListingForm
    owner, slugs = "catalog_course", CourseSlug
    list_display = ("title_", "image_", "organization", "live", "visibility", "slug", MODIFIED)
    list_filter = ("live", "visibility", OfOrganization, "level", "subject_rows__subject")
    search_help_text = _("Search by title, slug, or by current or former code or key or organization of the course.")
    prefetched = ("catalog_course__org",)
    exported_with = ("level", "subject_rows__subject", "owner_rows__organization")
    autocomplete_fields = ("catalog_course",)
    _texts = ("title_override", "short_description", "full_description")
    _seen = ("live", "visibility", "invitation_only", "slug")
    _facts: Any = (_("Facts"), {"fields": ("subjects", "level", "min_effort", "max_effort", "weeks", "languages")})
    _owned: Any = (_("Who offers it"), {"fields": ("owners", "readable_id")})
    add_fieldsets: ClassVar[Any] = (
        (None, {"fields": ("catalog_course",)}),
        (_("What learners read"), {"fields": (*_texts, "image", "image_alt", "video_url")}),
        (_("Who sees it"), {"fields": _seen}),
        _facts,
        _owned,
    )
    fieldsets = (
        (None, {"fields": ("course_link",)}),
        (_("What learners read"), {"fields": (*_texts, "present_image", "image", "image_alt", "video_url")}),
        (_("Who sees it"), {"fields": (*_seen, "former_slugs")}),
        _facts,
        _owned,
        IDENTITY,
    )
    readonly_fields = ("course_link", "present_image", "former_slugs", *IDENTITY[1]["fields"])
    importer = Importer(
        title=_("Import course listings"),
        columns=(
            Column(KEY, _("Required. The key of its course, also a former one, or its uuid."), "catalog-course:MITx:14.100x"),
            Column("title_override", _("What learners read in place of the title in the catalog. “none” takes it away.")),
            Column("short_description", _("One or two sentences. “none” takes it away."), "Supply, demand and prices."),
            Column("full_description", _("HTML. “none” takes it away."), "<p>Supply, demand and prices.</p>"),
            Column("video_url", _("The address of a video. “none” takes it away.")),
            Column("subjects", _("Slugs, separated by commas. “none” takes them away."), ""),
            Column("level", _("The slug of its level. “none” takes it away.")),
            Column("min_effort", _("Hours a week. “none” takes it away."), "4"),
            Column("max_effort", _("Hours a week. “none” takes it away."), "6"),
            Column("weeks", _("How many it takes. “none” takes it away."), "12"),
            Column("languages", _("Codes, separated by commas. “none” takes them away."), "en"),
            Column("owners", _("Short names, separated by commas. “none” takes them away.")),
            Column("readable_id", _("What partners call it. “none” takes it away.")),
            Column("slug", _("The end of the address of its page.")),
            Column("live", _YES_NO, "no"),
            Column("visibility", " · ".join(CourseListing.Visibility.values), "public"),
            Column("invitation_only", _YES_NO, "no"),
        ),
        keys=(KEY,),
        key_label=_("Catalog course"),
        record=read_record,
        write=api.import_course_listings,
    )

    @staticmethod
    def create_row(*, catalog_course: CatalogCourse, **values: Any) -> CourseListing:
        """The course gets a listing."""
        return api.set_course_listing(catalog_course, **values)

    @staticmethod
    def update_row(row: CourseListing, **values: Any) -> CourseListing:
        """What is given changes."""
        return api.set_course_listing(row.catalog_course, **values)

    @staticmethod
    def delete_row(row: CourseListing, **provenance: Any) -> None:
        """The course has no page any more."""
        api.delete_course_listing(row.catalog_course, **provenance)

    def histories(self, pk: int) -> list[QuerySet[Any]]:
        parts = (CourseListingSubject, CourseListingOwner)
        return [*super().histories(pk), *(model.history.filter(listing_id=pk) for model in parts)]

    def owners_found(self, request: HttpRequest, term: str) -> Iterable[QuerySet[Any]]:
        listed = CatalogCourse.objects.filter(pk__in=CourseListing.objects.order_by().values("catalog_course"))
        return [search_catalog_courses(term, rows=listed, **permissions.seen_parts(request.user, runs=CourseRun))]

    def export_table(self, request: HttpRequest, rows: QuerySet[Any]) -> Table:
        """What can be imported again."""
        return COLUMNS, map(cells_of, self.rows_to_export(request, rows))

    def listing_with_page(self, row: CourseListing) -> CourseListing:
        return row

    def subject_of(self, row: CourseListing) -> str:
        return row.catalog_course.key_str

    @admin.display(description=_("Image"))
    def image_(self, row: CourseListing) -> str:
        # The title stands beside it.
        return image_cell(row.thumbnail_url)

    @admin.display(description=_("Present image"))
    def present_image(self, row: CourseListing) -> str:
        return image_cell(row.thumbnail_url, row.image_alt)

    @admin.display(description=_("Organization"))
    def organization(self, row: CourseListing) -> str:
        return row.catalog_course.org.short_name

    @admin.display(description=_("Catalog course"))
    def course_link(self, row: CourseListing) -> str:
        return self.link(row, CatalogCourse, "change", row.catalog_course_id, row.catalog_course.key_str)

    # What the form asks for, and users without the permission to change it see.

    @admin.display(description=_("Subjects"))
    def subjects(self, row: CourseListing) -> str:
        return _subjects(row) or "–"

    @admin.display(description=_("Owners"))
    def owners(self, row: CourseListing) -> str:
        return _owners(row) or "–"


def _subjects(row: CourseListing) -> str:
    links = row.subject_rows.order_by("position", "pk")
    return ", ".join(links.values_list("subject__slug", flat=True))


def _owners(row: CourseListing) -> str:
    links = row.owner_rows.order_by("position", "pk")
    return ", ".join(links.values_list("organization__short_name", flat=True))
