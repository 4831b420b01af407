"""The records of course types; no Django import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

MATCHED, UNCHANGED, UNMATCHED, INCONSISTENT = "matched", "unchanged", "unmatched", "inconsistent"


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
