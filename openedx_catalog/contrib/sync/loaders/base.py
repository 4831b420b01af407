"""What every loader does, and what those share that ask another service page by page."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Any, ClassVar, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import attrs
from django.utils import timezone
from django.utils.translation import gettext as _

from openedx_catalog.exceptions import CatalogError
from openedx_catalog.keys import fold
from openedx_catalog.lib.texts import longer_than
from openedx_catalog.lib.values import parse_datetime

from .. import conf
from ..client import Client
from ..data import MAPPED_FIELDS, MAX_ID, Page, SourceRow
from ..exceptions import AnswerTooLarge, RemoteError, RemoteNotFound, RequestRefused, TooManyRecords, UnexpectedAnswer

# How many pages in a row may fail until the rest of a listing is given up.
MAX_FAILURES = 3
# How often a batch of keys is halved, because the source refuses it for a key in it.
MAX_REFUSALS = 200
MAX_KEY = 1000
BATCH = 100
SAME_NAMES = {name: name for name in MAPPED_FIELDS}
RowsOf = Callable[[Mapping[str, Any], datetime], Iterator[SourceRow]]


class Loader(ABC):
    """
    Reads one source. `pages` lists everything, `by_keys` looks up some runs.

    `field_map` says which field of the source is which of ours; dots lead into nested ones.
    """

    default_map: ClassVar[Mapping[str, str]] = SAME_NAMES
    # Whether all pages together have as many rows as each says: else something moved while it was listed.
    counts_are_exact: ClassVar[bool] = False
    # Whether `by_keys` proves what is not there: whoever a listing lacks is asked for once more.
    looks_up: ClassVar[bool] = False
    # Whether a row without a course key is kept until somebody gives it one.
    keeps_legacy_rows: ClassVar[bool] = False
    # What else it has, beside runs: "organizations", "courses", "programs".
    others: ClassVar[tuple[str, ...]] = ()
    # Whether runs that have no texts of their own show those of their course.
    repeats_courses: ClassVar[bool] = False

    def __init__(self, field_map: Mapping[str, str]) -> None:
        self.field_map = dict(field_map or self.default_map)
        # As whom the source is asked: a user or a client, "" anonymously. It may show others more.
        self.asked_as = ""
        # Whether what learners read is asked for, and there are tables for it.
        self.describes = False

    @abstractmethod
    def pages(self) -> Iterator[Page]:
        """Everything that the source has, page by page; a page that fails has an error, and the rest goes on."""

    @abstractmethod
    def by_keys(self, keys: Sequence[str]) -> Iterator[Page]:
        """What the source has of these runs. Those that it does not have are not there."""

    def pages_of(self, what: str) -> Iterator[Page]:
        """What else it has, page by page: rows without a course key, whose values are those of `api.others`."""
        raise NotImplementedError(what)

    def on_request(self, call: Callable[[], None]) -> None:  # noqa: B027 - a file is not asked
        """Have this called before every request: a page may take long, and each is a sign of life."""

    def values_of(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The mapped values of a row that it has, by our own names."""
        found: dict[str, Any] = {}
        for ours, theirs in self.field_map.items():
            value: Any = row
            for name in theirs.split("."):
                value = value.get(name, _ABSENT) if isinstance(value, Mapping) else _ABSENT
            if value is not _ABSENT:
                found[ours] = Unreadable(type(value).__name__) if isinstance(value, list | dict) else value
        return found


@attrs.frozen
class Reading:
    """The parts of one record, each read by itself: one that cannot be read costs no other."""

    item: Mapping[str, Any]
    unreadable: dict[str, str] = attrs.Factory(dict)

    def part(self, name: str, read: Callable[[], Any]) -> Any:
        """What `read` returns; None where it raises, which is noted under the name."""
        try:
            return read()
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            self.unreadable[name] = _("It has another shape (%(error)s).") % {"error": repr(error)}
            return None


class Unreadable(NamedTuple):
    """What stands where a text, a number or nothing should: no reader takes it, however deep it is."""

    kind: str


_ABSENT = object()


