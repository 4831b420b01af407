"""A discovery service."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from openedx_catalog.lib.texts import unstorable

from ..data import Page, SourceRow
from .base import SAME_NAMES, RemoteLoader, some_text_of, source_time, text_of

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
    others = ("organizations", "courses", "programs")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Of the runs that have one.
        self._external_keys: dict[str, Any] = {}

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
            yield SourceRow(key, key, self.values_of(run), at, known, uuid=uuid if isinstance(uuid, str) else "")

    def pages_of(self, what: str) -> Iterator[Page]:
        if what == "external_keys":
            yield Page([_external_key(*pair) for pair in self._external_keys.items()])
            return
        readers = {"organizations": _organization, "courses": _course, "programs": _program}
        yield from self.listing(f"/api/v1/{what}/?{urlencode({'limit': SIZES[what], 'offset': 0})}", readers[what])

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


def _program(item: Mapping[str, Any], observed_at: datetime) -> Iterator[SourceRow]:
    """Of what it does not say, which is not the same as that there is none, the values are None, or not there."""
    attributes = item.get("type_attrs") or {}
    values: dict[str, Any] = {
        "uuid": text_of(item["uuid"]),
        "title": text_of(item["title"]),
        "subtitle": _text_in(item, "subtitle"),
        "type": text_of(item["type"]),
        "type_uuid": some_text_of(attributes.get("uuid")),
        "type_slug": some_text_of(attributes.get("slug")),
        "status": text_of(item["status"]),
        "hidden": _truth_of(item.get("hidden")),
        "marketing_slug": _text_in(item, "marketing_slug"),
        "organizations": _each(item, "authoring_organizations", _org_key),
        "courses": _each(item, "courses", _course_in),
        "curricula": _each(item, "curricula", _curriculum),
        "excluded": _each(item, "excluded_course_runs", _run_key),
        "credit_organizations": _each(item, "credit_backing_organizations", _org_key),
        "description": _text_in(item, "overview"),
    }
    if "degree" in item:
        values["degree"] = _degree(item["degree"]) if item["degree"] else None
    yield SourceRow(f"program:{values['uuid']}", "", values, observed_at)


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
    return {"key": text_of(item["key"]), "runs": _each(item, "course_runs", _run_key)}


def _curriculum(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "uuid": str(UUID(text_of(item["uuid"]))),
        # It may have none there, and needs one here.
        "name": str(item.get("name") or "").strip() or None,
        "is_active": _truth_of(item.get("is_active")),
        "courses": _each(item, "courses", _course_in),
        "programs": _each(item, "programs", lambda program: str(UUID(text_of(program["uuid"])))),
    }


def _degree(item: Mapping[str, Any]) -> dict[str, Any]:
    names = {"costs": ("description", "amount"), "deadlines": ("semester", "name", "date", "time")}
    rows = {
        what: _each(item, what, lambda each, fields=fields: {field: str(each.get(field) or "") for field in fields})  # type: ignore[misc]
        for what, fields in names.items()
    }
    return {"apply_url": _text_in(item, "apply_url"), **rows}


def _run_key(run: Any) -> str:
    """A run is named by its key, or is an object that has one."""
    return text_of(run["key"] if isinstance(run, Mapping) else run)
