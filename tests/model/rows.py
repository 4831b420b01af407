"""What the model is made of: rows of its own, in plain Python, and what it expects a step to leave behind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime


class Refused(Exception):
    """The call must raise one of these errors, by the names of their classes, and change nothing."""


@dataclass(eq=False)
class Org:
    name: str


@dataclass(eq=False)
class Course:
    """`uuid` is None until the database has said which one it has given."""

    org: Org
    code: str
    title: str
    language: str
    uuid: str | None = None

    @property
    def key(self) -> str:
        return f"catalog-course:{self.org.name}:{self.code}"


@dataclass(eq=False)
class Slot:
    """A code of an organization, and the course that it leads to."""

    org: Org
    code: str
    course: Course
    reruns: bool = False


@dataclass(eq=False)
class Run:
    """`start` is None where there is a schedule without one; `scheduled` says whether there is a schedule."""

    key: str
    course: Course
    title: str
    association: str
    start: datetime | None = None
    scheduled: bool = False
    seen: datetime | None = None
    withdrawn: datetime | None = None
    uuid: str | None = None


@dataclass(eq=False)
class Deleted:
    """A run that was deleted for good."""

    key: str
    title: str
    association: str
    run_uuid: str | None
    course_uuid: str | None


@dataclass(eq=False)
class MergedCode:
    """`slot` is None once it is released; `key` is what it was."""

    slot: Slot | None
    key: str
    reruns: bool


@dataclass(eq=False)
class MergedRun:
    """`run` is None once it is deleted."""

    run: Run | None
    key: str
    association: str
    decided: bool = False


@dataclass(eq=False)
class Merge:
    """A course that became part of another one; its organization is None once that is deleted."""

    uuid: str
    org: Org | None
    code: str
    title: str
    language: str
    into: str
    codes: list[MergedCode]
    runs: list[MergedRun]


@dataclass
class Effects:
    """What a step leaves behind. `feed` counts (kind, key, what), `outbox` (kind, what, key), `history` (table, name, type)."""

    feed: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    outbox: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    history: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    # Of one write: courses whose runs show something else, and the keys of runs that have an event of their own.
    shown_by_runs: list[Course] = field(default_factory=list)
    told: set[str] = field(default_factory=set)

    def emit(self, kind: str, what: str, key: str) -> None:
        """An event, and its entry in the feed."""
        self.outbox[kind, what, key] += 1
        self.feed[kind, key, what] += 1
