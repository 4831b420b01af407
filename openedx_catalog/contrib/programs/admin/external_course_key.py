"""External course keys in the admin."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.admin.forms import ApiForm

from .. import api
from ..models_api import ExternalCourseKey
from .base import ProgramsModelAdmin


class ExternalCourseKeyForm(ApiForm):
    """A run, and what its partner calls it."""

    # What the API calls the field of the key.
    named: ClassVar[dict[str, str]] = {"external_course_key": "key", "course_key": "run"}

    class Meta:
        model = ExternalCourseKey
        fields = ("run", "key", "source")

    def write(self) -> ExternalCourseKey:
        run = self.instance.run if self.instance.pk else self.cleaned_data["run"]
        values = self.cleaned_data
        stored = api.set_external_course_key(
            run.course_key, values["key"], key_source=values["source"], source="admin", user=self.user
        )
        return stored or self.instance


@admin.register(ExternalCourseKey)
class ExternalCourseKeyAdmin(ProgramsModelAdmin):
    """What partners call runs; a run has one key at most."""

    form = ExternalCourseKeyForm
    list_display = ("key", "run_key", "source")
    search_fields = ("key_ci", "run__key_ci")
    search_help_text = _("Search by the partner's key or the course key.")
    autocomplete_fields = ("run",)
    prefetched = ("run",)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["fields"] = ("run", "key", "source") if obj is None else ("key", "source")
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: ExternalCourseKey | None = None) -> list[Any]:
        return [(None, {"fields": ("run", "key", "source") if obj is None else ("run_key", "key", "source")})]

    def get_readonly_fields(self, request: HttpRequest, obj: ExternalCourseKey | None = None) -> tuple[str, ...]:
        return () if obj is None else ("run_key",)

    def delete_model(self, request: HttpRequest, obj: ExternalCourseKey) -> None:
        api.delete_external_course_key(str(obj.run.course_key), source="admin", user=request.user)

    @admin.display(description=_("Course key"), ordering="run__key_ci")
    def run_key(self, row: ExternalCourseKey) -> str:
        return str(row.run.course_key)
