"""What may be stored of a listing, and the typed error for what may not."""

from __future__ import annotations

import html
from collections.abc import Callable
from functools import partial
from typing import Any

import nh3
from django.utils.translation import gettext as _
from organizations.models import Organization

from openedx_catalog.api.for_contrib import organization_named, some_language
from openedx_catalog.lib import values
from openedx_catalog.lib.images import read_image
from openedx_catalog.lib.slugs import parse_slug
from openedx_catalog.lib.unset import UNSET

from .. import conf
from ..models import CourseListing, Level, Subject
from ..models.bases import Visibility
from .kinds import LEVELS, SUBJECTS

MAX_SHORT, MAX_FULL = 2_000, 50_000
MAX_HOURS, MAX_WEEKS = 168, 1_000
# Of subjects, languages and owners, each.
MAX_PARTS = 50
# What texts of courses are made of. No images and no frames: they would tell another site who reads the page.
TAGS = {
    "a", "b", "blockquote", "br", "caption", "code", "dd", "div", "dl", "dt", "em", "h2", "h3", "h4", "h5", "h6", "hr", "i",
    "li", "ol", "p", "pre", "s", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
    "u", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "*": {"lang", "dir"},
}
_SCHEMES = {"http", "https", "mailto"}
# What the REST API has where it has slugs, and behind them where these have several parts.
RESERVED_SLUGS, RESERVED_ENDS = ("facets",), ("/image", "/redirects")


def clean_html(field: str, value: Any) -> str:
    """HTML with nothing in it that a page should not have: other elements go, their texts stay. Raises InvalidValue."""
    given = values.text(field, value, max_length=MAX_FULL)
    found = nh3.clean(given, tags=TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="noopener noreferrer nofollow")
    return values.text(field, found, max_length=2 * MAX_FULL)


def plain_text(field: str, value: Any, *, max_length: int = MAX_SHORT) -> str:
    """The text of what may be HTML, in one paragraph. Raises InvalidValue."""
    given = values.text(field, value, max_length=MAX_FULL)
    # Elements alone: "a < b" is a text.
    found = html.unescape(nh3.clean(given, tags=set())) if nh3.is_html(given) else given
    return values.text(field, " ".join(found.split()), max_length=max_length)


def checked_values(**given: Any) -> dict[str, Any]:
    """The columns that are given for a listing, as they are stored. UNSET ones are left out. Raises InvalidValue and others."""
    return {name: _READERS[name](name, value) for name, value in given.items() if value is not UNSET}


def checked_course(given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """The columns that are given for the listing of a course, and the rows of its subjects and owners. Raises as these."""
    readers: dict[str, Callable[[Any], list[Any]]] = {"subjects": subjects_of, "owners": owners_of}
    columns = checked_values(**{name: value for name, value in given.items() if name not in readers})
    return columns, {name: read(given[name]) for name, read in readers.items() if name in given}


def slug_of_page(field: str, value: Any) -> str:
    """A slug at whose address REST has nothing else. Raises InvalidValue."""
    found = parse_slug(field, value, slashes=conf.slugs_with_slashes())
    if found in RESERVED_SLUGS or found.endswith(RESERVED_ENDS):
        raise values.invalid(field, value, _("the REST API has something else at such an address"))
    return found


def subjects_of(given: Any) -> list[Subject]:
    """Subjects, given as objects or slugs, each once, in order. Raises Subject.DoesNotExist, InvalidValue. A query for each."""
    found = SUBJECTS.find_all(_few("subjects", given), "subjects")
    return list({row.pk: row for row in found}.values())


def owners_of(given: Any) -> list[Organization]:
    """Organizations, objects or short_names in any case, each once, in order. Raises OrganizationNotFound, InvalidValue."""
    reason = _("it must exist before it owns a course")
    found = [organization_named("owners", each, reason) for each in _few("owners", given)]
    return list({row.pk: row for row in found}.values())


def _few(field: str, value: Any) -> list[Any]:
    return values.sequence(field, value, most=MAX_PARTS)


def _languages(field: str, value: Any) -> list[str]:
    return list(dict.fromkeys(some_language(code) for code in _few(field, value)))


def _level(_field: str, value: Any) -> Level | None:
    return None if value in (None, "") else LEVELS.find(value)


def _slug(field: str, value: Any) -> str:
    """A slug, or "" for one that is made of the title."""
    return "" if value in (None, "") else slug_of_page(field, value)


def _address(field: str, value: Any) -> str:
    return "" if value is None else values.address(field, value)


_READERS: dict[str, Callable[[str, Any], Any]] = {
    "title_override": lambda field, value: "" if value is None else values.text(field, value),
    "short_description": plain_text,
    "full_description": clean_html,
    "video_url": _address,
    "min_effort": partial(values.number, most=MAX_HOURS),
    "max_effort": partial(values.number, most=MAX_HOURS),
    "level": _level,
    "weeks": partial(values.number, most=MAX_WEEKS),
    "languages": _languages,
    "visibility": partial(values.choice, names=Visibility.values),
    "invitation_only": values.flag,
    "slug": _slug,
    "live": values.flag,
    "image": read_image,
    "image_alt": values.text,
    "readable_id": values.readable_id,
    "courseware_url": _address,
    "unscheduled": values.flag,
}
IMAGE: Any = CourseListing._meta.get_field("image")
