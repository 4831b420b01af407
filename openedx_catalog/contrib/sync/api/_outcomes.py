"""
What became of each record, written down: pages, which are the checkpoints of a job, and outcomes.

What was written to the catalog is listed record by record, since it can be taken back. What was not is listed up to a limit,
and counted beyond it: a source may list any number of records that are none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _

from openedx_catalog.lib.texts import storable

from .. import conf
from ..data import BOUNDED, MAX_ID, MAX_REASON, RecordOutcome, SyncReport
from ..models import SyncJob, SyncOutcome, SyncPage

__all__ = ["PARTLY_TAKEN", "add_to_report", "complete_report", "join_reasons", "message_of", "store_page", "store_rest"]

# A conflict that was taken over except for a part: always listed, since it can be taken back.
PARTLY_TAKEN = "partly_taken"
MAX_REASONS = 10


def store_page(job: SyncJob, number: int, outcomes: Sequence[RecordOutcome]) -> None:
    """The checkpoint: what became of a page, in the transaction of its records."""
    untold = _store(job, [outcome for outcome in outcomes if outcome.outcome != "unchanged"])
    unchanged = "\n".join(outcome.external_id for outcome in outcomes if outcome.outcome == "unchanged")
    SyncPage.objects.create(job=job, number=number, records=len(outcomes), unchanged=unchanged, untold=untold)


def store_rest(job: SyncJob, number: int, outcomes: Sequence[RecordOutcome]) -> None:
    """What became of records that were on no page: a page of its own only where some of them are not listed."""
    if untold := _store(job, outcomes):
        SyncPage.objects.create(job=job, number=number, records=0, untold=untold)


def add_to_report(report: SyncReport, outcome: RecordOutcome) -> None:
    """Of a dry run, which has no rows: the same, in its report."""
    report.counts[outcome.outcome] += 1
    if outcome.outcome == "unchanged":
        return
    listed = sum(report.counts[name] - report.untold.get(name, 0) for name in BOUNDED)
    if _is_bounded(outcome) and listed > conf.max_problems():
        report.untold[outcome.outcome] = report.untold.get(outcome.outcome, 0) + 1
    else:
        report.outcomes.append(outcome)


def complete_report(report: SyncReport, job: SyncJob) -> None:
    """What a job has stored of its records. Two queries."""
    rows = SyncOutcome.objects.filter(job=job).order_by("pk")
    columns = ("external_id", "outcome", "code", "reason", "place")
    report.outcomes = [RecordOutcome(*row) for row in rows.values_list(*columns)]
    untold: Counter[str] = Counter()
    for found in SyncPage.objects.filter(job=job).exclude(untold={}).values_list("untold", flat=True):
        untold.update(found)
    report.untold = dict(untold)


def message_of(report: SyncReport, problems: Sequence[str]) -> str:
    """Why a job that came to its end is not OK, and what it does not list."""
    parts = [join_reasons(problems)]
    if report.untold:
        text = _(
            "A job lists at most %(limit)s problems (OPENEDX_CATALOG_SYNC_MAX_PROBLEMS). Counted, but not listed: %(counts)s."
        )
        counts = ", ".join(f"{number:,} {name}" for name, number in report.untold.items())
        parts.append(text % {"limit": f"{conf.max_problems():,}", "counts": counts})
    return " ".join(filter(None, parts))


def join_reasons(reasons: Sequence[str], separator: str = " ") -> str:
    """What is wrong with one record, in one text: the first ten reasons, cut to what a person reads."""
    left = len(reasons) - MAX_REASONS
    more = separator + _("… and %(number)d more") % {"number": left} if left > 0 else ""
    return storable(separator.join(reasons[:MAX_REASONS]), MAX_REASON - len(more)) + more


def _store(job: SyncJob, outcomes: Sequence[RecordOutcome]) -> dict[str, int]:
    """Store what is listed; returns how many of which outcome are not."""
    bounded = sum(map(_is_bounded, outcomes))
    # Counted only where a page has something to list: most pages have nothing.
    rows = SyncOutcome.objects.filter(job=job, outcome__in=BOUNDED).exclude(code=PARTLY_TAKEN)
    left, listed, untold = conf.max_problems() - (rows.count() if bounded else 0), [], Counter[str]()
    for outcome in outcomes:
        if _is_bounded(outcome):
            left -= 1
            if left < 0:
                untold[outcome.outcome] += 1
                continue
        listed.append(_row(job, outcome))
    SyncOutcome.objects.bulk_create(listed, batch_size=500)
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
