"""What partners call the runs that a source has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from openedx_catalog import keys
from openedx_catalog.api import find_course_run
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models_api import ExternalCourseKey
from openedx_catalog.lib.changes import Provenance
from openedx_catalog.models_api import CourseRun

from ...data import SourceRow
from ...models import RecordKind, Source
from .._memory import Memory
from .._records import may_write, parsed
from .taking import Taking

KIND, FIELD = RecordKind.EXTERNAL_KEY, "external_key"


def follow_external_key(taking: Taking, values: dict[str, Any]) -> tuple[str, str, str]:
    """
    Give a run the key that the source says, or take away the one that it has said: (outcome, code, reason).

    With ``given`` in the values the run has just got it from `pass_on`.
    """
    name, wanted = values["course_key"], values["external_key"].strip()
    run = _run_of(taking.source, name)
    if run is None:
        return "skipped", "not_created", _("The catalog does not have the run.")
    stored = str(run.course_key)
    if not may_write(taking.allowed, keys.parse_course_key(stored).org):
        return "skipped", "other_organization", _("The source may not write runs of its organization.")
    now = programs.get_external_course_keys([stored]).get(stored, "")
    if _follows(taking, run, name, wanted, now):
        taking.attempt(partial(programs.set_external_course_key, stored, wanted or None, **taking.provenance))
    if taking.left:
        [(code, reason)] = taking.left
        return "conflict", code, reason
    given, record = bool(values.get("given")), taking.memory.find(KIND, name)
    if "pinned" in {code for code, _what in taking.kept}:
        # As if it had not been said: without the pin it is taken.
        pass
    elif wanted:
        taking.memory.note(KIND, name, run.uuid, made=given or now != wanted, fields={"key": wanted})
    elif record is not None and record.missing_since is None:
        taking.memory.miss(record)
    after = programs.get_external_course_keys([stored]).get(stored, "")
    return taking.outcome(created=False, changed=given or after != now)


def _follows(taking: Taking, run: CourseRun, name: str, wanted: str, now: str) -> bool:
    """Whether a run gets what the source says; why not is noted, where its key stays though the source says otherwise."""
    record = taking.memory.find(KIND, name)
    said = record.fields.get("key", "") if record is not None and record.missing_since is None else ""
    if wanted == now or (not wanted and said != now):
        return False
    if winner := taking.memory.winner_of_part(KIND, run.uuid, "key", record):
        taking.outrank(winner, FIELD)
        return False
    if wanted and said == wanted:
        taking.keep(FIELD)
        return False
    taking.memory.read_pins([run.uuid])
    return taking.may_change(run.uuid, FIELD)


def pass_on(
    source: Source, allowed: set[str], provenance: Provenance, rows: Sequence[SourceRow], listed: Mapping[str, tuple[str, str]]
) -> set[str]:
    """
    Let runs that take over each other's keys do so at once, since one by one each would meet the other.

    `rows` want theirs now; `listed` is what the source says of all: ``{folded name: (name, external key)}``. Returns the folded
    names of those that have got another key by it. One query for each link of a chain, and about five for each of its runs.
    """
    asked: dict[str, str | None] = {}
    names: dict[str, str] = {}
    for name, key in _changing_hands(rows, listed).items():
        run, taking = _run_of(source, name), Taking(source, allowed, provenance, Memory.of(source, KIND, name))
        if run is None or not may_write(allowed, keys.parse_course_key(str(run.course_key)).org):
            continue
        stored = str(run.course_key)
        if _follows(taking, run, name, key, programs.get_external_course_keys([stored]).get(stored, "")):
            asked[stored], names[stored] = key or None, keys.fold(name)
    if not asked:
        return set()
    report = programs.set_external_course_keys(asked, **provenance)
    return {names[row.course_key] for row in report.rows if row.outcome in ("created", "updated", "removed")}


def _changing_hands(rows: Sequence[SourceRow], listed: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """``{name: external key}`` of rows whose key another run has, which is listed with another one; of that run; and so on."""
    moving: dict[str, str] = {}
    names = {keys.fold(row.values["course_key"]) for row in rows if row.problem is None} & listed.keys()
    seen: set[str] = set()
    while names:
        seen |= names
        wanting: dict[str, list[str]] = defaultdict(list)
        for name in names:
            wanting[keys.fold(listed[name][1])].append(name)
        wanting.pop("", None)
        holders = ExternalCourseKey.objects.filter(key_ci__in=list(wanting)).values_list("run__key_ci", "key_ci")
        found = {
            (holder, name) for holder, key_ci in holders for name in wanting[key_ci] if holder in listed and holder != name
        }
        found = {(holder, name) for holder, name in found if keys.fold(listed[holder][1]) != keys.fold(listed[name][1])}
        moving |= dict(listed[name] for pair in found for name in pair)
        names = {holder for holder, _name in found} - seen
    return moving


def _run_of(source: Source, name: str) -> CourseRun | None:
    """The run of a key; of another platform's id the one that somebody has said it is."""
    if parsed(keys.parse_course_key, name) is not None:
        return find_course_run(name)
    return CourseRun.objects.filter(sources__source=source, sources__external_id_ci=keys.fold(name)).first()