class RemoteLoader(Loader):
    """A loader that asks a service. Subclasses say where, and how a page and a row are read."""

    def __init__(self, field_map: Mapping[str, str], client: Client, username: str = "") -> None:
        super().__init__(field_map)
        self.client = client
        self.username = username
        # Why the source's credentials are not sent: then no request is sent at all.
        self.refused: CatalogError | None = None
        self._refusals = self._failures = 0
        self._failed: RemoteError | None = None

    def on_request(self, call: Callable[[], None]) -> None:
        self.client.on_request = call

    @abstractmethod
    def first_url(self) -> str:
        """Where a listing begins."""

    def read(self, answer: Any) -> tuple[Any, Any, Any]:
        """The rows of an answer, the URL of the next page, and how many there are in all. Raises KeyError or TypeError."""
        return answer["results"], answer.get("next"), answer.get("count")

    @abstractmethod
    def rows_of(self, item: Mapping[str, Any], observed_at: datetime) -> Iterator[SourceRow]:
        """The runs in one row of an answer. Raises KeyError or TypeError where it has another shape."""

    def pages(self) -> Iterator[Page]:
        return self.listing(self.first_url(), self.rows_of)

    def listing(self, first_url: str, rows_of: RowsOf) -> Iterator[Page]:
        """A listing from its first page on. Where a page is too large, half as many rows are asked for, and so are the next."""
        url: str | None = self.client.own_url(first_url)
        seen: set[str] = set()
        failures = 0
        while url is not None:
            if url in seen or len(seen) >= conf.max_pages():
                reason = _("its pages lead back to one that was read") if url in seen else _("it has more than %(limit)s pages")
                yield Page(error=UnexpectedAnswer(url=url, reason=reason % {"limit": f"{len(seen):,}"}))
                return
            seen.add(url)
            try:
                page, following = self._page(url, len(seen), partial(self.client.get_json, url), rows_of)
            except RemoteNotFound as error:
                # A listing that became shorter while it was read, or whose number of pages was estimated.
                yield Page(error=error) if len(seen) == 1 else Page(proves=False)
                return
            except RemoteError as error:
                if isinstance(error, AnswerTooLarge) and (smaller := _with_half(url)):
                    url = smaller
                    continue
                failures += 1
                yield Page(error=error, span=_span_of(url), url=url)
                if not error.retryable or failures == MAX_FAILURES or (following := _page_after(url)) is None:
                    return
            else:
                failures = 0
                yield page
            try:
                url = None if following is None else self.client.own_url(following)
            except RemoteError as error:
                yield Page(error=error)
                return

    def _page(self, url: str, number: int, ask: Callable[[], Any], rows_of: RowsOf) -> tuple[Page, str | None]:
        # Before the question: whatever changes while it is answered is newer than the answer.
        observed_at = timezone.now()
        answer = ask()
        try:
            items, following, total = self.read(answer)
            if not isinstance(items, list):
                raise TypeError("its results are not a list")
            if not isinstance(following or None, str | None):
                raise TypeError("the address of its next page is not a text")
            limit = conf.max_rows()
            rows: list[SourceRow] = []
            for row, item in enumerate(items, 1):
                if len(rows) > limit:
                    break
                place = _("page %(page)d, row %(row)d") % {"page": number, "row": row}
                rows += self._rows(item, observed_at, place, rows_of, limit + 1 - len(rows))
        except (KeyError, TypeError, AttributeError) as error:
            reason = _("its answer is JSON of another shape (%(error)s)") % {"error": repr(error)}
            raise UnexpectedAnswer(url=url, reason=reason) from error
        page = Page(rows[:limit], total=total if isinstance(total, int) else None)
        if len(rows) > limit:
            reason = _("its answer has more than %(limit)s records; the others were not read") % {"limit": f"{limit:,}"}
            page = attrs.evolve(page, error=TooManyRecords(url=url, reason=reason))
        return page, following or None

    def _rows(self, item: Any, observed_at: datetime, place: str, rows_of: RowsOf, limit: int) -> Iterator[SourceRow]:
        try:
            # One row may have any number of runs.
            found = list(islice(rows_of(item, observed_at), limit))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            # One bad row among good ones: reported by its place, since it has no name.
            problem = ("invalid", "invalid_row", _("It has another shape (%(error)s).") % {"error": repr(error)})
            yield SourceRow("", "", {}, observed_at, place=place, problem=problem)
            return
        for row in found:
            yield attrs.evolve(row, place=place)

    def in_batches(self, keys: Sequence[str], ask: Callable[[Sequence[str]], Any]) -> Iterator[Page]:
        """Ask for keys in batches; where one is refused because of a key in it, in halves of it."""
        for start in range(0, len(keys), BATCH):
            batch = keys[start : start + BATCH]
            if self._failures < MAX_FAILURES:
                yield from self._batch(batch, ask)
            else:
                # Each question takes as long as a call may, and nothing answers.
                yield Page(error=self._failed, keys=tuple(batch))

    def _batch(self, keys: Sequence[str], ask: Callable[[Sequence[str]], Any]) -> Iterator[Page]:
        try:
            page, following = self._page(self.client.base_url, 1, lambda: ask(keys), self.rows_of)
            rows = list(page.rows)
            while following is not None and page.rows and len(rows) < len(keys):
                url = self.client.own_url(following)
                page, following = self._page(url, 1, partial(self.client.get_json, url), self.rows_of)
                rows += page.rows
            if page.error is not None:
                raise page.error
            asked = {fold(key) for key in keys}
            if any(len(row.external_id) > MAX_ID or (row.external_id and fold(row.external_id) not in asked) for row in rows):
                # It does not look at what it is asked for, so what it does not say proves nothing.
                raise UnexpectedAnswer(url=self.client.base_url, reason=_("its answer has other runs"))
            self._failures = 0
            yield Page(rows)
        except RequestRefused as error:
            self._refusals += 1
            if len(keys) == 1 or self._refusals > MAX_REFUSALS:
                yield Page(error=error, keys=tuple(keys))
                return
            middle = len(keys) // 2
            yield from self._batch(keys[:middle], ask)
            yield from self._batch(keys[middle:], ask)
        except RemoteError as error:
            self._failures, self._failed = self._failures + 1, error
            yield Page(error=error, keys=tuple(keys))


