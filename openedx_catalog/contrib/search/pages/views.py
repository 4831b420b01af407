"""The page of search: words, choices with their counts, and what is found, each a link to its own page where it has one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from openedx_catalog.contrib.listings import api as listings
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
_ON_COURSE_PAGES = ("course", "course_run")
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
    "Current": gettext_lazy("Under way"),
    "Starting Soon": gettext_lazy("Starting soon"),
    "Upcoming": gettext_lazy("Later"),
    "Archived": gettext_lazy("Over"),
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
        response = render(request, "openedx_catalog_search/search.html", {**context, "problem": str(error)}, status=503)
        return not_for_search_engines(response)
    context |= {"found": found, "hits": _hits(found.bodies), "choices": [_choice(name, wanted, found) for name in FACETS]}
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


def _hits(bodies: Sequence[Mapping[str, Any]]) -> list[Hit]:
    urls = _urls(bodies)
    return [
        Hit(
            body,
            KIND_OF_ONE.get(body["kind"], body["kind"]),
            AVAILABILITY.get(body.get("availability") or "", ""),
            urls.get((body["kind"], body["uuid"]), ""),
        )
        for body in bodies
    ]


def _urls(bodies: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """The pages of what is found, by kind and uuid: a run is on that of its course. At most two queries."""
    courses = {
        body["uuid"]: body["course_uuid"] if body["kind"] == "course_run" else body["uuid"]
        for body in bodies
        if body["kind"] in _ON_COURSE_PAGES
    }
    rows: Any = listings.get_course_listings()
    listed = rows.public().filter(catalog_course__uuid__in=set(courses.values()))
    slugs = {str(uuid): slug for uuid, slug in listed.values_list("catalog_course__uuid", "slug")} if courses else {}
    found = {}
    for body in bodies:
        if slug := slugs.get(courses.get(body["uuid"], "")):
            found[body["kind"], body["uuid"]] = reverse("openedx_catalog:listings:course-page", args=[slug])
    uuids = [body["uuid"] for body in bodies if body["kind"] == "program"]
    if uuids and apps.is_installed("openedx_catalog.contrib.programs"):
        from openedx_catalog.contrib.listings.pages.programs import address_of
        from openedx_catalog.contrib.programs.models_api import Program

        for uuid, slug in Program.objects.public().filter(uuid__in=uuids).values_list("uuid", "marketing_slug"):
            found["program", str(uuid)] = address_of(slug, uuid)
    return found
