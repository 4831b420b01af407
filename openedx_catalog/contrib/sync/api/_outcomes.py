"""
What became of each record, written down: pages, which are the checkpoints of a job, and outcomes.

What was written to the catalog is told of every record, since it can be taken back. What was not is told up to a limit, and
counted beyond it: a source may list any number of records that are none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .. import conf
from ..data import BOUNDED, RecordOutcome, SyncReport
from ..models import SyncJob, SyncOutcome, SyncPage
from ..texts import MAX_ID, MAX_REASON, storable

__all__ = ["PARTLY_TAKEN", "count", "reason", "store_page", "store_rest", "untold_message", "untold_of"]

# A conflict that was taken over but for a part: told always, since it can be taken back.
PARTLY_TAKEN = "partly_taken"


def store_page(job: SyncJob, number: int, outcomes: Sequence[RecordOutcome]) -> None:
    """The checkpoint: what became of a page, in the transaction of its records."""
    untold = _store(job, [outcome for outcome in outcomes if outcome.outcome != "unchanged"])
    unchanged = "\n".join(outcome.external_id for outcome in outcomes if outcome.outcome == "unchanged")
    SyncPage.objects.create(job=job, number=number, records=len(outcomes), unchanged=unchanged, untold=untold)


def store_rest(job: SyncJob, number: int, outcomes: Sequence[RecordOutcome]) -> None:
    """What became of records that were on no page: a page of its own only where some of them are not told."""
    if untold := _store(job, outcomes):
        SyncPage.objects.create(job=job, number=number, records=0, untold=untold)


def count(report: SyncReport, outcome: RecordOutcome) -> None:
    """Of a dry run, which has no rows: the same, in its report."""
    report.counts[outcome.outcome] += 1
    if outcome.outcome == "unchanged":
        return
    told = sum(report.counts[name] - report.untold.get(name, 0) for name in BOUNDED)
    if _is_bounded(outcome) and told > conf.max_problems():
        report.untold[outcome.outcome] = report.untold.get(outcome.outcome, 0) + 1
    else:
        report.outcomes.append(outcome)


def untold_of(job: SyncJob) -> dict[str, int]:
    """``{outcome: how many records are counted and not told}``. One query."""
    found: Counter[str] = Counter()
    for untold in SyncPage.objects.filter(job=job).exclude(untold={}).values_list("untold", flat=True):
        found.update(untold)
    return dict(found)


def untold_message(untold: dict[str, int]) -> str:
    """A sentence for the message of a job, or ""."""
    told = ", ".join(f"{number:,} {name}" for name, number in untold.items())
    most = f"{conf.max_problems():,} (OPENEDX_CATALOG_SYNC_MAX_PROBLEMS)"
    return f"Counted, but not listed, since a job lists {most} of them: {told}." if told else ""


def reason(parts: Sequence[str], joint: str = " ") -> str:
    """What is wrong with one record, in one text: the first ten things, cut to what a person reads."""
    more = f"{joint}… and {len(parts) - 10} more" if len(parts) > 10 else ""
    return storable(joint.join(parts[:10]), MAX_REASON - len(more)) + more


def _store(job: SyncJob, outcomes: Sequence[RecordOutcome]) -> dict[str, int]:
    """Store what may be told; returns how many of which outcome were not."""
    bounded = sum(map(_is_bounded, outcomes))
    # Asked only where there is something to tell: most pages have nothing.
    told = SyncOutcome.objects.filter(job=job, outcome__in=BOUNDED).exclude(code=PARTLY_TAKEN).count() if bounded else 0
    left, rows, untold = conf.max_problems() - told, [], Counter[str]()
    for outcome in outcomes:
        if _is_bounded(outcome):
            left -= 1
            if left < 0:
                untold[outcome.outcome] += 1
                continue
        rows.append(_row(job, outcome))
    SyncOutcome.objects.bulk_create(rows, batch_size=500)
    return dict(untold)


def _row(job: SyncJob, outcome: RecordOutcome) -> SyncOutcome:
    return SyncOutcome(
        job=job,
        external_id=storable(outcome.external_id, MAX_ID),
        outcome=outcome.outcome,
        code=outcome.code,
        reason=storable(outcome.reason, MAX_REASON),
        place=storable(outcome.place, 64),
    )


def _is_bounded(outcome: RecordOutcome) -> bool:
    return outcome.outcome in BOUNDED and outcome.code != PARTLY_TAKEN
