"""
What must hold of the tables after any calls by any number of writers, asked past the API: each broken rule in a line of text.

Identity is folded here once more, without the product.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from django.db import connection
from django.utils.dateparse import parse_datetime

from openedx_catalog import api

CORE = "openedx_catalog_"
RUN_EVENTS, COURSE_EVENTS = "org.openedx.catalog.course_run.", "org.openedx.catalog.catalog_course."


def broken() -> list[str]:
    """Everything that does not hold."""
    rules = (
        _identities,
        _slots,
        _implicit_runs,
        _history_of_rows,
        _events_of_runs,
        _events_of_courses,
        _uuids_reported,
        _doctor,
    )
    return [line for rule in rules for line in rule()]


def fold(text: str) -> str:
    """What decides identity."""
    return unicodedata.normalize("NFC", text).casefold()


def select(sql: str) -> list[tuple[Any, ...]]:
    """The rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [tuple(row) for row in cursor.fetchall()]


def _uuid(value: Any) -> str:
    return str(value or "").replace("-", "")


def _doubles(what: str, values: list[Any]) -> Iterator[str]:
    for value, count in Counter(values).items():
        if count > 1:
            yield f"{what} {value!r} is there {count} times"


def _identities() -> Iterator[str]:
    orgs = select("SELECT short_name FROM organizations_organization")
    yield from _doubles("the organization", [fold(name) for (name,) in orgs])
    courses = select(f"SELECT id, org_id, course_code, course_code_ci, uuid FROM {CORE}catalogcourse")
    yield from _doubles("the catalog course", [(org, fold(code)) for _pk, org, code, _ci, _own in courses])
    for pk, _org, code, code_ci, uuid in courses:
        if code_ci != fold(code) or not uuid:
            yield f"catalog course {pk} {code!r} is stored as {code_ci!r} with uuid {uuid!r}"
    runs = select(f"SELECT id, course_key, key_ci, uuid FROM {CORE}courserun")
    yield from _doubles("the run", [fold(key) for _pk, key, _ci, _own in runs])
    for pk, key, key_ci, uuid in runs:
        if key_ci != fold(key) or not uuid:
            yield f"run {pk} {key!r} is stored as {key_ci!r} with uuid {uuid!r}"
    yield from _doubles("the uuid", [_uuid(row[-1]) for row in (*courses, *runs)])


def _slots() -> Iterator[str]:
    slots = select(f"SELECT org_id, code, code_ci, catalog_course_id FROM {CORE}catalogcoursecode")
    owners = {(org, fold(code)): course for org, code, _ci, course in slots}
    yield from _doubles("the slot", [(org, fold(code)) for org, code, _ci, _course in slots])
    courses = select(f"SELECT id, org_id, course_code FROM {CORE}catalogcourse")
    orgs = {pk: org for pk, org, _code in courses}
    for org, code, code_ci, course in slots:
        if code_ci != fold(code):
            yield f"the slot {code!r} is stored as {code_ci!r}"
        # Of another organization where a course was merged into one of it.
        if course not in orgs:
            yield f"the slot {code!r} of organization {org} leads to catalog course {course}, which is gone"
    for pk, org, code in courses:
        if owners.get((org, fold(code))) != pk:
            yield f"the code {code!r} of catalog course {pk} leads to {owners.get((org, fold(code)))}"


def _implicit_runs() -> Iterator[str]:
    # Former names lead on, where no organization has them now.
    orgs = dict(select(f"SELECT name_ci, org_id FROM {CORE}formerorganizationname"))
    orgs |= {fold(name): pk for pk, name in select("SELECT id, short_name FROM organizations_organization")}
    slots = select(f"SELECT org_id, code_ci, catalog_course_id FROM {CORE}catalogcoursecode")
    owners = {(org, code): course for org, code, course in slots}
    for key, course in select(f"SELECT course_key, catalog_course_id FROM {CORE}courserun WHERE association = 'implicit'"):
        org, code, _run = key.removeprefix("course-v1:").split("+")
        owner = owners.get((orgs.get(fold(org)), fold(code)))
        if owner != course:
            yield f"the implicit run {key} stands under catalog course {course}, its key leads to {owner}"


