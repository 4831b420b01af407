"""Proving that the rule of external course keys holds, and repairing what can be repaired."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from openedx_catalog import keys
from openedx_catalog.api import Finding
from openedx_catalog.lib.transactions import writes_to
from openedx_catalog.models_api import CatalogCourse, CourseRun

from ..data import ExternalKeyUse
from ..exceptions import describe
from ..models import ExternalCourseKey, ExternalKeySlot, Program
from . import _key_uses, _scopes


def audit_external_keys() -> list[Finding]:
    """
    Everything about external keys that does not hold: conflicts, keys without their slot, slots that nothing needs any more.

    The last are warnings: a membership or curriculum was outlived by its date, and the next writer releases the slot.
    Memory grows with the external keys.
    """
    by_place = _key_uses.by_place(_key_uses.uses_of(None, None))
    conflicts = {place: found for place, same in by_place.items() if (found := _key_uses.contested(same))}
    sound = (use for place, same in by_place.items() if place not in conflicts for use in same)
    wanted = {(_key_uses.slot_of(use), use.run_id): use for use in sound}
    stored = {((slot.scope, slot.key_ci, slot.until), slot.run_id) for slot in ExternalKeySlot.objects.iterator()}
    outlived = sorted(entry for entry in stored - set(wanted) if entry[0][:2] not in conflicts)
    return [
        *(_conflict(sorted(found, key=lambda use: use.course_key)) for _place, found in sorted(conflicts.items())),
        *_unfolded(),
        *(_unclaimed(wanted[entry]) for entry in sorted(set(wanted) - stored)),
        *_outlived(outlived),
    ]


@writes_to(ExternalKeySlot)
def repair_slots() -> None:
    """Make the slots of the whole database what the tables say, as far as keys name one run. Three queries or more."""
    _scopes.lock_courses(CatalogCourse.objects.filter(runs__external_course_key__isnull=False).values_list("pk", flat=True))
    _scopes.lock_programs(lambda: Program.objects.values_list("pk", flat=True))
    for row in ExternalCourseKey.objects.iterator():
        if keys.fold(row.key) != (row.key_ci or ""):
            # Only of the key that was read: what writes past the API takes no lock, and may have changed it.
            ExternalCourseKey.objects.filter(pk=row.pk, key=row.key).update(key_ci=keys.fold(row.key))
    _key_uses.store_slots(_key_uses.uses_of(None, None), None)


def _conflict(uses: list[ExternalKeyUse]) -> Finding:
    return Finding(
        code="external_key_conflict",
        severity="error",
        subject=_subject(uses[0]),
        message=_("It names several runs: %(runs)s. Give them different keys, or exclude all but one.")
        % {"runs": describe(uses)},
    )


def _unfolded() -> Iterator[Finding]:
    rows = ExternalCourseKey.objects.values_list("key", "key_ci", "run__course_key__text")
    for key, key_ci, text in rows.iterator():
        if keys.fold(key) != (key_ci or ""):
            message = _("%(key)r is not found by its name because it was written past the API") % {"key": key}
            yield _fixable("external_key_unfolded", "error", text, message)


def _unclaimed(use: ExternalKeyUse) -> Finding:
    message = _("%(run)s has this key, but no slot for it, because it was written past the API") % {"run": use.course_key}
    return _fixable("external_key_unclaimed", "error", _subject(use), message)


def _outlived(entries: list[tuple[_key_uses.Slot, int]]) -> Iterator[Finding]:
    runs = dict(CourseRun.objects.filter(pk__in={run for _slot, run in entries}).values_list("pk", "course_key__text"))
    for slot, run in entries:
        message = _("%(run)s holds this slot, but no longer counts there") % {"run": runs.get(run)}
        yield _fixable("external_key_outlived", "warning", " ".join(slot[:2]), message)


def _fixable(code: str, severity: str, subject: str, message: str) -> Finding:
    remedy = "manage.py audit_external_keys --fix"
    return Finding(code=code, severity=severity, subject=subject, message=message, remedy=remedy, fixable=True)


def _subject(use: ExternalKeyUse) -> str:
    if use.scope == "course":
        return f"{use.catalog_course}: {use.key}"
    return _("program %(program)r: %(key)s") % {"program": use.program or use.scope_id, "key": use.key}
