"""What learners read of runs beside what they read of their courses, in the admin."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openedx_catalog.admin.importing import Column, Importer
from openedx_catalog.api import search_course_runs
from openedx_catalog.lib.admin.texts import key_cell, link_column
from openedx_catalog.models_api import CourseRun

from .. import api
from ..cells import RUN_COLUMNS, read_run_record
from ..models_api import CourseListing, CourseRunListing, CourseRunSlug
from .base import IDENTITY, MODIFIED, YES_NO, ListingForm, ListingsModelAdmin, columns_of


class CourseRunListingForm(ListingForm):
    """What a run says of itself; what is blank is that of its course."""

    owner = "run"


@admin.register(CourseRunListing)
class CourseRunListingAdmin(ListingsModelAdmin):
    """The listings of runs, the newest first. A run without one is shown as its course is."""

    form = CourseRunListingForm
    owner, slugs = "run", CourseRunSlug
    list_display = ("run_key", "title_", "live", "visibility", "unscheduled", MODIFIED)
    list_filter = ("live", "visibility", "unscheduled")
    search_help_text = _("Search by title, slug, or by the key of the run.")
    prefetched = ("run__catalog_course__org",)
    run_link = link_column("run", _("Course run"), text="course_key")
    autocomplete_fields = ("run",)
    bulk_fields = (*ListingsModelAdmin.bulk_fields, "unscheduled")
    _parts: ClassVar[Any] = (
        (
            _("What learners read"),
            {"fields": ("title_override", "short_description", "full_description", "video_url", "courseware_url")},
        ),
        (_("Facts"), {"fields": ("unscheduled", "min_effort", "max_effort", "weeks", "languages")}),
    )
    _seen = ("live", "visibility", "invitation_only", "slug")
    add_fieldsets: ClassVar[Any] = ((None, {"fields": ("run",)}), *_parts, (_("Who sees it"), {"fields": _seen}))
    fieldsets = (
        (None, {"fields": ("run_link",)}),
        *_parts,
        (_("Who sees it"), {"fields": (*_seen, "former_slugs")}),
        IDENTITY,
    )
    readonly_fields = ("run_link", "former_slugs", *IDENTITY[1]["fields"])
    importer = Importer(
        title=_("Import run listings"),
        columns=columns_of(
            RUN_COLUMNS,
            Column("course_key", _("Required. The key of its run, or its uuid."), "course-v1:MITx+14.100x+3T2027"),
            Column("courseware_url", _("Where learners take it. “none” takes it away.")),
            Column("unscheduled", YES_NO, "no"),
        ),
        keys=RUN_COLUMNS[:1],
        key_label=_("Course run"),
        record=read_run_record,
        write=api.import_course_run_listings,
    )

    @staticmethod
    def create_row(*, run: CourseRun, **values: Any) -> CourseRunListing:
        """The run gets a listing."""
        return api.set_course_run_listing(str(run.course_key), **values)

    @staticmethod
    def update_row(row: CourseRunListing, **values: Any) -> CourseRunListing:
        """What is given changes."""
        return api.set_course_run_listing(str(row.run.course_key), **values)

    @staticmethod
    def delete_row(row: CourseRunListing, **provenance: Any) -> None:
        """The run is shown as its course is."""
        api.delete_course_run_listing(str(row.run.course_key), **provenance)

    def owners_found(self, request: HttpRequest, term: str, rows: QuerySet[Any]) -> QuerySet[Any]:
        return search_course_runs(term, rows=rows)

    def listing_with_page(self, row: CourseRunListing) -> CourseListing | None:
        return CourseListing.objects.filter(catalog_course=row.run.catalog_course_id).first()

    def subject_of(self, row: CourseRunListing) -> str:
        return str(row.run.course_key)

    @admin.display(description=_("Course run"), ordering="run__key_ci")
    def run_key(self, row: CourseRunListing) -> str:
        return key_cell(str(row.run.course_key))
