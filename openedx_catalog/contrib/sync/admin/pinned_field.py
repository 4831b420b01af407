"""Pinned fields in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.admin.forms import ApiModelAdmin
from openedx_catalog.models_api import CourseRun

from .. import api
from ..models_api import PinnedField


@admin.register(PinnedField)
class PinnedFieldAdmin(ApiModelAdmin):
    """Fields that no sync changes. To let syncs change one again, delete its pin."""

    fields = ("run", "field", "reason")
    list_display = ("run_key", "field", "reason", "created")
    list_filter = ("field",)
    search_fields = ("run__key_ci",)
    search_help_text = _("Search by course key.")
    autocomplete_fields = ("run",)
    prefetched = ("run",)

    def create_row(self, run: CourseRun, field: str, **provenance: Any) -> PinnedField:
        api.pin_field(str(run.course_key), field, **provenance)
        return PinnedField.objects.get(run=run, field=field)

    def delete_row(self, row: PinnedField, **provenance: Any) -> None:
        api.unpin_field(str(row.run.course_key), row.field, **provenance)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("Course key"), ordering="run__key_ci")
    def run_key(self, row: PinnedField) -> str:
        return str(row.run.course_key)
