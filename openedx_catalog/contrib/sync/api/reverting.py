"""Taking back what a job has changed."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from openedx_catalog import keys
from openedx_catalog.lib.routing import reads_from_writer

from ..data import RevertReport
from ..exceptions import JobNotRevertible
from ..models import RunSource, Source, SyncJob, SyncOutcome
from ._outcomes import PARTLY_TAKEN
from ._reverting import BATCH, Reverting

__all__ = ["revert_sync"]


class _Listed(NamedTuple):
    """What a job has written down of one record."""

    name: str
    outcome: str
    code: str


# What is brought back is compared with what is stored, and with a history that a replica may lack.
@reads_from_writer()
def revert_sync(job: SyncJob | int, *, reason: str = "", user: Any = None) -> RevertReport:
    """
    Give everything that a job has changed its former value again, unless somebody has changed it since.

    That is titles and schedules of runs, titles of courses, names of organizations; of programs their values, status,
    organizations, and the courses that were added; and what was marked as missing is not. What the job created stays. What
    cannot be brought back is in the report, with the reason. The next sync overwrites again what the source still says
    otherwise: correct the source, or pin the fields, first. Each record is one transaction, and doing it twice does no harm.
    Emits ``course_run.updated``, ``catalog_course.updated`` and ``program.updated``. Does not check permissions. Memory grows
    with what the job changed.

    Raises JobNotRevertible while it runs, or where there is no history of anything that it changed; SyncJob.DoesNotExist.
    """
    found = SyncJob.objects.select_related("source").get(pk=job.pk if isinstance(job, SyncJob) else job)
    if found.status == SyncJob.Status.RUNNING:
        raise JobNotRevertible(job=found.pk, reason=_("it is running"))
    reverting = Reverting(found, reason, user)
    _revert(reverting)
    report = reverting.report
    if report.left and not (reverting.found or report.restored or report.kept):
        raise JobNotRevertible(job=found.pk, reason=_("there is no history of what it changed"))
    SyncJob.objects.filter(pk=found.pk).update(reverted_at=timezone.now())
    return report


def _revert(reverting: Reverting) -> None:
    rows = SyncOutcome.objects.filter(job=reverting.job, outcome__in=("updated", "conflict", "missing")).order_by("pk")
    listed = {keys.fold(row[0]): _Listed(*row) for row in rows.values_list("external_id", "outcome", "code")}
    others = _revert_others(reverting, listed)
    _revert_runs(reverting, {name: row for name, row in listed.items() if row.outcome == "updated" and name not in others})
    _revert_missing(reverting, [name for name, row in listed.items() if row.outcome == "missing"])


def _revert_others(reverting: Reverting, listed: dict[str, _Listed]) -> set[str]:
    """What is beside runs; returns the folded names of it. Only such a source has any."""
    kinds = {"program": _revert_program, "course": Reverting.course, "organization": Reverting.organization}
    others: set[str] = set()
    if reverting.job.source.kind != Source.Kind.DISCOVERY:
        return others
    for name, row in listed.items():
        kind, _colon, which = row.name.partition(":")
        if kind in kinds and which:
            others.add(name)
            taken = row.outcome == "updated" or row.code == PARTLY_TAKEN
            if taken and not kinds[kind](reverting, which) and row.outcome == "updated":
                reverting.leave(row.name, _("there is no history of what it was"))
    return others


def _revert_program(reverting: Reverting, uuid: str) -> bool:
    # Imported here, since the app need not be installed.
    from ._reverting_programs import revert_program

    return revert_program(reverting, uuid)


def _revert_runs(reverting: Reverting, listed: dict[str, _Listed]) -> None:
    names = sorted(listed)
    for start in range(0, len(names), BATCH):
        part = set(names[start : start + BATCH])
        rows = RunSource.objects.filter(source=reverting.job.source, external_id_ci__in=part).order_by("run_id")
        for name, pk, key in list(rows.values_list("external_id_ci", "run_id", "run__course_key__text")):
            part.remove(name)
            if listed[name].code == "legacy_row" or pk is None:
                reverting.leave(listed[name].name, _("rows without a course key have no history"))
            elif not reverting.run(pk, key):
                reverting.leave(key, _("there is no history of what it was"))
        for name in sorted(part):
            reverting.leave(listed[name].name, _("its run has been deleted since"))


def _revert_missing(reverting: Reverting, names: list[str]) -> None:
    job = reverting.job
    marked = (job.started_at, job.ended_at or timezone.now())
    for start in range(0, len(names), BATCH):
        rows = RunSource.objects.filter(source=job.source, external_id_ci__in=names[start : start + BATCH])
        rows = rows.filter(missing_since__range=marked)
        reverting.report.restored.extend((name, "missing_since") for name in rows.values_list("external_id", flat=True))
        rows.update(missing_since=None)
