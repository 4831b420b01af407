"""Skills of courses and of programs in the admin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from openedx_catalog.admin.filters import OrganizationFilter
from openedx_catalog.admin.owned import OwnedAdmin
from openedx_catalog.lib import texts
from openedx_catalog.lib.admin.base import KeptAdmin
from openedx_catalog.lib.admin.forms import ApiForm, ApiModelAdmin
from openedx_catalog.lib.admin.texts import instant_column, link_column

from .. import api
from ..models_api import CourseSkill, ProgramSkill, Tagged
from .filters import SkillFilter

_SAID = ("source", "confidence", "blocked")


class TaggedForm(ApiForm):
    """What has which skill, and what is said of that."""

    named: ClassVar[dict[str, str]] = {"skill_source": "source"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None and "source" in self.fields:
            self.fields["source"].initial = "manual"

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        owner = self.model_admin.owner
        if self.instance.pk is None and values.get(owner) and values.get("skill"):
            rows = self.model_admin.model.objects.filter(**{owner: values[owner], "skill": values["skill"]})
            if rows.exists():
                self.add_error("skill", _("It has this skill, or it is blocked there: change that row."))
        return values

    def write(self) -> Tagged:
        row, given = self.instance, self.changed(*_SAID)
        owner, skill = self.model_admin.owner, row.skill if row.pk else self.cleaned_data["skill"]
        subject = getattr(row, owner) if row.pk else self.cleaned_data[owner]
        said = {"skill_source" if name == "source" else name: value for name, value in given.items()}
        if row.pk is None and not said["skill_source"]:
            del said["skill_source"]
        return self.model_admin.set_skill(subject, skill, **said, **self.provenance)


class TaggedAdmin(OwnedAdmin, ApiModelAdmin):
    """The newest first. What is wrong is blocked rather than deleted, or the next import brings it back."""

    set_skill: Any
    block: Any
    unblock: Any
    remove: Any
    form = TaggedForm
    search_help_text = _("Search by skill, or by what has it.")
    actions = ("block_selected", "unblock_selected")
    skill_link = link_column("skill", _("Skill"), ordering="skill__name_ci")
    autocomplete_fields: ClassVar[Any] = ("skill",)

    def delete_row(self, row: Any, **provenance: Any) -> None:
        """An import may bring it back."""
        self.remove(getattr(row, self.owner), row.skill, **provenance)

    def found_itself(self, term: str) -> Q:
        return Q(skill__name_ci__contains=texts.fold(term))

    @admin.action(description=_("Block selected"), permissions=["change"])
    def block_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Never show them, whatever an import says."""
        count = self._each(request, queryset, self.block)
        text = ngettext("%(count)d skill is blocked now.", "%(count)d skills are blocked now.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)

    @admin.action(description=_("Unblock selected"), permissions=["change"])
    def unblock_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Show again what a source gives; what none gives is gone."""
        count = self._each(request, queryset, self.unblock)
        text = ngettext("%(count)d skill is no longer blocked.", "%(count)d skills are no longer blocked.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)

    def _each(self, request: HttpRequest, rows: QuerySet[Any], do: Callable[..., bool]) -> int:
        said = {"source": "admin", "user": request.user}
        return sum(do(getattr(row, self.owner), row.skill, **said) for row in rows.order_by("pk"))


@admin.register(CourseSkill)
class CourseSkillAdmin(TaggedAdmin):
    """Those of catalog courses."""

    list_display = ("course_key", "skill_link", *_SAID, instant_column("modified", _("Modified")))
    list_filter = ("blocked", SkillFilter, OrganizationFilter)
    search_fields = ("skill__name",)
    autocomplete_fields = ("catalog_course", "skill")
    add_fieldsets: ClassVar[Any] = ((None, {"fields": ("catalog_course", "skill", *_SAID)}),)
    fieldsets = ((None, {"fields": ("course_link", "skill_link", *_SAID)}),)
    readonly_fields = ("course_link", "skill_link")
    set_skill = staticmethod(api.set_course_skill)
    block = staticmethod(api.block_course_skill)
    unblock = staticmethod(api.unblock_course_skill)
    remove = staticmethod(api.remove_course_skill)


@admin.register(ProgramSkill)
class ProgramSkillAdmin(KeptAdmin, TaggedAdmin):
    """Those of programs themselves, which count where none of their courses has a skill."""

    owner = "program"
    list_display = ("program_link", "skill_link", *_SAID, instant_column("modified", _("Modified")))
    list_filter = ("blocked", SkillFilter)
    search_fields = ("skill__name",)
    autocomplete_fields = ("program", "skill")
    add_fieldsets: ClassVar[Any] = ((None, {"fields": ("program", "skill", *_SAID)}),)
    fieldsets = ((None, {"fields": ("program_link", "skill_link", *_SAID)}),)
    readonly_fields = ("program_link", "skill_link")
    program_link = link_column("program", _("Program"), ordering="program__title")
    set_skill = staticmethod(api.set_program_skill)
    block = staticmethod(api.block_program_skill)
    unblock = staticmethod(api.unblock_program_skill)
    remove = staticmethod(api.remove_program_skill)

    def owners_found(self, request: HttpRequest, term: str, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(title__icontains=term)
