"""What sources have beside runs, and pinned fields of that, in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.admin.forms import ApiForm, ApiModelAdmin
from openedx_catalog.lib.admin.texts import instant_column

from .. import api
from ..models_api import PinnedRecordField, SourceRecord
from .base import ReadOnlyAdmin
from .filters import StateFilter

CREATED = instant_column("created", _("Created"))
MISSING = instant_column("missing_since", _("Missing since"))


@admin.register(SourceRecord)
class SourceRecordAdmin(ReadOnlyAdmin):
    """To read: which source has which record, and by which id of ours a pin finds it."""

    fields = ("external_id", "kind", "source", "record", "program", "made", "fields", "first_seen_at", MISSING)
    list_display = ("external_id", "kind", "source", "record", MISSING)
    list_filter = (StateFilter, "kind", "source")
    search_fields = ("external_id_ci", "record")
    search_help_text = _("Search by the id at the source, or by ours.")
    prefetched = ("source",)


class PinForm(ApiForm):
    """Which fields there are depends on the kind, and the API says so."""

    field = forms.ChoiceField(
        label=_("Field"),
        choices=lambda: [
            (name, name) for name in sorted({name for names in api.PINNABLE_OF_RECORDS.values() for name in names})
        ],
    )

    class Meta:
        model = PinnedRecordField
        fields = ("kind", "record", "field", "reason")


@admin.register(PinnedRecordField)
class PinnedRecordFieldAdmin(ApiModelAdmin):
    """Fields that no sync changes. To let syncs change one again, delete its pin."""

    form = PinForm
    fields = ("kind", "record", "field", "reason")
    list_display = ("record", "kind", "field", "reason", CREATED)
    list_filter = ("kind", "field")
    search_fields = ("record",)
    search_help_text = _("Search by the UUID of the record.")

    def create_row(self, kind: str, record: str, field: str, **provenance: Any) -> PinnedRecordField:
        api.pin_record_field(kind, record, field, **provenance)
        return PinnedRecordField.objects.get(kind=kind, record=record, field=field)

    def delete_row(self, row: PinnedRecordField, **provenance: Any) -> None:
        api.unpin_record_field(row.kind, row.record, row.field, **provenance)
