"""The records of course types; no Django import."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import attrs

from openedx_catalog.data import UNSET, RunMode, Unset

MATCHED, UNCHANGED, UNMATCHED, INCONSISTENT = "matched", "unchanged", "unmatched", "inconsistent"


PRODUCTS_OUTCOMES = ("created", "updated", "unchanged", "invalid")


class RunProducts(NamedTuple):
    """
    What a service says of a run: the modes that the LMS has, the seats that a shop sells. UNSET: it does not say; None: nobody
    knows; an empty list: there are none. `line` is where it stands in its file, 0 for the place among those given.
    """

    course_key: str
    modes: Sequence[RunMode | str] | Unset | None = UNSET
    seats: Sequence[RunMode | str] | Unset | None = UNSET
    line: int = 0


class ProductsOutcome(NamedTuple):
    """What became of one record: of `PRODUCTS_OUTCOMES`; where it is ``invalid``, `code` and `reason` say why."""

    line: int
    course_key: str
    outcome: str
    code: str = ""
    reason: str = ""


class TakenType(NamedTuple):
    """
    What became of the type that a service has for a course or a run: ``created``, ``unchanged``, or, with `code` and `reason`,
    ``kept`` (it has another one here), ``unknown`` (there is none of that name), ``refused`` (it may not have that).
    """

    outcome: str
    code: str = ""
    reason: str = ""


@attrs.frozen
class ProductsReport:
    """What became of every record, in the order in which they were given."""

    rows: list[ProductsOutcome]

    @property
    def outcomes(self) -> dict[str, int]:
        """How many have each of the outcomes."""
        counted = Counter(row.outcome for row in self.rows)
        return {name: counted[name] for name in PRODUCTS_OUTCOMES}

    @property
    def problems(self) -> list[ProductsOutcome]:
        """Those that were not taken."""
        return [row for row in self.rows if row.code]


@attrs.frozen
class CourseMatch:
    """
    What matching found for one course: its `key_str`, and the outcome.

    ``matched``: `course_type` (a slug), or types of runs, are new; `run_types` is ``{course key: slug}`` of those that got one.
    ``unchanged``: course and runs had fitting types. ``unmatched``: no type fits. ``inconsistent``: what it has does not fit,
    and stays. `code` and `reason` say why not; `unfitting` are the runs that no type fits: ``{course key: why}``.
    """

    key_str: str
    outcome: str
    course_type: str = ""
    run_types: Mapping[str, str] = attrs.Factory(dict)
    code: str = ""
    reason: str = ""
    unfitting: Mapping[str, str] = attrs.Factory(dict)


@attrs.define
class MatchReport:
    """What matching did: `counts` by outcome, in the order of `CourseMatch`; `courses` are those that are not unchanged."""

    dry_run: bool = False
    counts: dict[str, int] = attrs.Factory(lambda: dict.fromkeys((MATCHED, UNCHANGED, UNMATCHED, INCONSISTENT), 0))
    courses: list[CourseMatch] = attrs.Factory(list)

    def add(self, found: Sequence[CourseMatch]) -> None:
        """Take over what a batch found."""
        for match in found:
            self.counts[match.outcome] += 1
        self.courses += [match for match in found if match.outcome != UNCHANGED]

    @property
    def failures(self) -> int:
        """How many courses have no fitting type."""
        return self.counts[UNMATCHED] + self.counts[INCONSISTENT]
