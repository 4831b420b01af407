"""``manage.py check_catalog_queries FILE``: are the catalogs of discovery understood here?"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib import texts
from openedx_catalog.lib.commands import CatalogCommand, printable, require_migrated

from ... import api
from ...data import CheckedCatalog, GivenCatalog

AUTHORIZATION = "CATALOG_QUERIES_AUTHORIZATION"
MAX_PAGES, TIMEOUTS, WIDTH = 1000, (3.05, 20), 40


class Command(CatalogCommand):
    """Exit 0: all were understood, and stored where that is asked; 1: some were not; 2: they cannot be read."""

    help = (
        "Say of each catalog of discovery whether its query is understood here, how many courses it finds, or at which "
        "character and why not. FILE is what discovery answers at /api/v1/catalogs/ (JSON), or CSV with a name and a query in "
        "each row; - (default) is standard input. Writes nothing without --create. Exit code 1 if some were not understood or "
        "not stored, 2 if the catalogs cannot be read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", help="the file to read; - (default) is standard input")
        parser.add_argument(
            "--url",
            help="read all pages from this address instead of a file; the environment variable "
            f'{AUTHORIZATION}, if it is set, is what is sent as the header Authorization, for example "JWT eyJ…"',
        )
        parser.add_argument("--create", action="store_true", help="store the catalogs that are understood")
        parser.add_argument("--reason", default="", metavar="TEXT", help="why, for the history of what is stored")
        parser.add_argument("--json", action="store_true", help="print one JSON object for each catalog")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated("openedx_catalog", "openedx_catalog_search")
        url, file = options["url"], options["file"]
        if url is not None and file is not None:
            raise CommandError(_("Give a file, or an address with --url, not both."), returncode=2)
        try:
            catalogs = api.read_catalogs(_content(file or "-")) if url is None else list(_from_url(url))
            with self.progress(len(catalogs), "catalogs", options) as advance:
                said = {"create": options["create"], "reason": options["reason"], "source": "check_catalog_queries"}
                checked = api.check_catalogs(catalogs, **said, on_progress=advance)
        except CatalogError as error:
            raise CommandError(str(error), returncode=2) from error
        if options["json"]:
            for row in checked:
                # An unpaired surrogate is written as it is escaped in JSON.
                line = json.dumps(row._asdict(), ensure_ascii=False)
                self.stdout.write(line.encode(errors="backslashreplace").decode())
        else:
            self._print(checked)
        if any(row.outcome in ("not understood", "refused") for row in checked):
            sys.exit(1)

    def _print(self, checked: list[CheckedCatalog]) -> None:
        names = [_cell(row.name) for row in checked]
        width = max(map(len, names), default=0)
        for name, row in zip(names, checked, strict=True):
            count = "–" if row.courses is None else f"{row.courses:,}"
            self.stdout.write(f"{row.line:>5}  {row.outcome:<14}  {count:>8}  {name:<{width}}  {_cell(row.query)}".rstrip())
            if row.position:
                facts = {"position": row.position, "reason": row.reason}
                self.stdout.write(printable(" " * 7 + _("character %(position)s: %(reason)s") % facts))
            elif row.reason:
                self.stdout.write(printable(" " * 7 + row.reason))
        outcomes = dict.fromkeys(row.outcome for row in checked)
        counts = [f"{name}: {sum(row.outcome == name for row in checked)}" for name in outcomes]
        self.stdout.write(", ".join(counts) or _("There are no catalogs."))


def _cell(text: str) -> str:
    shown = printable(text)
    return shown if len(shown) <= WIDTH else f"{shown[: WIDTH - 1]}…"


def _content(name: str) -> str:
    try:
        return (sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()).decode()
    except (OSError, ValueError) as error:
        reason = _("%(name)s cannot be read: %(error)s") % {"name": name, "error": error}
        raise CommandError(reason, returncode=2) from error


def _from_url(url: str) -> Iterator[GivenCatalog]:
    """All pages, each after the other, of one origin: the authorization is for no other one, nor for the same in clear text."""
    import requests

    origin, found = _origin(url), 0
    given = _authorization()
    headers = {"Accept": "application/json", **({"Authorization": given} if given else {})}
    following: str | None = url
    for _page in range(MAX_PAGES):
        if following is None:
            return
        if _origin(following) != origin:
            raise _unanswered(following, _("only %(host)s is asked") % {"host": "://".join(origin)})
        try:
            response = requests.get(following, headers=headers, timeout=TIMEOUTS, allow_redirects=False)
        except requests.RequestException as error:
            raise _unanswered(following, str(error)) from error
        if response.status_code != 200:
            raise _unanswered(following, _("it answers %(status)s") % {"status": response.status_code})
        page = api.parse_page(response.content.decode(errors="replace"))
        rows = api.catalogs_of_page(page, before=found)
        found += len(rows)
        yield from rows
        link = page.get("next") if isinstance(page, dict) else None
        following = _joined(following, str(link)) if link else None
    if following is not None:
        raise _unanswered(following, _("it has more than %(limit)d pages") % {"limit": MAX_PAGES})


def _authorization() -> str:
    """The value of the header, which has neither letters beyond ASCII nor line breaks."""
    given = os.environ.get(AUTHORIZATION, "").strip()
    if not (given.isascii() and given.isprintable()):
        reason = _("%(name)s has characters that cannot be sent. Was it cut, or copied with a “…”?")
        raise CommandError(reason % {"name": AUTHORIZATION}, returncode=2)
    return given


def _origin(url: str) -> tuple[str, str]:
    """Scheme and host with the port."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise _unanswered(url, str(error)) from error
    return parts.scheme, parts.netloc


def _joined(url: str, link: str) -> str:
    """The next page: by https where this one was, since a service behind a proxy often takes itself for http."""
    try:
        before, after = urlsplit(url), urlsplit(urljoin(url, link))
    except ValueError as error:
        raise _unanswered(link, str(error)) from error
    is_same = (before.scheme, after.scheme, after.netloc) == ("https", "http", before.netloc)
    return (after._replace(scheme="https") if is_same else after).geturl()


def _unanswered(url: str, reason: str) -> CommandError:
    text = _("%(url)s cannot be read: %(reason)s") % {"url": url, "reason": texts.shorten(reason)}
    return CommandError(printable(text), returncode=2)
