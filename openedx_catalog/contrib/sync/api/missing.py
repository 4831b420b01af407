"""Which sources do not list a run any more, for whoever looks at the run: not listed to us is not gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from openedx_catalog.api.for_contrib import record_shown_changes
from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.texts import utc
from openedx_catalog.models_api import CourseRun

from ..data import NotListed
from ..models import RunSource, Source, SourceRecord

__all__ = ["count_missing", "missing_from", "not_listed", "remarks_on_run"]


Runs = TypeVar("Runs", bound=QuerySet[CourseRun])


def missing_from(course_run_ids: Sequence[int]) -> dict[int, list[NotListed]]:
    """``{id of a run: where it is not listed any more}``, by source; runs that all their sources list are absent. One query."""
    found: dict[int, list[NotListed]] = defaultdict(list)
    rows = RunSource.objects.filter(run__in=list(course_run_ids), missing_since__isnull=False).order_by("source__name", "pk")
    listed: Any = rows.values_list("run_id", "source__name", "missing_since")
    for run, source, since in listed:
        found[run].append(NotListed(source, since))
    return dict(found)


def not_listed(runs: Runs) -> Runs:
    """Those of some runs that a source does not list any more."""
    # Named one by one, they are found by the index of each.
    sources = list(Source.objects.values_list("pk", flat=True))
    marked = RunSource.objects.filter(source__in=sources, missing_since__isnull=False, run__isnull=False)
    return runs.filter(pk__in=marked.order_by().values("run"))


def count_missing(source: Source) -> tuple[int, int]:
    """How many runs, and how many records beside them, a source does not list any more. Two queries."""
    runs = RunSource.objects.filter(source=source, missing_since__isnull=False).count()
    return runs, SourceRecord.objects.filter(source=source, missing_since__isnull=False).count()


def mark(rows: QuerySet[RunSource], *, reason: str, **values: Any) -> None:
    """
    Say of rows that their source does not list them any more, or does again. Their runs, which show that, are dated, and
    ``course_run.updated`` is recorded of each. Call it in a transaction.
    """
    runs = list(rows.filter(run__isnull=False).values_list("run_id", flat=True))
    rows.update(**values)
    record_shown_changes(runs, reason=reason)


def remarks_on_run(course_run_id: int, viewer: Any) -> list[str]:
    """The same in words, for users who may see which source has which run. One query."""
    if not permissions.can_view(viewer, RunSource):
        return []
    text = _(
        "The source %(source)s has not listed this run since %(since)s. It may be gone, or hidden from the user as whom it "
        "is asked."
    )
    return [
        text % {"source": each.source, "since": utc(each.since)}
        for each in missing_from([course_run_id]).get(course_run_id, ())
    ]
