"""Curricula in the admin: their dates, and the page on which they are built."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.base import stored_on_post
from openedx_catalog.lib.admin.forms import ApiForm, InstantField
from openedx_catalog.lib.admin.texts import utc

from .. import api
from ..models_api import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    CurriculumProgramMembership,
    Program,
)
from . import builder
from .base import ProgramsModelAdmin


class CurriculumForm(ApiForm):
    """Name and dates; what stands in it has a page of its own."""

    effective_at = InstantField()
    retired_at = InstantField()

    class Meta:
        model = Curriculum
        fields = ("program", "name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["effective_at"].label = _("Effective")
        self.fields["retired_at"].label = _("Retired")
        for name in ("program", "name"):
            if name in self.fields:
                self.fields[name].show_hidden_initial = name == "name"
        for name in ("effective_at", "retired_at"):
            self.fields[name].initial = getattr(self.instance, name)
            self.fields[name].help_text = Curriculum._meta.get_field(name).help_text  # type: ignore[union-attr]

    def write(self) -> Curriculum:
        notes = {"source": "admin", "user": self.user}
        if self.instance.pk is None:
            values = {name: self.cleaned_data[name] for name in ("name", "effective_at", "retired_at")}
            return api.create_curriculum(self.cleaned_data["program"], **values, **notes)
        return api.update_curriculum(self.instance, **self.changed("name", "effective_at", "retired_at"), **notes)


@admin.register(Curriculum)
class CurriculumAdmin(ProgramsModelAdmin):
    """List, create, rename, date, build and delete curricula."""

    form = CurriculumForm
    list_display = ("name", "program_link", "version", "since", "until", "is_current_")
    search_fields = ("name", "program__title", "program__readable_id_ci")
    search_help_text = _("Search by name, or by the title or readable ID of the program.")
    autocomplete_fields = ("program",)
    prefetched = ("program",)

    def get_urls(self) -> list[Any]:
        wrapped = self.admin_site.admin_view(self.build_view)
        return [path("<int:pk>/build/", wrapped, name="openedx_catalog_programs_curriculum_build"), *super().get_urls()]

    @stored_on_post
    def build_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put courses and programs into a curriculum, in order, and leave runs out; whoever may not, reads what is in it."""
        return builder.build(self, request, self.rows_for(request, [pk], "change" if request.method == "POST" else "view")[0])

    def get_fieldsets(self, request: HttpRequest, obj: Curriculum | None = None) -> list[Any]:
        dates = (_("In effect"), {"fields": ("effective_at", "retired_at")})
        if obj is None:
            return [(None, {"fields": ("program", "name")}), dates]
        identity = (_("Identity"), {"fields": ("program_link", "uuid", "version", "created", "modified")})
        return [(None, {"fields": ("name", "content")}), dates, identity]

    def get_readonly_fields(self, request: HttpRequest, obj: Curriculum | None = None) -> tuple[str, ...]:
        return () if obj is None else ("content", "program_link", "uuid", "version", "created", "modified")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        # The admin would ask the model for fields that only our form has.
        kwargs["fields"] = ("program", "name") if obj is None else ("name",)
        return super().get_form(request, obj, change=change, **kwargs)

    def delete_model(self, request: HttpRequest, obj: Curriculum) -> None:
        api.remove(obj, source="admin", user=request.user)

    def histories(self, pk: int) -> list[QuerySet[Any]]:
        members = CurriculumCourseMembership.history.filter(curriculum_id=pk)
        inside = CurriculumProgramMembership.history.filter(curriculum_id=pk)
        exclusions = CurriculumCourseRunExclusion.history.filter(membership_id__in=members.order_by().values("id"))
        return [*super().histories(pk), members, inside, exclusions]

    @admin.display(description=_("Program"), ordering="program__title")
    def program_link(self, curriculum: Curriculum) -> str:
        return self.link(curriculum, Program, "change", curriculum.program_id, curriculum.program.title)

    @admin.display(description=_("Effective"), ordering="effective_at")
    def since(self, curriculum: Curriculum) -> str:
        return utc(curriculum.effective_at)

    @admin.display(description=_("Retired"), ordering="retired_at")
    def until(self, curriculum: Curriculum) -> str:
        return utc(curriculum.retired_at)

    @admin.display(description=_("Current"), boolean=True)
    def is_current_(self, curriculum: Curriculum) -> bool:
        return curriculum.is_current()

    @admin.display(description=_("Content"))
    def content(self, curriculum: Curriculum) -> str:
        programs = permissions.visible(getattr(curriculum, "viewer", None), curriculum.program_memberships.all())
        told = {"courses": curriculum.course_memberships.count(), "programs": programs.count()}
        if self.may(curriculum, "change", Curriculum):
            text = _("%(courses)d courses, %(programs)d programs: build") % told
        else:
            text = _("%(courses)d courses, %(programs)d programs") % told
        return self.link(curriculum, Curriculum, "build", curriculum.pk, text)
