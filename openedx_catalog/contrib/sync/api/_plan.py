"""
What a sync will do, known before anything is written: the whole listing, spooled to a file, and which runs it lacks.

In memory there is one entry for each record; the rows themselves wait on disk.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import IO

import attrs

from openedx_catalog import keys

from .. import conf
from ..data import Page, RecordOutcome, SourceRow
from ..texts import MAX_ID, MAX_TEXT, storable, unusable_id

# Courses and organizations of one program, say; each costs a query.
MAX_CHILDREN = 1000


@attrs.define
class Plan:
    """
    The rows of a listing, each once, and what is known of it as a whole.

    `complete`: every page was read, and nothing moved meanwhile; only then something can be missing. `outcomes` are those of
    records that will not be tried: pages and keys that failed.
    """

    _spool: IO[bytes]
    complete: bool = True
    problems: list[str] = attrs.Factory(list)
    outcomes: list[RecordOutcome] = attrs.Factory(list)
    contradicting: set[str] = attrs.Factory(set)
    rows: int = 0
    _seen: dict[str, tuple[bytes, int]] = attrs.Factory(dict)
    nameless: int = 0
    _named: dict[str, str] = attrs.Factory(dict)
    _page: int = 0
    _totals: set[int] = attrs.Factory(set)
    _told: int = 0
    # Called with every row that has a name, once, and its folded id.
    on_row: Callable[[str, SourceRow], None] = lambda name, row: None

    def read(self, pages: Iterable[Page], *, exact: bool, on_page: Callable[[int], None] = lambda rows: None) -> None:
        """
        Take over all pages. `exact`: what the source says of their total must be true.

        After OPENEDX_CATALOG_SYNC_MAX_RECORDS the listing is left: what was read is taken, and nothing is missing.
        """
        for page in pages:
            if self.rows >= (most := conf.max_records()):
                self._leave(most)
                break
            self._page += 1
            if page.error is not None:
                self._fail(page)
            self.complete &= page.proves
            for row in page.rows:
                self._add(row)
            if page.total is not None:
                self._totals.add(page.total)
            self._told += len(page.rows)
            on_page(len(page.rows))
        if exact and self._totals and (len(self._totals) > 1 or self._told < max(self._totals)):
            self.complete = False
            self.problems.append("The source changed while it was listed, so nothing counts as missing.")

    def has(self, external_ci: str) -> bool:
        """Whether the listing has a record of this id, or of this course key, whatever its case."""
        return external_ci in self._seen or external_ci in self._named

    def batches(self, size: int) -> Iterator[list[SourceRow]]:
        """The rows in the order of the listing."""
        self._spool.seek(0)
        rows = self._spooled()
        while batch := list(islice(rows, size)):
            yield batch

    def _spooled(self) -> Iterator[SourceRow]:
        for _number in range(self.rows):
            yield pickle.load(self._spool)  # noqa: S301 - written below, by this process

    def _add(self, row: SourceRow) -> None:
        row = sound(row)
        name = keys.fold(row.external_id)
        digest = hashlib.blake2b(_content(row), digest_size=8).digest()
        if not row.external_id:
            # Too broken to have a name; told by its place.
            name = f"\x00{row.place}"
            self.nameless += 1
        elif (known := self._seen.get(name)) is not None:
            # Pages that shift while they are read repeat rows, and leave out others.
            self.complete &= known[1] == self._page
            if known[0] != digest:
                self.contradicting.add(name)
            return
        self._seen[name] = (digest, self._page)
        self._note_key(name, row)
        pickle.dump(row, self._spool, protocol=pickle.HIGHEST_PROTOCOL)
        self.rows += 1
        if row.external_id:
            self.on_row(name, row)

    def _note_key(self, name: str, row: SourceRow) -> None:
        """Where a source has ids of its own: the run that each names, which no other one may."""
        key = "" if keys.names_nothing(row.course_key) else keys.fold(row.course_key)
        if not key or key == name:
            return
        if (other := self._named.setdefault(key, name)) != name:
            self.contradicting |= {other, name}

    def _leave(self, most: int) -> None:
        self.complete = False
        self.problems.append(f"The source lists more than {most:,} records: the others are not read.")
        self.outcomes.append(RecordOutcome("…", "failed", "too_many_records", self.problems[-1]))

    def _fail(self, page: Page) -> None:
        self.complete = False
        self.problems.append(str(page.error))
        names = page.keys or (page.error.facts["url"],)
        self.outcomes += [RecordOutcome(name, "failed", str(page.error.code), str(page.error)) for name in names]
        # A key that could not be asked for is not missing.
        self._seen.update({keys.fold(name): (b"", self._page) for name in page.keys})


def sound(row: SourceRow) -> SourceRow:
    """The row, or, where its id is none that could be stored, what is wrong with it under its place."""
    why = unusable_id(row.external_id)
    if not why:
        excess = _excess(row)
        found = ("invalid", "invalid_row", f"Its {excess}.")
        return attrs.evolve(row, course_key="", catalog_course="", values={}, problem=row.problem or found) if excess else row
    problem = ("invalid", "invalid_row", f"Its id {keys.shorten(storable(row.external_id), 80)!r} {why}.")
    return SourceRow("", "", {}, row.observed_at, place=row.place, problem=row.problem or problem)


def _excess(row: SourceRow) -> str:
    """What of a row is longer than anything that could be stored, before it is folded, parsed or looked up; or ""."""
    if len(row.course_key) > MAX_ID or len(row.catalog_course) > MAX_TEXT:
        return f"course key is longer than {MAX_ID} characters"
    for name, value in row.values.items():
        if isinstance(value, list) and len(value) > MAX_CHILDREN:
            return f"{name} are more than {MAX_CHILDREN:,}"
        if isinstance(value, str) and len(value) > MAX_TEXT:
            return f"{name} is longer than {MAX_TEXT:,} characters"
    return ""


def _content(row: SourceRow) -> bytes:
    """What two copies of a row must have in common."""
    return repr((row.course_key, sorted(row.values.items(), key=str), row.catalog_course)).encode()
