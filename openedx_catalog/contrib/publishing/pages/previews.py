"""The page of a course as learners will see it: the one of listings, with the values that would be published."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from openedx_catalog import permissions
from openedx_catalog.contrib.listings.models_api import (
    CourseListing,
    CourseListingOwner,
    CourseListingSubject,
    CourseRunListing,
)
from openedx_catalog.contrib.listings.pages.reading import ShownCourse, shown_course
from openedx_catalog.models_api import CatalogCourse, CourseRun, CourseSchedule

from .. import api, fields


def previewed(user: Any, course: CatalogCourse, runs: Any) -> ShownCourse:
    """
    A course with those of its runs that learners would see, as the template of its page takes it. Nothing is stored; do not
    store it either. Queries: those of `values_of_course`, `rows_named` and `values_of_runs`, and one for the runs.
    """
    said = api.values_of_course(course)
    named = api.rows_named([said])
    subjects, owners, said["level"] = named["subjects"], named["owners"], named["level"].get(said["level"])
    course.title = said["title"]
    columns = {name: said[name] for name in fields.editable(fields.COURSE) if name not in ("title", "subjects", "owners")}
    # What has no id has no links.
    listing: Any = CourseListing(pk=0, catalog_course=course, live=True, **columns)
    listing._prefetched_objects_cache = {
        "subject_rows": [CourseListingSubject(subject=subjects[each]) for each in said["subjects"] if each in subjects],
        "owner_rows": [CourseListingOwner(organization=owners[each]) for each in said["owners"] if each in owners],
    }
    rows = list(runs.filter(withdrawal=None))
    copied = api.values_of_runs(run for run in rows if getattr(run, "working_copy", None) is not None)
    shown = [run for run in rows if _is_shown(run, copied.get(run.pk))]
    return shown_course(listing, shown, permissions.known_rows(user, listing.owners), timezone.now())


def _is_shown(run: CourseRun, said: dict[str, Any] | None) -> bool:
    """Whether learners would see a run; it gets the values of its copy, where it has one."""
    if said is not None:
        run.title = said.pop("title")
        run.schedule = CourseSchedule(**{name: said.pop(name) for name in fields.SCHEDULE})
        run.listing = CourseRunListing(**said)
    listing = getattr(run, "listing", None)
    return listing is None or listing.is_public
