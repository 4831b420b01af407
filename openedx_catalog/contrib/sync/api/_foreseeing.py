"""What a dry run would change of each record: added to its outcomes, since afterwards there is nothing to read it from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from openedx_catalog import keys
from openedx_catalog.data import SCHEDULE_FIELDS, RowChange
from openedx_catalog.models_api import CourseRun

from ..data import RecordChange, RecordOutcome
from ..models import Source
from ._outcomes import Given
from .record_changes import NOTHING, as_json, changes_in_history

# How many are looked up at once.
PAGE = 500
CHANGED = ("created", "updated")


def foreseen_of_runs(
    outcomes: Sequence[RecordOutcome], by_line: Mapping[int, Given], changes: Sequence[RowChange]
) -> list[RecordOutcome]:
    """The outcomes of runs, with what the core said of each value. A query for each 500 that change."""
    given = {keys.fold(each.row.external_id): (line, each) for line, each in by_line.items()}
    said: dict[int, list[RowChange]] = defaultdict(list)
    for change in changes:
        said[change.line].append(change)
    found = list(outcomes)
    changed = [place for place, outcome in enumerate(found) if outcome.outcome in CHANGED and _name(outcome) in given]
    for start in range(0, len(changed), PAGE):
        page = changed[start : start + PAGE]
        names = {place: keys.fold(given[_name(found[place])][1].row.course_key) for place in page}
        stored = dict(CourseRun.objects.filter(key_ci__in=list(names.values())).values_list("key_ci", "pk"))
        for place in page:
            line, each = given[_name(found[place])]
            is_new = found[place].outcome == "created"
            would = _given(each) if is_new else _of_run(stored.get(names[place]), said[line])
            found[place] = attrs.evolve(found[place], changes=as_json(would, is_new=is_new))
    return found


def foreseen_of_others(source: Source, outcomes: Sequence[RecordOutcome], made: str) -> list[RecordOutcome]:
    """The same of what is no run, which was written, as far as this transaction goes."""
    found = []
    for start in range(0, len(outcomes), PAGE):
        page = outcomes[start : start + PAGE]
        changes = changes_in_history(source, [_name(outcome) for outcome in page], made)
        for outcome in page:
            would = changes.get(_name(outcome))
            if would is not None and (would.fields or would.parts):
                outcome = attrs.evolve(outcome, changes=as_json(would, is_new=outcome.outcome == "created"))
            found.append(outcome)
    return found


def _name(outcome: RecordOutcome) -> str:
    return keys.fold(outcome.external_id)


def _given(each: Given) -> RecordChange:
    """What a run is created with."""
    schedule = getattr(each.record, "schedule", None)
    values: dict[str, Any] = {"title": getattr(each.record, "title", None)}
    values |= {name: getattr(schedule, name, None) for name in SCHEDULE_FIELDS}
    return RecordChange(CourseRun, None, {name: (None, value) for name, value in values.items() if _says(value)})


def _says(value: Any) -> bool:
    """Whether it is a value: neither empty nor left out."""
    return bool(value) and value not in NOTHING


def _of_run(pk: int | None, changes: Sequence[RowChange]) -> RecordChange:
    courses = [(change.before or "–", change.after) for change in changes if change.field == "catalog_course"]
    fields = {change.field: (change.before, change.after) for change in changes if change.field != "catalog_course"}
    label = str(CourseRun._meta.get_field("catalog_course").verbose_name)
    return RecordChange(CourseRun, pk, fields, [(label, *pair) for pair in courses])
