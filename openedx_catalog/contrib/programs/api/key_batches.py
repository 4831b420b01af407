"""
Many external keys at once: all are set before any is held against the rule, so that runs may swap theirs.

What is wrong with one record is its outcome, and the others are taken, as with a catalog file: those that would conflict are
left out until what remains holds together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple, Unpack

from django.utils.translation import gettext as _

from openedx_catalog import keys
from openedx_catalog.api import get_course_runs
from openedx_catalog.api.for_contrib import record_shown_changes
from openedx_catalog.exceptions import CatalogError, InvalidRequest
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import (
    Change,
    Provenance,
    delete_many_with_history,
    save_many_with_history,
    update_many_with_history,
)
from openedx_catalog.lib.transactions import writes_or_previews
from openedx_catalog.lib.unset import UNSET

from ..data import ExternalKeyOutcome, ExternalKeyRecord, ExternalKeyReport, ExternalKeyUse
from ..exceptions import ExternalKeyConflict, describe
from ..models import ExternalCourseKey
from . import _key_uses, _scopes, external_keys


class _Wanted(NamedTuple):
    """A record that can be read: the key of its run, the external key ("" for none) and whose that is."""

    course_key: str
    key: str
    source: str


class _Verdict(NamedTuple):
    """What becomes of a record."""

    outcome: str
    code: str = ""
    reason: str = ""

    @classmethod
    def of(cls, outcome: str, error: CatalogError) -> _Verdict:
        return cls(outcome, error.code, str(error))


def set_external_course_keys(
    external_keys_by_run: Mapping[str, str | None] | Iterable[ExternalKeyRecord],
    *,
    key_source: str = "",
    dry_run: bool = False,
    on_progress: Callable[[int], None] | None = None,
    **provenance: Unpack[Provenance],
) -> ExternalKeyReport:
    """
    Give many runs their partners' keys: ``{"course-v1:GTx+A+1": "MATH205-Fall20", "course-v1:GTx+A+2": None}``, or records.

    They are set together in one transaction, and only then held against the rule: two runs may swap their keys, or more pass
    them on. A record that is wrong, names a run that another one names otherwise, or would conflict, is an outcome, and the
    run keeps what it had; of those that want one key in one place none gets it. `dry_run` reports the same and writes nothing.
    About 25 queries, whatever there is; for each thousand that change ten more, and one for each thousand of their places.
    Memory grows with them. Emits ``course_run.updated`` of each that changed. Does not check permissions.

    Raises InvalidRequest for what is no record, InvalidValue for `key_source`.
    """
    given, owner, change = _records(external_keys_by_run), values.text("source", key_source), Change(**provenance)
    places, verdicts = _readable(given, owner)
    wanted = {run: next(iter(said)) for run, said in places.items() if len(said) == 1}
    verdicts |= {place: _named_twice(said, given) for run, said in places.items() if run not in wanted for place in _all(said)}
    stored = _store(wanted, change, dry_run=dry_run)
    verdicts |= {place: verdict for run, verdict in stored.items() for place in _all(places[run])}
    if on_progress:
        on_progress(len(given))
    found = ((record.line, str(record.course_key), *verdicts[place]) for place, record in enumerate(given))
    return ExternalKeyReport([ExternalKeyOutcome(*row) for row in found])


def _records(given: Any) -> list[ExternalKeyRecord]:
    rows = [ExternalKeyRecord(*pair) for pair in given.items()] if isinstance(given, Mapping) else list(given)
    if wrong := [row for row in rows if not isinstance(row, ExternalKeyRecord)]:
        reason = _("Expected ExternalKeyRecords, or a dict of external keys by course key, got %(type)s.")
        raise InvalidRequest(reason=reason % {"type": type(wrong[0]).__name__})
    return [row if row.line else row._replace(line=place) for place, row in enumerate(rows, 1)]


def _readable(given: list[ExternalKeyRecord], owner: str) -> tuple[dict[str, dict[_Wanted, list[int]]], dict[int, _Verdict]]:
    """What is wanted of each run, by its folded key, and where that is said; and what cannot be read, by its place."""
    wanted: dict[str, dict[_Wanted, list[int]]] = defaultdict(lambda: defaultdict(list))
    wrong: dict[int, _Verdict] = {}
    for place, record in enumerate(given):
        try:
            if record.external_course_key is UNSET:
                raise values.invalid("external_course_key", "", _("nothing is said of it"))
            run = keys.parse_course_key(record.course_key)
            key = values.text_to_fold("external_course_key", record.external_course_key)
            source = values.text("source", record.key_source) or owner
        except CatalogError as error:
            wrong[place] = _Verdict.of("invalid", error)
        else:
            wanted[run.key_ci][_Wanted(run.text, key, source)].append(place)
    return wanted, wrong


def _all(said: Mapping[_Wanted, list[int]]) -> list[int]:
    return [place for places in said.values() for place in places]


def _named_twice(said: Mapping[_Wanted, list[int]], given: list[ExternalKeyRecord]) -> _Verdict:
    lines = ", ".join(str(given[place].line) for place in sorted(_all(said)))
    reason = _("Its external key is said differently in the lines %(lines)s.")
    return _Verdict("conflict", "named_twice", reason % {"lines": lines})


@writes_or_previews(ExternalCourseKey)
def _store(wanted: Mapping[str, _Wanted], change: Change, *, dry_run: bool) -> dict[str, _Verdict]:
    """Store what holds together, and say what became of each, by the folded key of its run."""
    runs = get_course_runs([want.course_key for want in wanted.values()])
    found = {key_ci: _unknown(want) for key_ci, want in wanted.items() if want.course_key not in runs}
    names = {runs[want.course_key].pk: key_ci for key_ci, want in wanted.items() if want.course_key in runs}
    courses = set(external_keys.lock_courses_of(names).values())
    programs = _scopes.lock_programs(partial(_scopes.programs_of, courses))
    stored = {row.run_id: row for row in ExternalCourseKey.objects.filter(run__id__among=list(names))}
    before = {run: stored[run].key if run in stored else "" for run in names}
    after = {run: wanted[key_ci].key for run, key_ci in names.items()}
    uses = _key_uses.uses_of(courses, programs, keyless=list(names))
    refused = _take_back(uses, before, after)
    outcomes = _write({run: wanted[key_ci] for run, key_ci in names.items() if run not in refused}, stored, change)
    _key_uses.store_slots(_as_of(uses, after), _key_uses.scope_names(courses, programs))
    found |= {names[run]: _Verdict(outcome) for run, outcome in outcomes.items()}
    return found | {names[run]: _Verdict.of("conflict", error) for run, error in refused.items()}


def _unknown(want: _Wanted) -> _Verdict:
    return _Verdict("invalid", "course_run_not_found", _("There is no course run %(key)s.") % {"key": want.course_key})


def _take_back(uses: list[ExternalKeyUse], before: Mapping[int, str], after: dict[int, str]) -> dict[int, ExternalKeyConflict]:
    """Give runs of `after` back what they had `before`, until what remains holds together; the conflict of each of them."""
    refused: dict[int, ExternalKeyConflict] = {}
    by_run: dict[int, list[ExternalKeyUse]] = defaultdict(list)
    for use in uses:
        by_run[use.run_id].append(use)
    folded = {run: keys.fold(after.get(run, own[0].key).strip()) for run, own in by_run.items()}
    doubtful = uses
    while doubtful:
        new = _conflicts(_as_of(doubtful, after), before, after)
        refused |= new
        after |= {run: before[run] for run in new}
        folded |= {run: keys.fold(before[run]) for run in new}
        # Only a key that was given back can name another run now: a thousand that wait for each other are not asked again.
        given_back = {folded[run] for run in new}
        doubtful = [use for run, key_ci in folded.items() if key_ci in given_back for use in by_run[run]]
    return refused


def _conflicts(
    uses: list[ExternalKeyUse], before: Mapping[int, str], after: Mapping[int, str]
) -> dict[int, ExternalKeyConflict]:
    """The conflicts of runs whose key changes: others were forced in past us, and are no fault of these."""
    found: dict[int, ExternalKeyConflict] = {}
    for same in _key_uses.by_place(_key_uses.conflicts_among(uses)).values():
        error = ExternalKeyConflict(key=same[0].key, places=describe(same), conflicts=same)
        found |= {use.run_id: error for use in same if after.get(use.run_id, "") != before.get(use.run_id, "")}
    return found


def _as_of(uses: list[ExternalKeyUse], after: Mapping[int, str]) -> list[ExternalKeyUse]:
    return [use._replace(key=after[use.run_id]) if use.run_id in after else use for use in uses]


def _write(wanted: Mapping[int, _Wanted], stored: Mapping[int, ExternalCourseKey], change: Change) -> dict[int, str]:
    """Store them, with their history and events, and say what became of each run. About ten queries for each thousand."""
    outcomes = {run: _outcome(want, stored.get(run)) for run, want in wanted.items()}
    by_outcome: dict[str, list[int]] = defaultdict(list)
    for run, outcome in outcomes.items():
        by_outcome[outcome].append(run)
    new = [ExternalCourseKey(run_id=run, key=wanted[run].key, source=wanted[run].source) for run in by_outcome["created"]]
    save_many_with_history(new, change)
    for run in by_outcome["updated"]:
        row = stored[run]
        row.key, row.key_ci, row.source = wanted[run].key, keys.fold(wanted[run].key), wanted[run].source or row.source
    updated = [stored[run] for run in by_outcome["updated"]]
    update_many_with_history(updated, ("key", "key_ci", "source", "modified"), change)
    delete_many_with_history(ExternalCourseKey, [stored[run].pk for run in by_outcome["removed"]], change)
    changed = [run for run, outcome in outcomes.items() if outcome != "unchanged"]
    record_shown_changes(changed, reason=change.reason)
    return outcomes


def _outcome(want: _Wanted, row: ExternalCourseKey | None) -> str:
    if row is None:
        return "created" if want.key else "unchanged"
    if not want.key:
        return "removed"
    return "unchanged" if (row.key, row.source) == (want.key, want.source or row.source) else "updated"
