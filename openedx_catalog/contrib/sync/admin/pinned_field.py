"""Pinned fields in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.admin.forms import ApiForm, ApiModelAdmin

from .. import api
from ..models_api import PinnedField


class PinnedFieldForm(ApiForm):
    """A run, a field, and why."""

    class Meta:
        model = PinnedField
        fields = ("run", "field", "reason")

    def write(self) -> PinnedField:
        values = self.cleaned_data
        api.pin_field(values["run"].course_key, values["field"], reason=values["reason"], source="admin", user=self.user)
        return PinnedField.objects.get(run=values["run"], field=values["field"])


@admin.register(PinnedField)
class PinnedFieldAdmin(ApiModelAdmin):
    """Fields that no sync changes. To let one go, delete its pin."""

    form = PinnedFieldForm
    list_display = ("run_key", "field", "reason", "created")
    list_filter = ("field",)
    search_fields = ("run__key_ci",)
    search_help_text = _("Search by course key.")
    autocomplete_fields = ("run",)
    prefetched = ("run",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: PinnedField) -> None:
        api.unpin_field(str(obj.run.course_key), obj.field, source="admin", user=request.user)

    @admin.display(description=_("Course key"), ordering="run__key_ci")
    def run_key(self, row: PinnedField) -> str:
        return str(row.run.course_key)
