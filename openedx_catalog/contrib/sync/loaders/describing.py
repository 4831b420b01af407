"""
What services say of courses and runs to learners, in their own shapes: for sources with "listings" among what they take. It is
read only where contrib.listings is installed, which keeps it.

By the names of `set_course_listing` and `set_course_run_listing`. What is not said is not there; what is said to be empty is ""
or an empty list. Images are not read: they would have to be downloaded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.apps import apps

LISTINGS = "listings"
_APP = "openedx_catalog.contrib.listings"
_EFFORT = re.compile(
    r"\s*(\d{1,3})\s*(?:(?:-|–|—|to)\s*(\d{1,3})\s*)?(?:hours?|hrs?\.?)\s*(?:/|per|a)\s*(?:week|wk\.?)\s*", re.IGNORECASE
)
_WEEKS = re.compile(r"\s*(\d{1,3})\s*weeks?\s*", re.IGNORECASE)
# Noted by name where a part cannot be read; None then.
Part = Callable[[str, Callable[[], Any]], Any]
Said = dict[str, Any]


def is_kept() -> bool:
    """Whether there are tables for it."""
    return apps.is_installed(_APP)


def lms_run(part: Part, item: Mapping[str, Any]) -> Said:
    """A run of the LMS's list."""
    effort = part("effort", lambda: _effort(item.get("effort", ...)))
    visibility = part("hidden", lambda: _visibility(item.get("hidden")))
    invitation_only = part("invitation_only", lambda: _flag(item.get("invitation_only")))
    return {**_same(item, short_description="short_description"), **(effort or {}), **_said(visibility, invitation_only)}


def discovery_course(part: Part, item: Mapping[str, Any]) -> Said:
    """A course of discovery. It is shown there as soon as one of its runs is published."""
    names = {"short_description": "short_description", "full_description": "full_description"}
    found = {
        **_same(item, **names, level="level_type", slug="url_slug"),
        "video_url": part("video", lambda: _within(item, "video", "src")),
        "subjects": part("subjects", lambda: _names(item, "subjects", "slug", "name")),
        "owners": part("owners", lambda: _names(item, "owners", "key")),
        "live": part("course_runs", lambda: _has_published(item)),
    }
    return {name: value for name, value in found.items() if value is not None}


def discovery_run(part: Part, item: Mapping[str, Any]) -> Said:
    """A run of discovery. What it does not say of itself it repeats of its course."""
    names = {"short_description": "short_description", "full_description": "full_description"}
    numbers = {"min_effort": "min_effort", "max_effort": "max_effort", "weeks": "weeks_to_complete"}
    status = item.get("status")
    found = {
        **_same(item, **names, **numbers),
        "video_url": part("video", lambda: _within(item, "video", "src")),
        "languages": part("content_language", lambda: _language(item)),
        "visibility": part("hidden", lambda: _visibility(item.get("hidden"))),
        "live": None if status is None else status == "published",
    }
    return {name: value for name, value in found.items() if value is not None}


def mitxonline_course(part: Part, item: Mapping[str, Any]) -> Said:
    """A course of MITx Online: most of it stands in its page. One without a page is not live."""
    page = part("page", lambda: _object(item, "page"))
    said: Said = {} if page is None else {"live": part("page live", lambda: _flag(page.get("live", False)))}
    if page:
        effort = part("page effort", lambda: _effort(page.get("effort", ...)))
        said |= {**_same(page, short_description="description"), **(effort or {})}
        said["weeks"] = part("page length", lambda: _weeks(page.get("length", ...)))
    said["subjects"] = part("topics", lambda: _names(item, "topics", "name"))
    said |= _same(item, readable_id="readable_id")
    return {name: value for name, value in said.items() if value is not None}


def mitxonline_run(part: Part, item: Mapping[str, Any]) -> Said:
    """A run of MITx Online."""
    live = part("live", lambda: _flag(item.get("live")))
    found = {**_same(item, courseware_url="courseware_url"), "live": live}
    return {name: value for name, value in found.items() if value is not None}


def effort_of(text: str) -> tuple[int, int] | None:
    """The hours a week that a text says, least and most, e.g. "3-5 hours per week"; None where it could mean anything else."""
    if (found := _EFFORT.fullmatch(text)) is None:
        return None
    least = int(found[1])
    return least, int(found[2] or least)


def _same(item: Mapping[str, Any], **names: str) -> Said:
    """What is taken as it is: whoever stores it says what is wrong with it."""
    return {ours: "" if item[theirs] is None else item[theirs] for ours, theirs in names.items() if theirs in item}


def _said(visibility: Any, invitation_only: Any) -> Said:
    found = {"visibility": visibility, "invitation_only": invitation_only}
    return {name: value for name, value in found.items() if value is not None}


def _effort(value: Any) -> Said | None:
    if value is None or value == "":
        return {"min_effort": "", "max_effort": ""}
    found = effort_of(value) if isinstance(value, str) else None
    return dict(zip(("min_effort", "max_effort"), found, strict=True)) if found else None


def _weeks(value: Any) -> Any:
    if value is None or value == "":
        return ""
    found = _WEEKS.fullmatch(value) if isinstance(value, str) else None
    return int(found[1]) if found else None


def _flag(value: Any) -> bool | None:
    """None where it is not said. Raises TypeError for what is neither true nor false."""
    if value is None or isinstance(value, bool):
        return value
    raise TypeError(f"expected true or false, got {value!r:.60}")


def _visibility(value: Any) -> str | None:
    hidden = _flag(value)
    return None if hidden is None else "hidden" if hidden else "public"


def _language(item: Mapping[str, Any]) -> list[Any] | None:
    if "content_language" not in item:
        return None
    return [item["content_language"]] if item["content_language"] else []


def _object(item: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """An object, an empty one for null; None where it is not said. Raises TypeError for anything else."""
    if name not in item:
        return None
    found = item[name] or {}
    if not isinstance(found, Mapping):
        raise TypeError(f"expected an object, got {type(found).__name__}")
    return found


def _within(item: Mapping[str, Any], name: str, field: str) -> Any:
    found = _object(item, name)
    return None if found is None else found.get(field) or ""


def _names(item: Mapping[str, Any], name: str, *fields: str) -> list[str] | None:
    """What the members of a list are called, by the first of these fields that each has."""
    if name not in item:
        return None
    if not isinstance(found := item[name] or [], list):
        raise TypeError(f"expected a list, got {type(found).__name__}")
    return list(dict.fromkeys(_called(each, fields) for each in found))


def _called(each: Mapping[str, Any], fields: tuple[str, ...]) -> str:
    called = next((value for field in fields if (value := each.get(field))), None)
    if not isinstance(called, str) or len(called) > 255:
        raise TypeError(f"expected a short text, got {type(called).__name__}")
    return called


def _has_published(item: Mapping[str, Any]) -> bool | None:
    if "course_runs" not in item:
        return None
    return any(status == "published" for status in _statuses(item["course_runs"]))


def _statuses(runs: Any) -> Iterator[Any]:
    for run in runs or ():
        yield run.get("status")
