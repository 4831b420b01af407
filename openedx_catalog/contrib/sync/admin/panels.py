"""What syncs know of a catalog course or of a run, on its page in the admin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.links import page_of
from openedx_catalog.lib.admin.panels import Panel, PanelRow
from openedx_catalog.lib.admin.texts import utc
from openedx_catalog.models_api import CatalogCourse, CourseRun

from ..models_api import PinnedField, PinnedRecordField, RecordKind, RunSource, SourceRecord
from .pinned_field import LABELS

SHOWN = 50


def panels(row: Any, viewer: Any) -> Iterator[Panel]:
    """Which sources list it, which of its fields no sync changes, and runs on other platforms. Three queries at most."""
    is_run = isinstance(row, CourseRun)
    if not is_run and not isinstance(row, CatalogCourse):
        return
    listed: Any = RunSource if is_run else SourceRecord
    if permissions.can_view(viewer, listed):
        of_row = {"run": row} if is_run else {"kind": RecordKind.COURSE, "record": str(row.uuid)}
        found = listed.objects.filter(**of_row).select_related("source").order_by("pk")[:SHOWN]
        yield Panel(_("Sources"), [_source(record, viewer) for record in found])
    pinned: Any = PinnedField if is_run else PinnedRecordField
    if permissions.can_view(viewer, pinned):
        of_row = {"run": row} if is_run else {"kind": RecordKind.COURSE, "record": str(row.uuid)}
        pins = pinned.objects.filter(**of_row).order_by("field")
        yield Panel(
            _("Pinned: no sync changes these"),
            [PanelRow(str(LABELS.get(pin.field, pin.field)), pin.reason, page_of(viewer, pin)) for pin in pins],
        )
    if not is_run and permissions.can_view(viewer, RunSource):
        elsewhere = RunSource.objects.filter(run=None, catalog_course=row).select_related("source").order_by("pk")[:SHOWN]
        rows = [PanelRow(record.external_id, record.source.name, page_of(viewer, record)) for record in elsewhere]
        yield Panel(_("Runs on other platforms"), rows)


def _source(record: Any, viewer: Any) -> PanelRow:
    note = _("as %(id)s, first listed %(first)s") % {"id": record.external_id, "first": utc(record.first_seen_at)}
    if record.missing_since:
        note = _("as %(id)s, missing since %(since)s") % {"id": record.external_id, "since": utc(record.missing_since)}
    return PanelRow(record.source.name, note, page_of(viewer, record))
