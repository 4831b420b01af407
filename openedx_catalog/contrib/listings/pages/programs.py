"""The pages of programs, where that app is installed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from django.db.models import Case, IntegerField, Prefetch, QuerySet, Value, When
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from openedx_catalog import permissions
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models_api import CurriculumCourseMembership, Program, ProgramOrganization
from openedx_catalog.exceptions import InvalidRequest

from . import reading, structured
from .doors import page, user_of
from .views import canonical, frame, page_of


class ShownProgram:
    """A program as cards and pages show it. No query where its organizations are prefetched."""

    def __init__(self, program: Program, authors: Sequence[Any]) -> None:
        self.program, self.authors = program, authors
        self.url = address_of(program.marketing_slug, program.uuid)
        self.tint = program.pk % 6


@page
def program_list(request: HttpRequest) -> HttpResponse:
    """Public programs, those that are offered before retired ones, by title, 24 a page."""
    user = user_of(request)
    found = page_of(public_programs(user), request)
    shown = _shown(user, found.object_list)
    urls = [structured.absolute(request, each.url) for each in shown]
    context = {
        "programs": shown,
        "page": found,
        "canonical": canonical(request, "program-list", found),
        "json_ld": structured.json_ld(structured.item_list(urls, found.start_index())),
        **frame("programs"),
    }
    return render(request, "openedx_catalog_listings/program_list.html", context)


@page
def program_page(request: HttpRequest, name: str) -> HttpResponse:
    """
    A public program by its marketing slug, else its uuid, and those of its courses that have a public page. Former slugs lead
    to the address that it has now.
    """
    user = user_of(request)
    found = _named(name)
    row = public_programs(user).filter(pk=found.pk).first() if found else None
    if row is None:
        raise Http404
    if name_of(row) != name:
        return redirect(address_of(row.marketing_slug, row.uuid), permanent=True)
    [shown] = _shown(user, [row])
    courses = reading.shown_courses(user, _listed(user, row))
    url = structured.absolute(request, shown.url)
    context = {
        "shown": shown,
        "program": row,
        "courses": courses,
        "canonical": url,
        "image": structured.absolute(request, row.image.url if row.image else ""),
        "json_ld": structured.json_ld(structured.program(request, url, row, shown.authors, courses)),
        **frame("programs"),
    }
    return render(request, "openedx_catalog_listings/program_page.html", context)


def public_programs(user: Any) -> QuerySet[Program]:
    """
    The programs that everybody may know of, active ones first, by title; types joined, authoring organizations prefetched. Two
    queries when it is read.
    """
    authors = ProgramOrganization.objects.filter(role=ProgramOrganization.Role.AUTHORING).order_by("position", "pk")
    rows: Any = permissions.visible(user, programs.get_programs())
    is_over = Case(When(status=Program.Status.ACTIVE, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = rows.public().prefetch_related(Prefetch("organizations", authors.select_related("organization")))
    return rows.order_by(is_over, Lower("title"), "pk")


def programs_with(user: Any, catalog_course_id: int) -> list[ShownProgram]:
    """The public programs that a course counts in now, by title. Three queries."""
    rows = CurriculumCourseMembership.objects.public().counting().filter(catalog_course=catalog_course_id)
    return _shown(user, public_programs(user).filter(pk__in=list(rows.values_list("curriculum__program_id", flat=True))))


def names_of_programs(user: Any) -> QuerySet[Any]:
    """``(modified, marketing slug, uuid)`` of public programs, for the sitemap."""
    return public_programs(user).order_by("pk").values_list("modified", "marketing_slug", "uuid")


def name_of(program: Program) -> str:
    """What names a program in the address of its page."""
    return program.marketing_slug or str(program.uuid)


def address_of(marketing_slug: str | None, uuid: Any) -> str:
    """The address of the page of a program."""
    return reverse("openedx_catalog:listings:program-page", args=[marketing_slug or uuid])


def _named(name: str) -> Program | None:
    if found := programs.find_program_by_slug(name):
        return found
    with suppress(InvalidRequest):
        return programs.find_program(name)
    return None


def _shown(user: Any, rows: Iterable[Program]) -> list[ShownProgram]:
    authors = {row: [each.organization for each in row.organizations.all()] for row in rows}
    known = {each.pk for each in permissions.known_rows(user, (org for some in authors.values() for org in some))}
    return [ShownProgram(row, [org for org in some if org.pk in known]) for row, some in authors.items()]


def _listed(user: Any, program: Program) -> list[Any]:
    """The public listings of its courses, in its order."""
    courses = [course.pk for course in programs.program_courses(program)]
    rows = {row.catalog_course_id: row for row in reading.public_listings(user).filter(catalog_course__id__among=courses)}
    return [rows[pk] for pk in courses if pk in rows]
