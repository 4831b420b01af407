"""The pages of courses, the first page, and the sitemap; those of programs are in `programs`."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from openedx_catalog.extensions import installed_extensions

from .. import api, conf
from . import filters, reading, structured
from .doors import not_for_search_engines, page, user_of

PER_PAGE = 24
# What the protocol of sitemaps allows in one file.
PER_SITEMAP = 50_000


@page
def front(request: HttpRequest) -> HttpResponse:
    """The first page is the list of courses."""
    return redirect("openedx_catalog:listings:course-list")


@page
def course_list(request: HttpRequest) -> HttpResponse:
    """Public courses by title, 24 a page, narrowed by what the address says."""
    user, wanted = user_of(request), filters.chosen(request.GET)
    everything = reading.public_listings(user)
    kinds = filters.kinds_of(everything, user, getattr(request, "catalog_version", None))
    is_narrowed = any(wanted.values())
    rows = filters.narrowed(everything, wanted, user) if is_narrowed else everything
    found = page_of(rows, request, None if is_narrowed else kinds.courses)
    courses = reading.shown_courses(user, found.object_list)
    urls = [structured.course_url(request, each.listing.slug) for each in courses]
    context = {
        "courses": courses,
        "page": found,
        "wanted": wanted,
        "query": urlencode({name: value for name, value in wanted.items() if value}),
        "is_narrowed": is_narrowed,
        "subjects": filters.options(kinds.subjects, wanted["subject"]),
        "levels": filters.options(kinds.levels, wanted["level"]),
        "languages": filters.options(kinds.languages, wanted["language"]),
        "organizations": filters.options(kinds.organizations, wanted["organization"]),
        "canonical": canonical(request, "course-list", found),
        "json_ld": structured.json_ld(structured.item_list(urls, found.start_index())),
        **frame("courses"),
    }
    return render(request, "openedx_catalog_listings/course_list.html", context)


@page
def course_page(request: HttpRequest, slug: str) -> HttpResponse:
    """
    The page of a course, for whoever has its address; former ones lead to the one that it has now. Other pages are not there,
    but for those who may view listings and ask for a preview.
    """
    user, match = user_of(request), api.find_course_by_slug(slug)
    preview = request.GET.get("preview") == "1" and reading.may_preview(user)
    listing = reading.listing_of(user, match.pk, preview=preview) if match else None
    if listing is None:
        raise Http404
    if listing.slug != slug:
        address = reverse("openedx_catalog:listings:course-page", args=[listing.slug])
        query = request.META.get("QUERY_STRING", "")
        return redirect(f"{address}?{query}" if query else address, permanent=True)
    [course] = reading.shown_courses(user, [listing])
    context = {
        "course": course,
        "listing": listing,
        "effort": reading.effort_of(listing),
        "programs": programs_with(user, listing),
        "preview": preview,
        "noindex": preview or not listing.is_public,
        "canonical": structured.course_url(request, listing.slug),
        "image": structured.absolute(request, listing.image_url),
        "json_ld": structured.json_ld(structured.course(request, course)),
        **frame("courses"),
    }
    response = render(request, "openedx_catalog_listings/course_page.html", context)
    return not_for_search_engines(response) if context["noindex"] else response


@page
def sitemap(request: HttpRequest) -> HttpResponse:
    """The addresses of all public pages; where one file would be too long, one of the files, ``?page=2``."""
    user, asked = user_of(request), request.GET.get("page", "")
    rows = _pages_of_site(user)
    counts = [queryset.count() for queryset, _address in rows]
    files = max(1, -(-sum(counts) // PER_SITEMAP))
    if not asked and files > 1:
        address = structured.absolute(request, reverse("openedx_catalog:listings:sitemap"))
        parts = [f"{address}?page={number}" for number in range(1, files + 1)]
        return _xml(request, "sitemap_index.xml", {"parts": parts})
    number = int(asked) if asked.isdecimal() and len(asked) < 9 else 1 if not asked else 0
    if not 1 <= number <= files:
        raise Http404
    first, entries = (number - 1) * PER_SITEMAP, list[tuple[str, Any]]()
    for (queryset, address), count in zip(rows, counts, strict=True):
        last = first + PER_SITEMAP - len(entries)
        for modified, *names in queryset[first:last] if first < min(count, last) else ():
            entries.append((structured.absolute(request, address(*names)), modified))
        first = max(first - count, 0)
    return _xml(request, "sitemap.xml", {"entries": entries})


# For the pages of programs, and those of other apps


def page_of(rows: Any, request: HttpRequest, count: int | None = None) -> Page:
    """The page that the address asks for; the first one for what is no number, the last one for what is too much."""
    paginator = Paginator(rows, PER_PAGE)
    if count is not None:
        # It is known: do not ask again.
        paginator.count = count
    asked = request.GET.get("page", "")
    return paginator.get_page(asked if len(asked) < 9 else 1)


def canonical(request: HttpRequest, name: str, found: Page) -> str:
    """The address of a page of a list, without what narrows it."""
    address = structured.absolute(request, reverse(f"openedx_catalog:listings:{name}"))
    return f"{address}?page={found.number}" if found.number > 1 else address


def frame(section: str) -> dict[str, Any]:
    """What the base template shows."""
    has_programs = apps.is_installed("openedx_catalog.contrib.programs")
    links = [link for extension in installed_extensions() for link in extension.page_links()]
    return {"site_name": conf.site_name(), "section": section, "has_programs": has_programs, "links": links}


def programs_with(user: Any, listing: Any) -> list[Any]:
    """The programs that the page of a course names; none where that app is not installed."""
    if not apps.is_installed("openedx_catalog.contrib.programs"):
        return []
    from . import programs

    return programs.programs_with(user, listing.catalog_course_id)


def _pages_of_site(user: Any) -> list[tuple[Any, Any]]:
    """Querysets of ``(modified, …)``, and the functions that make an address of the rest."""
    rows = reading.public_listings(user).order_by("pk").values_list("modified", "slug")
    found: list[tuple[Any, Any]] = [(rows, lambda slug: reverse("openedx_catalog:listings:course-page", args=[slug]))]
    if apps.is_installed("openedx_catalog.contrib.programs"):
        from . import programs

        found.append((programs.names_of_programs(user), programs.address_of))
    return found


def _xml(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"openedx_catalog_listings/{name}", context, content_type="application/xml; charset=utf-8")
