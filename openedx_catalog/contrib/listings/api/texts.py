"""What everybody may read of courses and runs, for other apps: programs show it to the LMS."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urljoin

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from openedx_catalog import keys
from openedx_catalog.data import CourseRunTexts, CourseTexts
from openedx_catalog.models_api import CourseRun

from .. import conf
from ..models.listings import shown
from ..policies import best_run_policy
from .reading import get_course_listings, shown_runs

# Long, and not asked for.
_UNREAD = ("listing__full_description", "catalog_course__listing__full_description")


def texts_of_courses(catalog_course_ids: Sequence[int]) -> dict[int, CourseTexts]:
    """``{id of a course: what everybody may read of it}`` of those whose listing is live and public. Three queries."""
    rows = get_course_listings().filter(shown(), catalog_course__id__among=list(catalog_course_ids)).defer("full_description")
    return {
        row.catalog_course_id: CourseTexts(
            title=row.title_override,
            short_description=row.short_description,
            image=_address(row.image_url),
            image_description=row.image_alt,
            marketing_url=page_address(row),
            owners=[link.organization for link in row.owner_rows.all()],
        )
        for row in rows
    }


def texts_of_runs(course_keys: Sequence[str]) -> Mapping[str, CourseRunTexts]:
    """
    ``{course key: what everybody may read of the run}`` of those that the page of a public course shows. What a run has not
    said is that of its course. One query.
    """
    rows = CourseRun.objects.filter(key_ci__among=[keys.fold(key) for key in course_keys], withdrawal=None)
    rows = rows.filter(shown("catalog_course__listing__"))
    rows = rows.filter(shown("listing__")) | rows.filter(listing=None)
    found = rows.select_related("listing", "catalog_course__listing").defer(*_UNREAD)
    return {str(run.course_key): _texts_of_run(run) for run in found}


def hours_of_courses(catalog_course_ids: Sequence[int]) -> dict[int, float]:
    """
    ``{id of a course: the hours that the run takes to which learners are led}``: its weeks, each with the effort between the
    least and the most. Courses are left out that nobody sees, that have no such run, or of which nobody has said it. One query.
    """
    rows = shown_runs(catalog_course_ids).filter(shown("catalog_course__listing__", unlisted=True))
    runs: dict[int, list[CourseRun]] = defaultdict(list)
    for run in rows.select_related("schedule", "withdrawal", "listing", "catalog_course__listing").defer(*_UNREAD):
        runs[run.catalog_course_id].append(run)
    policy, now = best_run_policy(), timezone.now()
    found = {course: hours_of(_texts_of_run(policy.choose(each, now))) for course, each in runs.items()}
    return {course: hours for course, hours in found.items() if hours}


def hours_of(texts: CourseRunTexts) -> float | None:
    """The hours that a run takes, or None where its weeks or its effort are not known."""
    effort = [hours for hours in (texts.min_effort, texts.max_effort) if hours is not None]
    return texts.weeks * sum(effort) / len(effort) if texts.weeks and effort else None


def page_address(listing: Any) -> str:
    """The whole address of the page of a course, where OPENEDX_CATALOG_PAGES_ROOT says where these are; else "". No query."""
    if not conf.pages_root():
        return ""
    try:
        return _address(reverse("openedx_catalog:listings:course-page", kwargs={"slug": listing.slug}))
    except NoReverseMatch:
        # A service without the catalog's URLs, or a slug that they do not take.
        return ""


def _texts_of_run(run: CourseRun) -> CourseRunTexts:
    course: Any = run.catalog_course
    own: Any = getattr(run, "listing", None)

    def said(field: str, nothing: Any) -> Any:
        value = getattr(own, field, nothing)
        return getattr(course.listing, field) if value == nothing else value

    return CourseRunTexts(
        title=getattr(own, "title_override", ""),
        short_description=said("short_description", ""),
        marketing_url=page_address(course.listing),
        min_effort=said("min_effort", None),
        max_effort=said("max_effort", None),
        weeks=said("weeks", None),
    )


def _address(path: str) -> str:
    """The whole address of a path of this site; as it is where it has a host, or nobody says ours."""
    return urljoin(conf.pages_root(), path) if path else ""
