"""Fields that no sync may change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

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
from ..models import PinnedField

__all__ = ["get_pinned_fields", "pin_field", "pinned_fields", "unpin_field"]

PINNABLE = ("title", *SCHEDULE_FIELDS)


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


def pinned_fields(course_keys: Sequence[str]) -> dict[str, set[str]]:
    """``{course key as stored: fields}`` of those that have any. One query."""
    found: dict[str, set[str]] = {}
    parsed = [keys.parse_course_key(key) for key in course_keys]
    rows = PinnedField.objects.filter(run__in=CourseRun.objects.by_key(*parsed)) if parsed else PinnedField.objects.none()
    for key, field in rows.values_list("run__course_key__text", "field"):
        found.setdefault(key, set()).add(field)
    return found


def _run(course_key: CourseKey | str, field: Any) -> CourseRun:
    if field not in PINNABLE:
        reason = _("expected one of %(names)s") % {"names": ", ".join(PINNABLE)}
        raise InvalidRow(field="field", value=texts.shorten(field, 60), reason=reason)
    return get_course_run(course_key)