def _history_of_rows() -> Iterator[str]:
    """The last history of each row is the row; what is gone has ended; each row has begun once."""
    tables = {
        "catalogcourse": "title, course_code, org_id, language",
        "courserun": "title, catalog_course_id, association",
        "courseschedule": "start, {end}, enrollment_start, enrollment_end, pacing",
    }
    for table, template in tables.items():
        columns = template.format(end=connection.ops.quote_name("end"))
        rows = {pk: tuple(values) for pk, *values in select(f"SELECT id, {columns} FROM {CORE}{table}")}
        history = select(f"SELECT id, history_type, {columns} FROM {CORE}historical{table} ORDER BY history_id")
        kinds: dict[int, list[str]] = defaultdict(list)
        last: dict[int, tuple[Any, ...]] = {}
        for pk, kind, *values in history:
            kinds[pk].append(kind)
            last[pk] = tuple(values)
        for pk, values in rows.items():
            if last.get(pk) != values:
                yield f"{table} {pk} is {values}, its history says {last.get(pk)}"
        for pk, own in kinds.items():
            text = "".join(own)
            if text.strip("~") not in ("+", "+-") and text.replace("~", "") not in ("+", "+-"):
                yield f"the history of {table} {pk} is {text}"
            if table != "courseschedule" and (text[-1] == "-") != (pk not in rows):
                yield f"the history of {table} {pk} is {text}, and it is {'there' if pk in rows else 'gone'}"
        for pk in set(rows) - set(kinds):
            yield f"{table} {pk} has no history"


def _events(prefix: str) -> dict[str, list[tuple[str, str, dict[str, Any]]]]:
    """``{uuid of the subject: [(kind, subject, payload), …]}`` in the order of the outbox."""
    found: dict[str, list[tuple[str, str, dict[str, Any]]]] = defaultdict(list)
    for kind, subject, payload in select(f"SELECT event_type, subject, payload FROM {CORE}outboxmessage ORDER BY id"):
        if kind.startswith(prefix):
            values = json.loads(payload)
            found[_uuid(values["uuid"])].append((kind.removeprefix(prefix).removesuffix(".v1"), subject, values))
    return found


def _changes(values: list[Any]) -> list[Any]:
    """Without what is as it was before."""
    return [value for place, value in enumerate(values) if place == 0 or values[place - 1] != value]


def _events_of_runs() -> Iterator[str]:
    """Each incarnation of a run (its uuid) is reported as its history has it: every state, in the order of commits."""
    course_uuids = {pk: _uuid(uuid) for pk, uuid in select(f"SELECT id, uuid FROM {CORE}historicalcatalogcourse")}
    columns = "id, uuid, course_key, history_type, title, association, catalog_course_id"
    history: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    ids = {}
    for pk, uuid, *values in select(f"SELECT {columns} FROM {CORE}historicalcourserun ORDER BY history_id"):
        history[_uuid(uuid)].append(tuple(values))
        ids[pk] = _uuid(uuid)
    schedules: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    end = connection.ops.quote_name("end")
    rows = select(f"SELECT run_id, start, {end}, history_type FROM {CORE}historicalcourseschedule ORDER BY history_id")
    for run, *values, kind in rows:
        if kind != "-":
            schedules[ids.get(run, "")].append(tuple(map(_instant, values)))
    events = _events(RUN_EVENTS)
    for uuid in set(history) | set(events):
        own, reported = history[uuid], events[uuid]
        name = own[0][0] if own else reported[0][1]
        beginnings, ends = _count(own, 1, "+"), _count(own, 1, "-")
        if [beginnings, ends] != [_count(reported, 0, "created"), _count(reported, 0, "deleted")]:
            yield f"run {name} {uuid}: {beginnings} beginnings and {ends} ends: {[kind for kind, *_ in reported]}"
        stood = [(title, association, course_uuids.get(course)) for _key, _kind, title, association, course in own]
        said = [(v["title"], v["association"], _uuid(v["catalog_course_uuid"])) for _kind, _subject, v in reported]
        if _changes(stood) != _changes(said):
            yield f"run {name} {uuid} stood as {_changes(stood)}, was reported as {_changes(said)}"
        dates = [(_instant(v["start"]), _instant(v["end"])) for _kind, _subject, v in reported]
        if _without_nothing(schedules[uuid]) != _without_nothing(dates):
            yield f"run {name} {uuid} had the dates {_changes(schedules[uuid])}, was reported with {_changes(dates)}"
        moves = sum(one[3:] != other[3:] for one, other in pairwise(own))
        if moves != _count(reported, 0, "moved"):
            yield f"run {name} {uuid} was moved {moves} times, reported {_count(reported, 0, 'moved')} times"
        if any(subject != name for _kind, subject, _v in reported):
            yield f"run {name} {uuid} was reported as {sorted({subject for _kind, subject, _v in reported})}"


