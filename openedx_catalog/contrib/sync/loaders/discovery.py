"""A discovery service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from ..data import Page, SourceRow
from .base import SAME_NAMES, RemoteLoader, source_time, text_of

PATH = "/api/v1/course_runs/"
# Of the keys in one URL; a server takes 8,190 bytes of a request line.
MAX_CHARACTERS = 4000


class DiscoveryLoader(RemoteLoader):
    """``/api/v1/course_runs/``. It says which course a run belongs to, whatever the run's key says."""

    default_map: ClassVar[Mapping[str, str]] = {**SAME_NAMES, "language": "content_language", "pacing": "pacing_type"}
    counts_are_exact = True
    looks_up = True
    others = ("organizations", "courses", "programs")

    def first_url(self) -> str:
        return f"{PATH}?{urlencode({'limit': 100, 'offset': 0})}"

    def rows_of(self, item: Mapping[str, Any], observed_at: datetime) -> Iterator[SourceRow]:
        # A course of ``/api/v1/courses/`` and of a catalog has its runs in it.
        runs = item.get("course_runs", [item])
        for run in runs:
            course = run.get("course") or (item["key"] if "course_runs" in item else "")
            at = source_time(run.get("modified"), observed_at)
            key = text_of(run["key"])
            yield SourceRow(key, key, self.values_of(run), at, course if isinstance(course, str) else "")

    def pages_of(self, what: str) -> Iterator[Page]:
        readers = {"organizations": _organization, "courses": _course, "programs": _program}
        return self.listing(f"/api/v1/{what}/?{urlencode({'limit': 100, 'offset': 0})}", readers[what])

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


def _organization(item: Mapping[str, Any], observed_at: datetime) -> Iterator[SourceRow]:
    values = {"key": text_of(item["key"]), "name": item.get("name") or ""}
    yield SourceRow(f"organization:{values['key']}", "", values, observed_at)


def _course(item: Mapping[str, Any], observed_at: datetime) -> Iterator[SourceRow]:
    values = {"key": text_of(item["key"]), "title": item.get("title") or "", "uuid": item.get("uuid")}
    yield SourceRow(f"course:{values['key']}", "", values, observed_at)


def _program(item: Mapping[str, Any], observed_at: datetime) -> Iterator[SourceRow]:
    values = {
        "uuid": text_of(item["uuid"]),
        "title": text_of(item["title"]),
        "subtitle": item.get("subtitle") or "",
        "type": text_of(item["type"]),
        "status": text_of(item["status"]),
        "hidden": bool(item.get("hidden")),
        "marketing_slug": item.get("marketing_slug") or "",
        "organizations": [text_of(org["key"]) for org in item.get("authoring_organizations") or ()],
        "courses": [text_of(course["key"]) for course in item.get("courses") or ()],
    }
    yield SourceRow(f"program:{values['uuid']}", "", values, observed_at)
