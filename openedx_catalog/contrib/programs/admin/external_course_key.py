"""External course keys in the admin."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib import values
from openedx_catalog.lib.admin.forms import ApiForm

from .. import api
from ..models_api import ExternalCourseKey
from .base import ProgramsModelAdmin


class ExternalCourseKeyForm(ApiForm):
    """A run, and what its partner calls it."""

    named: ClassVar[dict[str, str]] = {"external_course_key": "key", "course_key": "run"}

    replace = forms.BooleanField(
        required=False, label=_("Replace"), help_text=_("If the run already has a key, replace it with this one.")
    )

    def write(self) -> ExternalCourseKey:
        run, given = self.cleaned_data.get("run") or self.instance.run, self.cleaned_data
        if self.instance.pk is None and (known := ExternalCourseKey.objects.filter(run=run).first()):
            self.refuse_silent_replacement(known)
        row = api.set_external_course_key(run.course_key, given["key"], key_source=given["source"], **self.provenance)
        return row or self.instance

    def refuse_silent_replacement(self, known: ExternalCourseKey) -> None:
        """A run has one key: to add another one takes that away. Raises InvalidValue unless that is meant."""
        if known.key == self.cleaned_data["key"].strip():
            return
        if not self.cleaned_data["replace"]:
            reason = _("the run already has the key %(key)s; tick Replace if this one is to take its place") % {
                "key": known.key
            }
            raise values.invalid("key", self.cleaned_data["key"], reason)
        self.replaced = known.key


@admin.register(ExternalCourseKey)
class ExternalCourseKeyAdmin(ProgramsModelAdmin):
    """What partners call runs; a run has one key at most."""

    form = ExternalCourseKeyForm
    list_display = ("key", "run_key", "source")
    search_fields = ("key_ci", "run__key_ci")
    search_help_text = _("Search by the partner's key or the course key.")
    autocomplete_fields = ("run",)
    prefetched = ("run",)
    add_fieldsets = ((None, {"fields": ("run", "key", "source", "replace")}),)
    fieldsets = ((None, {"fields": ("run_key", "key", "source")}),)
    readonly_fields = ("run_key",)

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        if replaced := getattr(form, "replaced", ""):
            self.message_user(request, _("The key %(key)s was replaced.") % {"key": replaced}, messages.WARNING)
        return super().save_form(request, form, change)

    @staticmethod
    def delete_row(row: ExternalCourseKey, **provenance: Any) -> None:
        api.delete_external_course_key(str(row.run.course_key), **provenance)

    @admin.display(description=_("Course key"), ordering="run__key_ci")
    def run_key(self, row: ExternalCourseKey) -> str:
        return str(row.run.course_key)
