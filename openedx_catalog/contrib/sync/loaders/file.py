"""Files: those of ``backfill_catalog``, and legacy rows without a course key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from openedx_catalog.keys import fold
from openedx_catalog.transfer import CatalogFile

from ..data import MAX_ID, Page, SourceRow
from .base import BATCH, Loader

_NAMES = ("course_key", "external_id", "catalog_course")


class FileLoader(Loader):
    """
    A CSV or JSON-lines file with the columns of ``backfill_catalog``, and ``external_id`` for rows that have no course key.

    A file has no time: what it says is as of when it is read. Blank cells say nothing.
    """

    counts_are_exact = True
    keeps_legacy_rows = True

    def __init__(self, field_map: Mapping[str, str], file: CatalogFile) -> None:
        super().__init__(field_map)
        self.file = file

    def pages(self) -> Iterator[Page]:
        rows: list[SourceRow] = []
        now = timezone.now()
        for line, row in self.file.cells():
            place = _("line %(line)d") % {"line": line}
            if wrong := next((name for name in _NAMES if not isinstance(row.get(name), str | int | None)), ""):
                problem = ("invalid", "invalid_row", _("Its %(field)s is not a text.") % {"field": wrong})
                rows.append(SourceRow("", "", {}, now, place=place, problem=problem))
                continue
            values = {name: value for name, value in self.values_of(row).items() if value not in (None, "")}
            key = str(row.get("course_key") or "")
            external_id = str(row.get("external_id") or key)
            rows.append(SourceRow(external_id, key, values, now, str(row.get("catalog_course") or ""), place))
            if len(rows) == BATCH:
                yield Page(rows, total=self.file.rows)
                rows = []
        yield Page(rows, total=self.file.rows)

    def by_keys(self, keys: Sequence[str]) -> Iterator[Page]:
        wanted = {fold(key) for key in keys}
        for page in self.pages():
            yield Page([row for row in page.rows if len(row.course_key) <= MAX_ID and fold(row.course_key) in wanted])
