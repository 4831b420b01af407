"""
What a job has changed of each record, read from the history: nothing of it is stored twice. Of a preview, which leaves no
history, its outcomes have it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.apps import apps
from organizations.models import Organization

from openedx_catalog import keys
from openedx_catalog.data import SCHEDULE_FIELDS
from openedx_catalog.lib.admin.history import names_of
from openedx_catalog.lib.routing import reads_from_writer, rows_of
from openedx_catalog.lib.values import iso_instant
from openedx_catalog.models_api import CatalogCourse, CourseRun, CourseSchedule

from ..data import PROGRAM_FIELDS, RecordChange
from ..loaders import describing
from ..models import RecordKind, RunSource, Source, SourceRecord, SyncJob, SyncOutcome
from .others import PROGRAMS
from .reverting import made_by

__all__ = ["get_record_changes"]

# ``{id: {field: (what it was, what the job made of it)}}``
Changes = dict[int, dict[str, tuple[Any, Any]]]
# Of what learners read of a course, what is shown.
LISTED_FIELDS = (
    "short_description", "full_description", "video_url", "min_effort", "max_effort", "weeks", "readable_id", "slug", "live",
)  # fmt: skip
# What a row that was not there did not have.
NOTHING = (None, "", False)


@reads_from_writer()
def get_record_changes(job: SyncJob, external_ids: Collection[str]) -> dict[str, RecordChange]:
    """
    The rows that a job found under some ids, and what it has changed of them, or, as a preview, would change: ``{folded id:
    RecordChange}``. Of a program that is also what stands in it.

    A row whose history somebody has cleaned has no changes. Ids of what is not here are absent. The source of the job should be
    joined. At most 60 queries, for whatever number of ids: ask for a page of them.
    """
    names = [keys.fold(name) for name in external_ids]
    if job.dry_run:
        return _foreseen(job, external_ids)
    return changes_in_history(job.source, names, job.provenance)


def changes_in_history(source: Source, names: Collection[str], made: str) -> dict[str, RecordChange]:
    """The same of the changes of this provenance, by the folded ids that a source has for the rows."""
    return _of_runs(source, names, made) | _of_others(source, names, made) | _of_external_keys(names, made)


def as_json(change: RecordChange, *, is_new: bool = False) -> dict[str, Any]:
    """A change as an outcome keeps it. A row that is new, and will not be there, has no id."""
    fields = {name: [_plain(value) for value in pair] for name, pair in change.fields.items()}
    pk = None if is_new else change.pk
    return {"model": change.model._meta.label_lower, "pk": pk, "fields": fields, "parts": [list(part) for part in change.parts]}


def from_json(stored: Mapping[str, Any]) -> RecordChange | None:
    """The same again; None where the app of its model is not installed any more."""
    try:
        model = apps.get_model(stored["model"])
    except LookupError:
        return None
    fields = {name: tuple(_field_of(model, name).to_python(value) for value in pair) for name, pair in stored["fields"].items()}
    return RecordChange(model, stored["pk"], fields, [tuple(part) for part in stored["parts"]])


def _plain(value: Any) -> Any:
    return iso_instant(value) if isinstance(value, datetime) else value


def _field_of(model: Any, name: str) -> Any:
    return (CourseSchedule if name in SCHEDULE_FIELDS else model)._meta.get_field(name)


def _foreseen(job: SyncJob, external_ids: Collection[str]) -> dict[str, RecordChange]:
    rows: Any = SyncOutcome.objects.filter(job=job, external_id__in=list(external_ids), changes__isnull=False)
    found = {keys.fold(name): from_json(changes) for name, changes in rows.values_list("external_id", "changes")}
    return {name: change for name, change in found.items() if change is not None}


def _of_runs(source: Source, names: Collection[str], made: str) -> dict[str, RecordChange]:
    known = RunSource.objects.filter(source=source, external_id_ci__in=names)
    rows = list(known.values_list("external_id_ci", "pk", "run_id"))
    runs = {run for _name, _pk, run in rows if run is not None}
    own = changes_of(CourseRun, "id", runs, ("title", "catalog_course_id"), made)
    dates = changes_of(CourseSchedule, "run_id", runs, SCHEDULE_FIELDS, made)
    courses = {run: change.pop("catalog_course_id") for run, change in own.items() if "catalog_course_id" in change}
    called = names_of(CatalogCourse, {pk for pair in courses.values() for pk in pair})
    found = {}
    for name, pk, run in rows:
        if run is None:
            found[name] = RecordChange(RunSource, pk, {})
            continue
        parts = [named_pair(CourseRun, "catalog_course", courses[run], called)] if run in courses else []
        found[name] = RecordChange(CourseRun, run, own.get(run, {}) | dates.get(run, {}), parts)
    return found


def named_pair(model: Any, field: str, pair: tuple[Any, Any], called: Mapping[int, str]) -> tuple[str, str, str]:
    """What was pointed at before and after, by name."""
    label = str(model._meta.get_field(field).verbose_name)
    before, after = (called.get(pk, "–") for pk in pair)
    return label, before, after


def _of_others(source: Source, names: Collection[str], made: str) -> dict[str, RecordChange]:
    """Of what is no run: its id begins with its kind, e.g. ``course:``."""
    found: dict[str, RecordChange] = {}
    for kind, (model, key, fields) in _others().items():
        mine = [name.removeprefix(f"{kind}:") for name in names if name.startswith(f"{kind}:")]
        if not mine:
            continue
        known = SourceRecord.objects.filter(source=source, kind=kind, external_id_ci__in=mine)
        records = dict(known.values_list("record", "external_id_ci"))
        rows = model.objects.filter(**{f"{key}__in": list(records)}).values_list(key, "pk")
        pks = {pk: f"{kind}:{records[str(record)]}" for record, pk in rows}
        changes = changes_of(model, "id", pks, fields, made)
        parts = _parts(kind, pks, changes, made)
        found |= {name: RecordChange(model, pk, changes.get(pk, {}), parts.get(pk, [])) for pk, name in pks.items()}
    return found


def _parts(kind: str, pks: Collection[int], changes: Changes, made: str) -> dict[int, list[tuple[str, str, str]]]:
    if kind != RecordKind.PROGRAM:
        return {}
    # Imported here, since the app need not be installed.
    from ._program_changes import parts_of

    return parts_of(pks, changes, made)


def _of_external_keys(names: Collection[str], made: str) -> dict[str, RecordChange]:
    """What partners call runs, with the run."""
    start = f"{RecordKind.EXTERNAL_KEY}:"
    mine = [key for name in names if name.startswith(start) and (key := name.removeprefix(start))]
    if not mine or not apps.is_installed(PROGRAMS):
        return {}
    model = apps.get_model("openedx_catalog_programs", "ExternalCourseKey")
    label, found = str(model._meta.verbose_name), {}
    runs = dict(CourseRun.objects.filter(key_ci__in=mine).values_list("key_ci", "pk"))
    ends = ends_of(model, "run_id", made, run_id__in=list(runs.values()))
    for name, pk in runs.items():
        before, after = ends.get(pk, (None, None))
        was, now = (row.key if row is not None and row.history_type != "-" else "–" for row in (before, after))
        parts = [(label, was, now)] if was != now else []
        found[f"{start}{name}"] = RecordChange(CourseRun, pk, {}, parts)
    return found


def _others() -> dict[str, tuple[Any, str, Sequence[str]]]:
    """``{kind of record: (our model, the column that the record has, the fields that are shown)}``"""
    found: dict[str, tuple[Any, str, Sequence[str]]] = {
        RecordKind.ORGANIZATION: (Organization, "pk", ("name",)),
        RecordKind.COURSE: (CatalogCourse, "uuid", ("title",)),
    }
    if apps.is_installed(PROGRAMS):
        fields = (*PROGRAM_FIELDS, "status", "type_id")
        found[RecordKind.PROGRAM] = (apps.get_model("openedx_catalog_programs", "Program"), "uuid", fields)
    if describing.is_kept():
        model = apps.get_model("openedx_catalog_listings", "CourseListing")
        found[RecordKind.LISTING] = (model, "catalog_course__uuid", LISTED_FIELDS)
    return found


def changes_of(model: Any, key: str, ids: Collection[int], fields: Sequence[str], made: str) -> Changes:
    """
    What the changes of a provenance have made of rows: from what was before the first to what the last one left. Of a row that
    they created, what it was given.

    `key` is the column that `ids` are of. Three queries at most.
    """
    ends = ends_of(model, key, made, **{f"{key}__in": list(ids)}) if ids else {}
    return {row: _differences(*pair, fields) for row, pair in ends.items()}


def ends_of(model: Any, key: str, made: str, **which: Any) -> dict[int, tuple[Any, Any]]:
    """
    ``{id: (the row of the history before those changes, or None of a row that they created; the last one of theirs)}``, of the
    rows of a history that these filters name.
    """
    history = rows_of(model.history.model).filter(**which)
    own: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for row, *version in history.filter(made_by(made)).order_by("history_id").values_list(key, "history_id", "history_type"):
        own[row].append(tuple(version))
    if not own:
        return {}
    last: dict[int, int] = {}
    earlier = rows_of(model.history.model).filter(**{f"{key}__in": list(own)})
    for row, version in earlier.order_by("history_id").values_list(key, "history_id"):
        if version < own[row][0][0]:
            last[row] = version
    # Where somebody has cleaned the history, nobody knows what was before.
    known = {row: versions for row, versions in own.items() if row in last or versions[0][1] == "+"}
    wanted = {versions[-1][0] for versions in known.values()} | set(last.values())
    states = rows_of(model.history.model).in_bulk(wanted)
    return {row: (states.get(last.get(row, 0)), states[versions[-1][0]]) for row, versions in known.items()}


def _differences(before: Any, after: Any, fields: Sequence[str]) -> dict[str, tuple[Any, Any]]:
    pairs = {name: (getattr(before, name, None), getattr(after, name)) for name in fields}
    return {name: (was, now) for name, (was, now) in pairs.items() if was != now and (before is not None or now not in NOTHING)}
