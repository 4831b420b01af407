"""The page of search: words, choices with their counts, and what is found, each a link to its own page where it has one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from openedx_catalog.contrib.listings.pages.doors import fresh_page, not_for_search_engines
from openedx_catalog.contrib.listings.pages.reading import language_name
from openedx_catalog.contrib.listings.pages.structured import absolute
from openedx_catalog.contrib.listings.pages.views import frame
from openedx_catalog.exceptions import CatalogUnavailable
from openedx_catalog.lib import texts

from .. import api
from ..data import FACETS, Found
from ..exceptions import InvalidCursor

PER_PAGE, MAX_LENGTH, MAX_OPTIONS = 20, 255, 100
KINDS = {
    "course": gettext_lazy("Courses"),
    "course_run": gettext_lazy("Course runs"),
    "program": gettext_lazy("Programs"),
    "pathway": gettext_lazy("Pathways"),
}
KIND_OF_ONE = {
    "course": gettext_lazy("Course"),
    "course_run": gettext_lazy("Course Run"),
    "program": gettext_lazy("Program"),
    "pathway": gettext_lazy("Pathway"),
}
LABELS = {
    "kind": gettext_lazy("Kind"),
    "organization": gettext_lazy("Organization"),
    "language": gettext_lazy("Language"),
    "level": gettext_lazy("Level"),
    "subject": gettext_lazy("Subject"),
    "program_type": gettext_lazy("Type of program"),
    "availability": gettext_lazy("Availability"),
    "skill": gettext_lazy("Skill"),
    "course_type": gettext_lazy("Type of course"),
}
AVAILABILITY = {
    "current": gettext_lazy("Under way"),
    "starting_soon": gettext_lazy("Starting soon"),
    "upcoming": gettext_lazy("Later"),
    "archived": gettext_lazy("Over"),
}


class Option(NamedTuple):
    """A choice, and how many there are with it."""

    value: str
    name: str
    courses: int
    is_chosen: bool


class Choice(NamedTuple):
    """A facet with what there is to choose from."""

    name: str
    label: Any
    options: Sequence[Option]


class Hit(NamedTuple):
    """A document as the page shows it; `url` is "" where nothing of it has a page."""

    body: Mapping[str, Any]
    kind: Any
    organizations: str
    availability: Any
    url: str


@fresh_page
def search_page(request: HttpRequest) -> HttpResponse:
    """What everybody may see, 20 a page; an address that makes no sense shows as much as can be understood of it."""
    wanted = {name: _storable(request.GET.get(name, "")) for name in ("q", *FACETS)}
    chosen = {name: value for name, value in wanted.items() if value}
    context = {
        "wanted": wanted,
        "query": urlencode(chosen),
        "is_narrowed": bool(chosen),
        "canonical": absolute(request, reverse("openedx_catalog:search:search-page")),
        "noindex": True,
        **frame("search"),
    }
    try:
        found = _found(chosen, request.GET.get("cursor", ""))
    except CatalogUnavailable as error:
        kept = {name: value for name, value in chosen.items() if name in FACETS}
        said = {**context, "problem": str(error), "kept": kept}
        response = render(request, "openedx_catalog_search/search.html", said, status=503)
        return not_for_search_engines(response)
    context |= {
        "found": found,
        "hits": [_hit(body) for body in found.bodies],
        "choices": [_choice(name, wanted, found) for name in FACETS],
    }
    return not_for_search_engines(render(request, "openedx_catalog_search/search.html", context))


def _found(chosen: Mapping[str, str], cursor: str) -> Found:
    facets = {name: [value] for name, value in chosen.items() if name in FACETS and (name != "kind" or value in KINDS)}
    try:
        return api.search(chosen.get("q", ""), facets=facets, counted=FACETS, size=PER_PAGE, cursor=cursor)
    except InvalidCursor:
        # The index was made anew meanwhile, or somebody has played with the address.
        return api.search(chosen.get("q", ""), facets=facets, counted=FACETS, size=PER_PAGE)


def _storable(text: str) -> str:
    return "" if texts.unstorable(text) else text.strip()[:MAX_LENGTH]


def _choice(name: str, wanted: Mapping[str, str], found: Found) -> Choice:
    counts = dict(found.facets.get(name, ())[:MAX_OPTIONS])
    if wanted[name]:
        counts.setdefault(wanted[name], 0)
    options = [Option(value, _name_of(name, value), count, value == wanted[name]) for value, count in counts.items()]
    return Choice(name, LABELS[name], options)


def _name_of(facet: str, value: str) -> str:
    if facet == "language":
        return language_name(value)
    return str({"kind": KINDS, "availability": AVAILABILITY}.get(facet, {}).get(value, value))


def _hit(body: Mapping[str, Any]) -> Hit:
    organizations = ", ".join(org["name"] or org["short_name"] for org in body["organizations"])
    availability = AVAILABILITY.get(body["availability"] or "", "")
    return Hit(body, KIND_OF_ONE[body["kind"]], organizations, availability, _url(body))


def _url(body: Mapping[str, Any]) -> str:
    """A run is on the page of its course."""
    if body["kind"] == "program":
        return reverse("openedx_catalog:listings:program-page", args=[body["marketing_slug"] or body["uuid"]])
    return reverse("openedx_catalog:listings:course-page", args=[body["slug"]]) if body.get("slug") else ""
