"""What a sync has to do, known before anything is written: what is listed, what is gone, and whether that is too much."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import IO, Any

from django.utils.translation import gettext as _

from openedx_catalog import keys
from openedx_catalog.exceptions import CatalogError

from .. import conf
from ..data import Page, RecordOutcome, SourceRow, outcome_of
from ..loaders import MODES, Loader, RemoteLoader, describing
from ..models import RunSource, Source, SourceOrganization
from ._authority import Authority
from ._listing import Listing, checked_other, records_in
from ._losses import DATE_COLUMNS, DateWatch, Known, dates_of, said_of
from .others import WITH, in_order, is_readable, losses_of, missing_rows, same_id


class Stopped(Exception):
    """Why a sync stops before it writes."""


class Planner:
    """
    Reads a source to its end, all of it or `only` some course keys, and then knows what there is to do.

    `orgs` are the folded short_names of the organizations that it may write, empty for all; `known` is what is stored of its
    records, by folded id, and `authority` knows what other sources win; `listing` has its runs, `others` its records beside
    them by kind, and `gone` the outcomes of those that it does not have any more. `on_page` is called after each page.
    """

    def __init__(
        self, source: Source, loader: Loader, spool: IO[bytes], only: Sequence[str], on_page: Callable[[], None]
    ) -> None:
        self.source, self.loader, self.only, self.on_page = source, loader, only, on_page
        self.orgs: set[str] = set()
        self.known: dict[str, Known] = {}
        self.authority = Authority(source)
        self.watch = DateWatch(source, self.orgs, self.known, self.authority)
        self.listing = Listing(spool, self.watch.look, on_page)
        self.others: dict[str, list[SourceRow]] = {}
        self._others: set[str] = set()
        self.gone: list[RecordOutcome] = []

    @property
    def total(self) -> int:
        """How many records there are."""
        failed = sum(outcome.records for outcome in self.listing.outcomes)
        return self.listing.rows + failed + len(self.gone) + sum(map(len, self.others.values()))

    def has(self, external_ci: str) -> bool:
        """Whether there is anything to do for a record of this id, or of this course key, but to find it missing."""
        return self.listing.has(external_ci) or external_ci in self._others

    def plan(self, allow_mass_missing: bool) -> None:
        """Read everything, and find what would be lost. Raises Stopped."""
        if isinstance(self.loader, RemoteLoader) and self.loader.refused is not None:
            # Not even anonymously: it would list less.
            raise Stopped(str(self.loader.refused))
        self._read_stored()
        gone = self._read_only() if self.only else self._read_all()
        if not allow_mass_missing:
            self._refuse_losses(gone)
        if gone and not self.only and self.loader.looks_up:
            # Whatever it knows when it is asked for it has only moved between two pages.
            self.listing.read(self.loader.by_keys(list(gone.values())))
            gone = self._without_listed(gone)
            if not allow_mass_missing:
                # The answers may end runs, too.
                self._refuse_losses(gone)
        reason = self._why_gone()
        self.gone = [RecordOutcome(name, "missing", "missing", reason) for name in gone.values()]

    def _why_gone(self) -> str:
        """Not listed to us is not gone: hidden and restricted runs are there for others."""
        if not isinstance(self.loader, RemoteLoader):
            return _("The source does not have it any more.")
        if self.loader.asked_as:
            return _("The source does not show it to %(user)s any more.") % {"user": self.loader.asked_as}
        return _("The source does not show it to anonymous visitors any more.")

    # Reading. What is gone is ``{folded id: id}``, spelled as the source does.

    def _read_only(self) -> dict[str, str]:
        valid: dict[str, str] = {}
        for name in dict.fromkeys(self.only):
            try:
                key = keys.parse_course_key(name)
                valid.setdefault(key.key_ci, key.text)
            except CatalogError as error:
                self.listing.outcomes.append(RecordOutcome(name, "invalid", str(error.code), str(error)))
        valid |= self._spelled(name for name in valid if name in self.known)
        self.listing.read(self.loader.by_keys(list(valid.values())))
        return self._without_listed(valid)

    def _read_all(self) -> dict[str, str]:
        listing = self.listing
        listing.read(self.loader.pages(), exact=self.loader.counts_are_exact)
        if not listing.rows and listing.outcomes:
            raise Stopped(listing.problems[0])
        # A record without a name may be any of them, and where nobody can be asked, it is.
        listing.complete &= self.loader.looks_up or not listing.nameless
        gone = self._spelled(name for name, known in self.known.items() if not known.missing and not listing.has(name))
        # What learners read of courses has been read with these, where they are listed, too.
        for what in sorted(self.source.also, key=describing.LISTINGS.__eq__):
            for each in (what, *WITH.get(what, ())):
                self._read_others(each)
        return gone if listing.complete else {}

    def _read_others(self, what: str) -> None:
        """What the source has beside runs. A page that fails is a failed record, and says nothing of runs."""
        if not is_readable(what):
            self.listing.problems.append(_("No installed app stores %(what)s.") % {"what": what})
            return
        if what in MODES:
            # They are asked for with the runs.
            return
        found: dict[str, SourceRow] = {}
        contradicted: dict[str, SourceRow] = {}
        complete, totals, lost = True, set[int](), list[Page]()
        for page in self.loader.pages_of(what):
            if len(found) >= conf.max_records():
                reason = _("The source lists more than %(limit)s %(what)s; the others were not read.")
                self.listing.fail(what, "too_many_records", reason % {"limit": f"{conf.max_records():,}", "what": what})
                complete = False
                break
            if page.error is not None:
                lost.append(page)
            if page.total is not None:
                totals.add(page.total)
            complete &= page.error is None and page.proves
            for row in map(checked_other, page.rows):
                # Two spellings of one id are one record.
                name = same_id(what, row) or row.place
                if found.setdefault(name, row).values != row.values:
                    contradicted[name] = row
            self.on_page()
        for page in lost:
            self.listing.fail(page.url or what, str(page.error.code), str(page.error), records_in(*page.span, totals))
        for row in contradicted.values():
            reason = _("The source lists it twice, and differently.")
            self.listing.outcomes.append(outcome_of(row, "conflict", "contradicting_copies", reason))
        rows = in_order(what, list(found.values()))
        # Pages that shift while they are read repeat rows, and leave out others.
        if complete and len(found) >= max(totals, default=0):
            rows += missing_rows(self.source, what, rows, self.orgs, self.listing.has)
        self.others[what] = rows
        self._others.update(keys.fold(row.external_id) for row in rows)

    def _without_listed(self, gone: dict[str, str]) -> dict[str, str]:
        # Where the question itself failed, the listing has its keys.
        return {name: spelled for name, spelled in gone.items() if not self.listing.has(name)}

    # What is stored

    def _read_stored(self) -> None:
        # What it has of a renamed organization may still name that as before.
        names = ("organization__short_name", "organization__catalog_former_names__name")
        rows: Any = SourceOrganization.objects.filter(source=self.source).values_list(*names)
        self.orgs.update(keys.fold(name) for row in rows for name in row if name)
        columns = ("external_id_ci", "pk", "missing_since", "fields", "run_id", *(f"run__{name}" for name in DATE_COLUMNS))
        rows = RunSource.objects.filter(source=self.source).values_list(*columns).iterator()
        for name, pk, since, fields, run, schedule, *dates in rows:
            dated = dates_of(schedule, dates, self.watch.now)
            self.known[name] = Known(pk, since is not None, run, dated, said_of(fields))

    def _spelled(self, names: Iterable[str]) -> dict[str, str]:
        rows = RunSource.objects.filter(source=self.source, external_id_ci__among=list(names))
        return dict(rows.values_list("external_id_ci", "external_id"))

    def _refuse_losses(self, gone: dict[str, str]) -> None:
        """Raise Stopped where more of a kind would be lost than the source's limit."""
        percent = self.source.max_missing_percent
        present = {name for name, known in self.known.items() if not known.missing}
        runs = self.watch.losses(percent, len(present), present & gone.keys())
        others = (losses_of(self.source, what, rows, self.orgs) for what, rows in self.others.items())
        losses = [runs, *chain.from_iterable(others)]
        found = "; ".join(str(each) for each in losses if each.are_too_many(percent))
        if present and not self.only and not self.listing.rows:
            found = _("The source lists nothing")
        if found:
            text = _(
                "%(losses)s; the limit is %(percent)s %%. Nothing was written. If this is right, use --allow-mass-missing."
            )
            raise Stopped(text % {"losses": found, "percent": percent})
