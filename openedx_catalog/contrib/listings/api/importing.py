"""Listings from the lines of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.db import router
from django.utils.translation import gettext as _

from openedx_catalog.api import AssociationReport, RowOutcome
from openedx_catalog.api.for_contrib import Written, course_named, import_rows
from openedx_catalog.data import RowChange
from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.lib.changes import Change

from ..data import ListingRecord
from ..models import CourseListing
from .listings import set_course_listing
from .reading import find_course_listing


def import_course_listings(
    records: Iterable[ListingRecord],
    *,
    dry_run: bool = False,
    on_row: Callable[[RowOutcome], Any] | None = None,
    on_change: Callable[[RowChange], Any] | None = None,
    on_progress: Callable[[int], Any] = lambda records: None,
    **provenance: Any,
) -> AssociationReport:
    """
    `set_course_listing` for the lines of a file.

    Each is written in a transaction of its own; a record that is refused is a problem of the report, and keeps no other out.
    `on_progress` is called with how many more are done, `on_row` and `on_change` after the last one. A dry run reports the
    same and writes nothing. Raises InvalidRequest (provenance).
    """
    Change(**provenance)
    told: dict[str, Any] = {"on_row": on_row, "on_change": on_change, "on_progress": on_progress}
    using = router.db_for_write(CourseListing)
    return import_rows(
        records, partial(_write, provenance=provenance), using=using, key="catalog_course", dry_run=dry_run, **told
    )  # fmt: skip


def listing_values(row: CourseListing | None) -> dict[str, Any]:
    """What a `ListingRecord` says of a stored listing; of none nothing."""
    if row is None:
        return {}
    names = [name for name in ListingRecord._fields if name not in ("catalog_course", "subjects", "owners", "level", "line")]
    found = {name: getattr(row, name) for name in names}
    owners = [link.organization.short_name for link in row.owner_rows.all()]
    parts = {"subjects": [each.slug for each in row.subjects], "level": row.level and row.level.slug, "owners": owners}
    return {**found, **parts}


def _write(record: ListingRecord, provenance: Any) -> Written:
    if not isinstance(record, ListingRecord):
        raise InvalidRequest(reason=_("Expected a ListingRecord, got %(type)s.") % {"type": type(record).__name__})
    course = course_named(record.catalog_course)
    before = listing_values(find_course_listing(course))
    set_course_listing(course, **record.given(), **provenance)
    after = listing_values(find_course_listing(course))
    changes = [(name, before[name], after[name]) for name in before if before[name] != after[name]]
    return Written(course.key_str, not before, changes)
