"""External course keys in the admin."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.admin.forms import ApiForm

from .. import api
from ..models_api import ExternalCourseKey
from .base import ProgramsModelAdmin


class ExternalCourseKeyForm(ApiForm):
    """A run, and what its partner calls it."""

    named: ClassVar[dict[str, str]] = {"external_course_key": "key", "course_key": "run"}

    def write(self) -> ExternalCourseKey:
        run, values = self.cleaned_data.get("run") or self.instance.run, self.cleaned_data
        row = api.set_external_course_key(run.course_key, values["key"], key_source=values["source"], **self.provenance)
        return row or self.instance


@admin.register(ExternalCourseKey)
class ExternalCourseKeyAdmin(ProgramsModelAdmin):
    """What partners call runs; a run has one key at most."""

    form = ExternalCourseKeyForm
    list_display = ("key", "run_key", "source")
    search_fields = ("key_ci", "run__key_ci")
    search_help_text = _("Search by the partner's key or the course key.")
    autocomplete_fields = ("run",)
    prefetched = ("run",)
    add_fieldsets = ((None, {"fields": ("run", "key", "source")}),)
    fieldsets = ((None, {"fields": ("run_key", "key", "source")}),)
    readonly_fields = ("run_key",)

    @staticmethod
    def delete_row(row: ExternalCourseKey, **provenance: Any) -> None:
        api.delete_external_course_key(str(row.run.course_key), **provenance)

    @admin.display(description=_("Course key"), ordering="run__key_ci")
    def run_key(self, row: ExternalCourseKey) -> str:
        return str(row.run.course_key)
