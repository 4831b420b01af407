"""What is planned, written to the catalog: runs through the core, a call for each page, and what a source has beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from openedx_catalog import api as catalog
from openedx_catalog import keys
from openedx_catalog.data import RowOutcome, RowProblem, SyncRecord
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib.changes import Provenance
from openedx_catalog.models_api import CourseRun

from ..data import RecordOutcome, SourceRow, outcome_of
from ..models import RunSource
from ._planning import Planner
from ._records import may_write, parsed, record_of
from .jobs import join_reasons
from .legacy import keep_rows
from .others import AFTER, BEFORE, apply_other

PAGE = 100
Pages = Iterable[Sequence[Any]]


class Applied(NamedTuple):
    """What became of the records of some pages, and what was created for them beside them."""

    outcomes: list[RecordOutcome]
    catalog_courses_created: int = 0
    organizations_created: int = 0


class Step(NamedTuple):
    """One kind of records: their pages, and what writes some of these."""

    pages: Pages
    apply: Callable[[Pages], Applied]


class Applier:
    """Writes for one job, whose changes have `provenance`; or for a dry run, which writes nothing of sync's own."""

    def __init__(self, planner: Planner, provenance: Provenance, *, rehearsal: bool = False) -> None:
        self.planner, self.source, self.orgs = planner, planner.source, planner.orgs
        self.provenance, self.rehearsal = provenance, rehearsal

    def steps(self) -> list[Step]:
        """Everything that is planned, in order: runs find their organizations and courses, programs those of the runs."""
        runs = Step(self.planner.listing.batches(PAGE), self._apply_runs)
        gone = Step(_pages(self.planner.gone), self._mark_missing)
        return [*map(self._others, BEFORE), runs, gone, *map(self._others, AFTER)]

    def _others(self, what: str) -> Step:
        return Step(_pages(self.planner.others.get(what, [])), partial(self._apply_others, what))

    def _apply_others(self, what: str, pages: Pages) -> Applied:
        write = partial(apply_other, self.source, self.orgs, self.provenance, what)
        return Applied([write(row) for page in pages for row in page])

    def _mark_missing(self, pages: Pages) -> Applied:
        outcomes = [outcome for page in pages for outcome in page]
        if not self.rehearsal:
            names = [keys.fold(outcome.external_id) for outcome in outcomes]
            rows = RunSource.objects.filter(source=self.source, external_id_ci__in=names, missing_since=None)
            now = timezone.now()
            rows.update(missing_since=now, last_seen_at=self.source.listed_at or now)
        return Applied(outcomes)

    def _apply_runs(self, pages: Pages) -> Applied:
        """Hand runs over to the core, in one call: a dry run remembers only within a call what it would have created."""
        refused: list[RecordOutcome] = []
        by_line: dict[int, SourceRow] = {}
        results: list[RowOutcome] = []
        records = self._records(pages, refused, by_line)
        report = catalog.sync_course_runs(
            # Those of a dry run may be a whole listing: a generator.
            records if self.rehearsal else list(records),
            # Programs look for the courses of the runs: then these are written in a dry run too, and then were not.
            dry_run=self.rehearsal and not self.planner.others,
            batch_size=PAGE,
            on_row=results.append,
            remember=False,
            **self.provenance,
        )
        if not self.rehearsal:
            invalid = {line for line, _key, outcome in results if outcome == "invalid"}
            self._note_sources(pages, [row for line, row in by_line.items() if line not in invalid])
        outcomes = [*refused, *_outcomes(by_line, results, report.problems)]
        return Applied(outcomes, report.catalog_courses_created, report.organizations_created)

    def _records(self, pages: Pages, refused: list[RecordOutcome], by_line: dict[int, SourceRow]) -> Iterator[SyncRecord]:
        """The records that the core is asked for, noted in `by_line`; the outcomes of the others go to `refused`."""
        for page in pages:
            rows = list(page)
            if self.planner.loader.keeps_legacy_rows:
                rows, kept = keep_rows(self.source, rows, write=not self.rehearsal)
                refused += kept
            absent = self._absent(rows)
            for row in rows:
                if (outcome := self._refusal(row, absent)) is not None:
                    refused.append(outcome)
                    continue
                try:
                    record = record_of(row, self.orgs, null_clears=self.source.null_clears, line=len(by_line) + 1)
                except CatalogError as error:
                    refused.append(outcome_of(row, "invalid", str(error.code), str(error)))
                    continue
                by_line[record.line] = row
                yield record

    def _refusal(self, row: SourceRow, absent: set[str]) -> RecordOutcome | None:
        """What becomes of a row that the core need not be asked for."""
        if row.problem is not None:
            return outcome_of(row, *row.problem)
        if keys.fold(row.external_id) in self.planner.listing.contradicting:
            return outcome_of(row, "conflict", "contradicting_copies", _("The source lists it twice, and differently."))
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

    def _note_sources(self, pages: Pages, taken: Iterable[SourceRow]) -> None:
        """Remember which runs the source has, of those that the core took; those that were missing are there again."""
        known_rows = self.planner.known
        listed = [known_rows.get(keys.fold(row.external_id)) for page in pages for row in page]
        if back := [known.pk for known in listed if known is not None and known.missing]:
            RunSource.objects.filter(pk__in=back).update(missing_since=None, last_seen_at=timezone.now())
        rows = {keys.parse_course_key(row.course_key): row for row in taken if not self._is_known(row)}
        runs = dict(CourseRun.objects.by_key(*rows).values_list("key_ci", "pk")) if rows else {}
        new = []
        for key, row in rows.items():
            known, pk = known_rows.get(keys.fold(row.external_id)), runs.get(key.key_ci)
            if known is None and pk is not None:
                new.append(RunSource(source=self.source, external_id=row.external_id, run_id=pk))
            elif known is not None and known.run_id != pk:
                # A legacy row has got its key in the file itself, or an id another one.
                RunSource.objects.filter(pk=known.pk).update(run_id=pk, row=None)
        # Conflicts: a person may have given a legacy row its key meanwhile.
        RunSource.objects.bulk_create(new, ignore_conflicts=True)


def _pages(rows: Sequence[Any]) -> list[Sequence[Any]]:
    return [rows[start : start + PAGE] for start in range(0, len(rows), PAGE)]


def _outcomes(
    by_line: dict[int, SourceRow], results: Iterable[RowOutcome], problems: Iterable[RowProblem]
) -> Iterator[RecordOutcome]:
    """What the core did with each record, in our words: what changed nothing because of a pin is ``pinned``."""
    found: dict[int, list[RowProblem]] = {}
    for problem in problems:
        found.setdefault(problem.line, []).append(problem)
    for line, _key, outcome in results:
        of_line = found.get(line, [])
        codes = [problem.code for problem in of_line]
        named = "pinned" if outcome == "unchanged" and "pinned" in codes else outcome
        reason = join_reasons([problem.reason for problem in of_line])
        yield outcome_of(by_line[line], named, codes[0] if codes else "", reason)
