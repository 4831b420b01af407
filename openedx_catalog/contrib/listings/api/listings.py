"""Setting what learners read of courses and runs. Nothing here checks permissions."""

from __future__ import annotations

from typing import Any, Unpack

from django.utils.translation import gettext as _
from opaque_keys.edx.keys import CourseKey

from openedx_catalog.api.for_contrib import CourseName, hold_courses, locked_run, record_shown_changes, record_shown_courses
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import (
    Change,
    Provenance,
    delete_with_history,
    parted,
    refuse_duplicate,
    store_changes,
)
from openedx_catalog.lib.dated import revised
from openedx_catalog.lib.images import check_described, store_image
from openedx_catalog.lib.linked import link_parts
from openedx_catalog.lib.transactions import writes_to

from ..models import CourseListing, CourseListingOwner, CourseListingSubject, CourseRunListing
from . import _telling
from .given import CourseListingValues, RunListingValues
from .slugs import take_course_slug, take_run_slug
from .values import IMAGE, checked_course, checked_values

_PARTS: dict[str, Any] = {"subjects": CourseListingSubject, "owners": CourseListingOwner}


@writes_to(CourseListing)
def set_course_listing(catalog_course: CourseName, **given: Unpack[CourseListingValues]) -> CourseListing:
    """
    Say what learners read of a catalog course; UNSET leaves a value. A course without a listing gets one, which is not live
    unless `live` says so, with a slug of its title.

    `full_description` is HTML, of which only what describes is kept. `image` is an open file, a PNG, JPEG, GIF or WebP of at
    most 2 MB, and needs an `image_alt`; None takes it away. `subjects` (objects or slugs), `languages` (codes) and `owners`
    (organizations or short_names, in any case) are given whole, in order. Effort is in hours a week. `visibility` is "public",
    "unlisted" or "hidden". A changed title leaves the slug as it is; "" makes one of the title anew. Former slugs lead to the
    course for ever.

    Nothing is written where nothing changes. Emits ``course_listing.created`` or ``course_listing.updated``, and
    ``catalog_course.updated``.

    Raises CatalogCourse.DoesNotExist, Subject.DoesNotExist, Level.DoesNotExist, OrganizationNotFound, DuplicateValue (slug,
    readable_id), InvalidCatalogKey, InvalidLanguage, InvalidValue, InvalidRequest.
    """
    change, said = parted("set_course_listing", given, CourseListingValues)
    wanted, parts = checked_course(said)
    course = hold_courses(catalog_course)[0]
    row = CourseListing.objects.filter(catalog_course=course).first() or CourseListing()
    row.catalog_course, was_public = course, row.is_public
    new = revised(row, wanted)
    check_effort(new)
    check_described(new.image, new.image_alt)
    if "readable_id" in wanted:
        refuse_duplicate(new, "readable_id")
    if not row.slug or wanted.get("slug") not in (None, row.slug):
        wanted["slug"] = take_course_slug(course, wanted.get("slug", ""), new.title)
    if "image" in wanted:
        wanted["image"] = store_image(IMAGE, wanted["image"], thumbnail=True)
    is_new = row.pk is None
    changed = store_changes(row, wanted, change)
    for name, model in _PARTS.items():
        changed |= name in parts and link_parts(model, row, parts[name], change)
    if changed:
        _telling.tell_course(row, "created" if is_new else "updated", change, was_public=was_public)
        record_shown_courses([course.pk], reason=change.reason)
    return row


@writes_to(CourseListing)
def delete_course_listing(catalog_course: CourseName, **provenance: Unpack[Provenance]) -> bool:
    """
    Have a catalog course without a page; its slugs stay its own. Returns whether it had one.

    Emits ``course_listing.deleted`` and ``catalog_course.updated``. Raises CatalogCourse.DoesNotExist, InvalidCatalogKey,
    InvalidRequest.
    """
    change, course = Change(**provenance), hold_courses(catalog_course)[0]
    row = CourseListing.objects.filter(catalog_course=course).first()
    if row is None:
        return False
    row.catalog_course = course
    _telling.tell_course(row, "deleted", change, was_public=row.is_public)
    remove_course_listing(row, change)
    record_shown_courses([course.pk], reason=change.reason)
    return True


@writes_to(CourseRunListing)
def set_course_run_listing(course_key: CourseKey | str, **given: Unpack[RunListingValues]) -> CourseRunListing:
    """
    Say what learners read of a run beside what they read of its course, as `set_course_listing`; what is blank or None is that
    of the course. A run without a listing gets one, which is live. Its slug always contains its key.

    `unscheduled` keeps its dates from learners: they are placeholders. Emits ``course_run_listing.created`` or
    ``course_run_listing.updated``, and ``course_run.updated``.

    Raises CourseRun.DoesNotExist, InvalidCourseKey, DuplicateValue (slug), InvalidLanguage, InvalidValue, InvalidRequest.
    """
    change, said = parted("set_course_run_listing", given, RunListingValues)
    wanted = checked_values(**said)
    run = locked_run(course_key)
    row = CourseRunListing.objects.filter(run=run).first() or CourseRunListing()
    row.run, was_public, is_new = run, row.is_public, row.pk is None
    new = revised(row, wanted)
    check_effort(new)
    if not row.slug or wanted.get("slug") not in (None, row.slug):
        wanted["slug"] = take_run_slug(run, wanted.get("slug", ""), new.title_override or run.title)
    if store_changes(row, wanted, change):
        _telling.tell_run(row, "created" if is_new else "updated", change, was_public=was_public)
        record_shown_changes([run.pk], reason=change.reason)
    return row


@writes_to(CourseRunListing)
def delete_course_run_listing(course_key: CourseKey | str, **provenance: Unpack[Provenance]) -> bool:
    """
    Have a run without a listing of its own: it is shown as its course is. Returns whether it had one.

    Emits ``course_run_listing.deleted`` and ``course_run.updated``. Raises CourseRun.DoesNotExist, InvalidCourseKey,
    InvalidRequest.
    """
    change, run = Change(**provenance), locked_run(course_key)
    row = CourseRunListing.objects.filter(run=run).first()
    if row is None:
        return False
    row.run = run
    _telling.tell_run(row, "deleted", change, was_public=row.is_public)
    delete_with_history(row, change)
    record_shown_changes([run.pk], reason=change.reason)
    return True


# For the other modules of this API


def remove_course_listing(row: CourseListing, change: Change) -> None:
    """Delete a listing and what it has, with their history; nothing is told."""
    for model in _PARTS.values():
        for link in model.objects.filter(listing=row).order_by("pk"):
            delete_with_history(link, change)
    delete_with_history(row, change)


def check_effort(row: Any) -> None:
    if row.min_effort is not None and row.max_effort is not None and row.min_effort > row.max_effort:
        reason = _("it is more than the most effort, %(most)d hours") % {"most": row.max_effort}
        raise values.invalid("min_effort", row.min_effort, reason)
