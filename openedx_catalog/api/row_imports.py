"""Rows of a file that are written one by one: what becomes of each, and of the values that it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple, Unpack

from django.core.exceptions import ObjectDoesNotExist
from django.db import router
from django.utils.translation import gettext as _

from .. import keys
from ..data import AssociationReport, CatalogCourseRecord, RowChange, RowOutcome, RowProblem
from ..exceptions import CatalogConflict, CatalogError, InvalidRequest, RetryableConflict
from ..lib import texts
from ..lib.changes import Change, Provenance
from ..lib.routing import reads_from_writer
from ..lib.transactions import rolled_back
from ..models import CatalogCourse
from . import lookup
from ._requests import BLANK, NONE
from .catalog_courses import create_catalog_course, update_catalog_course


class Written(NamedTuple):
    """What became of one row: what it is about, whether that is new, and which values it has changed: (name, before, after)."""

    key: str
    created: bool
    changes: list[tuple[str, Any, Any]]


def given_values(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """The values of a row that say something; ``none`` is None. Not asked of titles, which may be that word."""
    values = {name: getattr(row, name) for name in names}
    return {name: None if value == NONE else value for name, value in values.items() if value not in BLANK}


@reads_from_writer()
def import_rows(
    rows: Iterable[Any],
    write: Callable[[Any], Written],
    *,
    using: str,
    key: str,
    dry_run: bool,
    on_row: Callable[[RowOutcome], Any] | None,
    on_change: Callable[[RowChange], Any] | None,
    on_progress: Callable[[int], Any] = lambda rows: None,
) -> AssociationReport:
    """
    Write rows, each in a transaction of its own, so that one that is refused keeps no other out; a dry run writes none.

    `write` takes a row and writes it. `key` is the attribute that a row which is refused is called by. Rows have a `line`.
    `on_progress` is called with how many more are done.
    """
    given = list(lookup.several(rows, field="records"))
    work = partial(_write_all, given, write, key, dry_run, on_progress)
    report, outcomes, changes = rolled_back(using, work) if dry_run else work()
    for outcome in outcomes if on_row else ():
        on_row(outcome)  # type: ignore[misc]
    for change in changes if on_change else ():
        on_change(change)  # type: ignore[misc]
    return report


def _write_all(
    rows: list[Any], write: Callable[[Any], Written], key: str, dry_run: bool, on_progress: Callable[[int], Any]
) -> tuple[AssociationReport, list[RowOutcome], list[RowChange]]:
    report, outcomes, changes = AssociationReport(), [], []
    for row in rows:
        try:
            done = write(row)
        except (CatalogError, ObjectDoesNotExist) as error:
            if dry_run and isinstance(error, RetryableConflict):
                # The transaction around all of them is over.
                raise
            name = texts.shorten(getattr(row, key, row) or "")
            outcome = "conflict" if isinstance(error, CatalogConflict) else "invalid"
            report.problems.append(
                RowProblem(getattr(row, "line", 0), name, outcome, getattr(error, "code", "not_found"), str(error))
            )
        else:
            name, outcome = done.key, "created" if done.created else "updated" if done.changes else "unchanged"
            changes += [RowChange(row.line, name, *change) for change in done.changes]
        report.outcomes[outcome] += 1
        outcomes.append(RowOutcome(getattr(row, "line", 0), name, outcome))
        on_progress(1)
    return report, outcomes, changes


def import_catalog_courses(
    records: Iterable[CatalogCourseRecord],
    *,
    dry_run: bool = False,
    on_row: Callable[[RowOutcome], Any] | None = None,
    on_change: Callable[[RowChange], Any] | None = None,
    **provenance: Unpack[Provenance],
) -> AssociationReport:
    """
    Create the catalog courses of a file, and change title and language of those that are there, also under a former key.

    All records are read first; each is written in a transaction of its own, by a handful of statements. A record that is
    refused is a problem of the report (``invalid``, or ``conflict`` where other rows stand in its way), and no other is kept
    out by it. After the last one `on_row` is called with each outcome, then `on_change` with each value that has changed. A dry
    run reports the same, and writes nothing. Emits ``catalog_course.created`` and ``.updated``. Does not check permissions.

    Raises InvalidRequest (provenance).
    """
    # What is wrong with these would be wrong with every row.
    Change(**provenance)
    write = partial(_write_course, provenance=provenance)
    using = router.db_for_write(CatalogCourse)
    return import_rows(
        records, write, using=using, key="catalog_course", dry_run=dry_run, on_row=on_row, on_change=on_change
    )  # fmt: skip


def _write_course(record: CatalogCourseRecord, provenance: Any) -> Written:
    if not isinstance(record, CatalogCourseRecord):
        raise InvalidRequest(reason=_("Expected a CatalogCourseRecord, got %(type)s.") % {"type": type(record).__name__})
    org_code, course_code = keys.parse_catalog_key(record.catalog_course)
    language = given_values(record, ["language"])
    try:
        course = lookup.course_named(record.catalog_course)
    except CatalogCourse.DoesNotExist:
        given = {"title": record.title or "", **{name: value or "" for name, value in language.items()}}
        made = create_catalog_course(org_code=org_code, course_code=course_code, **given, **provenance)
        return Written(made.key_str, True, [])
    before = {"title": course.title, "language": course.language}
    update_catalog_course(course, title=record.title or None, **language, **provenance)
    changes = [(name, old, new) for name, old in before.items() if (new := getattr(course, name)) != old]
    return Written(course.key_str, False, changes)
