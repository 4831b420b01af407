"""
The whole listing of a source, spooled to a file before anything is written.

In memory there is one entry for each record; the rows themselves wait on disk.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from typing import IO, Any

import attrs
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openedx_catalog import keys
from openedx_catalog.lib import texts

from .. import conf
from ..data import MAX_ID, MAX_TEXT, Page, RecordOutcome, SourceRow
from ._records import parsed

# Courses and organizations of one program, say; each costs a query.
MAX_CHILDREN = 1000
_TOO_LONG = gettext_lazy("Its %(field)s is longer than %(limit)s characters.")


@attrs.define
class Listing:
    """
    The rows of a listing, each once, and what is known of it as a whole.

    `complete`: every page was read, and nothing moved meanwhile; only then something can be missing. `outcomes` are those of
    records that will not be tried: pages and keys that failed. `nameless` is how many rows have no usable id.
    """

    _spool: IO[bytes]
    # Called with the folded id of every row that has one, once, and the row.
    _on_row: Callable[[str, SourceRow], None]
    # Called after every page.
    _on_page: Callable[[], None]
    complete: bool = True
    problems: list[str] = attrs.Factory(list)
    outcomes: list[RecordOutcome] = attrs.Factory(list)
    contradicting: set[str] = attrs.Factory(set)
    rows: int = 0
    nameless: int = 0
    # By folded id: a digest of the row, and the page that had it.
    _seen: dict[str, tuple[bytes, int]] = attrs.Factory(dict)
    # Those of further spellings of a key, by the spelling.
    _spellings: dict[str, bytes] = attrs.Factory(dict)
    # By folded course key, where it is not the id: the folded id.
    _named: dict[str, str] = attrs.Factory(dict)
    _page: int = 0
    _totals: set[int] = attrs.Factory(set)
    _listed: int = 0
    # The pages that failed: the place of the outcome, and `Page.span`.
    _lost: list[tuple[int, int, int]] = attrs.Factory(list)

    def read(self, pages: Iterable[Page], *, exact: bool = False) -> None:
        """
        Take over all pages. `exact`: what the source says of their total must be true.

        After OPENEDX_CATALOG_SYNC_MAX_RECORDS the rest is not read: what was read is taken, and nothing is missing.
        """
        for page in pages:
            if self.rows >= conf.max_records():
                reason = _("The source lists more than %(limit)s records; the others were not read.")
                self.fail("…", "too_many_records", reason % {"limit": f"{conf.max_records():,}"})
                self.complete = False
                break
            self._read_page(page)
            self._on_page()
        self._count_lost()
        if exact and self._totals and (len(self._totals) > 1 or self._listed < max(self._totals)):
            self.complete = False
            self.problems.append(_("The source changed while it was read, so nothing counts as missing."))

    def _count_lost(self) -> None:
        """Each page that failed is as many records as it must have held, by what the other pages say of the total."""
        for index, start, size in self._lost:
            self.outcomes[index] = attrs.evolve(self.outcomes[index], records=records_in(start, size, self._totals))

    def fail(self, name: str, code: str, reason: str, records: int = 1) -> None:
        """Note that a part of the listing, of so many records, could not be read."""
        self.problems.append(reason)
        self.outcomes.append(RecordOutcome(name, "failed", code, reason, records=records))

    def has(self, external_ci: str) -> bool:
        """Whether the listing has a record of this id, or of this course key, whatever its case."""
        return external_ci in self._seen or external_ci in self._named

    def has_id(self, external_ci: str) -> bool:
        """Whether a record of the listing has this id."""
        return external_ci in self._seen

    def batches(self, size: int) -> Iterator[list[SourceRow]]:
        """The rows in the order of the listing."""
        self._spool.seek(0)
        rows = (pickle.load(self._spool) for _number in range(self.rows))  # noqa: S301 - written below, by this process
        while batch := list(islice(rows, size)):
            yield batch

    def _read_page(self, page: Page) -> None:
        self._page += 1
        if page.error is not None:
            self.complete = False
            self.problems.append(str(page.error))
            # One name for all the records of a page: they have none.
            names = page.keys or (page.url or page.error.facts["url"],)
            if not page.keys:
                self._lost.append((len(self.outcomes), *page.span))
            self.outcomes += [RecordOutcome(name, "failed", str(page.error.code), str(page.error)) for name in names]
            # A key that could not be asked for is not missing.
            self._seen.update({keys.fold(name): (b"", self._page) for name in page.keys})
        self.complete &= page.proves
        for row in page.rows:
            self._add(checked_row(row))
        if page.total is not None:
            self._totals.add(page.total)
        self._listed += len(page.rows)

    def _add(self, row: SourceRow) -> None:
        name = keys.fold(row.external_id)
        digest = _digest(row)
        if not row.external_id:
            # Too broken to have a name; reported by its place.
            name = f"\x00{row.place}"
            self.nameless += 1
        elif (
            (known := self._seen.get(name)) is not None
            and row.external_id == row.course_key
            and not _same_name(known[0], digest)
            # An id of another platform is no key, and what is stored under it is one record, whatever its case.
            and parsed(keys.parse_course_key, row.course_key)
        ):
            # Another spelling of a key: the core knows which of them is stored, and takes that one.
            self._add_spelling(name, digest, row)
            return
        elif known is not None:
            # Pages that shift while they are read repeat rows, and leave out others.
            self.complete &= known[1] == self._page
            if known[0] != digest:
                self.contradicting.add(name)
            return
        self._seen[name] = (digest, self._page)
        self._note_key(name, row)
        self._spool_row(name, row)

    def _add_spelling(self, name: str, digest: bytes, row: SourceRow) -> None:
        known = self._spellings.setdefault(row.external_id, digest)
        if known is digest:
            self._spool_row(name, row)
        elif known != digest:
            self.contradicting.add(name)

    def _spool_row(self, name: str, row: SourceRow) -> None:
        pickle.dump(row, self._spool, protocol=pickle.HIGHEST_PROTOCOL)
        self.rows += 1
        if row.external_id:
            self._on_row(name, row)

    def _note_key(self, name: str, row: SourceRow) -> None:
        """Where a source has ids of its own: the run that each names, which no other one may."""
        key = "" if keys.names_nothing(row.course_key) else keys.fold(row.course_key)
        if not key or key == name:
            return
        if (other := self._named.setdefault(key, name)) != name:
            self.contradicting |= {other, name}


def records_in(start: int, size: int, totals: Collection[int]) -> int:
    """How many records a page must have held (`Page.span`), by what other pages say of the total, if they do."""
    return max(1, min(size, max(totals) - start)) if totals else size


def _digest(row: SourceRow) -> bytes:
    """What two copies of a row must have in common: first how it is named, then all of it."""
    content = repr((row.course_key, sorted(row.values.items(), key=str), row.catalog_course))
    return b"".join(hashlib.blake2b(text.encode(), digest_size=8).digest() for text in (row.external_id, content))


def _same_name(first: bytes, second: bytes) -> bool:
    return first[:8] == second[:8]


def checked_row(row: SourceRow) -> SourceRow:
    """The row; where it cannot be stored, only its problem, under its place if it is the id that cannot."""
    if why := _unusable_id(row.external_id):
        name = texts.shorten(row.external_id, 80)
        found = ("invalid", "invalid_row", _("Its id %(name)r cannot be used: %(reason)s.") % {"name": name, "reason": why})
        return SourceRow("", "", {}, row.observed_at, place=row.place, problem=row.problem or found)
    row = _shortened(row) if row.course_key else row
    if why := _excess(row):
        found = ("invalid", "invalid_row", why)
        return attrs.evolve(row, course_key="", catalog_course="", values={}, problem=row.problem or found)
    return row


def _unusable_id(name: object) -> str:
    """Why this cannot be what a source calls a record, or ""."""
    # The length before anything that costs more the longer it is, as folding does.
    if isinstance(name, str) and (len(name) > MAX_ID or len(keys.fold(name)) > MAX_ID):
        return texts.longer_than(MAX_ID)
    if why := texts.unstorable(name):
        return why
    return "" if str(name).isprintable() else _("it contains a line break or another character that does not print")


def checked_other(row: SourceRow) -> SourceRow:
    """
    The same of an organization, course, program or external key. One of its values that cannot be stored costs no other: it
    counts as not said; but an external key has nothing else.
    """
    wrong = {name: why for name, value in row.values.items() if (why := _excess_of(name, value) or _unstorable_in(value))}
    problem = row.problem
    if problem is None and "external_key" in wrong:
        problem = ("invalid", "invalid_row", f"external_key: {wrong['external_key']}")
    values = {name: None if name in wrong else value for name, value in row.values.items()}
    return checked_row(attrs.evolve(row, values=values, problem=problem, unreadable={**row.unreadable, **wrong}))


def _unstorable_in(value: Any) -> str:
    """Of a text, or of what lists and objects of texts have within."""
    if isinstance(value, str):
        return texts.unstorable(value)
    within = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next((why for each in within if (why := _unstorable_in(each))), "")


def _shortened(row: SourceRow) -> SourceRow:
    """A row of a run without what nobody needs of a text that is too long for any field: each is left out by itself then."""
    if not any(isinstance(value, str) and len(value) > MAX_TEXT for value in row.values.values()):
        return row
    values = {name: value[: 2 * MAX_ID] if isinstance(value, str) else value for name, value in row.values.items()}
    return attrs.evolve(row, values=values)


def _excess(row: SourceRow) -> str:
    """What of a row is longer than anything that could be stored, before it is folded, parsed or looked up; or ""."""
    if len(row.course_key) > MAX_ID or len(row.catalog_course) > MAX_TEXT:
        return _TOO_LONG % {"field": "course_key", "limit": MAX_ID}
    return next((why for name, value in row.values.items() if (why := _excess_of(name, value))), "")


def _excess_of(name: str, value: Any) -> str:
    if isinstance(value, list) and len(value) > MAX_CHILDREN:
        return _("Its %(field)s has more than %(limit)s entries.") % {"field": name, "limit": f"{MAX_CHILDREN:,}"}
    if isinstance(value, str) and len(value) > MAX_TEXT:
        return _TOO_LONG % {"field": name, "limit": f"{MAX_TEXT:,}"}
    return ""
