"""A discovery service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

import attrs

from openedx_catalog.lib.texts import unstorable

from ..data import Page, SourceRow
from . import describing, selling
from .base import SAME_NAMES, Reading, RemoteLoader, RowsOf, listed_course, some_text_of, source_time, text_of, with_listing

PATH = "/api/v1/course_runs/"
# Of the keys in one URL; a server takes 8,190 bytes of a request line.
MAX_CHARACTERS = 4000
# How many rows are asked for at once, of programs fewer: each is listed with every run of its courses, in 2 kB a run.
SIZES = {"organizations": 100, "courses": 100, "programs": 20}


class DiscoveryLoader(RemoteLoader):
    """``/api/v1/course_runs/``. It says which course a run belongs to, whatever the run's key says."""

    default_map: ClassVar[Mapping[str, str]] = {**SAME_NAMES, "language": "content_language", "pacing": "pacing_type"}
    counts_are_exact = True
    looks_up = True
    keeps_legacy_rows = True
    others = ("organizations", "courses", "programs", describing.LISTINGS)
    repeats_courses = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Of the runs that have one.
        self._external_keys: dict[str, Any] = {}
        self._keeps_products = selling.is_kept()
        # What learners read of courses, once these have been listed.
        self._described: list[SourceRow] | None = None

    def first_url(self) -> str:
        return f"{PATH}?{urlencode({'limit': 100, 'offset': 0})}"

    def rows_of(self, item: Mapping[str, Any], observed_at: datetime) -> Iterator[SourceRow]:
        # A course of ``/api/v1/courses/`` and of a catalog has its runs in it.
        runs = item.get("course_runs", [item])
        for run in runs:
            course = run.get("course") or (item["key"] if "course_runs" in item else "")
            at = source_time(run.get("modified"), observed_at)
            key = text_of(run["key"])
            if external_key := run.get("external_key"):
                self._external_keys[key] = external_key
            uuid = run.get("uuid") or ""
            known = course if isinstance(course, str) else ""
            row = SourceRow(key, key, self.values_of(run), at, known, uuid=uuid if isinstance(uuid, str) else "")
            row = _with_products(row, run) if self._keeps_products else row
            yield with_listing(row, run, describing.discovery_run) if self.describes else row

    def pages_of(self, what: str) -> Iterator[Page]:
        if what == "external_keys":
            yield Page([_external_key(*pair) for pair in self._external_keys.items()])
            return
        if what == describing.LISTINGS and self._described is not None:
            yield Page(self._described)
            return
        if what == "courses" and self.describes:
            self._described = []
        readers: dict[str, RowsOf] = {
            "organizations": _organization,
            "courses": self._course,
            "programs": _program,
            describing.LISTINGS: _described_course,
        }
        path = "courses" if what == describing.LISTINGS else what
        yield from self.listing(f"/api/v1/{path}/?{urlencode({'limit': SIZES[path], 'offset': 0})}", readers[what])

    def _course(self, item: Mapping[str, Any], observed_at: datetime) -> Iterator[SourceRow]:
        """A course; what learners read of it is kept for later, so that courses are listed once."""
        if self._described is not None:
            self._described += _described_course(item, observed_at)
        yield from (_sold_course if self._keeps_products else _course)(item, observed_at)

    def by_keys(self, keys: Sequence[str]) -> Iterator[Page]:
        some: list[str] = []
        for key in keys:
            if some and len(urlencode({"keys": ",".join([*some, key])})) > MAX_CHARACTERS:
                yield from self.in_batches(some, self._look_up)
                some = []
            some.append(key)
        if some:
            yield from self.in_batches(some, self._look_up)

    def _look_up(self, keys: Sequence[str]) -> Any:
        return self.client.get_json(PATH, {"limit": 100, "keys": ",".join(keys)})


def _external_key(key: str, external_key: Any) -> SourceRow:
    values = {"course_key": key, "external_key": external_key}
    if why := unstorable(external_key):
        return SourceRow(f"external_key:{key}", "", values, problem=("invalid", "invalid_row", f"external_key: {why}"))
    return SourceRow(f"external_key:{key}", "", values)


def _organization(item: Mapping[str, Any], observed_at: datetime) -> Iterator[SourceRow]:
    values = {"key": text_of(item["key"]), "name": item.get("name") or ""}
    yield SourceRow(f"organization:{values['key']}", "", values, observed_at)


def _course(item: Mapping[str, Any], observed_at: datetime) -> Iterator[SourceRow]:
    values = {"key": text_of(item["key"]), "title": item.get("title") or "", "uuid": item.get("uuid")}
    yield SourceRow(f"course:{values['key']}", "", values, observed_at)


def _sold_course(item: Mapping[str, Any], observed_at: datetime) -> Iterator[SourceRow]:
    """With its entitlements and its type, None where it does not say."""
    said = _Reading(item)
    for row in _course(item, observed_at):
        sold = {
            "entitlements": said.part("entitlements", lambda: selling.entitlements_of(item)),
            "course_type": said.part("course_type", lambda: selling.type_of(item, "course_type", "type")),
        }
        yield attrs.evolve(row, values={**row.values, **sold}, unreadable=said.unreadable)


def _described_course(item: Mapping[str, Any], observed_at: datetime) -> Iterator[SourceRow]:
    yield listed_course(text_of(item["key"]), item.get("uuid"), item, describing.discovery_course)


