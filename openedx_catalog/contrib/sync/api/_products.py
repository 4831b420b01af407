"""What a source says is sold, where contrib.course_types keeps it: modes, seats and types of runs, entitlements of courses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import attrs
from django.utils.translation import gettext as _

from openedx_catalog import api as catalog
from openedx_catalog import keys
from openedx_catalog.contrib.course_types import api as course_types
from openedx_catalog.contrib.course_types.models_api import CourseRunProducts
from openedx_catalog.data import RowOutcome, RowProblem
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib.changes import Provenance
from openedx_catalog.models_api import CourseRun

from .. import conf
from ..data import KEPT, PARTLY_TAKEN, RecordOutcome, SourceRow
from ..exceptions import AccessRefused, RemoteError
from ..loaders import MODES, LmsLoader
from ..loaders.base import MAX_FAILURES
from ._outcomes import HAS_RUN
from ._planning import Planner
from ._records import courses_by_key, may_write, record_of
from .jobs import join_reasons

SAID = ("modes", "seats")

BATCH = 1000
# What a row of a run calls it: which of our kinds that is, and what an outcome is named after.
_KINDS = {"modes": "modes", "mode": "modes", "seats": "seat_types", "course_run_type": "course_run_types"}
_NAMES = {"modes": "mode", "seat_types": "seat_type", "course_run_types": "course_run_type", "course_types": "course_type"}


class Products:
    """What one job takes of it."""

    def __init__(self, planner: Planner, provenance: Provenance) -> None:
        self.planner, self.source, self.provenance = planner, planner.source, provenance
        # ``{(kind, name): [how many have it, one of them]}``
        self.named: dict[tuple[str, str], list[Any]] = {}
        # The LMS that is asked for modes, as long as it is.
        asked = isinstance(planner.loader, LmsLoader) and any(name in MODES for name in self.source.also)
        self.lms: Any = planner.loader if asked else None
        # How many outcomes there are beside the records.
        self.added = 0
        self.answered, self.failures = False, 0

    # Before a page is written

    def pages(self, pages: Iterable[Sequence[SourceRow]]) -> Iterator[Sequence[SourceRow]]:
        """The pages of runs, each with the modes that an LMS has been asked for: before its transaction begins."""
        for page in pages:
            rows = self._with_modes(page) if self.lms else page
            for row in rows:
                for field, kind in _KINDS.items():
                    said = row.products.get(field, ())
                    self._note(kind, [said] if isinstance(said, str) else [mode.slug for mode in said], row.external_id)
            yield rows

    def _with_modes(self, rows: Sequence[SourceRow]) -> list[SourceRow]:
        asked = self._to_ask(rows)
        return [self._asked(row) if self.lms and keys.fold(row.course_key) in asked else row for row in rows]

    def _to_ask(self, rows: Sequence[SourceRow]) -> AbstractSet[str]:
        """
        The folded keys of the runs that are new, changed, or of which no modes are stored; with ``all_modes``, or of some keys
        alone, of all that the catalog has or gets.
        """
        records, found = [], list[RowOutcome]()
        for line, row in enumerate(rows, 1):
            try:
                if row.problem is None and may_write(self.planner.orgs, keys.parse_course_key(row.course_key).org):
                    reading = record_of(row, self.planner.orgs, null_clears=self.source.null_clears, line=line)
                    records.append(reading.record)
            except CatalogError:
                continue
        # A rehearsal: the page itself may be written only when everything is asked for.
        catalog.sync_course_runs(
            records,
            dry_run=True,
            on_row=found.append,
            remember=False,
            places=self.source.places_runs,
            create_catalog_course=self.source.create_missing,
            **self.provenance,
        )
        new = {keys.fold(rows[each.line - 1].course_key) for each in found if each.outcome == "created"}
        there = {keys.fold(rows[each.line - 1].course_key) for each in found if each.outcome in HAS_RUN} - new
        new = new if self.source.create_missing else set()
        if "all_modes" in self.source.also or self.planner.only:
            return there | new
        known = CourseRunProducts.objects.filter(run__key_ci__among=list(there), modes__isnull=False)
        changed = {keys.fold(rows[each.line - 1].course_key) for each in found if each.outcome in ("updated", "moved")}
        return new | changed | (there - set(known.values_list("run__key_ci", flat=True)))

    def _asked(self, row: SourceRow) -> SourceRow:
        try:
            modes = self.lms.modes_of(row.course_key)
        except RemoteError as error:
            return self._failed(row, error)
        self.answered, self.failures = True, 0
        return attrs.evolve(row, products={**row.products, "modes": modes})

    def _failed(self, row: SourceRow, error: RemoteError) -> SourceRow:
        """The row with what went wrong. Where that would go on so, it is said once, and nothing more is asked."""
        self.failures = self.failures + 1 if error.retryable else 0
        if isinstance(error, AccessRefused) and not self.answered:
            reason = _(
                "It shows no course modes to us: that takes staff, or the scope course_modes:read. None were read. %(error)s"
            )
        elif self.failures == MAX_FAILURES:
            reason = _("The course modes of the other runs were not read. %(error)s")
        else:
            return attrs.evolve(row, left_out=[*row.left_out, ("failed", str(error.code), f"modes: {error}")])
        self.lms = None
        self.planner.listing.fail("modes", str(error.code), reason % {"error": error})
        return row

    # With a page

    def store_runs(self, rows: Mapping[int, SourceRow], results: list[RowOutcome]) -> tuple[list[RowOutcome], list[RowProblem]]:
        """
        Store what is said of runs, of those that the core has taken: the outcomes, and what was refused. `rows` are these by
        line. About 20 statements for each 1,000, none where nothing is said.
        """
        problems: list[RowProblem] = []
        records = [
            course_types.RunProducts(row.course_key, line=line, **said)
            for line, row in rows.items()
            if (said := {name: row.products[name] for name in SAID if name in row.products})
        ]
        changed: set[int] = set()
        if records:
            report = course_types.store_course_run_products(records, source=self.source.name)
            changed |= {each.line for each in report.rows if each.outcome in ("created", "updated")}
            # A dry run has not created the run.
            refused = [each for each in report.problems if each.code != "course_run_not_found"]
            problems += [RowProblem(each.line, each.course_key, "", each.code, each.reason) for each in refused]
        typed = {line: row for line, row in rows.items() if row.products.get("course_run_type")}
        for start in range(0, len(typed), BATCH):
            self._take_types(dict(list(typed.items())[start : start + BATCH]), changed, problems)
        results = [
            each._replace(outcome="updated") if each.outcome == "unchanged" and each.line in changed else each
            for each in results
        ]
        return results, problems

    def _take_types(self, rows: Mapping[int, SourceRow], changed: set[int], problems: list[RowProblem]) -> None:
        names = [keys.fold(row.course_key) for row in rows.values()]
        ids = dict(CourseRun.objects.filter(key_ci__among=names).values_list("key_ci", "pk"))
        lines = {ids[name]: line for line, row in rows.items() if (name := keys.fold(row.course_key)) in ids}
        said = {pk: _ours(rows[line].products["course_run_type"]) for pk, line in lines.items()}
        for pk, each in course_types.take_course_run_types(said, **self.provenance).items():
            if each.outcome == "created":
                changed.add(lines[pk])
            elif each.outcome in ("kept", "refused"):
                code = KEPT if each.outcome == "kept" else each.code
                problems.append(RowProblem(lines[pk], rows[lines[pk]].course_key, "", code, each.reason))

    def store_courses(self, rows: Sequence[SourceRow], outcomes: Sequence[RecordOutcome]) -> list[RecordOutcome]:
        """
        Store what is sold for courses, and their types, of those that were found: the outcomes as they are then. About ten
        statements, none where nothing is said.
        """
        found = {
            row.values["key"]: (place, row)
            for place, (row, outcome) in enumerate(zip(rows, outcomes, strict=True))
            if outcome.outcome not in ("skipped", "conflict", "missing", "failed")
            and row.problem is None
            and (row.values.get("entitlements") is not None or row.values.get("course_type"))
        }
        told = list(outcomes)
        if not found:
            return told
        uuids = {keys.fold(name): row.values.get("uuid") or "" for name, (_place, row) in found.items()}
        courses = {name: row.pk for name, row in courses_by_key(found, uuids).items()}
        by_pk = {courses[name]: each for key, each in found.items() if (name := keys.fold(key)) in courses}
        sold = {
            pk: row.values["entitlements"] for pk, (_place, row) in by_pk.items() if row.values.get("entitlements") is not None
        }
        typed = {pk: _ours(row.values["course_type"]) for pk, (_place, row) in by_pk.items() if row.values.get("course_type")}
        changed = course_types.store_course_entitlements(sold, source=self.source.name) if sold else set[int]()
        taken = course_types.take_course_types(typed, **self.provenance) if typed else {}
        for pk, (place, _row) in by_pk.items():
            told[place] = _told(told[place], taken.get(pk), changed=pk in changed)
        return told

    # At the end

    def unknown(self) -> Iterator[list[RecordOutcome]]:
        """An outcome for each mode and type that is not here, however many runs or courses have it. At most six queries."""
        for row in self.planner.others.get("courses", ()):
            sold = row.values.get("entitlements") or ()
            self._note("seat_types", (entitlement.slug for entitlement in sold), row.external_id)
            self._note("course_types", filter(None, [row.values.get("course_type")]), row.external_id)
        by_kind: dict[str, set[str]] = {kind: set() for kind in _NAMES}
        for kind, name in self.named:
            by_kind[kind].add(name)
        unknown = course_types.unknown_names(**by_kind)
        outcomes = [self._unknown(kind, name) for kind, name in sorted(self.named) if name in unknown[kind]]
        self.added = len(outcomes)
        yield from (outcomes[start : start + BATCH] for start in range(0, len(outcomes), BATCH))

    def _note(self, kind: str, names: Iterable[str], example: str) -> None:
        for name in dict.fromkeys(_ours(name) if kind.startswith("course") else name for name in names):
            self.named.setdefault((kind, name), [0, example])[0] += 1

    def _unknown(self, kind: str, name: str) -> RecordOutcome:
        count, example = self.named[kind, name]
        reason = _(
            "There is none of this name here. %(count)s records have it, e.g. %(example)s: nothing else of them is left out."
        )
        shown = {"count": f"{count:,}", "example": example}
        return RecordOutcome(f"{_NAMES[kind]}:{name}", "skipped", f"{_NAMES[kind]}_unknown", reason % shown)


def _ours(name: str) -> str:
    """A type of a service by our name for it, where a setting has one."""
    return conf.types().get(name, name)


def _told(outcome: RecordOutcome, taken: course_types.TakenType | None, *, changed: bool) -> RecordOutcome:
    """The outcome of a course, with what became of its type."""
    changed |= taken is not None and taken.outcome == "created"
    kind = "updated" if changed and outcome.outcome != "created" else outcome.outcome
    if outcome.outcome == "invalid" and changed:
        outcome = attrs.evolve(outcome, code=PARTLY_TAKEN)
    if taken is None or taken.outcome not in ("kept", "refused"):
        return attrs.evolve(outcome, outcome=kind)
    reason = join_reasons([text for text in (outcome.reason, taken.reason) if text], "; ")
    if taken.outcome == "kept":
        return attrs.evolve(
            outcome, outcome="pinned" if kind == "unchanged" else kind, code=outcome.code or KEPT, reason=reason
        )
    if kind == "unchanged":
        return attrs.evolve(outcome, outcome="invalid", code=taken.code, reason=reason)
    return attrs.evolve(outcome, outcome=kind, code=PARTLY_TAKEN, reason=reason)
