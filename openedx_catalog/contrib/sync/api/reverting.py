"""Taking back what a job has changed."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from openedx_catalog import keys

from ..data import RevertReport
from ..exceptions import JobNotRevertible
from ..models import RunSource, Source, SyncJob, SyncOutcome
from ._outcomes import PARTLY_TAKEN
from ._reverting import Reverting

__all__ = ["revert_sync"]

_NO_HISTORY = "there is no history of what it was"
_LEGACY = "rows without a course key have no history"
BATCH = 500


def revert_sync(job: SyncJob | int, *, reason: str = "", user: Any = None) -> RevertReport:
    """
    Give everything that a job has changed its former value again, unless somebody has changed it since.

    That is titles and schedules of runs, titles of courses, names of organizations; of programs their values, status,
    organizations, and the courses that were added; and what was marked as missing is not. What the job created stays. What
    cannot be brought back is in the report, with the reason. The next sync overwrites again what the source still says
    otherwise: mend the source, or pin the fields, first. Each record is one transaction, and doing it twice does no harm. Emits
    ``course_run.updated``, ``catalog_course.updated`` and ``program.updated``. Does not check permissions. Memory grows with
    what the job changed.

    Raises JobNotRevertible while it runs, or where there is no history of anything that it changed; SyncJob.DoesNotExist.
    """
    found = SyncJob.objects.select_related("source").get(pk=job.pk if isinstance(job, SyncJob) else job)
    if found.status == SyncJob.Status.RUNNING:
        raise JobNotRevertible(job=found.pk, reason="it is running")
    reverting = Reverting(found, reason, user)
    report = _reverted(found, reverting)
    if report.left and not (reverting.found or report.restored or report.kept):
        raise JobNotRevertible(job=found.pk, reason="there is no history of what it changed")
    SyncJob.objects.filter(pk=found.pk).update(reverted_at=timezone.now())
    return report


def _reverted(job: SyncJob, reverting: Reverting) -> RevertReport:
    rows = SyncOutcome.objects.filter(job=job, outcome__in=("updated", "conflict", "missing")).order_by("pk")
    told = {
        keys.fold(name): (name, outcome, code) for name, outcome, code in rows.values_list("external_id", "outcome", "code")
    }
    listed = {name for name, (_spelled, outcome, _code) in told.items() if outcome == "updated"}
    listed -= _revert_others(job, told, reverting)
    _revert_runs(job, told, listed, reverting)
    _revert_missing(job, [name for name, (_spelled, outcome, _code) in told.items() if outcome == "missing"], reverting)
    return reverting.report


def _revert_others(job: SyncJob, told: dict[str, tuple[str, str, str]], reverting: Reverting) -> set[str]:
    """What is beside runs; returns the folded names of it. Only such a source has any."""
    kinds = {"program": reverting.program, "course": reverting.course, "organization": reverting.organization}
    seen: set[str] = set()
    if job.source.kind != Source.Kind.DISCOVERY:
        return seen
    for name, (spelled, outcome, code) in told.items():
        kind, _colon, which = spelled.partition(":")
        if kind in kinds and which:
            seen.add(name)
            taken = outcome == "updated" or code == PARTLY_TAKEN
            if taken and not kinds[kind](which) and outcome == "updated":
                reverting.report.left.append((spelled, "", _NO_HISTORY))
    return seen


def _revert_runs(job: SyncJob, told: dict[str, tuple[str, str, str]], names: set[str], reverting: Reverting) -> None:
    seen, wanted = set(), sorted(names)
    for start in range(0, len(wanted), BATCH):
        rows = RunSource.objects.filter(source=job.source, external_id_ci__in=wanted[start : start + BATCH]).order_by("run_id")
        for name, pk, key in list(rows.values_list("external_id_ci", "run_id", "run__course_key__text")):
            seen.add(name)
            spelled, _outcome, code = told[name]
            if code == "legacy_row" or pk is None:
                reverting.report.left.append((spelled, "", _LEGACY))
            elif not reverting.run(pk, key):
                reverting.report.left.append((key, "", _NO_HISTORY))
    reverting.report.left.extend((told[name][0], "", "its run has been deleted since") for name in wanted if name not in seen)


def _revert_missing(job: SyncJob, names: list[str], reverting: Reverting) -> None:
    until = job.ended_at or timezone.now()
    for start in range(0, len(names), BATCH):
        rows = RunSource.objects.filter(source=job.source, external_id_ci__in=names[start : start + BATCH])
        rows = rows.filter(missing_since__gte=job.started_at, missing_since__lte=until)
        reverting.report.restored.extend((name, "missing_since") for name in rows.values_list("external_id", flat=True))
        rows.update(missing_since=None)
