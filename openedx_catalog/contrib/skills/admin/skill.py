"""The skills themselves in the admin."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openedx_catalog.admin.importing import Column, Importer, ImportPages
from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.named import NamedModelAdmin
from openedx_catalog.lib.admin.texts import instant_column, value_column

from .. import api
from ..data import SkillRecord
from ..models_api import CourseSkill, ProgramSkill, Skill

_CREATED, _MODIFIED = instant_column("created", _("Created")), instant_column("modified", _("Modified"))


@admin.register(Skill)
class SkillAdmin(NamedModelAdmin, ImportPages):
    """By name, with how many courses and programs have each, blocked ones left out."""

    list_display = ("name", "external_id", "courses_", "programs_", _MODIFIED)
    search_fields = ("name_ci", "external_id")
    search_help_text = _("Search by name or external ID.")
    ordering = ("name_ci",)
    add_fieldsets: ClassVar[Any] = ((None, {"fields": ("name", "external_id", "description")}),)
    fieldsets = (*add_fieldsets, (_("Identity"), {"fields": ("uuid", _CREATED, _MODIFIED)}))
    readonly_fields = ("uuid", _CREATED, _MODIFIED)
    used_by = ((CourseSkill, "skill"), (ProgramSkill, "skill"))
    counted = (CourseSkill, ProgramSkill)
    courses_ = value_column("course_count", _("Courses"), ordering="course_count")
    programs_ = value_column("program_count", _("Programs"), ordering="program_count")
    create_row = staticmethod(api.create_skill)
    update_row = staticmethod(api.update_skill)
    delete_row = staticmethod(api.delete_skill)
    importer = Importer(
        title=_("Import skills of courses and programs"),
        columns=(
            Column("subject", _("Required. A key of a course or of one of its runs, or the UUID of a course or a program."),
                   "MITx+14.100x"),
            Column("skill", _("Required. Its name; what does not exist yet is created."), "Economics"),
            Column("source", _("Who says so; “manual” where nobody has said it yet.")),
            Column("confidence", _("From 0 to 1, how sure the source is; “none” takes it away."), "0.9"),
            Column("blocked", _("“yes”: it is never shown there, and no import brings it back. “no” takes that back."), ""),
        ),
        keys=("subject",),
        key_label=_("Course or program"),
        record=partial(SkillRecord, subject=""),
        write=api.import_skills,
    )  # fmt: skip

    def may_import(self, request: HttpRequest) -> bool:
        """A file creates skills, and gives them to courses and programs."""
        rows = (CourseSkill, ProgramSkill)
        may = (permissions.can_write(request.user, model, action) for model in rows for action in ("add", "change"))
        return super().may_import(request) and all(may)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        counts = {"course_count": _number(CourseSkill), "program_count": _number(ProgramSkill)}
        return super().get_queryset(request).annotate(**counts)


def _number(model: Any) -> Coalesce:
    used = model.objects.order_by().filter(skill=OuterRef("pk"), blocked=False).values("skill")
    return Coalesce(Subquery(used.annotate(n=Count("pk")).values("n")), 0)
