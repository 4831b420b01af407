"""
Runs of other platforms (``canvas-8812``): records of a source that have no course key, and need none.

A source keeps them like its other runs, marks them when it does not list them any more, and they may be given a catalog course.
They are no course runs: nobody can be enrolled in them here. `legacy.give_course_key` makes one of a record that is a run of
this platform after all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Unpack

from django.db import router
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from openedx_catalog.api.for_contrib import CourseName, course_named
from openedx_catalog.data import RunElsewhere
from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.lib import feed
from openedx_catalog.lib.changes import Change, Provenance, store_changes
from openedx_catalog.lib.transactions import writes_to
from openedx_catalog.models_api import CatalogCourse

from ..models import RunSource

__all__ = ["follow_merged_courses", "get_external_runs", "link_external_run", "runs_elsewhere"]


def get_external_runs(*, catalog_course: CourseName | None = None) -> QuerySet[RunSource]:
    """
    All records without a course key, or those of a catalog course; source and course (with organization) joined, by id.

    Lazy: one query when it is read. Raises CatalogCourse.DoesNotExist, InvalidCatalogKey, InvalidRequest.
    """
    rows = RunSource.objects.filter(run=None).select_related("source", "catalog_course__org").order_by("external_id_ci", "pk")
    return rows if catalog_course is None else rows.filter(catalog_course=course_named(catalog_course))


@writes_to(RunSource)
def link_external_run(run_source: RunSource, catalog_course: CourseName | None, **provenance: Unpack[Provenance]) -> RunSource:
    """
    Say of which catalog course a run of another platform is a run; None takes it back. Returns the row as it is then.

    A sync does not change what is said here. The change feed names the course, since programs show its runs. Does not check
    permissions; emits nothing.

    Raises InvalidRequest where the record is a course run of this platform, which says itself what it belongs to;
    RunSource.DoesNotExist, CatalogCourse.DoesNotExist, InvalidCatalogKey.
    """
    row = RunSource.objects.select_for_update().get(pk=run_source.pk)
    if row.run_id is not None:
        reason = _("%(name)r is a course run of this platform: move the run instead.") % {"name": row.external_id}
        raise InvalidRequest(reason=reason)
    before = row.catalog_course
    wanted = None if catalog_course is None else course_named(catalog_course)
    if store_changes(row, {"catalog_course": wanted}, Change(**provenance)):
        feed.write(map(_changed, filter(None, (before, wanted))), using=router.db_for_write(RunSource))
    return row


def follow_merged_courses(merged: CatalogCourse, into: CatalogCourse, change: Change) -> None:
    """Give what was linked to a course that goes to the one that stays. Called by the core in the transaction of the merge."""
    because = change.because(f"{merged.key_str} was merged into {into.key_str}")
    for row in RunSource.objects.filter(catalog_course=merged).order_by("pk").select_for_update():
        store_changes(row, {"catalog_course": into}, because)


def runs_elsewhere(catalog_course_ids: Sequence[int]) -> dict[int, list[RunElsewhere]]:
    """The runs of other platforms that sources list of these courses: ``{id of the course: runs by id}``. One query."""
    found: dict[int, list[RunElsewhere]] = defaultdict(list)
    rows = RunSource.objects.filter(run=None, catalog_course__in=list(catalog_course_ids), missing_since=None)
    columns = ("catalog_course_id", "source__name", "external_id", "row")
    for course, source, name, row in rows.order_by("external_id_ci", "pk").values_list(*columns):
        found[course].append(RunElsewhere(source, name, str((row or {}).get("title") or "")))
    return dict(found)


def _changed(course: CatalogCourse) -> feed.Entry:
    return feed.Entry("catalog_course", course.uuid and str(course.uuid), course.key_str, "updated")
