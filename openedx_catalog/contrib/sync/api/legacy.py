"""Rows of old systems that have no course key: kept as they are, until somebody says which run each of them is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

from django.db import router
from opaque_keys.edx.keys import CourseKey

from openedx_catalog import api as catalog
from openedx_catalog import keys
from openedx_catalog.exceptions import CatalogError, InvalidRequest
from openedx_catalog.lib.changes import Provenance
from openedx_catalog.lib.transactions import atomically
from openedx_catalog.models_api import CourseRun

from ..data import RecordOutcome, SourceRow
from ..models import RunSource, Source
from ._records import record_of

__all__ = ["give_course_key", "keep_rows"]


def give_course_key(run_source: RunSource, course_key: CourseKey | str, **provenance: Unpack[Provenance]) -> CourseRun:
    """
    Say which run a legacy row is: it becomes one, with the row's fields, or gives them to the run that there is.

    What a source or a person has set stays, as with `associate_course_run`, which this calls. From then on syncs of the row's
    source write to that run. Does not check permissions.

    Raises InvalidRequest where the row has a run already, RunSource.DoesNotExist, and as `associate_course_run`.
    """

    def work() -> CourseRun:
        row = RunSource.objects.select_for_update().get(pk=run_source.pk)
        if row.run_id is not None:
            raise InvalidRequest(reason=f"{row.external_id!r} is a run already.")
        kept = dict(row.row or {})
        values = {name: value for name, value in kept.items() if name not in ("course_key", "catalog_course")}
        # Checked as any other row; what it says wrongly stays in the way until the source or the row is mended.
        record_of(SourceRow(row.external_id, str(course_key), values), null_clears=False, line=0)
        schedule = {name: value for name, value in values.items() if name not in ("title", "language")}
        found = catalog.associate_course_run(
            course_key,
            title=values.get("title"),
            language_short=values.get("language"),
            schedule=schedule or None,
            catalog_course=kept.get("catalog_course") or None,
            **(Provenance(reason=f"{row.external_id} of {row.source.name}") | provenance),
        ).run
        row.run, row.row = found, None
        row.save(update_fields=["run", "row"])
        return found

    return atomically(router.db_for_write(RunSource), work)


def keep_rows(source: Source, batch: Sequence[SourceRow], *, write: bool) -> tuple[list[SourceRow], list[RecordOutcome]]:
    """
    Keep the rows of a batch that have no usable course key, and say what became of them; returns the others, and these.

    A row that was given a run meanwhile is among the others, with that run's key. At most three queries.
    """
    legacy = {keys.fold(row.external_id): row for row in batch if row.external_id and row.problem is None and not _has_key(row)}
    if not legacy:
        return list(batch), []
    stored = {
        row.external_id_ci: row
        for row in RunSource.objects.filter(source=source, external_id_ci__in=list(legacy)).select_related("run")
    }
    outcomes, new, changed, known = [], [], [], {}
    for name, row in legacy.items():
        content = {"course_key": row.course_key, "catalog_course": row.catalog_course, **row.values}
        if why := _unkeepable(content):
            outcomes.append(RecordOutcome(row.external_id, "invalid", "invalid_row", why, row.place))
            continue
        there = stored.get(name)
        if there is not None and there.run is not None:
            known[name] = str(there.run.course_key)
            continue
        if there is None:
            new.append(RunSource(source=source, external_id=row.external_id, row=content))
        elif there.row != content:
            there.row = content
            changed.append(there)
        became = "created" if there is None else "updated" if there in changed else "unchanged"
        outcomes.append(RecordOutcome(row.external_id, became, "legacy_row", "It has no course key yet.", row.place))
    if write:
        RunSource.objects.bulk_create(new)
        RunSource.objects.bulk_update(changed, ["row"])
    rest = [
        SourceRow(row.external_id, known.get(keys.fold(row.external_id), row.course_key), row.values, row.observed_at,
                  row.catalog_course, row.place)
        for row in batch
        if keys.fold(row.external_id) not in legacy or keys.fold(row.external_id) in known
    ]  # fmt: skip
    return rest, outcomes


def _unkeepable(content: dict[str, Any]) -> str:
    """Why a row cannot be kept as JSON on every database, or ""."""
    for name, value in content.items():
        if isinstance(value, str) and (why := keys.unstorable(value)):
            return f"Its {name} {why}."
        if not isinstance(value, str | int | None):
            return f"Its {name} is neither a text nor a whole number."
    return ""


def _has_key(row: SourceRow) -> bool:
    try:
        return bool(keys.parse_course_key(row.course_key))
    except CatalogError:
        return False