def _without_nothing(dates: list[Any]) -> list[Any]:
    """From the first date on: before there is a schedule, events say None."""
    changes = _changes(dates)
    return changes[1:] if changes[:1] == [(None, None)] else changes


def _count(rows: list[tuple[Any, ...]], place: int, value: str) -> int:
    return sum(row[place] == value for row in rows)


def _instant(value: Any) -> Any:
    if value is None:
        return None
    moment = parse_datetime(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=None)


def _events_of_courses() -> Iterator[str]:
    history: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    columns = "uuid, course_code, history_type, title, language"
    for uuid, *values in select(f"SELECT {columns} FROM {CORE}historicalcatalogcourse ORDER BY history_id"):
        history[_uuid(uuid)].append(tuple(values))
    joined = f"{CORE}catalogcourse c JOIN organizations_organization o ON o.id = c.org_id"
    present = {
        _uuid(uuid): (org, code) for uuid, org, code in select(f"SELECT c.uuid, o.short_name, c.course_code FROM {joined}")
    }
    events = _events(COURSE_EVENTS)
    for uuid in set(history) | set(events):
        own, reported = history[uuid], events[uuid]
        beginnings, ends = _count(own, 1, "+"), _count(own, 1, "-")
        if [beginnings, ends] != [
            _count(reported, 0, "created"),
            _count(reported, 0, "deleted") + _count(reported, 0, "merged"),
        ]:
            yield f"catalog course {uuid}: {beginnings} beginnings and {ends} ends: {[kind for kind, *_ in reported]}"
        stood = [(code, title, language) for code, _kind, title, language in own]
        said = [(v["course_code"], v["title"], v["language"]) for _kind, _subject, v in reported]
        if _changes(stood) != _changes(said):
            yield f"catalog course {uuid} stood as {_changes(stood)}, was reported as {_changes(said)}"
        if reported and uuid in present and (reported[-1][2]["org_code"], reported[-1][2]["course_code"]) != present[uuid]:
            yield f"catalog course {uuid} is {present[uuid]}, was reported last as {reported[-1][2]['key']}"


def _uuids_reported() -> Iterator[str]:
    """No event names a uuid that no row, and no row that was, has."""
    known = {""}
    for table in ("catalogcourse", "courserun"):
        for name in (table, f"historical{table}"):
            known |= {_uuid(uuid) for (uuid,) in select(f"SELECT uuid FROM {CORE}{name}")}
    for kind, subject, payload in select(f"SELECT event_type, subject, payload FROM {CORE}outboxmessage"):
        if not kind.startswith((RUN_EVENTS, COURSE_EVENTS)):
            continue
        for name, value in json.loads(payload).items():
            if name.endswith("uuid") and _uuid(value) not in known:
                yield f"{kind} of {subject} names the {name} {value}, which nothing has"


def _doctor() -> Iterator[str]:
    for finding in api.diagnose():
        if finding.severity == "error":
            yield f"the doctor: {finding.code}: {finding.subject}: {finding.message}"
