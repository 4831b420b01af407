"""Rows of old systems that have no course key: kept as they are, until somebody says which run each of them is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import attrs
from django.utils.translation import gettext as _
from opaque_keys.edx.keys import CourseKey

from openedx_catalog import api as catalog
from openedx_catalog import keys
from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.lib import texts
from openedx_catalog.lib.changes import Provenance
from openedx_catalog.lib.transactions import writes_to
from openedx_catalog.models_api import CourseRun

from ..data import RecordOutcome, SourceRow, outcome_of
from ..models import RunSource, Source
from ._records import courses_by_key, parsed, record_of

__all__ = ["give_course_key", "keep_rows"]


@writes_to(RunSource)
def give_course_key(run_source: RunSource, course_key: CourseKey | str, **provenance: Unpack[Provenance]) -> CourseRun:
    """
    Say which run a legacy row is: it becomes one, with the row's fields, or gives them to the run that there is.

    What a source or a person has set stays, as with `associate_course_run`, which this calls. From then on syncs of the row's
    source write to that run. Does not check permissions.

    Raises InvalidRequest where the row has a run already, DeletedOnPurpose where the run was deleted for good,
    RunSource.DoesNotExist, and as `associate_course_run`.
    """
    # Locked, so that two people who give it a key at once do not make two runs of it.
    row = RunSource.objects.select_for_update().get(pk=run_source.pk)
    if row.run_id is not None:
        raise InvalidRequest(reason=_("%(name)r is a run already.") % {"name": row.external_id})
    fields = dict(row.row or {})
    course = fields.pop("catalog_course", None)
    fields.pop("course_key", None)
    # Checked as any other row; a wrong value stays in the way until the source or the row is corrected.
    record, _stated, left_out = record_of(SourceRow(row.external_id, str(course_key), fields), null_clears=False)
    for error in left_out:
        raise error
    # What is UNSET is none.
    read: Any = record
    result = catalog.associate_course_run(
        course_key,
        title=read.title or None,
        language_short=read.language_short or None,
        schedule=read.schedule or None,
        catalog_course=course or None,
        **(Provenance(reason=f"{row.external_id} of {row.source.name}") | provenance),
    )
    if result.run is None:
        # Deleted for good: the row keeps what it has.
        raise result.error or InvalidRequest(reason=_("The request cannot be applied."))
    row.run = result.run
    row.row = None
    row.save(update_fields=["run", "row"])
    return result.run


def keep_rows(source: Source, batch: Sequence[SourceRow], *, write: bool) -> tuple[list[SourceRow], list[RecordOutcome]]:
    """
    Keep the rows of a batch that have no usable course key, and say what became of them; returns the others, and these.

    A row that was given a run meanwhile is among the others, with that run's key. At most four queries, and one or two
    for each catalog course of a new row that is not found at once.
    """
    named = (row for row in batch if row.external_id and row.problem is None)
    legacy = {keys.fold(row.external_id): row for row in named if _is_elsewhere(row)}
    if not legacy:
        return list(batch), []
    rows = RunSource.objects.filter(source=source, external_id_ci__in=list(legacy)).select_related("run")
    stored = {row.external_id_ci: row for row in rows}
    courses = courses_by_key(row.catalog_course for name, row in legacy.items() if name not in stored)
    outcomes: list[RecordOutcome] = []
    written: dict[str, list[RunSource]] = {"created": [], "updated": [], "unchanged": []}
    for name, row in legacy.items():
        kept, content = stored.get(name), {"course_key": row.course_key, "catalog_course": row.catalog_course, **row.values}
        if why := _unkeepable(content):
            outcomes.append(outcome_of(row, "invalid", "invalid_row", why))
        elif kept is None or kept.run is None:
            outcome = "created" if kept is None else "unchanged" if kept.row == content else "updated"
            outcomes.append(outcome_of(row, outcome, "legacy_row", _("It has no course key yet.")))
            kept = kept or RunSource(
                source=source, external_id=row.external_id, catalog_course=courses.get(keys.fold(row.catalog_course))
            )
            kept.row = content
            written[outcome].append(kept)
    if write:
        RunSource.objects.bulk_create(written["created"])
        RunSource.objects.bulk_update(written["updated"], ["row"])
    handled = {keys.fold(outcome.external_id) for outcome in outcomes}
    return [_with_key(row, stored) for row in batch if keys.fold(row.external_id) not in handled], outcomes


def _is_elsewhere(row: SourceRow) -> bool:
    """Whether its id is that of no run of this platform: what only looks like a course key, and is none, is an error."""
    looks_like_key = row.course_key == row.external_id and (":" in row.course_key or "/" in row.course_key)
    return not looks_like_key and parsed(keys.parse_course_key, row.course_key) is None


def _with_key(row: SourceRow, stored: dict[str, RunSource]) -> SourceRow:
    """With the key that the row has been given here, where it has none of its own."""
    kept = stored.get(keys.fold(row.external_id))
    return row if kept is None or kept.run is None else attrs.evolve(row, course_key=str(kept.run.course_key))


def _unkeepable(content: dict[str, Any]) -> str:
    """Why a row cannot be kept as JSON on every database, or ""."""
    for name, value in content.items():
        why = texts.unstorable(value) if isinstance(value, str) else ""
        if not isinstance(value, str | int | None):
            why = _("expected a text or a whole number")
        if why:
            return _("Its %(field)s cannot be kept: %(reason)s.") % {"field": name, "reason": why}
    return ""
