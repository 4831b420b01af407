"""The records of subscriptions; no Django import."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import attrs


class Reason(NamedTuple):
    """
    Why something is not included: a stable `code`, what it is about (`subjects`: short names, keys, uuids, a value), and a
    sentence.
    """

    code: str
    subjects: tuple[str, ...]
    message: str


@attrs.frozen
class Explanation:
    """
    Whether a plan (its slug) includes something by the rules as they are now, and why not: every reason, in the order of the
    rules. `subject` is a key_str, a course key or a uuid. `stored` is what lists say; it differs until the next refresh.
    """

    plan: str
    subject: str
    included: bool
    reasons: Sequence[Reason]
    stored: bool


@attrs.frozen
class SubscriptionRecord:
    """A line of a file: a course, by key or uuid, and whether it is included; None has its organizations decide."""

    catalog_course: str
    included: bool | str | None = None
    line: int = 0


@attrs.define
class RefreshReport:
    """How many courses, runs and programs came into a plan, and went out of one."""

    added: int = 0
    removed: int = 0

    @property
    def changed(self) -> int:
        """Both."""
        return self.added + self.removed

    def add(self, other: RefreshReport) -> None:
        """Count what another refresh did, too."""
        self.added += other.added
        self.removed += other.removed
