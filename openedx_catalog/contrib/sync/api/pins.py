"""Fields that no sync may change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Unpack
from uuid import UUID

from django.utils.translation import gettext as _
from opaque_keys.edx.keys import CourseKey

from openedx_catalog import keys
from openedx_catalog.api import get_course_run
from openedx_catalog.data import SCHEDULE_FIELDS
from openedx_catalog.lib import texts
from openedx_catalog.lib.changes import Change, Provenance, delete_with_history, save_with_history
from openedx_catalog.lib.transactions import writes_to
from openedx_catalog.models_api import CourseRun

from ..exceptions import InvalidRow
from ..models import PinnedField, PinnedRecordField

__all__ = [
    "PINNABLE_OF_RECORDS",
    "get_pinned_fields",
    "get_pinned_record_fields",
    "pin_field",
    "pin_record_field",
    "pinned_fields",
    "unpin_field",
    "unpin_record_field",
]

PINNABLE = ("title", *SCHEDULE_FIELDS)
PINNABLE_OF_RECORDS: dict[str, tuple[str, ...]] = {
    "organization": ("name",),
    "course": ("title",),
    "program": (
        "title", "subtitle", "description", "type", "status", "hidden", "marketing_slug", "authoring_organizations",
        "credit_organizations", "excluded_runs", "apply_url",
    ),
    "curriculum": ("name", "is_active", "courses", "order", "programs", "excluded_runs"),
    "cost": ("amount", "currency"),
    "deadline": ("due_at", "zone"),
    "external_key": ("external_key",),
}  # fmt: skip
"""
By kind of record, what no sync need change. Courses of a curriculum: which they are; their order is a field of its own.
"""


def get_pinned_fields(course_key: CourseKey | str) -> dict[str, str]:
    """``{field: reason}`` of a run, in no order. Raises CourseRun.DoesNotExist, InvalidCourseKey. Two queries."""
    return dict(PinnedField.objects.filter(run=get_course_run(course_key)).values_list("field", "reason"))


@writes_to(PinnedField)
def pin_field(course_key: CourseKey | str, field: str, **provenance: Unpack[Provenance]) -> bool:
    """
    Keep a field of a run ("title", "start", …, "pacing") from every sync. Returns whether it was not pinned before.

    Does not check permissions; emits nothing. Raises InvalidRow (field), CourseRun.DoesNotExist, InvalidCourseKey.
    """
    change, run = Change(**provenance), _run(course_key, field)
    if PinnedField.objects.filter(run=run, field=field).exists():
        return False
    save_with_history(PinnedField(run=run, field=field, reason=change.reason[:255]), change)
    return True


@writes_to(PinnedField)
def unpin_field(course_key: CourseKey | str, field: str, **provenance: Unpack[Provenance]) -> bool:
    """Let syncs change a field again. Returns whether it was pinned. Raises as `pin_field`."""
    change, run = Change(**provenance), _run(course_key, field)
    pin = PinnedField.objects.filter(run=run, field=field).first()
    if pin is not None:
        delete_with_history(pin, change)
    return pin is not None


def get_pinned_record_fields(kind: str, record: UUID | str | int) -> dict[str, str]:
    """``{field: reason}`` of a record that is no run, in no order. Raises InvalidRow (kind). One query."""
    _check_record(kind, None)
    rows = PinnedRecordField.objects.filter(kind=kind, record=str(record))
    return dict(rows.values_list("field", "reason"))


@writes_to(PinnedRecordField)
def pin_record_field(kind: str, record: UUID | str | int, field: str, **provenance: Unpack[Provenance]) -> bool:
    """
    Keep a field of a record that is no run from every sync: of a kind of `PINNABLE_OF_RECORDS`, by our uuid of it.

    Of an organization `record` is its id, of an external key the uuid of the run. Returns whether it was not pinned before.
    Does not look whether there is such a record, whose app need not be installed; does not check permissions; emits nothing.
    Raises InvalidRow (kind, field).
    """
    change = Change(**provenance)
    _check_record(kind, field)
    own = {"kind": kind, "record": str(record), "field": field}
    if PinnedRecordField.objects.filter(**own).exists():
        return False
    save_with_history(PinnedRecordField(**own, reason=change.reason[:255]), change)
    return True


@writes_to(PinnedRecordField)
def unpin_record_field(kind: str, record: UUID | str | int, field: str, **provenance: Unpack[Provenance]) -> bool:
    """Let syncs change a field again. Returns whether it was pinned. Raises as `pin_record_field`."""
    change = Change(**provenance)
    _check_record(kind, field)
    pin = PinnedRecordField.objects.filter(kind=kind, record=str(record), field=field).first()
    if pin is not None:
        delete_with_history(pin, change)
    return pin is not None


def pass_on_pins(old: UUID | str, new: UUID | str, **provenance: Unpack[Provenance]) -> None:
    """Keep of the next version of a row from every sync what of the old one is kept. Takes uuids of ours."""
    for kind, field, reason in PinnedRecordField.objects.filter(record=str(old)).values_list("kind", "field", "reason"):
        pin_record_field(kind, new, field, **(provenance | {"reason": reason}))


def pinned_fields(course_keys: Sequence[str]) -> dict[str, set[str]]:
    """``{course key as stored: fields}`` of those that have any. One query."""
    found: dict[str, set[str]] = {}
    parsed = [keys.parse_course_key(key) for key in course_keys]
    rows = PinnedField.objects.filter(run__in=CourseRun.objects.by_key(*parsed)) if parsed else PinnedField.objects.none()
    for key, field in rows.values_list("run__course_key__text", "field"):
        found.setdefault(key, set()).add(field)
    return found


def _check_record(kind: Any, field: Any) -> None:
    if kind not in PINNABLE_OF_RECORDS:
        raise _not_one_of("kind", kind, PINNABLE_OF_RECORDS)
    if field is not None and field not in PINNABLE_OF_RECORDS[kind]:
        raise _not_one_of("field", field, PINNABLE_OF_RECORDS[kind])


def _not_one_of(name: str, value: Any, known: Iterable[str]) -> InvalidRow:
    reason = _("expected one of %(names)s") % {"names": ", ".join(known)}
    return InvalidRow(field=name, value=texts.shorten(value, 60), reason=reason)


def _run(course_key: CourseKey | str, field: Any) -> CourseRun:
    if field not in PINNABLE:
        raise _not_one_of("field", field, PINNABLE)
    return get_course_run(course_key)
