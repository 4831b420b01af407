"""Which source sets a value of ours, for whoever is about to change it by hand; and keeping what was changed."""

from __future__ import annotations

from collections import defaultdict
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
    return _setting([row])[row.pk]


def set_elsewhere(rows: Sequence[Any], viewer: Any) -> dict[int, dict[str, SetElsewhere]]:
    """
    The same of rows of one model, for forms of the admin: ``{pk: {field: who}}``, in as many queries as for one. A viewer who
    may not view sources does not get to know their names.
    """
    found = _setting(rows)
    model = PinnedField if rows and isinstance(rows[0], CourseRun) else PinnedRecordField
    sources = {source for fields in found.values() for source in fields.values()}
    may_keep = bool(sources) and permissions.can_write(viewer, model, "add")
    known = {source.pk for source in permissions.known_rows(viewer, sources)} if permissions.can_view(viewer, Source) else set()

    def who(row: Any, field: str, source: Source) -> SetElsewhere:
        by = _("the source %(name)s") % {"name": source.name} if source.pk in known else _("another service")
        return SetElsewhere(by, may_keep, _page(row, field) if may_keep else "")

    return {row.pk: {field: who(row, field, source) for field, source in found[row.pk].items()} for row in rows}


def _setting(rows: Sequence[Any]) -> dict[int, dict[str, Source]]:
    """``{pk: {field: source}}`` of rows of one model, in two queries."""
    if not rows:
        return {}
    kind = None if isinstance(rows[0], CourseRun) else _kind_of(rows[0])
    pinned: dict[Any, set[str]] = defaultdict(set)
    said: dict[Any, list[tuple[Source, Mapping[str, Any]]]] = defaultdict(list)
    fields: Sequence[str]
    listed = {"missing_since": None, "source__enabled": True}
    if isinstance(rows[0], CourseRun):
        fields, names = PINNABLE, {row.pk: row.pk for row in rows}
        pins: Any = PinnedField.objects.filter(run__in=list(names)).values_list("run_id", "field")
        runs = RunSource.objects.filter(run__in=list(names), **listed).select_related("source").order_by("pk")
        for run in runs:
            said[run.run_id].append((run.source, run.fields))
    elif kind is not None:
        fields, names = PINNABLE_OF_RECORDS[kind], {row.pk: str(row.uuid) for row in rows}
        own = {"kind": kind, "record__in": list(names.values())}
        pins = PinnedRecordField.objects.filter(**own).values_list("record", "field")
        records = SourceRecord.objects.filter(**own, **listed).select_related("source").order_by("pk")
        for record in records:
            if ALSO[kind] in record.source.also:
                said[record.record].append((record.source, dict.fromkeys(record.fields, record.first_seen_at)))
    else:
        return {row.pk: {} for row in rows}
    for name, field in pins:
        pinned[name].add(field)
    return {pk: _strongest_of(set(fields) - pinned[name], said[name]) for pk, name in names.items()}


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
