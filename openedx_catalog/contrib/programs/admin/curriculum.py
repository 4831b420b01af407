"""Curricula in the admin: their dates, and the page on which they are built."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.base import stored_on_post
from openedx_catalog.lib.admin.dated import DATE_COLUMNS, DATES
from openedx_catalog.lib.admin.texts import instant_column, link_column

from .. import api
from ..models_api import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    CurriculumGroup,
    CurriculumProgramMembership,
)
from .base import DATES_OF_NEW, DatedForm, ProgramsModelAdmin
from .builder import Builder

_LEARNERS: Any = (_("New learners"), {"fields": ("closed_at",)})
_IDENTITY = ("program_link", "uuid", "version", "created", "modified")


def histories_within(curricula: Any) -> list[QuerySet[Any]]:
    """Those of what stands, or stood, in curricula, by their ids."""
    courses = CurriculumCourseMembership.history.filter(curriculum_id__in=curricula)
    programs = CurriculumProgramMembership.history.filter(curriculum_id__in=curricula)
    exclusions = CurriculumCourseRunExclusion.history.filter(membership_id__in=courses.order_by().values("id"))
    groups = CurriculumGroup.history.filter(curriculum_id__in=curricula)
    return [courses, programs, groups, exclusions]


@admin.register(Curriculum)
class CurriculumAdmin(ProgramsModelAdmin):
    """List, create, rename, date, build and delete curricula."""

    form = DatedForm
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

    def get_urls(self) -> list[Any]:
        wrapped = self.admin_site.admin_view(self.build_view)
        return [path("<int:pk>/build/", wrapped, name="openedx_catalog_programs_curriculum_build"), *super().get_urls()]

    @stored_on_post
    def build_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put courses and programs into a curriculum, in order, and leave runs out; without the permission, read it."""
        (curriculum,) = self.rows_for(request, [pk], "change" if request.method == "POST" else "view")
        return Builder(self, request, curriculum).respond()

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
