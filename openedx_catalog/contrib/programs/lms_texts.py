"""What learners read of courses and runs, in the LMS's programs data, by the names of discovery: as extensions say it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openedx_catalog.data import CourseRunTexts, CourseTexts
from openedx_catalog.extensions import installed_extensions


def course_texts(course_ids: Sequence[int]) -> dict[int, CourseTexts]:
    """What everybody may read of these courses: of each what the first extension says; the others are not there."""
    found: dict[int, CourseTexts] = {}
    for extension in installed_extensions():
        if missing := [pk for pk in course_ids if pk not in found]:
            found |= extension.course_texts(missing)
    return found


def run_texts(course_keys: Sequence[str]) -> dict[str, CourseRunTexts]:
    """The same of runs, by course key."""
    found: dict[str, CourseRunTexts] = {}
    for extension in installed_extensions():
        if missing := [key for key in course_keys if key not in found]:
            found |= extension.course_run_texts(missing)
    return found


def course_fields(texts: CourseTexts | None) -> dict[str, Any]:
    """What it adds to the dict of a course, and takes the place of."""
    if texts is None:
        return {}
    found = {"short_description": texts.short_description, "marketing_url": texts.marketing_url or None}
    return {**_titled(texts.title), **found, "image": _image(texts)}


def run_fields(texts: CourseRunTexts | None) -> dict[str, Any]:
    """The same of the dict of a run."""
    if texts is None:
        return {}
    return {
        **_titled(texts.title),
        "short_description": texts.short_description,
        "marketing_url": texts.marketing_url or None,
        "min_effort": texts.min_effort,
        "max_effort": texts.max_effort,
        "weeks_to_complete": texts.weeks,
    }


def _titled(title: str) -> dict[str, str]:
    return {"title": title} if title else {}


def _image(texts: CourseTexts) -> dict[str, Any] | None:
    if not texts.image:
        return None
    return {"src": texts.image, "description": texts.image_description or None, "height": None, "width": None}
