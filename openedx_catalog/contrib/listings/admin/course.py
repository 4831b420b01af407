"""What learners read of catalog courses, in the admin."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from openedx_catalog.admin.filters import OrganizationFilter
from openedx_catalog.admin.importing import Column, Importer
from openedx_catalog.lib.admin.forms import CodesField
from openedx_catalog.lib.admin.images import UploadedImageField, image_cell
from openedx_catalog.lib.admin.named import refuse_unknown
from openedx_catalog.models_api import CatalogCourse

from .. import api
from ..cells import COLUMNS, read_record
from ..models_api import CourseListing, CourseListingOwner, CourseListingSubject, CourseSlug
from .base import (
    IDENTITY,
    MODIFIED,
    ListingForm,
    ListingsModelAdmin,
    PartsColumns,
    columns_of,
    names_of_owners,
    slugs_of_subjects,
)

# How many a help text names.
NAMED = 60


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
            self.initial["subjects"] = slugs_of_subjects(self.instance)
            self.initial["owners"] = names_of_owners(self.instance)


@admin.register(CourseListing)
class CourseListingAdmin(PartsColumns, ListingsModelAdmin):
    """The listings of courses, the newest first."""

    form = CourseListingForm
    slugs = CourseSlug
    list_display = ("title_", "image_", "organization", "live", "visibility", "slug", MODIFIED)
    list_filter = ("live", "visibility", OrganizationFilter, "level", "subject_rows__subject")
    search_help_text = _("Search by title, slug, or by current or former code or key or organization of the course.")
    prefetched = ("catalog_course__org",)
    linked: ClassVar[dict[Any, str]] = {CourseListingSubject: "listing_id", CourseListingOwner: "listing_id"}
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
        columns=columns_of(
            COLUMNS,
            Column(
                "catalog_course",
                _("Required. The key of its course, also a former one, or its uuid."),
                "catalog-course:MITx:14.100x",
            ),
            Column("subjects", _("Slugs, separated by commas. “none” takes them away."), ""),
            Column("level", _("The slug of its level. “none” takes it away.")),
            Column("owners", _("Short names, separated by commas. “none” takes them away.")),
            Column("readable_id", _("What partners call it. “none” takes it away.")),
        ),
        keys=COLUMNS[:1],
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
