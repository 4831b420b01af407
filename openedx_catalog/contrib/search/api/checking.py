"""Catalogs of another service: whether their queries are understood here, and what they find."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable
from typing import Any, Unpack

from django.utils.translation import gettext as _

from openedx_catalog.exceptions import CatalogError, InvalidRequest
from openedx_catalog.lib import strict_json, texts
from openedx_catalog.lib.changes import Change, Provenance

from ..data import CheckedCatalog, GivenCatalog
from ..exceptions import InvalidQuery
from ..models import CourseCatalog
from .catalogs import create_course_catalog
from .membership import courses_for

# What is JSON, even if it is not valid.
_JSON = re.compile(r"\{|\[\s*([{\]]|\Z)")
_TRUE = ("true", "yes", "1")


def read_catalogs(text: str) -> list[GivenCatalog]:
    """
    Catalogs from JSON as discovery lists them (a page with ``results``, or a list), or from CSV with the columns name and
    query, perhaps include_archived; its first line may name the columns in another order. Raises InvalidRequest for anything
    else.
    """
    begins = text.lstrip("\ufeff \r\n\t")
    if not begins.startswith(("{", "[")):
        return _of_csv(text)
    try:
        page = parse_page(text)
    except InvalidRequest:
        # A name may begin with a bracket.
        if _JSON.match(begins):
            raise
        return _of_csv(text)
    return catalogs_of_page(page)


def parse_page(text: str) -> Any:
    """JSON, or InvalidRequest."""
    try:
        return strict_json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise InvalidRequest(reason=_("This is not valid JSON: %(error)s.") % {"error": texts.shorten(error)}) from error


def catalogs_of_page(page: Any, *, before: int = 0) -> list[GivenCatalog]:
    """The catalogs of a page, `before` which there were so many. Raises InvalidRequest where it is none."""
    rows = page.get("results") if isinstance(page, dict) else page
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InvalidRequest(reason=_("Expected a list of catalogs, or a page of them with “results”."))
    return [_of_row(line, row) for line, row in enumerate(rows, before + 1)]


def check_catalogs(
    catalogs: Iterable[GivenCatalog],
    *,
    create: bool = False,
    on_progress: Callable[[int], Any] = lambda catalogs: None,
    **provenance: Unpack[Provenance],
) -> list[CheckedCatalog]:
    """
    Say of each whether its query is understood, and how many courses it finds; `create` stores those that are, as
    `create_course_catalog` does, which may refuse some, and the others go on. One of the same name, in any case, and the same
    query is here already. Raises InvalidRequest (provenance).
    """
    Change(**provenance)
    found = []
    for given in catalogs:
        found.append(_checked(given, create, provenance))
        on_progress(1)
    return found


def _checked(given: GivenCatalog, create: bool, provenance: Any) -> CheckedCatalog:
    said = (given.line, given.name, given.query)
    try:
        if why := texts.unstorable(given.query) or ("" if given.query.strip() else _("it is empty")):
            return CheckedCatalog(*said, "not understood", reason=why)
        count = courses_for(given.query, include_archived=given.include_archived).count()
    except InvalidQuery as error:
        return CheckedCatalog(*said, "not understood", position=error.facts["position"], reason=str(error.facts["reason"]))
    if not create:
        return CheckedCatalog(*said, "understood", count)
    if why := texts.unstorable(given.name):
        return CheckedCatalog(*said, "refused", count, reason=why)
    values: dict[str, Any] = {"query": given.query.strip(), "include_archived": given.include_archived}
    try:
        if CourseCatalog.objects.filter(name_ci=texts.fold(given.name.strip()), **values).exists():
            return CheckedCatalog(*said, "unchanged", count)
        own: Any = {"uuid": given.uuid} if given.uuid else {}
        create_course_catalog(name=given.name, viewers=list(given.viewers), **values, **own, **provenance)
    except CatalogError as error:
        return CheckedCatalog(*said, "refused", count, reason=str(error))
    return CheckedCatalog(*said, "created", count)


def _of_row(line: int, row: dict[str, Any]) -> GivenCatalog:
    viewers, uuid = row.get("viewers") or (), row.get("uuid")
    names = [str(each) for each in viewers] if isinstance(viewers, list) else []
    archived = row.get("include_archived") is True
    return GivenCatalog(line, _text(row.get("name")), _text(row.get("query")), archived, names, str(uuid) if uuid else None)


def _of_csv(text: str) -> list[GivenCatalog]:
    try:
        rows = [row for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True) if any(row)]
    except csv.Error as error:
        raise InvalidRequest(reason=_("This is not valid CSV: %(error)s.") % {"error": error}) from error
    names = [name.strip().lower() for name in rows[0]] if rows else []
    columns, lines = (names, rows[1:]) if {"name", "query"} <= {*names} else (["name", "query", "include_archived"], rows)
    found = []
    for line, row in enumerate(lines, 1):
        cells = dict(zip(columns, row, strict=False))
        if "query" not in cells:
            reason = _("Expected a name and a query, separated by a comma, in row %(line)d.")
            raise InvalidRequest(reason=reason % {"line": line})
        archived = cells.get("include_archived", "").strip().lower() in _TRUE
        found.append(GivenCatalog(line, cells.get("name", ""), cells["query"], archived))
    return found


def _text(value: Any) -> str:
    return "" if value is None else str(value)
