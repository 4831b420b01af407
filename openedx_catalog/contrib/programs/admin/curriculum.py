"""Curricula in the admin: their dates, and the page on which they are built."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.base import stored_on_post
from openedx_catalog.lib.admin.building import BuiltAdmin
from openedx_catalog.lib.admin.dated import DATE_COLUMNS, DATES
from openedx_catalog.lib.admin.history import history_view
from openedx_catalog.lib.admin.texts import instant_column, link_column

from .. import api
from ..models_api import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    CurriculumGroup,
    CurriculumProgramMembership,
    Program,
)
from .base import DATES_OF_NEW, DatedForm, ProgramsModelAdmin
from .builder import Builder
from .builder_rows import member_named
from .leaving import leaving_page

_LEARNERS: Any = (_("New learners"), {"fields": ("closed_at",)})
_CREATED, _MODIFIED = instant_column("created", _("Created")), instant_column("modified", _("Modified"))
_IDENTITY = ("program_link", "uuid", "version", _CREATED, _MODIFIED)


def histories_within(curricula: Any) -> list[QuerySet[Any]]:
    """Those of what stands, or stood, in curricula, by their ids."""
    courses = CurriculumCourseMembership.history.filter(curriculum_id__in=curricula)
    programs = CurriculumProgramMembership.history.filter(curriculum_id__in=curricula)
    exclusions = CurriculumCourseRunExclusion.history.filter(membership_id__in=courses.order_by().values("id"))
    groups = CurriculumGroup.history.filter(curriculum_id__in=curricula)
    return [courses, programs, groups, exclusions]


def histories_of(member: Any) -> list[QuerySet[Any]]:
    """Those of one course or program of a curriculum, in all its versions, and of what was left out of it."""
    parent, target = member.version_of
    named = {f"{name}_id": getattr(member, f"{name}_id") for name in (parent, target)}
    rows = type(member).history.filter(**named)
    if not isinstance(member, CurriculumCourseMembership):
        return [rows]
    return [rows, CurriculumCourseRunExclusion.history.filter(membership_id__in=rows.order_by().values("id"))]


@admin.register(Curriculum)
class CurriculumAdmin(BuiltAdmin, ProgramsModelAdmin):
    """List, create, rename, date, build and delete curricula."""

    form, builder = DatedForm, Builder
    list_display = ("name", "program_link", "version", *DATE_COLUMNS, instant_column("closed_at", _("Closed")), "is_current_")
    search_fields = ("name", "program__title", "program__readable_id_ci")
    search_help_text = _("Search by name, or by the title or readable ID of the program.")
    autocomplete_fields = ("program",)
    prefetched = ("program",)
    add_fieldsets = ((None, {"fields": ("program", "name")}), DATES_OF_NEW, _LEARNERS)
    fieldsets = ((None, {"fields": ("name", "content")}), DATES, _LEARNERS, (_("Identity"), {"fields": _IDENTITY}))
    readonly_fields = ("content", *_IDENTITY)
    create_row = staticmethod(api.create_curriculum)
    update_row = staticmethod(api.update_curriculum)
    delete_row = staticmethod(api.remove)
    program_link = link_column("program", _("Program"), ordering="program__title")
    change_form_template = "admin/openedx_catalog_programs/curriculum.html"

    def get_urls(self) -> list[Any]:
        wrap, name = self.admin_site.admin_view, "openedx_catalog_programs_curriculum"
        return [
            path("<int:pk>/retire/", wrap(self.retire_view), name=f"{name}_retire"),
            path("<int:pk>/remove/", wrap(self.remove_view), name=f"{name}_remove"),
            *super().get_urls(),
        ]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        """With a link to what changed between two days, which is a page of the program."""
        context["may_compare"] = permissions.can_view(request.user, Program)
        return super().render_change_form(request, context, *args, **kwargs)

    @stored_on_post
    def retire_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Retire a course or program of a curriculum, now or on a date, once somebody has read what learners lose."""
        return leaving_page(self, request, self.rows_to_change(request, [pk])[0], "retire")

    @stored_on_post
    def remove_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Remove one, in the same way."""
        return leaving_page(self, request, self.rows_to_change(request, [pk])[0], "remove")

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """That of all that stands in it, or of one course or program: ``?member=course:12``."""
        named = request.GET.get("member", "")
        if not named or not (object_id.isascii() and object_id.isdigit()):
            return super().history_view(request, object_id, extra_context)
        (curriculum,) = self.rows_for(request, [int(object_id[:18])], "view")
        member = member_named(curriculum, request.user, named)
        if member is None:
            raise Http404
        response: Any = history_view(self, request, curriculum.pk, histories_of(member))
        response.context_data["title"] = _("History: %(object)s") % {"object": member.name}
        response.context_data["kept"] = f"member={named}&"
        return response

    def histories(self, pk: int) -> list[QuerySet[Any]]:
        return [*super().histories(pk), *histories_within([pk])]

    @admin.display(description=_("Current"), boolean=True)
    def is_current_(self, curriculum: Curriculum) -> bool:
        return curriculum.is_current()

    @admin.display(description=_("Content"))
    def content(self, curriculum: Curriculum) -> str:
        programs = permissions.visible(getattr(curriculum, "viewer", None), curriculum.program_memberships.all()).count()
        courses = curriculum.course_memberships.count()
        values = {
            "courses": ngettext("%(count)d course", "%(count)d courses", courses) % {"count": courses},
            "programs": ngettext("%(count)d program", "%(count)d programs", programs) % {"count": programs},
        }
        may_build = self.may(curriculum, "change", Curriculum)
        text = _("Build: %(courses)s, %(programs)s") if may_build else _("%(courses)s, %(programs)s")
        return self.link(curriculum, Curriculum, "build", curriculum.pk, text % values)
