"""Taking back what a job has changed: read from the history what it made of each record, and give back what was before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.db import router
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from openedx_catalog import api as catalog
from openedx_catalog import keys
from openedx_catalog.api.for_contrib import locked_run
from openedx_catalog.data import SCHEDULE_FIELDS, UNSET
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib import dispatch
from openedx_catalog.lib.changes import Provenance
from openedx_catalog.lib.routing import reads_from_writer, rows_of
from openedx_catalog.lib.transactions import atomically, rolled_back
from openedx_catalog.lib.values import flag
from openedx_catalog.models_api import CatalogCourse, CourseRun, CourseSchedule

from ..data import PARTLY_TAKEN, PLACED, RevertReport
from ..exceptions import JobNotRevertible
from ..models import RunSource, Source, SourceRecord, SyncJob, SyncOutcome
from . import missing

__all__ = ["revert_sync"]

BATCH = 500
# ``{field: (what it was, what the job made of it)}``
Changes = dict[str, tuple[Any, Any]]


def made_by(change: str) -> Q:
    """The rows of a history that were written by a change, whatever the reason that was given for it."""
    return Q(history_change_reason=change) | Q(history_change_reason__startswith=f"{change}: ")


# What is brought back is compared with what is stored, and with a history that a replica may lack.
@reads_from_writer()
def revert_sync(job: SyncJob | int, *, reason: str = "", user: Any = None, dry_run: bool = False) -> RevertReport:
    """
    Give everything that a job has changed its former value again, unless somebody has changed it since.

    That is titles and schedules of runs and their external keys, titles of courses, names of organizations; of programs their
    values, status and organizations, their curricula with all that was put in, taken out, left out or reordered, costs and
    deadlines; and what was marked as missing is not. Programs, runs, courses and organizations that the job created stay. What
    cannot be brought back is in the report, with the reason. The next sync overwrites again what the source still says
    otherwise: correct the source, or pin the fields, first. Each record is one transaction, and doing it twice does no harm.
    A dry run does it all, in one transaction, and takes that back: it writes nothing, and reports what a real one does.
    Emits ``course_run.updated``, ``catalog_course.updated`` and ``program.updated``. Does not check permissions. Memory grows
    with what the job changed.

    Raises JobNotRevertible while it runs, of a preview, or where there is no history of anything that it changed;
    SyncJob.DoesNotExist.
    """
    found = SyncJob.objects.select_related("source").get(pk=job.pk if isinstance(job, SyncJob) else job)
    if found.dry_run:
        raise JobNotRevertible(job=found.pk, reason=_("it was a preview, which wrote nothing"))
    if found.status == SyncJob.Status.RUNNING:
        raise JobNotRevertible(job=found.pk, reason=_("it is running"))
    using = router.db_for_write(SyncJob)
    work = partial(_revert, found, reason, user)
    reverting = rolled_back(using, work) if flag("dry_run", dry_run) else work()
    report = reverting.report
    if report.left and not (reverting.found or report.restored or report.kept):
        raise JobNotRevertible(job=found.pk, reason=_("there is no history of what it changed"))
    if not dry_run:
        SyncJob.objects.filter(pk=found.pk).update(reverted_at=timezone.now())
    return report


def _revert(job: SyncJob, reason: str, user: Any) -> Reverting:
    reverting = Reverting(job, reason, user)
    with dispatch.coalescing():
        reverting.everything()
    return reverting


class Reverting:
    """
    One job that is taken back. `found` says whether anything of it is in the history.

    The functions for a kind of record return whether the job has changed anything of it, or it is clear why not.
    """

    def __init__(self, job: SyncJob, reason: str, user: Any) -> None:
        self.job = job
        self.provenance = Provenance(source=f"revert:{job.source.name}:{job.pk}", reason=reason, user=user)
        self.report = RevertReport([], [])
        self.found = False
        # What is unique, and may have changed hands: ``{program or course key: (record, before, made)}``. Restored together.
        self.slugs: dict[int, tuple[str, Any, Any]] = {}
        self.external_keys: dict[str, tuple[str, str, str]] = {}

    def everything(self) -> None:
        """All that the job has written down."""
        rows = SyncOutcome.objects.filter(job=self.job, outcome__in=("updated", "conflict", "missing")).order_by("pk")
        columns = ("external_id", "outcome", "code")
        listed = {keys.fold(row.external_id): row for row in rows.values_list(*columns, named=True)}
        others = self._others(listed)
        if self.slugs or self.external_keys:
            from ._reverting_programs import restore_addresses, restore_external_keys

            self.found = True
            restore_addresses(self)
            restore_external_keys(self)
        self._runs({name: row for name, row in listed.items() if row.outcome == "updated" and name not in others})
        self._missing([name for name, row in listed.items() if row.outcome == "missing" and name not in others])

    def _others(self, listed: dict[str, Any]) -> set[str]:
        """What is beside runs; returns the folded names of it. Only a discovery service has any."""
        kinds = {
            "program": self.program, "course": self.course, "organization": self.organization,
            "external_key": self.external_key,
        }  # fmt: skip
        others: set[str] = {name for name in listed if name.startswith("listing:")}
        for name in others:
            if listed[name].outcome == "updated":
                self.found = True
                self.leave(listed[name].external_id, _("what learners read stays as it is; edit it, if that was wrong"))
        if self.job.source.kind != Source.Kind.DISCOVERY:
            return others
        for name, row in listed.items():
            kind, _colon, which = row.external_id.partition(":")
            if kind in kinds and which:
                others.add(name)
                taken = row.outcome in ("updated", "missing") or row.code == PARTLY_TAKEN
                if row.outcome == "missing":
                    self._back(kind, which, row.external_id)
                if taken and not kinds[kind](which) and row.outcome == "updated":
                    self.leave(row.external_id, _("there is no history of what it was"))
        return others

    def _runs(self, listed: dict[str, Any]) -> None:
        names = sorted(listed)
        for start in range(0, len(names), BATCH):
            part = set(names[start : start + BATCH])
            rows = RunSource.objects.filter(source=self.job.source, external_id_ci__in=part).order_by("run_id")
            for name, pk, key in list(rows.values_list("external_id_ci", "run_id", "run__course_key__text")):
                part.remove(name)
                if listed[name].code == "legacy_row" or pk is None:
                    self.leave(listed[name].external_id, _("rows without a course key have no history"))
                    continue
                if placed := listed[name].code == PLACED:
                    # By then it may have come into programs there.
                    self.leave(key, _("it stays where it was placed; move it back, if that was wrong"), "catalog_course")
                if not self.run(pk, key) and not placed:
                    self.leave(key, _("there is no history of what it was"))
            for name in sorted(part):
                self.leave(listed[name].external_id, _("its run has been deleted since"))

    def _missing(self, names: list[str]) -> None:
        marked = (self.job.started_at, self.job.ended_at or timezone.now())
        for start in range(0, len(names), BATCH):
            rows = RunSource.objects.filter(source=self.job.source, external_id_ci__in=names[start : start + BATCH])
            rows = rows.filter(missing_since__range=marked)
            marked_rows = list(rows.values_list("pk", "external_id"))
            self.report.restored.extend((name, "missing_since") for _pk, name in marked_rows)
            again = RunSource.objects.filter(pk__in=[pk for pk, _name in marked_rows])
            write = partial(missing.mark, again, reason=self.job.provenance, missing_since=None)
            atomically(router.db_for_write(RunSource), write)

    def _back(self, kind: str, which: str, record: str) -> None:
        """What is no run, and was marked as missing by the job, is not any more."""
        marked = (self.job.started_at, self.job.ended_at or timezone.now())
        rows = SourceRecord.objects.filter(source=self.job.source, kind=kind, external_id_ci=keys.fold(which))
        if rows.filter(missing_since__range=marked).update(missing_since=None):
            self.report.restored.append((record, "missing_since"))

    def run(self, pk: int, key: str) -> bool:
        """A run's title and schedule."""
        changes = self.changes_of(CourseRun, ("title",), id=pk) | self.changes_of(CourseSchedule, SCHEDULE_FIELDS, run_id=pk)
        return self.restore(key, changes, partial(self._restore_run, key))

    def course(self, key: str) -> bool:
        """The title of a catalog course. Not its key: whatever came meanwhile has the one that it has now."""
        found, record = catalog.find_catalog_course(key_str=key), f"course:{key}"
        renamed = found is not None and bool(self.changes_of(CatalogCourse, ("org_id", "course_code"), id=found.pk))
        if renamed:
            self.found = True
            self.leave(record, _("it keeps the key that the source has given it; rename it, if that was wrong"), "course_code")
        return self._row(record, found, "title", catalog.update_catalog_course) or renamed

    def organization(self, code: str) -> bool:
        """The name of an organization."""
        found = catalog.find_organization_by_code(code)
        return self._row(f"organization:{code}", found, "name", catalog.update_organization)

    def program(self, uuid: str) -> bool:
        """A program's values, status, organizations and courses."""
        # Imported here, since the app need not be installed.
        from ._reverting_programs import revert_program

        return revert_program(self, uuid)

    def external_key(self, course_key: str) -> bool:
        """What a partner calls a run."""
        from ._reverting_programs import revert_external_key

        return revert_external_key(self, course_key)

    def leave(self, record: str, why: str, field: str = "") -> bool:
        """Report that something cannot be brought back."""
        self.report.left.append((record, field, why))
        return True

    def attempt(self, records: Sequence[str], field: str, write: Callable[[], Any]) -> None:
        """Write what is one step of several records; each is restored by it, or left where it is refused."""
        try:
            atomically(router.db_for_write(CourseRun), write)
        except CatalogError as error:
            for record in records:
                self.leave(record, str(error), field)
        else:
            self.report.restored.extend((record, field) for record in records)

    def changes_of(self, model: Any, fields: Sequence[str], **row: int) -> Changes:
        """What the job has changed of a row that was there before. {} where that is nothing, or nobody knows. Two queries."""
        history = rows_of(model.history.model).filter(**row)
        own = list(history.filter(made_by(self.job.provenance)).order_by("history_id"))
        if not own:
            return {}
        before = history.filter(history_id__lt=own[0].history_id).order_by("-history_id").first()
        if before is None and (own[0].history_type != "+" or model is not CourseSchedule):
            # It was created by the job, and stays; or somebody has cleaned the history.
            return {}
        # Before there was a schedule there were no dates.
        blank = {"pacing": ""}
        pairs = {name: (getattr(before, name) if before else blank.get(name), getattr(own[-1], name)) for name in fields}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

    def restore(self, record: str, changes: Changes, write: Callable[[Changes], set[str]]) -> bool:
        """
        Have `write` bring back all fields at once; where that is refused one by one, so that one does not keep the others.

        It returns the fields that it has brought back: not those that somebody has changed since.
        """
        if not changes:
            return False
        self.found = True
        try:
            restored = atomically(router.db_for_write(CourseRun), partial(write, changes))
        except CatalogError as error:
            if len(changes) == 1:
                return self.leave(record, str(error), *changes)
            for name, pair in changes.items():
                self.restore(record, {name: pair}, write)
            return True
        for name in changes:
            (self.report.restored if name in restored else self.report.kept).append((record, name))
        return True

    def _row(self, record: str, found: Any, field: str, update: Callable[..., Any]) -> bool:
        if found is None:
            return self.leave(record, _("it has been deleted since"))
        changes = self.changes_of(type(found), (field,), id=found.pk)
        return self.restore(record, changes, partial(self.restore_row, type(found), found.pk, update))

    def restore_row(self, model: Any, pk: int, update: Callable[..., Any], changes: Changes) -> set[str]:
        """Bring back the fields of a row that are still as the job made them, by a function of an API; returns these."""
        # Locked, so that what is compared here is what is overwritten.
        row = rows_of(model).select_for_update().get(pk=pk)
        same = {name: before for name, (before, made) in changes.items() if getattr(row, name) == made}
        if same:
            update(row, **same, **self.provenance)
        return set(same)

    def _restore_run(self, key: str, changes: Changes) -> set[str]:
        run = locked_run(key)
        schedule = CourseSchedule.objects.filter(run=run).first()
        now = {name: getattr(run if name == "title" else schedule, name, None) for name in changes}
        same = {name: before for name, (before, made) in changes.items() if now[name] == made}
        dates = {name: before for name, before in same.items() if name != "title"}
        if same:
            title = same.get("title", UNSET)
            catalog.update_course_run(key, title=title, schedule=dates or UNSET, **self.provenance)
        return set(same)
