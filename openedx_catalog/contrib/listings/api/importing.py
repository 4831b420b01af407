"""Listings from the lines of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import router
from django.utils.translation import gettext as _

from openedx_catalog.api import AssociationReport, RowOutcome, get_course_run
from openedx_catalog.api.for_contrib import Written, course_named, import_rows
from openedx_catalog.data import RowChange
from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.lib.changes import Change

from ..data import CourseRunListingRecord, ListingRecord
from ..models import CourseListing, CourseRunListing
from .listings import set_course_listing, set_course_run_listing
from .reading import find_course_listing, find_course_run_listing


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
    told = {"on_row": on_row, "on_change": on_change, "on_progress": on_progress}
    return _import(_COURSES, records, provenance, dry_run=dry_run, **told)


def import_course_run_listings(
    records: Iterable[CourseRunListingRecord],
    *,
    dry_run: bool = False,
    on_row: Callable[[RowOutcome], Any] | None = None,
    on_change: Callable[[RowChange], Any] | None = None,
    on_progress: Callable[[int], Any] = lambda records: None,
    **provenance: Any,
) -> AssociationReport:
    """`set_course_run_listing` for the lines of a file, as `import_course_listings`."""
    told = {"on_row": on_row, "on_change": on_change, "on_progress": on_progress}
    return _import(_RUNS, records, provenance, dry_run=dry_run, **told)


def listing_values(row: CourseListing | CourseRunListing | None) -> dict[str, Any]:
    """What the record of a file says of a stored listing; of none nothing."""
    if row is None:
        return {}
    if isinstance(row, CourseRunListing):
        return {name: getattr(row, name) for name in CourseRunListingRecord._fields[1:-1]}
    owners = [link.organization.short_name for link in row.owner_rows.all()]
    parts = {"subjects": [each.slug for each in row.subjects], "level": row.level and row.level.slug, "owners": owners}
    return {name: parts[name] if name in parts else getattr(row, name) for name in ListingRecord._fields[1:-1]}


class _Kind(NamedTuple):
    """What the lines of a file are about: what the key of a record names, how that is called, and its listing."""

    record: Any
    model: Any
    named: Callable[[Any], Any]
    called: Callable[[Any], str]
    find: Callable[[Any], Any]
    store: Callable[..., Any]


def _key_of_run(name: Any) -> Any:
    return get_course_run(name).course_key


_COURSES = _Kind(ListingRecord, CourseListing, course_named, attrgetter("key_str"), find_course_listing, set_course_listing)
_RUNS = _Kind(CourseRunListingRecord, CourseRunListing, _key_of_run, str, find_course_run_listing, set_course_run_listing)


def _import(kind: _Kind, records: Iterable[Any], provenance: dict[str, Any], **how: Any) -> AssociationReport:
    Change(**provenance)
    write = partial(_write, kind, provenance=provenance)
    return import_rows(records, write, using=router.db_for_write(kind.model), key=kind.record._fields[0], **how)


def _write(kind: _Kind, record: Any, provenance: dict[str, Any]) -> Written:
    if not isinstance(record, kind.record):
        facts = {"expected": kind.record.__name__, "type": type(record).__name__}
        raise InvalidRequest(reason=_("Expected a record of type %(expected)s, got %(type)s.") % facts)
    owner = kind.named(record[0])
    before = listing_values(kind.find(owner))
    kind.store(owner, **record.given(), **provenance)
    after = listing_values(kind.find(owner))
    changes = [(name, before[name], after[name]) for name in before if before[name] != after[name]]
    return Written(kind.called(owner), not before, changes)
