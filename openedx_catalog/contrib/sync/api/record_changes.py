"""What a job has changed of each record, read from the history: nothing of it is stored twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from django.apps import apps
from organizations.models import Organization

from openedx_catalog import keys
from openedx_catalog.data import SCHEDULE_FIELDS
from openedx_catalog.lib.routing import reads_from_writer, rows_of
from openedx_catalog.models_api import CatalogCourse, CourseRun, CourseSchedule

from ..data import PROGRAM_FIELDS, RecordChange
from ..models import RecordKind, RunSource, SourceRecord, SyncJob
from .others import PROGRAMS
from .reverting import made_by

__all__ = ["get_record_changes"]

# ``{id: {field: (what it was, what the job made of it)}}``
Changes = dict[int, dict[str, tuple[Any, Any]]]


@reads_from_writer()
def get_record_changes(job: SyncJob, external_ids: Collection[str]) -> dict[str, RecordChange]:
    """
    The runs, courses, organizations and programs that a job found under some ids, and what it has changed of them:
    ``{folded id: RecordChange}``. Of a program these are its own values, not what stands in it.

    A row that the job created has no changes; neither has one whose history somebody has cleaned. Ids of what is not here are
    absent. The source of the job should be joined. At most 20 queries, for whatever number of ids: ask for a page of them.
    """
    names = [keys.fold(name) for name in external_ids]
    return _of_runs(job, names) | _of_others(job, names)


def _of_runs(job: SyncJob, names: Sequence[str]) -> dict[str, RecordChange]:
    rows = RunSource.objects.filter(source=job.source, external_id_ci__in=names, run__isnull=False)
    runs = dict(rows.values_list("external_id_ci", "run_id"))
    titles = changes_of(CourseRun, "id", runs.values(), ("title",), job.provenance)
    dates = changes_of(CourseSchedule, "run_id", runs.values(), SCHEDULE_FIELDS, job.provenance)
    return {name: RecordChange(CourseRun, run, titles.get(run, {}) | dates.get(run, {})) for name, run in runs.items()}


def _of_others(job: SyncJob, names: Sequence[str]) -> dict[str, RecordChange]:
    """Of what is no run: its id begins with its kind, e.g. ``course:``."""
    found: dict[str, RecordChange] = {}
    for kind, (model, key, fields) in _others().items():
        mine = [name.removeprefix(f"{kind}:") for name in names if name.startswith(f"{kind}:")]
        if not mine:
            continue
        known = SourceRecord.objects.filter(source=job.source, kind=kind, external_id_ci__in=mine)
        records = dict(known.values_list("record", "external_id_ci"))
        rows = model.objects.filter(**{f"{key}__in": list(records)}).values_list(key, "pk")
        pks = {pk: f"{kind}:{records[str(record)]}" for record, pk in rows}
        changes = changes_of(model, "id", pks, fields, job.provenance)
        found |= {name: RecordChange(model, pk, changes.get(pk, {})) for pk, name in pks.items()}
    return found


def _others() -> dict[str, tuple[Any, str, Sequence[str]]]:
    """``{kind of record: (our model, the column that the record has, the fields that are shown)}``"""
    found: dict[str, tuple[Any, str, Sequence[str]]] = {
        RecordKind.ORGANIZATION: (Organization, "pk", ("name",)),
        RecordKind.COURSE: (CatalogCourse, "uuid", ("title",)),
    }
    if apps.is_installed(PROGRAMS):
        found[RecordKind.PROGRAM] = (apps.get_model("openedx_catalog_programs", "Program"), "uuid", (*PROGRAM_FIELDS, "status"))
    return found


def changes_of(model: Any, key: str, ids: Collection[int], fields: Sequence[str], job: str) -> Changes:
    """
    What the changes of a job (its `provenance`) have made of rows: from what was before the first to what the last one left.

    `key` is the column that `ids` are of. Three queries.
    """
    history = rows_of(model.history.model).filter(**{f"{key}__in": list(ids)})
    versions: dict[int, list[int]] = defaultdict(list)
    for row, version in history.order_by("history_id").values_list(key, "history_id"):
        versions[row].append(version)
    own: dict[int, list[int]] = defaultdict(list)
    for row, version in history.filter(made_by(job)).order_by("history_id").values_list(key, "history_id"):
        own[row].append(version)
    ends = {row: (_last_before(versions[row], made[0]), made[-1]) for row, made in own.items()}
    states = rows_of(model.history.model).in_bulk({version for pair in ends.values() for version in pair if version})
    return {row: _differences(states.get(before), states[after], fields) for row, (before, after) in ends.items() if before}


def _last_before(versions: Sequence[int], first: int) -> int | None:
    return max((version for version in versions if version < first), default=None)


def _differences(before: Any, after: Any, fields: Sequence[str]) -> dict[str, tuple[Any, Any]]:
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in fields}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
