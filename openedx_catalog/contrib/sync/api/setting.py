"""Which source sets a value of ours, for whoever is about to change it by hand; and keeping what was changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from openedx_catalog.data import SetElsewhere
from openedx_catalog.lib import permissions
from openedx_catalog.lib.changes import Change
from openedx_catalog.models_api import CatalogCourse, CourseRun

from ..models import PinnedField, PinnedRecordField, RecordKind, RunSource, Source, SourceRecord
from ._authority import strongest
from .others import PROGRAMS
from .pins import PINNABLE, PINNABLE_OF_RECORDS, pin_field, pin_record_field

__all__ = ["keep_values", "set_elsewhere", "sources_setting"]

# What a source must take beside runs, to write such records.
ALSO: dict[str, str] = {RecordKind.COURSE: "courses", RecordKind.PROGRAM: "programs"}


def sources_setting(row: Any) -> dict[str, Source]:
    """
    ``{field: the source whose next sync sets it}``, of a stored run, catalog course or program; {} of any other row.

    That is the one that wins of those that have the row, state the field, and are enabled. Fields that are pinned are left out.
    Two queries.
    """
    if isinstance(row, CourseRun):
        pinned = set(PinnedField.objects.filter(run=row.pk).values_list("field", flat=True))
        known = RunSource.objects.filter(run=row.pk, missing_since=None, source__enabled=True)
        said = [(each.source, each.fields) for each in known.select_related("source").order_by("pk")]
        return _strongest_of(set(PINNABLE) - pinned, said)
    if (kind := _kind_of(row)) is None:
        return {}
    own = {"kind": kind, "record": str(row.uuid)}
    pinned = set(PinnedRecordField.objects.filter(**own).values_list("field", flat=True))
    records = SourceRecord.objects.filter(**own, missing_since=None, source__enabled=True).select_related("source")
    said = [
        (each.source, dict.fromkeys(each.fields, each.first_seen_at))
        for each in records.order_by("pk")
        if ALSO[kind] in each.source.also
    ]
    return _strongest_of(set(PINNABLE_OF_RECORDS[kind]) - pinned, said)


def set_elsewhere(row: Any, viewer: Any) -> dict[str, SetElsewhere]:
    """The same for a form of the admin. A viewer who may not view sources does not get to know their names."""
    found = sources_setting(row)
    model = PinnedField if isinstance(row, CourseRun) else PinnedRecordField
    may_keep = bool(found) and permissions.can_write(viewer, model, "add")
    known = {source.pk for source in permissions.known_rows(viewer, set(found.values()))}
    sees = permissions.can_view(viewer, Source)
    return {
        field: SetElsewhere(
            _("the source %(name)s") % {"name": source.name} if sees and source.pk in known else _("another service"),
            may_keep,
            _page(row, field) if may_keep else "",
        )
        for field, source in found.items()
    }


def keep_values(row: Any, fields: Sequence[str], change: Change) -> None:
    """Pin these fields of a run, catalog course or program. Does not check permissions. Raises as `pin_field`."""
    provenance: Any = {"source": change.source, "reason": change.reason, "user": change.user}
    for field in fields:
        if isinstance(row, CourseRun):
            pin_field(str(row.course_key), field, **provenance)
        elif (kind := _kind_of(row)) is not None:
            pin_record_field(kind, row.uuid, field, **provenance)


def _kind_of(row: Any) -> str | None:
    if isinstance(row, CatalogCourse):
        return RecordKind.COURSE
    if apps.is_installed(PROGRAMS) and isinstance(row, apps.get_model("openedx_catalog_programs", "Program")):
        return RecordKind.PROGRAM
    return None


def _strongest_of(fields: Iterable[str], said: Sequence[tuple[Source, Mapping[str, Any]]]) -> dict[str, Source]:
    found = {}
    for field in sorted(fields):
        if stating := [(source, since[field]) for source, since in said if field in since]:
            found[field] = strongest(field, stating)
    return found


def _page(row: Any, field: str) -> str:
    """The form of a new pin, filled in."""
    name, values = "pinnedrecordfield", {"kind": str(_kind_of(row)), "record": str(row.uuid), "field": field}
    if isinstance(row, CourseRun):
        name, values = "pinnedfield", {"run": str(row.pk), "field": field}
    try:
        return f"{reverse(f'admin:openedx_catalog_sync_{name}_add')}?{urlencode(values)}"
    except NoReverseMatch:
        # A site without an admin.
        return ""
