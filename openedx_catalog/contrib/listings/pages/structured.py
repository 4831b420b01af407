"""What search engines read of a page: schema.org in JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from .reading import ShownCourse, ShownRun

# A text may have "</script>" in it; in JSON these are the same characters.
_ESCAPED = {ord(each): f"\\u{ord(each):04X}" for each in "<>&"}


def json_ld(data: dict[str, Any]) -> SafeString:
    """For a script element: what has no value is left out."""
    said = {"@context": "https://schema.org", **data}
    return mark_safe(json.dumps(_filled(said)).translate(_ESCAPED))  # noqa: S308 (escaped)


def course(request: HttpRequest, shown: ShownCourse) -> dict[str, Any]:
    """A course, and each run that is shown, as an instance of it."""
    listing = shown.listing
    return {
        "@type": "Course",
        "name": listing.title,
        "description": listing.short_description or listing.title,
        "url": course_url(request, listing.slug),
        "courseCode": listing.readable_id or listing.catalog_course.course_code,
        "provider": [organization(each) for each in shown.owners],
        "image": absolute(request, listing.image_url),
        "inLanguage": shown.codes,
        "about": [name for _subject, name in shown.subjects],
        "educationalLevel": shown.level_name,
        "hasCourseInstance": [_instance(each, shown) for each in shown.runs if not each.is_over],
    }


def _instance(run: ShownRun, shown: ShownCourse) -> dict[str, Any]:
    pacing = {"self": "self-paced", "instructor": "instructor-led"}.get(run.pacing, "")
    hours, weeks = shown.listing.max_effort or shown.listing.min_effort, shown.listing.weeks
    return {
        "@type": "CourseInstance",
        "name": run.title or shown.listing.title,
        "courseMode": [mode for mode in ("online", pacing) if mode],
        "startDate": run.start.isoformat() if run.start else "",
        "endDate": run.end.isoformat() if run.end else "",
        "courseWorkload": f"PT{hours * weeks}H" if hours and weeks else "",
        "inLanguage": [code for code, _name in run.languages] or shown.codes,
        "url": run.url,
    }


def program(request: HttpRequest, url: str, row: Any, authors: Sequence[Any], courses: Sequence[ShownCourse]) -> dict[str, Any]:
    """A program, and those of its courses that have a page."""
    return {
        "@type": "EducationalOccupationalProgram",
        "name": row.title,
        "alternateName": row.subtitle,
        "description": row.description or row.subtitle or row.title,
        "url": url,
        "image": absolute(request, row.image.url if row.image else ""),
        "provider": [organization(each) for each in authors],
        "hasCourse": [
            {
                "@type": "Course",
                "name": each.listing.title,
                "description": each.listing.short_description or each.listing.title,
                "url": course_url(request, each.listing.slug),
                "provider": [organization(owner) for owner in each.owners],
            }
            for each in courses
        ],
    }


def item_list(urls: Sequence[str], first: int = 1) -> dict[str, Any]:
    """A list of pages; `first` is the place of the first one in the whole list."""
    items = [{"@type": "ListItem", "position": first + index, "url": url} for index, url in enumerate(urls)]
    return {"@type": "ItemList", "itemListElement": items}


def organization(row: Any) -> dict[str, Any]:
    """An organization, by its name."""
    return {"@type": "Organization", "name": row.name or row.short_name}


def course_url(request: HttpRequest, slug: str) -> str:
    """The whole address of the page of a course."""
    return absolute(request, reverse("openedx_catalog:listings:course-page", args=[slug]))


def absolute(request: HttpRequest, address: str) -> str:
    """An address with scheme and host; "" for none."""
    return request.build_absolute_uri(address) if address else ""


def _filled(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: _filled(value) for name, value in data.items() if value not in ("", None, [], {})}
    return [_filled(each) for each in data] if isinstance(data, list) else data
