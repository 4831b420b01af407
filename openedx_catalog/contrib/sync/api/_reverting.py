"""What a job made of each record, read from the history, and how a record gets its former values back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.db import router
from django.utils.translation import gettext as _

from openedx_catalog import api as catalog
from openedx_catalog.api.for_contrib import locked_run
from openedx_catalog.data import SCHEDULE_FIELDS
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib.changes import Provenance
from openedx_catalog.lib.routing import rows_of
from openedx_catalog.lib.transactions import atomically
from openedx_catalog.models_api import CourseRun, CourseSchedule

from ..data import RevertReport
from ..models import SyncJob

__all__ = ["BATCH", "Changes", "Reverting"]

BATCH = 500
# ``{field: (what it was, what the job made of it)}``
Changes = dict[str, tuple[Any, Any]]


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

    def run(self, pk: int, key: str) -> bool:
        """A run's title and schedule."""
        changes = self.changes_of(CourseRun, ("title",), id=pk) | self.changes_of(CourseSchedule, SCHEDULE_FIELDS, run_id=pk)
        return self.restore(key, changes, partial(self._restore_run, key))

    def course(self, key: str) -> bool:
        """The title of a catalog course."""
        return self._row(f"course:{key}", catalog.find_catalog_course(key_str=key), "title", catalog.update_catalog_course)

    def organization(self, code: str) -> bool:
        """The name of an organization."""
        found = catalog.find_organization_by_code(code)
        return self._row(f"organization:{code}", found, "name", catalog.update_organization)

    def leave(self, record: str, why: str, field: str = "") -> bool:
        """Report that something cannot be brought back."""
        self.report.left.append((record, field, why))
        return True

    def changes_of(self, model: Any, fields: Sequence[str], **row: int) -> Changes:
        """What the job has changed of a row that was there before. {} where that is nothing, or nobody knows. Two queries."""
        history = rows_of(model.history.model).filter(**row)
        own = list(history.filter(history_change_reason=self.job.provenance).order_by("history_id"))
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

    def deleted(self, record: str) -> bool:
        """Report that a record is not there any more."""
        return self.leave(record, _("it has been deleted since"))

    def _row(self, record: str, found: Any, field: str, update: Callable[..., Any]) -> bool:
        if found is None:
            return self.deleted(record)
        changes = self.changes_of(type(found), (field,), id=found.pk)
        return self.restore(record, changes, partial(self._restore_row, type(found), found.pk, update))

    def _restore_row(self, model: Any, pk: int, update: Callable[..., Any], changes: Changes) -> set[str]:
        # Locked, so that what is compared here is what is overwritten.
        row = rows_of(model).select_for_update().get(pk=pk)
        same = {name: before for name, (before, made) in changes.items() if getattr(row, name) == made}
        if same:
            update(row, **same, **self.provenance)
        return set(same)

    def _restore_run(self, key: str, changes: Changes) -> set[str]:
        run = locked_run(key)
        schedule = CourseSchedule.objects.filter(run=run).first()
        same: dict[str, Any] = {}
        for name, (before, made) in changes.items():
            if getattr(run if name == "title" else schedule, name, None) == made:
                same[name] = before
        values: dict[str, Any] = {"title": same["title"]} if "title" in same else {}
        if dates := {name: value for name, value in same.items() if name != "title"}:
            values["schedule"] = dates
        if values:
            catalog.update_course_run(key, **values, **self.provenance)
        return set(same)
