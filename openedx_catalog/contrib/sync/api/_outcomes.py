"""What the core did with the records of a page, in the words of sync."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from django.utils.translation import gettext as _

from openedx_catalog.data import RowOutcome, RowProblem, SyncRecord
from openedx_catalog.exceptions import CatalogError

from ..data import KEPT, PARTLY_TAKEN, PLACED, SET_BY_ANOTHER, RecordOutcome, SourceRow, outcome_of
from .jobs import join_reasons

# Values that are kept on purpose; every other problem of a value means that it cannot be stored.
_KEPT = ("pinned", "stale", KEPT)
_TAKEN = ("created", "updated", "unchanged")
# The core has the run as the source says.
HAS_RUN = (*_TAKEN, "moved", "confirmed")


class Given(NamedTuple):
    """
    A row that the core was asked for: what its source states, what of it is not taken, and why; and what a dry run would create
    of it, else None.
    """

    row: SourceRow
    stated: AbstractSet[str]
    left_out: Sequence[CatalogError]
    outranked: Mapping[str, str]
    record: SyncRecord | None = None


def outcomes_of(
    by_line: Mapping[int, Given], results: Iterable[RowOutcome], problems: Iterable[RowProblem]
) -> Iterator[RecordOutcome]:
    """
    The outcome of each record.

    What changed nothing is ``pinned`` because of a pin, ``outranked`` because another source wins, ``invalid`` because a value
    cannot be stored. What changed something and had such a value is as it became, with code ``partly_taken``.
    """
    found: dict[int, list[RowProblem]] = {}
    for problem in problems:
        found.setdefault(problem.line, []).append(problem)
    for row in results:
        yield _outcome(by_line[row.line], row.outcome, found.get(row.line, []))


def _outcome(given: Given, outcome: str, problems: Sequence[RowProblem]) -> RecordOutcome:
    notes = [(problem.code, problem.reason) for problem in problems]
    if outcome in ("moved", "confirmed"):
        text = _("It is under %(course)s now, which the source knows.") % {"course": given.row.catalog_course}
        outcome, notes = "updated", [(PLACED, text), *notes]
    notes += _outranked(given.outranked)
    left_out = [(str(error.code), str(error)) for error in given.left_out]
    if outcome in _TAKEN:
        left_out += [note for note in notes if note[0] not in (*_KEPT, PLACED, SET_BY_ANOTHER)]
        notes = [note for note in notes if note not in left_out]
    if outcome == "unchanged" and (left_out or notes):
        failed = any(kind == "failed" for kind, _code, _reason in given.row.left_out)
        outcome = "failed" if failed else "invalid" if left_out else "outranked" if given.outranked else "pinned"
    named = [*left_out, *notes] if outcome in ("invalid", "failed") else [*notes, *left_out]
    code = named[0][0] if named else ""
    if outcome in _TAKEN and left_out:
        code = PARTLY_TAKEN
    return outcome_of(given.row, outcome, code, join_reasons([reason for _code, reason in named]))


def _outranked(fields: Mapping[str, str]) -> list[tuple[str, str]]:
    by_source: dict[str, list[str]] = {}
    for field, name in sorted(fields.items()):
        by_source.setdefault(name, []).append(field)
    text = _("Kept what %(source)s says, which wins: %(fields)s.")
    return [(SET_BY_ANOTHER, text % {"source": name, "fields": ", ".join(those)}) for name, those in by_source.items()]
