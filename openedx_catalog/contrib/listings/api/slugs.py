"""Slugs of courses and runs: how they are made, and where they lead."""

from __future__ import annotations

from typing import Any, Unpack

from openedx_catalog import keys
from openedx_catalog.api.for_contrib import CourseName, course_named, hold_courses
from openedx_catalog.lib.changes import Change, Provenance
from openedx_catalog.lib.slugs import MAX_MADE, find_slug, make_slug, take_free_slug, take_slug
from openedx_catalog.lib.texts import MAX_LENGTH, fold
from openedx_catalog.lib.transactions import writes_to
from openedx_catalog.models_api import CatalogCourse, CourseRun

from ..data import SlugMatch
from ..models import CourseListing, CourseRunListing, CourseRunSlug, CourseSlug
from .values import RESERVED_SLUGS, slug_of_page


def find_course_by_slug(slug: str) -> SlugMatch | None:
    """The catalog course that a slug leads to, current or former, in any case; None where there is none. Two queries."""
    return _match(CourseSlug, "catalog_course", CourseListing, slug)


def find_course_run_by_slug(slug: str) -> SlugMatch | None:
    """The same of runs."""
    return _match(CourseRunSlug, "run", CourseRunListing, slug)


def get_former_slugs(catalog_course: CourseName) -> list[str]:
    """
    The slugs that lead to a course beside its current one, the oldest first. Two queries, or three. Raises
    CatalogCourse.DoesNotExist, InvalidCatalogKey, InvalidRequest.
    """
    course = course_named(catalog_course)
    current = CourseListing.objects.filter(catalog_course=course).values_list("slug", flat=True).first() or ""
    rows = CourseSlug.objects.filter(catalog_course=course).exclude(slug_ci=fold(current)).order_by("pk")
    return list(rows.values_list("slug", flat=True))


@writes_to(CourseSlug)
def add_course_redirect(catalog_course: CourseName, slug: str, **provenance: Unpack[Provenance]) -> None:
    """
    Have another slug lead to a course, e.g. that of a page of another site; nothing where it does already.

    Raises DuplicateValue where it is, or was, another course's, CatalogCourse.DoesNotExist, InvalidCatalogKey, InvalidValue,
    InvalidRequest.
    """
    Change(**provenance)
    found = slug_of_page("slug", slug)
    course = hold_courses(catalog_course)[0]
    take_slug(CourseSlug, {"catalog_course": course}, found, origin=course.uuid)


# For the other modules of this API


def take_course_slug(course: CatalogCourse, wanted: str, title: str) -> str:
    """The slug that a course, held, has from now on: the wanted one, or for "" one of its title. Raises DuplicateValue."""
    owner = {"catalog_course": course}
    if not wanted:
        made = make_slug(title, course.key_str)
        return take_free_slug(CourseSlug, owner, made, reserved=RESERVED_SLUGS, origin=course.uuid)
    take_slug(CourseSlug, owner, wanted, origin=course.uuid)
    return wanted


def take_run_slug(run: CourseRun, wanted: str, title: str) -> str:
    """
    The same of a run. The key is part of it, also of one that is given: equal titles lead to different pages.
    """
    parsed, owner = keys.parse_course_key(run.course_key), {"run": run}
    key = make_slug(f"{parsed.org} {parsed.course} {parsed.run}")[:MAX_MADE] or str(run.pk)
    if key not in wanted:
        room = min(MAX_LENGTH - 5 - len(fold(key)), MAX_MADE)
        beginning = (wanted or make_slug(title))[:room].strip("-_/")
        return take_free_slug(CourseRunSlug, owner, f"{beginning}-{key}".strip("-"))
    take_slug(CourseRunSlug, owner, wanted)
    return wanted


def _match(model: Any, owner: str, listings: Any, slug: str) -> SlugMatch | None:
    if (found := find_slug(model, slug)) is None:
        return None
    pk = getattr(found, f"{owner}_id")
    current = listings.objects.filter(**{owner: pk}).values_list("slug", flat=True).first() or ""
    return SlugMatch(pk, current, fold(current) == found.slug_ci)
