"""The values of working copies and of what learners read, in one form, and which of them differ."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from organizations.models import Organization

from openedx_catalog.contrib.listings.models_api import (
    CourseListing,
    CourseListingOwner,
    CourseListingSubject,
    CourseRunListing,
    Level,
    Subject,
)
from openedx_catalog.lib.routing import rows_of
from openedx_catalog.models_api import CatalogCourse, CourseRun

from .. import fields
from ..data import Difference
from ..fields import Kind
from ..models import CourseRestriction, CourseRunWorkingCopy, CourseWorkingCopy, WorkingCopyOwner, WorkingCopySubject

# By the names of fields: subjects by slug, owners by short name, a level by its slug, an image by the name of its file.
Values = dict[str, Any]
_NAMED: Any = {"subjects": (Subject, "slug"), "level": (Level, "slug"), "owners": (Organization, "short_name")}
LEGAL = [name for name, kind in fields.COURSE.items() if kind is Kind.LEGAL]


def kinds_of(copy: Any) -> dict[str, Kind]:
    """What becomes of the columns of a working copy, of a course or of a run."""
    return fields.RUN if isinstance(copy, CourseRunWorkingCopy) else fields.COURSE


def of_courses(courses: Iterable[CatalogCourse]) -> dict[int, Values]:
    """What learners read of courses, by their ids. Four queries at most, whatever their number."""
    titles = {course.pk: course.title for course in courses}
    rows = CourseListing.objects.select_related("level").filter(catalog_course__in=list(titles))
    listings = {row.catalog_course_id: row for row in rows}
    links = _linked((CourseListingSubject, CourseListingOwner), [row.pk for row in listings.values()])
    restrictions = {row.catalog_course_id: row for row in CourseRestriction.objects.filter(catalog_course__in=list(titles))}
    found = {}
    for pk, title in titles.items():
        listing, restriction = listings.get(pk) or CourseListing(), restrictions.get(pk) or CourseRestriction()
        legal = {name: getattr(restriction, name) for name in LEGAL}
        found[pk] = _values(listing, fields.COURSE, {"title": title, **legal, **links[listing.pk]})
    return found


def of_runs(runs: Iterable[CourseRun]) -> dict[int, Values]:
    """What learners read of runs, by their ids. A query, and one for each schedule that is not joined."""
    known = {run.pk: run for run in runs}
    listings = {row.run_id: row for row in CourseRunListing.objects.filter(run__in=list(known))}
    found = {}
    for pk, run in known.items():
        schedule = getattr(run, "schedule", None)
        dates = {name: getattr(schedule, name, None) for name in fields.SCHEDULE}
        others = {"title": run.title, **dates, "pacing": dates["pacing"] or ""}
        found[pk] = _values(listings.get(pk) or CourseRunListing(), fields.RUN, others)
    return found


def of_copies(copies: Iterable[Any]) -> dict[int, Values]:
    """What working copies say, all of courses or all of runs, by their ids. Two queries for courses, none for runs."""
    rows = list(copies)
    links = _linked((WorkingCopySubject, WorkingCopyOwner), [row.pk for row in rows if isinstance(row, CourseWorkingCopy)])
    return {row.pk: _values(row, kinds_of(row), links[row.pk]) for row in rows}


def compared(copy: Any) -> tuple[Values, Values]:
    """What a working copy of a course or of a run says, and what learners read."""
    if isinstance(copy, CourseRunWorkingCopy):
        return of_copies([copy])[copy.pk], of_runs([copy.run])[copy.run_id]
    return of_copies([copy])[copy.pk], of_courses([copy.catalog_course])[copy.catalog_course_id]


def rows_named(said: Iterable[Values]) -> dict[str, dict[str, Any]]:
    """
    The rows that values name, as far as they are there: ``{"subjects": {slug: row}, "level": …, "owners": {short name: row}}``.
    Three queries at most.
    """
    found, values = {}, list(said)
    for name, (model, column) in _NAMED.items():
        given = [each.get(name) or [] for each in values]
        wanted = {part for parts in given for part in ([parts] if isinstance(parts, str) else parts)}
        rows = rows_of(model).filter(**{f"{column}__in": sorted(wanted)})
        found[name] = {getattr(row, column): row for row in rows}
    return found


def digests(values: Mapping[str, Any]) -> dict[str, str]:
    """What a copy keeps of the values that it was made of: enough to tell whether one was changed since."""
    return {name: _digest(value) for name, value in values.items()}


def outdated(copy: Any, copied: Values, official: Values) -> Values:
    """
    The values of what learners read that a copy is to follow: they were changed there, and nobody has changed them in the copy.
    """
    taken = copy.taken_from
    return {
        name: official[name]
        for name, value in copied.items()
        if value != official[name] and _digest(value) == taken.get(name) != _digest(official[name])
    }


def differences(copy: Any, copied: Values, official: Values) -> Iterator[Difference]:
    """What would change if a copy were published now."""
    kinds, following = kinds_of(copy), outdated(copy, copied, official)
    run = str(copy.run.course_key) if isinstance(copy, CourseRunWorkingCopy) else ""
    for name, value in copied.items():
        if value != official[name] and name not in following:
            overwriting = copy.taken_from.get(name) != _digest(official[name])
            needs_review = kinds[name] is Kind.REVIEWED
            yield Difference(name, _label(copy, name), official[name], value, needs_review, overwriting, run)


def _values(row: Any, kinds: Mapping[str, Kind], others: Mapping[str, Any]) -> Values:
    return {name: others[name] if name in others else _value(row, name) for name in fields.published(kinds)}


def _value(row: Any, name: str) -> Any:
    if name == "level":
        return row.level.slug if row.level_id else None
    value = getattr(row, name)
    return (value.name or "") if name == "image" else value


def _linked(links: tuple[Any, Any], pks: list[int]) -> Mapping[int | None, Values]:
    """The subjects and owners of rows, in order, by the id of each. Never what was prefetched: it may have changed since."""
    found: dict[int | None, Values] = defaultdict(lambda: {"subjects": [], "owners": []})
    for model, name in zip(links, ("subjects", "owners"), strict=True):
        holder, end = model.ends
        rows = rows_of(model).filter(**{f"{holder}__in": pks}).order_by("position", "pk")
        for pk, value in rows.values_list(f"{holder}_id", f"{end}__{_NAMED[name][1]}"):
            found[pk][name].append(value)
    return found


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, default=str, sort_keys=True).encode()).hexdigest()[:16]


def _label(copy: Any, name: str) -> str:
    links: dict[str, Any] = {"subjects": WorkingCopySubject.subject, "owners": WorkingCopyOwner.organization}
    field = links[name].field if name in links else copy._meta.get_field(name)
    return str(field.verbose_name)