def _with_products(row: SourceRow, run: Mapping[str, Any]) -> SourceRow:
    """The row of a run with its seats and its type, each by itself: one that cannot be read costs nothing else."""
    said = _Reading(run)
    found = {
        "seats": said.part("seats", lambda: selling.seats_of(run)),
        "course_run_type": said.part("course_run_type", lambda: selling.type_of(run, "course_run_type", "run_type")),
        # The mode that counts, which the seats say, too; only to know whether there is such a one.
        "mode": said.part("type", lambda: selling.type_of(run, "type")),
    }
    products = {name: value for name, value in found.items() if value is not None}
    left_out = [("invalid", "invalid_value", f"{name}: {why}") for name, why in said.unreadable.items()]
    return attrs.evolve(row, products=products, left_out=left_out)


class _Reading(Reading):
    """That of a program."""

    def text(self, name: str) -> Any:
        return self.part(name, lambda: text_of(self.item[name]))

    def each(self, name: str, read: Callable[[Any], Any]) -> Any:
        return self.part(name, lambda: _each(self.item, name, read))


def _program(item: Mapping[str, Any], observed_at: datetime) -> Iterator[SourceRow]:
    """Of what it does not say, or cannot be read, which is not the same as that there is none, the values are None."""
    uuid, said = text_of(item["uuid"]), _Reading(item)
    attributes = item.get("type_attrs") or {}
    values: dict[str, Any] = {
        "uuid": uuid,
        "title": said.text("title"),
        "subtitle": _text_in(item, "subtitle"),
        "type": said.text("type"),
        "type_uuid": said.part("type_attrs.uuid", lambda: some_text_of(attributes.get("uuid"))),
        "type_slug": said.part("type_attrs.slug", lambda: some_text_of(attributes.get("slug"))),
        "seat_types": said.each("applicable_seat_types", text_of),
        "status": said.text("status"),
        "hidden": said.part("hidden", lambda: _truth_of(item.get("hidden"))),
        "marketing_slug": _text_in(item, "marketing_slug"),
        "organizations": said.each("authoring_organizations", _org_key),
        "courses": said.each("courses", _course_in),
        "curricula": said.each("curricula", partial(_curriculum, said)),
        "excluded": said.each("excluded_course_runs", _run_key),
        "credit_organizations": said.each("credit_backing_organizations", _org_key),
        "description": _text_in(item, "overview"),
        # That it is no degree is said by an empty one.
        "degree": said.part("degree", lambda: _degree(said, item["degree"] or {}) if "degree" in item else None),
    }
    yield SourceRow(f"program:{uuid}", "", values, observed_at, unreadable=said.unreadable)


def _each(item: Mapping[str, Any], name: str, read: Callable[[Any], Any]) -> list[Any] | None:
    """The members of a list; None where it is not said. Raises TypeError for what is none."""
    found = item.get(name)
    if found is None:
        return None
    if not isinstance(found, list):
        raise TypeError(f"{name} is not a list")
    return [read(each) for each in found]


def _text_in(item: Mapping[str, Any], name: str) -> Any:
    """A text, "" where there is none; None where it is not said."""
    found = (item[name] or "") if name in item else None
    return found.strip() if isinstance(found, str) else found


def _truth_of(value: Any) -> bool | None:
    """Raises TypeError for what is neither true nor false, like the text "false"."""
    if value is None or isinstance(value, bool):
        return value
    raise TypeError(f"expected true or false, got {value!r:.60}")


def _org_key(item: Mapping[str, Any]) -> str:
    return text_of(item["key"])


def _course_in(item: Mapping[str, Any]) -> dict[str, Any]:
    """A course with the runs that count there; None where it does not say which."""
    return {"key": text_of(item["key"]), "uuid": item.get("uuid"), "runs": _each(item, "course_runs", _run_key)}


def _curriculum(said: _Reading, item: Mapping[str, Any]) -> dict[str, Any]:
    uuid = str(UUID(text_of(item["uuid"])))
    part, within = said.part, f"curricula {uuid}"
    return {
        "uuid": uuid,
        # It may have none there, and needs one here.
        "name": str(item.get("name") or "").strip() or None,
        "is_active": part(f"{within} is_active", lambda: _truth_of(item.get("is_active"))),
        "courses": part(f"{within} courses", lambda: _each(item, "courses", _course_in)),
        "programs": part(f"{within} programs", lambda: _each(item, "programs", _program_uuid)),
    }


def _program_uuid(program: Mapping[str, Any]) -> str:
    return str(UUID(text_of(program["uuid"])))


def _degree(said: _Reading, item: Mapping[str, Any]) -> dict[str, Any]:
    if not item:
        return {}
    if not isinstance(item, Mapping):
        raise TypeError(f"expected an object, got {type(item).__name__}")
    found: dict[str, Any] = {"apply_url": _text_in(item, "apply_url")}
    for what, fields in (("costs", ("description", "amount")), ("deadlines", ("semester", "name", "date", "time"))):
        found[what] = said.part(f"degree {what}", partial(_each, item, what, partial(_texts_in, fields)))
    return found


def _texts_in(fields: Iterable[str], item: Mapping[str, Any]) -> dict[str, str]:
    return {field: str(item.get(field) or "") for field in fields}


def _run_key(run: Any) -> str:
    """A run is named by its key, or is an object that has one."""
    return text_of(run["key"] if isinstance(run, Mapping) else run)
