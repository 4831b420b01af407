"""Pinned fields in the admin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from openedx_catalog.admin.course_run import SCHEDULE_LABELS
from openedx_catalog.lib.admin.forms import ApiModelAdmin
from openedx_catalog.lib.admin.texts import instant_column
from openedx_catalog.models_api import CourseRun

from .. import api
from ..models_api import PinnedField

CREATED = instant_column("created", _("Created"))
LABELS: dict[Any, Any] = {"title": _("Title"), **SCHEDULE_LABELS}


class PinnedNameFilter(admin.ChoicesFieldListFilter):
    """By the names that people read."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield {**choice, "display": LABELS.get(choice["display"], choice["display"])}


@admin.register(PinnedField)
class PinnedFieldAdmin(ApiModelAdmin):
    """Fields that no sync changes. To let syncs change one again, delete its pin."""

    fields = ("run", "field_name", "reason")
    add_fieldsets = ((None, {"fields": ("run", "field", "reason")}),)
    readonly_fields = ("field_name",)
    list_display = ("run_key", "field_name", "reason", CREATED)
    list_filter = (("field", PinnedNameFilter),)
    search_fields = ("run__key_ci",)
    search_help_text = _("Search by course key.")
    autocomplete_fields = ("run",)
    prefetched = ("run",)

    def create_row(self, run: CourseRun, field: str, **provenance: Any) -> PinnedField:
        api.pin_field(str(run.course_key), field, **provenance)
        return PinnedField.objects.get(run=run, field=field)

    def delete_row(self, row: PinnedField, **provenance: Any) -> None:
        api.unpin_field(str(row.run.course_key), row.field, **provenance)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_choice_field(db_field, request, **kwargs | {"choices": [("", "–"), *LABELS.items()]})

    @admin.display(description=_("Field"), ordering="field")
    def field_name(self, row: PinnedField) -> str:
        return str(LABELS[row.field])

    @admin.display(description=_("Course key"), ordering="run__key_ci")
    def run_key(self, row: PinnedField) -> str:
        return str(row.run.course_key)