def with_listing(row: SourceRow, item: Mapping[str, Any], read: Callable[..., dict[str, Any]]) -> SourceRow:
    """The row of a run with what learners read of it, as a function of `describing` reads it."""
    said = Reading(item)
    listing = read(said.part, item)
    left_out = [("invalid", "invalid_value", f"{name}: {why}") for name, why in said.unreadable.items()]
    return attrs.evolve(row, listing=listing, left_out=[*row.left_out, *left_out])


def listed_course(key: str, uuid: Any, item: Mapping[str, Any], read: Callable[..., dict[str, Any]]) -> SourceRow:
    """The same of a course, as a record of its own."""
    said = Reading(item)
    listing = read(said.part, item)
    values = {"key": key, "uuid": uuid}
    return SourceRow(f"listing:{key}", "", values, unreadable=said.unreadable, listing=listing)


def source_time(value: Any, otherwise: datetime) -> datetime:
    """When a source says that it changed a row; when it was asked, where it does not say, or nothing that can be true."""
    try:
        found = parse_datetime(value, "modified") if isinstance(value, str) and len(value) < MAX_KEY else None
    except CatalogError:
        return otherwise
    return min(found, otherwise).astimezone(UTC) if found else otherwise


def _with_half(url: str) -> str | None:
    """The URL of half a page, from the same row on; None where it does not say how many, or asks for one. No numbered page."""
    parts = urlsplit(url)
    query = parse_qs(parts.query, keep_blank_values=True)
    _begin, size = _span_of(url)
    if "limit" not in query or size < 2:
        return None
    return urlunsplit(parts._replace(query=urlencode(query | {"limit": [str(size // 2)]}, doseq=True)))


def _page_after(url: str) -> str | None:
    """The URL of the page after one that failed: by its number, or its offset; None where the URL has neither."""
    parts = urlsplit(url)
    query = parse_qs(parts.query, keep_blank_values=True)
    try:
        if "offset" in query or "limit" in query:
            query["offset"] = [str(int(query.get("offset", ["0"])[0]) + int(query["limit"][0]))]
        else:
            query["page"] = [str(int(query.get("page", ["1"])[0]) + 1)]
    except (KeyError, ValueError):
        return None
    return urlunsplit(parts._replace(query=urlencode(query, doseq=True)))


def _span_of(url: str) -> tuple[int, int]:
    """From which row on, and how many, a URL asks for; one row where it does not say, or says what no service has."""
    query = parse_qs(urlsplit(url).query)
    try:
        size = int(query.get("limit", query.get("page_size", ["1"]))[0])
        begin = int(query["offset"][0]) if "offset" in query else (int(query.get("page", ["1"])[0]) - 1) * size
    except ValueError:
        return 0, 1
    return (begin, size) if begin >= 0 and 0 < size <= conf.max_rows() and begin <= conf.max_records() else (0, 1)


def text_of(value: Any) -> str:
    """A key of a source. Raises TypeError or ValueError for anything else."""
    if not isinstance(value, str) or not value:
        raise TypeError(f"expected a text, got {type(value).__name__}")
    if len(value) > MAX_KEY:
        raise ValueError(longer_than(MAX_KEY))
    return value


def some_text_of(value: Any) -> str:
    """The same of what may be empty."""
    return text_of(value) if value else ""
