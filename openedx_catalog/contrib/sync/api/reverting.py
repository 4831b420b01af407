"""Taking back what a job overwrote."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import router
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog import keys
from openedx_catalog.api.for_contrib import atomically, locked_run
from openedx_catalog.data import SCHEDULE_FIELDS
from openedx_catalog.models_api import CourseRun, CourseSchedule

from ..data import RevertReport
from ..exceptions import JobNotRevertible
from ..models import RunSource, SyncJob, SyncOutcome

__all__ = ["revert_sync"]


def revert_sync(job: SyncJob | int, *, reason: str = "", user: Any = None) -> RevertReport:
    """
    Give every value that a job has overwritten its former one again, unless somebody has changed it since.

    What the job created stays, and what it marked as missing too. The next sync overwrites again what the source still says
    otherwise: mend the source, or pin the fields, first. Each run is one transaction, and doing it twice does no harm. Emits
    ``course_run.updated``. Does not check permissions. Memory grows with what the job changed.

    Raises JobNotRevertible while it runs, or where there is no history of it; SyncJob.DoesNotExist.
    """
    found = SyncJob.objects.select_related("source").get(pk=job.pk if isinstance(job, SyncJob) else job)
    return _reverted(found, reason, user)


def _reverted(job: SyncJob, reason: str, user: Any) -> RevertReport:
    if job.status == SyncJob.Status.RUNNING:
        raise JobNotRevertible(job=job.pk, reason="it is running")
    changed = SyncOutcome.objects.filter(job=job, outcome="updated").values_list("external_id", flat=True)
    names = {keys.fold(name) for name in changed}
    rows = RunSource.objects.filter(source=job.source, external_id_ci__among=sorted(names)).exclude(run=None).order_by("run_id")
    report = RevertReport([], [])
    using, found = router.db_for_write(CourseRun), False
    for pk, key in rows.values_list("run_id", "run__course_key__text"):
        wanted = _overwritten(CourseRun, {"id": pk}, ("title",), job) | _overwritten(
            CourseSchedule, {"run_id": pk}, SCHEDULE_FIELDS, job
        )
        found |= bool(wanted)
        for name, before in atomically(using, partial(_restore, key, wanted, job, reason, user)).items():
            (report.kept if before is _KEPT else report.restored).append((key, name))
    if not found and rows.exists():
        raise JobNotRevertible(job=job.pk, reason="there is no history of what it changed")
    SyncJob.objects.filter(pk=job.pk).update(reverted_at=timezone.now())
    return report


def _overwritten(model: Any, where: dict[str, int], fields: tuple[str, ...], job: SyncJob) -> dict[str, tuple[Any, Any]]:
    """``{field: (what it was, what the job made of it)}``. Two queries."""
    history = model.history.filter(**where)
    own = list(history.filter(history_change_reason=job.change_source).order_by("history_id"))
    if not own:
        return {}
    before = history.filter(history_id__lt=own[0].history_id).order_by("-history_id").first()
    if before is None and own[0].history_type != "+":
        # Somebody has cleaned the history: what it was, nobody knows.
        return {}
    blank = {"pacing": ""}
    pairs = {name: (getattr(before, name) if before else blank.get(name), getattr(own[-1], name)) for name in fields}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


_KEPT = object()


def _restore(key: str, wanted: dict[str, tuple[Any, Any]], job: SyncJob, reason: str, user: Any) -> dict[str, Any]:
    """``{field: its former value}``, or _KEPT where somebody has changed it since."""
    run = locked_run(key)
    schedule = CourseSchedule.objects.filter(run=run).first()
    current = {name: getattr(run if name == "title" else schedule, name, None) for name in wanted}
    restored = {name: before for name, (before, made) in wanted.items() if current[name] == made}
    values: dict[str, Any] = {name: value for name, value in restored.items() if name != "title"}
    if restored:
        given: dict[str, Any] = {"title": restored["title"]} if "title" in restored else {}
        if values:
            given["schedule"] = values
        catalog.update_course_run(key, **given, source=f"revert:{job.source.name}:{job.pk}", reason=reason, user=user)
    return {name: restored.get(name, _KEPT) for name in wanted}
