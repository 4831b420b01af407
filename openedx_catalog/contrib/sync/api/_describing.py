"""What a source says that learners read, where contrib.listings keeps it: of runs, and of courses, as records of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

import attrs
from django.core.exceptions import ObjectDoesNotExist
from django.db import router
from django.utils.translation import gettext as _

from openedx_catalog import api as catalog
from openedx_catalog import keys
from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.listings.models_api import CourseListing, CourseRunListing
from openedx_catalog.data import RowOutcome, RowProblem
from openedx_catalog.exceptions import CatalogError, OrganizationNotFound, RetryableConflict
from openedx_catalog.lib.changes import Provenance
from openedx_catalog.lib.transactions import atomically
from openedx_catalog.models_api import CourseRun

from ..data import KEPT, PARTLY_TAKEN, SET_BY_ANOTHER, UNDER_ALIAS, RecordOutcome, SourceRow, outcome_of
from ..loaders import describing
from ..models import RecordKind, Source
from ._authority import is_alias_of
from ._listing_rules import FLAGS, Claims, Ruling, default_of
from ._planning import Planner
from ._records import courses_by_key, may_write, parsed
from .jobs import join_reasons

BATCH = 500
# Of a run, what is that of its course where it says the same.
_REPEATED = ("short_description", "full_description", "video_url")
_NUMBERS = ("min_effort", "max_effort", "weeks")
# One of two that do not go together.
_TOGETHER = {"min_effort": ("min_effort", "max_effort")}
_UNKNOWN = {"subjects": "subject", "level": "level"}


@attrs.define
class Taken:
    """
    What became of one listing: "created", "updated" or "". `left` is what could not be taken, (code, reason); `kept` is what
    stays as somebody here has it; `outranked` what stays as another source says: ``{field: its name}``.
    """

    outcome: str = ""
    left: list[tuple[str, str]] = attrs.Factory(list)
    kept: list[str] = attrs.Factory(list)
    outranked: dict[str, str] = attrs.Factory(dict)

    @property
    def kept_reason(self) -> str:
        """What stays, in words."""
        return _("Kept as it is here: %(fields)s.") % {"fields": ", ".join(self.kept)}


class Describer:
    """What one job takes of it."""

    def __init__(self, planner: Planner, provenance: Provenance) -> None:
        self.planner, self.source, self.provenance = planner, planner.source, provenance
        # How many outcomes there are beside the records.
        self.added = 0
        self._owners: dict[str, str] = {}

    def store_runs(
        self, rows: Mapping[int, SourceRow], results: list[RowOutcome]
    ) -> tuple[list[RowOutcome], list[RowProblem], dict[int, dict[str, str]]]:
        """
        Store what is said of these runs, which the core has taken: the outcomes, what was left out or kept, and what other
        sources win, by line. Five statements for each 500, and some for each that changes.
        """
        said = {line: row for line, row in rows.items() if row.listing}
        taken: dict[int, Taken] = {}
        for start in range(0, len(said), BATCH):
            taken |= self._store_runs(dict(list(said.items())[start : start + BATCH]))
        problems = []
        for line, each in taken.items():
            found = [*each.left, (KEPT, each.kept_reason)] if each.kept else each.left
            problems += [RowProblem(line, said[line].course_key, "", code, reason) for code, reason in found]
        results = [
            each._replace(outcome="updated") if each.outcome == "unchanged" and each.line in taken and taken[each.line].outcome
            else each
            for each in results
        ]  # fmt: skip
        return results, problems, {line: each.outranked for line, each in taken.items() if each.outranked}

    def _store_runs(self, rows: Mapping[int, SourceRow]) -> dict[int, Taken]:
        names = {keys.fold(row.course_key): line for line, row in rows.items()}
        runs = list(CourseRun.objects.filter(key_ci__among=list(names)).only("key_ci", "uuid", "course_key"))
        stored = {row.run_id: row for row in listings.get_course_run_listings().filter(run__in=runs)}
        claims = Claims.read(self.source, RecordKind.RUN_LISTING, list(names), [str(run.uuid) for run in runs])
        found = {}
        for run in runs:
            line = names[run.key_ci]
            ruling = claims.of(rows[line].course_key, str(run.uuid), stored.get(run.pk))
            write = partial(listings.set_course_run_listing, str(run.course_key), **self.provenance)
            found[line] = self._take(CourseRunListing, ruling, self._own(rows[line]), write)
        return found

    def _own(self, row: SourceRow) -> Mapping[str, Any]:
        """What a run says of itself: what it only repeats of its course is empty."""
        if not self.planner.loader.repeats_courses:
            return row.listing
        course = self._said_of_courses.get(keys.fold(row.catalog_course))
        said = {name: value for name, value in row.listing.items() if course is not None or name not in _REPEATED}
        return {
            name: "" if name in _REPEATED and course and course.get(name) == value else value for name, value in said.items()
        }

    @cached_property
    def _said_of_courses(self) -> dict[str, Mapping[str, Any]]:
        rows = self.planner.others.get(describing.LISTINGS, ())
        return {keys.fold(row.values["key"]): row.listing for row in rows if row.problem is None and row.values["key"]}

    def store_courses(self, rows: Sequence[SourceRow]) -> list[RecordOutcome]:
        """
        Store what is said of courses: an outcome for each. About ten statements, and some for each that changes, or that the
        catalog does not have.
        """
        wanted = {row.values["key"]: row.values.get("uuid") or "" for row in rows if row.problem is None and row.values["key"]}
        courses = courses_by_key(wanted, {keys.fold(name): uuid for name, uuid in wanted.items()})
        pks = [course.pk for course in courses.values()]
        stored = {row.catalog_course_id: row for row in listings.get_course_listings().filter(catalog_course__id__among=pks)}
        claims = Claims.read(self.source, RecordKind.LISTING, wanted, [str(course.uuid) for course in courses.values()])
        outcomes = []
        for row in rows:
            course = courses.get(keys.fold(row.values.get("key") or ""))
            if (refused := self._refused(row, course)) is not None:
                outcomes.append(refused)
            elif course is not None:
                ruling = claims.of(row.values["key"], str(course.uuid), stored.get(course.pk))
                write = partial(listings.set_course_listing, course, **self.provenance)
                outcomes.append(_told(row, self._take(CourseListing, ruling, row.listing, write)))
        return outcomes

    def _refused(self, row: SourceRow, course: Any) -> RecordOutcome | None:
        """What becomes of a row of a course that nothing is taken of."""
        if row.problem is not None:
            return outcome_of(row, *row.problem)
        if (key := parsed(keys.parse_catalog_key, row.values["key"] or "")) is None:
            return outcome_of(row, "invalid", "invalid_catalog_key", _("Its key cannot be one of a catalog course."))
        if not may_write(self.planner.orgs, key.org):
            return outcome_of(row, "skipped", "other_organization", _("The source may not write runs of its organization."))
        if course is None:
            return outcome_of(row, "skipped", "not_created", _("The catalog does not have the course."))
        if is_alias_of(course, key.org, key.code, row.values.get("uuid")):
            reason = _("It is an alias of %(course)s here, which this record does not speak for.")
            return outcome_of(row, "skipped", UNDER_ALIAS, reason % {"course": course.key_str})
        return None

    def _take(self, model: Any, ruling: Ruling, said: Mapping[str, Any], write: Callable[..., Any]) -> Taken:
        taken, given, wanted = Taken(), dict[str, Any](), dict[str, Any]()
        for field, value in said.items():
            try:
                found, stored = self._read(field, value)
            except CatalogError as error:
                taken.left.append((str(error.code), str(error)))
                continue
            if found is None:
                continue
            verdict = self._verdict(model, ruling, field, stored)
            if verdict == "write":
                given[field], wanted[field] = found[0], stored
            elif verdict == "keep":
                taken.kept.append(field)
            elif verdict != "same":
                taken.outranked[field] = verdict[1:]
        if ruling.row is None and all(stored == default_of(model, field) for field, stored in wanted.items()):
            # It would say nothing.
            given = {}
        row = self._written(write, given, taken, is_new=ruling.row is None)
        if row is not None:
            taken.outcome = "created" if ruling.row is None else "updated"
            for field in given:
                ruling.note(field, wanted[field], is_flag=field in FLAGS)
            if ruling.row is None:
                ruling.note("slug", row.slug)
        ruling.remember(made=taken.outcome == "created")
        return taken

    def _verdict(self, model: Any, ruling: Ruling, field: str, stored: Any) -> str:
        if ruling.row is not None:
            return ruling.rule(field, stored)
        # Whoever makes it says what it is, also where that is what it would be anyway.
        return "write" if field in FLAGS or stored != default_of(model, field) else "same"

    def _written(self, write: Callable[..., Any], given: dict[str, Any], taken: Taken, *, is_new: bool) -> Any:
        """
        Write these values, without those that are refused, which are taken out of `given` and noted. Returns the row; None
        where nothing is left to write.
        """
        while given:
            try:
                return atomically(router.db_for_write(Source), partial(write, **given))
            except RetryableConflict:
                raise
            except CatalogError as error:
                taken.left.append((str(error.code), str(error)))
                field = str(error.facts.get("field", ""))
                refused = [name for name in _TOGETHER.get(field, (field,)) if name in given]
                for name in refused or list(given):
                    del given[name]
            except ObjectDoesNotExist as error:
                # A subject or a level that somebody has deleted since they were read.
                taken.left.append(("not_found", str(error)))
                for name in {"subjects", "level"} & set(given) or list(given):
                    del given[name]
        return None

    def _read(self, field: str, value: Any) -> tuple[tuple[Any] | None, Any]:
        """What is given for a field, None for nothing, and what is stored of it. Raises CatalogError."""
        if field == "subjects":
            found = [each for name in value if (each := self._subjects.get(keys.fold(name)))]
            found = list({each.pk: each for each in found}.values())
            # Of subjects that are all unknown here nobody says that there are none.
            return ((found,) if found or not value else None), [each.slug for each in found]
        if field == "owners":
            codes = [self._owner(code) for code in value]
            return (codes,), codes
        if field == "level":
            level = self._levels.get(keys.fold(str(value))) if value else None
            return ((level,) if level or not value else None), level and level.slug
        if field == "slug" and value == "":
            return None, ""
        value = None if value == "" and field in _NUMBERS else value
        return (value,), listings.checked_values(**{field: value})[field]

    def _owner(self, code: str) -> str:
        """The short_name of an organization that is here. Two queries, for each once."""
        if (name := keys.fold(code)) not in self._owners:
            if (found := catalog.find_organization_by_code(code)) is None:
                raise OrganizationNotFound(org_code=code, reason=_("it must exist before it owns a course"))
            self._owners[name] = found.short_name
        return self._owners[name]

    @cached_property
    def _subjects(self) -> dict[str, Any]:
        return _by_name(listings.get_subjects())

    @cached_property
    def _levels(self) -> dict[str, Any]:
        return _by_name(listings.get_levels())

    # At the end

    def unknown(self) -> Iterator[list[RecordOutcome]]:
        """An outcome for each subject and level that is not here, however many courses have it."""
        named: dict[tuple[str, str], list[str]] = {}
        for row in self.planner.others.get(describing.LISTINGS, ()):
            level = row.listing.get("level")
            for field, names in (("subjects", row.listing.get("subjects", ())), ("level", [level] if level else ())):
                known = self._subjects if field == "subjects" else self._levels
                for name in names:
                    if keys.fold(str(name)) not in known:
                        named.setdefault((_UNKNOWN[field], str(name)[:200]), []).append(row.external_id)
        outcomes = [_unknown(kind, name, having) for (kind, name), having in sorted(named.items())]
        self.added = len(outcomes)
        yield from (outcomes[start : start + BATCH] for start in range(0, len(outcomes), BATCH))


def _by_name(rows: Any) -> dict[str, Any]:
    found = list(rows)
    return {keys.fold(row.name): row for row in found} | {keys.fold(row.slug): row for row in found}


def _unknown(kind: str, name: str, having: Sequence[str]) -> RecordOutcome:
    reason = _(
        "There is none of this name here. %(count)s records have it, e.g. %(example)s: nothing else of them is left out."
    )
    shown = {"count": f"{len(having):,}", "example": having[0]}
    return RecordOutcome(f"{kind}:{name}", "skipped", f"{kind}_unknown", reason % shown)


def _told(row: SourceRow, taken: Taken) -> RecordOutcome:
    left = [*(("invalid_value", f"{name}: {why}") for name, why in row.unreadable.items()), *taken.left]
    kept = [(KEPT, taken.kept_reason)] if taken.kept else []
    for field, name in taken.outranked.items():
        kept.append((SET_BY_ANOTHER, _("%(source)s says %(field)s") % {"source": name, "field": field}))
    outcome, notes = taken.outcome or "unchanged", [*left, *kept]
    code = notes[0][0] if notes else ""
    if left:
        outcome, code = (outcome, PARTLY_TAKEN) if taken.outcome else ("invalid", code)
    elif kept and not taken.outcome:
        outcome = "pinned" if taken.kept else "outranked"
    return outcome_of(row, outcome, code, join_reasons([reason for _code, reason in notes]))
