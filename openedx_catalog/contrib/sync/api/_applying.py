"""What is planned, written to the catalog: runs through the core, a call for each page, and what a source has beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, NamedTuple

import attrs
from django.utils import timezone
from django.utils.translation import gettext as _

from openedx_catalog import api as catalog
from openedx_catalog import keys
from openedx_catalog.data import RowChange, RowOutcome, RowProblem, SyncRecord
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib.changes import Provenance
from openedx_catalog.models_api import CourseRun

from ..data import RecordOutcome, SourceRow, SyncReport, outcome_of
from ..loaders import describing, selling
from ..models import RunSource
from . import missing
from ._authority import Ruling, Said, Stand
from ._foreseeing import foreseen_of_others, foreseen_of_runs
from ._losses import NOTHING_SAID
from ._outcomes import HAS_RUN, Given, outcomes_of
from ._planning import Planner
from ._records import Reading, may_write, parsed, record_of
from .legacy import keep_rows
from .others import AFTER, BEFORE, apply_other, mark_given, pass_on_addresses, pass_on_keys, said_keys

PAGE = 100
Pages = Iterable[Sequence[Any]]


class Applied(NamedTuple):
    """What became of the records of some pages, and what was created for them beside them."""

    outcomes: list[RecordOutcome]
    catalog_courses_created: int = 0
    organizations_created: int = 0


def add_created(report: SyncReport, applied: Applied) -> None:
    """Count for a whole sync what was created beside its records."""
    report.catalog_courses_created += applied.catalog_courses_created
    report.organizations_created += applied.organizations_created


class Step(NamedTuple):
    """One kind of records: their pages, and what writes some of these."""

    pages: Pages
    apply: Callable[[Pages], Applied]


class Applier:
    """Writes for one `job`, whose changes have `provenance`; or for a dry run, which writes nothing of sync's own."""

    def __init__(self, planner: Planner, provenance: Provenance, *, job: int | None = None) -> None:
        self.planner, self.source, self.orgs = planner, planner.source, planner.orgs
        self.provenance, self.job, self.rehearsal = provenance, job or 0, job is None
        # The programs that have got another address with those of others.
        self.given: set[str] = set()
        self.products = _products(planner, provenance)
        self.describer = _describer(planner, provenance)

    @property
    def added(self) -> int:
        """How many outcomes there are beside the records: what these name, and nobody here knows."""
        return sum(each.added for each in (self.products, self.describer) if each is not None)

    def steps(self) -> list[Step]:
        """Everything that is planned, in order: runs find their organizations and courses, programs those of the runs."""
        listed: Pages = self.planner.listing.batches(PAGE)
        runs = Step(self.products.pages(listed) if self.products else listed, self._apply_runs)
        gone = Step(_pages(self.planner.gone), self._mark_missing)
        steps = [*map(self._others, BEFORE), runs, gone, *map(self._others, AFTER)]
        if self.describer:
            steps.append(Step(_pages(self.planner.others.get(describing.LISTINGS, [])), self._apply_listings))
        return [*steps, *(Step(each.unknown(), _as_they_are) for each in (self.products, self.describer) if each)]

    def _others(self, what: str) -> Step:
        return Step(_pages(self.planner.others.get(what, [])), partial(self._apply_others, what))

    def _apply_others(self, what: str, pages: Pages) -> Applied:
        write = partial(apply_other, self.source, self.orgs, self.provenance, what)
        rows = [row for page in pages for row in page]
        if rows and what == "external_keys":
            rows = pass_on_keys(self.source, self.orgs, self.provenance, rows, self._said_keys)
        if rows and what == "programs":
            # Those of a chain may stand on several pages.
            self.given |= pass_on_addresses(self.source, self.orgs, self.provenance, rows, self.planner.others[what])
            rows = mark_given(rows, self.given)
        outcomes = [write(row) for row in rows]
        if rows and what == "courses" and self.products:
            outcomes = self.products.store_courses(rows, outcomes)
        if self.rehearsal:
            outcomes = foreseen_of_others(self.source, outcomes, self.provenance["source"])
        return Applied(outcomes)

    def _apply_listings(self, pages: Pages) -> Applied:
        """A page at a time: a dry run has all of them, with their texts."""
        outcomes = [outcome for page in pages for outcome in self.describer.store_courses(page)]
        if self.rehearsal:
            outcomes = foreseen_of_others(self.source, outcomes, self.provenance["source"])
        return Applied(outcomes)

    @cached_property
    def _said_keys(self) -> dict[str, tuple[str, str]]:
        return said_keys(self.planner.others["external_keys"])

    def _mark_missing(self, pages: Pages) -> Applied:
        outcomes = [outcome for page in pages for outcome in page]
        if not self.rehearsal:
            names = [keys.fold(outcome.external_id) for outcome in outcomes]
            rows = RunSource.objects.filter(source=self.source, external_id_ci__in=names, missing_since=None)
            now = timezone.now()
            # What is gone says nothing: should it come back, others may have said it first.
            since = {"missing_since": now, "last_seen_at": self.source.listed_at or now}
            missing.mark(rows, reason=_("A source does not list it any more."), fields={}, **since)
        return Applied(outcomes)

    def _apply_runs(self, pages: Pages) -> Applied:
        """Hand runs over to the core, in one call: a dry run remembers only within a call what it would have created."""
        refused: list[RecordOutcome] = []
        by_line: dict[int, Given] = {}
        results: list[RowOutcome] = []
        changes: list[RowChange] = []
        records = self._records(pages, refused, by_line)
        report = catalog.sync_course_runs(
            # Those of a dry run may be a whole listing: a generator.
            records if self.rehearsal else list(records),
            # Programs look for the courses of the runs: then these are written in a dry run too, and then were not.
            dry_run=self.rehearsal and not self.planner.others,
            batch_size=PAGE,
            on_row=results.append,
            on_change=changes.append if self.rehearsal else None,
            remember=False,
            places=self.source.places_runs,
            create_catalog_course=self.source.create_missing,
            **self.provenance,
        )
        if not self.rehearsal:
            # Of what somebody deleted for good there is no run, either.
            there = {row.line: row.outcome for row in results if row.outcome not in ("invalid", "skipped")}
            given = [by_line[line] for line in there]
            # What was not taken says nothing: two spellings of one key are one record.
            heard = [by_line[line] for line, outcome in there.items() if outcome != "conflict"]
            self._note_sources(pages, given, heard)
        taken = {each.line: by_line[each.line].row for each in results if each.outcome in HAS_RUN}
        problems = [*report.problems, *_left_out(taken)]
        if self.products:
            results, refusals = self.products.store_runs(taken, results)
            problems += refusals
        if self.describer:
            results, refusals, outranked = self.describer.store_runs(taken, results)
            problems += refusals
            for line, fields in outranked.items():
                by_line[line] = by_line[line]._replace(outranked={**by_line[line].outranked, **fields})
        outcomes = [*refused, *outcomes_of(by_line, results, problems)]
        if self.rehearsal:
            outcomes = foreseen_of_runs(outcomes, by_line, changes)
        return Applied(outcomes, report.catalog_courses_created, report.organizations_created)

    def _records(self, pages: Pages, refused: list[RecordOutcome], by_line: dict[int, Given]) -> Iterator[SyncRecord]:
        """The records that the core is asked for, noted in `by_line`; the outcomes of the others go to `refused`."""
        for page in pages:
            rows = [self._doubted(row) for row in page]
            if self.planner.loader.keeps_legacy_rows:
                rows, kept = keep_rows(self.source, rows, write=not self.rehearsal)
                refused += kept
            absent = self._absent(rows)
            read: list[tuple[SourceRow, Reading]] = []
            for row in rows:
                if (outcome := self._refusal(row, absent)) is not None:
                    refused.append(outcome)
                    continue
                try:
                    read.append((row, record_of(row, self.orgs, null_clears=self.source.null_clears)))
                except CatalogError as error:
                    refused.append(outcome_of(row, "invalid", str(error.code), str(error)))
            stands = self.planner.authority.stands(keys.fold(row.course_key) for row, _reading in read)
            for row, reading in read:
                stand, line = stands.get(keys.fold(row.course_key)), len(by_line) + 1
                ruling = self.planner.authority.rule(reading, stand, self._said(row)) if stand else Ruling(reading.record, {})
                is_new = self.rehearsal and not self._is_known(row)
                asked = ruling.record if is_new else None
                stated = reading.stated
                if row.products:
                    stated |= row.products.keys() & {"modes", "seats"}
                    row = self._won(row, stand)
                by_line[line] = Given(row, stated, reading.left_out, ruling.outranked, asked)
                yield attrs.evolve(ruling.record, line=line)

    def _won(self, row: SourceRow, stand: Stand | None) -> SourceRow:
        """The row without the modes and seats that another source wins: not the one that speaks last is right."""
        if stand is None:
            return row
        wins = partial(self.planner.authority.winner, said=self._said(row), claims=stand.claims)
        lost = {name for name in ("modes", "seats") if name in row.products and wins(name) != self.source}
        return attrs.evolve(row, products={name: said for name, said in row.products.items() if name not in lost})

    def _doubted(self, row: SourceRow) -> SourceRow:
        """The row; where the source has another copy that differs, with that as its problem."""
        if row.problem is None and keys.fold(row.external_id) in self.planner.listing.contradicting:
            why = ("conflict", "contradicting_copies", _("The source lists it twice, and differently."))
            return attrs.evolve(row, problem=why)
        return row

    def _refusal(self, row: SourceRow, absent: set[str]) -> RecordOutcome | None:
        """What becomes of a row that the core need not be asked for."""
        if row.problem is not None:
            return outcome_of(row, *row.problem)
        if (named := keys.fold(row.course_key)) != keys.fold(row.external_id) and self.planner.listing.has_id(named):
            reason = _("The source lists its run %(key)s as another record, too, which counts.")
            return outcome_of(row, "conflict", "contradicting_copies", reason % {"key": row.course_key})
        key = parsed(keys.parse_course_key, row.course_key) if self.orgs else None
        if row.course_key and not may_write(self.orgs, *([key.org] if key else [])):
            return outcome_of(row, "skipped", "other_organization", _("The source may not write runs of its organization."))
        if keys.fold(row.course_key) in absent:
            reason = _("The catalog does not have it, and the source may not create runs.")
            return outcome_of(row, "skipped", "not_created", reason)
        return None

    def _absent(self, batch: Sequence[SourceRow]) -> set[str]:
        """The folded keys that may not be created, and would be: a query only where the source has something new."""
        if self.source.create_missing:
            return set()
        new = {keys.fold(row.course_key): row.course_key for row in batch if not self._is_known(row)}
        asked = [key.text for name in new.values() if (key := parsed(keys.parse_course_key, name))]
        found = {keys.fold(key) for key in catalog.get_course_runs(asked)} if new else set()
        return set(new) - found

    def _is_known(self, row: SourceRow) -> bool:
        """Whether its run was there when its source listed it before, under this very key."""
        name = keys.fold(row.external_id)
        return name in self.planner.known and name == keys.fold(row.course_key)

    def _said(self, row: SourceRow) -> Said:
        """What the source has stated of this run before."""
        known = self.planner.known.get(keys.fold(row.external_id))
        return NOTHING_SAID if known is None or known.missing else known.said

    def _note_sources(self, pages: Pages, given: Iterable[Given], heard: Iterable[Given]) -> None:
        """
        Remember which runs the source has, of those that the core has too (`given`), and what it states of those that it took
        (`heard`); those that were missing are there again.
        """
        known_rows = self.planner.known
        listed = [known_rows.get(keys.fold(row.external_id)) for page in pages for row in page]
        if back := [known.pk for known in listed if known is not None and known.missing]:
            again = RunSource.objects.filter(pk__in=back)
            missing.mark(again, reason=_("A source lists it again."), missing_since=None, last_seen_at=timezone.now())
        said = {keys.fold(each.row.external_id): self._now_said(each) for each in heard}
        rows = {keys.parse_course_key(each.row.course_key): each.row for each in given if not self._is_known(each.row)}
        runs = dict(CourseRun.objects.by_key(*rows).values_list("key_ci", "pk")) if rows else {}
        new = []
        for key, row in rows.items():
            name = keys.fold(row.external_id)
            known, pk = known_rows.get(name), runs.get(key.key_ci)
            if known is None and pk is not None:
                new.append(RunSource(source=self.source, external_id=row.external_id, run_id=pk, fields=said.get(name, {})))
            elif known is not None and known.run_id != pk:
                # A legacy row has got its key in the file itself, or an id another one.
                RunSource.objects.filter(pk=known.pk).update(run_id=pk, row=None)
        # Conflicts: a person may have given a legacy row its key meanwhile.
        RunSource.objects.bulk_create(new, ignore_conflicts=True)
        changed = [
            RunSource(pk=known.pk, fields=now)
            for name, now in said.items()
            if (known := known_rows.get(name)) and known.said != now
        ]
        RunSource.objects.bulk_update(changed, ["fields"])

    def _now_said(self, given: Given) -> Said:
        """What the source states now, and since when: whoever said it first stays the first."""
        before = self._said(given.row)
        return {field: before.get(field, self.job) for field in sorted(given.stated)}


def _products(planner: Planner, provenance: Provenance) -> Any:
    """What is sold, where an installed app keeps that; else None."""
    if not selling.is_kept():
        return None
    # Imported here, since the app need not be installed.
    from ._products import Products

    return Products(planner, provenance)


def _describer(planner: Planner, provenance: Provenance) -> Any:
    """What learners read, where the source is asked for it, and an installed app keeps it; else None."""
    if not planner.loader.describes:
        return None
    # Imported here, since the app need not be installed.
    from ._describing import Describer

    return Describer(planner, provenance)


def _left_out(rows: Mapping[int, SourceRow]) -> list[RowProblem]:
    """What of these rows, by line, could not be read."""
    return [
        RowProblem(line, row.course_key, "", code, reason) for line, row in rows.items() for _kind, code, reason in row.left_out
    ]


def _as_they_are(pages: Pages) -> Applied:
    return Applied([outcome for page in pages for outcome in page])


def _pages(rows: Sequence[Any]) -> list[Sequence[Any]]:
    return [rows[start : start + PAGE] for start in range(0, len(rows), PAGE)]
