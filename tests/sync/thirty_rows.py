"""What the plain model of `thirty_model` is made of."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import attrs

OPEN = ("unpublished", "active")


@attrs.define
class Source:
    """How a source is configured, what it said of each run and in which job first, and which runs it does not list any more."""

    name: str
    rank: int
    owns: Collection[str] = ()
    creates: bool = True
    places: bool = False
    said: dict[str, dict[str, int]] = attrs.Factory(dict)
    missing: set[str] = attrs.Factory(set)


@attrs.define
class Heard:
    """What of a source has reached us: `rows` are ``{key: (code of its course, values)}``; `programs` None: nothing of them."""

    rows: dict[str, tuple[str, dict[str, Any]]]
    complete: bool = True
    courses: dict[str, str] | None = None
    programs: dict[str, dict[str, Any]] | None = None
    external_keys: dict[str, str] = attrs.Factory(dict)


@attrs.define
class Run:
    """A run; `decided` where its course follows from more than its key, `moved` where an editor has put it there."""

    course: str
    values: dict[str, Any]
    decided: bool
    moved: bool = False
    pins: set[str] = attrs.Factory(set)


@attrs.define
class Member:
    """A course in a curriculum: who put it in, which runs are left out and by whom, and which an editor lets count."""

    course: str
    by_source: bool
    left_out: dict[str, bool] = attrs.Factory(dict)
    let_in: set[str] = attrs.Factory(set)


@attrs.define
class Curriculum:
    """A curriculum; `out` are courses that an editor has taken out, `nested` the programs in it."""

    name: str
    said: dict[str, Any] = attrs.Factory(dict)
    is_over: bool = False
    missing: bool = False
    members: list[Member] = attrs.Factory(list)
    out: set[str] = attrs.Factory(set)
    nested: dict[str, bool] = attrs.Factory(dict)
    pins: set[str] = attrs.Factory(set)

    def member(self, course: str) -> Member | None:
        return next((each for each in self.members if each.course == course), None)


@attrs.define
class Program:
    """A program; its curricula by the names of the source, or of the editor."""

    title: str
    hidden: bool
    status: str = "unpublished"
    said_status: str = ""
    missing: bool = False
    pins: set[str] = attrs.Factory(set)
    curricula: dict[str, Curriculum] = attrs.Factory(dict)
    left_out: set[str] = attrs.Factory(set)

    @property
    def is_closed(self) -> bool:
        return self.status not in OPEN

    def has(self, course: str) -> bool:
        return any(not each.is_over and each.member(course) for each in self.curricula.values())
