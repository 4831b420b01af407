"""
Catalog files, CSV or JSON lines, as AssociationRecords.

A file is read twice: once whole, for what makes it unusable, and again for its rows. So nothing of a broken file is
written, and progress has a total. Constant memory; standard input is spooled to a temporary file first.
"""

from __future__ import annotations

import csv
import re
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import attrs
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..data import AssociationRecord
from ..exceptions import CatalogError
from ..lib import strict_json

COLUMNS = tuple(field.name for field in attrs.fields(AssociationRecord) if field.name != "line")
FORMATS = ("csv", "jsonl")
# What a spreadsheet cell holds at most. A longer one is a quotation mark that was never closed.
MAX_CELL = 32_767
# A line of more is none that anybody wrote, and would fill the memory. Columns are kept, to say which of them are ignored.
MAX_LINE = 4_000_000
MAX_COLUMNS = 1000
MAX_COLUMN = 255


# Where a spreadsheet, whatever it takes for a delimiter, may begin a cell; and what it takes for a formula there, or what
# this has already made harmless. Fullwidth and small signs count: spreadsheets in East Asia read them as the plain ones.
CELL_BEGINS = r"""(?:\A|(?<=[,;|\t\r\n"]))"""
FORMULA = r"(?=[' ]*[=+\-@\t\r\n＝＋－＠﹦﹢﹣﹫])"
_NEUTRAL = re.compile(CELL_BEGINS + "'" + FORMULA)


class UnreadableFile(CatalogError, ValueError):
    """Raised when a file as a whole cannot be used; nothing of it was written. Facts: ``name``, ``reason``."""

    code = "unreadable_file"
    template = gettext_lazy("%(name)s cannot be read: %(reason)s")


@attrs.frozen
class CatalogFile:
    """A file that can be used: how many rows it has, which columns are ignored, and its records."""

    name: str
    format: str
    rows: int
    ignored_columns: tuple[str, ...]
    _stream: IO[bytes]
    _keys: Collection[str]

    def records(self) -> Iterator[AssociationRecord]:
        """The rows in order, each with the line it begins on; once."""
        known = set(COLUMNS)
        for line, row in self.cells():
            given = {name: value for name, value in row.items() if name in known}
            yield AssociationRecord(line=line, **{"course_key": "", **given})

    def cells(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Every row with the line it begins on, ignored columns included, as it stands there."""
        self._stream.seek(0)
        return _READERS[self.format](self.name, self._stream, self._keys)


@contextmanager
def open_catalog_file(
    path: str, *, format: str | None = None, stdin: IO[bytes] | None = None, keys: Collection[str] = ("course_key",)
) -> Iterator[CatalogFile]:
    """
    Open and check a catalog file; ``-`` is `stdin`. The format follows from the name (``.jsonl``, else CSV) if not given.

    UTF-8, with or without a byte order mark, with any line ends. Columns are those of AssociationRecord, in any order;
    others are ignored. Raises UnreadableFile where it is missing, empty or not UTF-8, has none of the columns `keys`, NUL
    bytes, a cell of more than 32,767 characters, a line of more than 4 MB, more than 1,000 columns, a broken last line, or a
    JSON line that is not an object or names something twice.
    """
    name = _("standard input") if path == "-" else path
    chosen = format or ("jsonl" if Path(path).suffix.lower() in (".jsonl", ".ndjson") else "csv")
    with _open(path, name, stdin) as stream:
        columns: dict[str, None] = {}
        rows = 0
        for _line, row in _READERS[chosen](name, stream, keys):
            rows += 1
            columns.update(dict.fromkeys(row))
            if len(columns) > MAX_COLUMNS:
                raise UnreadableFile(name=name, reason=_("it has more than %(limit)s columns.") % {"limit": f"{MAX_COLUMNS:,}"})
        if not columns.keys() & set(keys):
            missing = _("it has no %(names)s column.") % {"names": _either(keys)}
            raise UnreadableFile(name=name, reason=missing if rows else _("it has no rows."))
        ignored = tuple(column for column in columns if column not in COLUMNS)
        yield CatalogFile(name, chosen, rows, ignored, stream, keys)


@contextmanager
def _open(path: str, name: str, stdin: IO[bytes] | None) -> Iterator[IO[bytes]]:
    try:
        if path != "-":
            with Path(path).open("rb") as stream:
                if stream.seekable():
                    yield stream
                else:
                    with _spooled(stream) as spool:
                        yield spool
        else:
            with _spooled(stdin) as spool:
                yield spool
    except OSError as error:
        raise UnreadableFile(name=name, reason=f"{error.strerror or error}.") from error


@contextmanager
def _spooled(stream: IO[bytes] | None) -> Iterator[IO[bytes]]:
    """A copy that can be read twice, of standard input or a pipe."""
    with tempfile.TemporaryFile() as spool:
        if stream is not None:
            shutil.copyfileobj(stream, spool)
        spool.seek(0)
        yield spool


def _lines(name: str, stream: IO[bytes]) -> Iterator[str]:
    """Decoded lines; what makes a file unusable is reported with its line. Line ends inside quotes stay."""
    empty = True
    for number, raw in enumerate(iter(lambda: stream.readline(MAX_LINE + 1), b""), 1):
        empty = False
        if len(raw) > MAX_LINE:
            reason = _("line %(line)d is longer than %(limit)s bytes.") % {"line": number, "limit": f"{MAX_LINE:,}"}
            raise UnreadableFile(name=name, reason=reason)
        if b"\x00" in raw:
            raise UnreadableFile(name=name, reason=_("line %(line)d contains a NUL byte.") % {"line": number})
        try:
            yield raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            reason = _("line %(line)d is not UTF-8 (%(error)s).") % {"line": number, "error": error.reason}
            raise UnreadableFile(name=name, reason=reason) from error
    if empty:
        raise UnreadableFile(name=name, reason=_("it is empty."))


def _either(keys: Collection[str]) -> str:
    return _(" or ").join(keys)


def _csv_rows(name: str, stream: IO[bytes], keys: Collection[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    reader = csv.reader(_lines(name, stream), strict=True)
    try:
        header = [column.strip() for column in next(reader, [])]
        if not set(header) & set(keys):
            reason = _("it has no %(names)s column; its first line must name the columns.") % {"names": _either(keys)}
            raise UnreadableFile(name=name, reason=reason)
        if twice := [column for column in (*COLUMNS, *keys) if header.count(column) > 1]:
            raise UnreadableFile(name=name, reason=_("it has two columns %(column)s.") % {"column": twice[0]})
        line = reader.line_num + 1
        for cells in reader:
            if cells:
                if len(cells) != len(header):
                    raise UnreadableFile(name=name, reason=_wrong_width(line, len(cells), len(header)))
                row = dict(zip(header, map(original, cells), strict=True))
                _check_cells(name, line, row)
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        reason = _("line %(line)d is broken (%(error)s).") % {"line": reader.line_num, "error": error}
        raise UnreadableFile(name=name, reason=reason) from error


def _wrong_width(line: int, cells: int, columns: int) -> str:
    text = ngettext(
        "line %(line)d has %(cells)d cell, the header has %(columns)d.",
        "line %(line)d has %(cells)d cells, the header has %(columns)d.",
        cells,
    )
    return text % {"line": line, "cells": cells, "columns": columns}


def original(cell: str) -> str:
    """A cell as it was before an export kept spreadsheets from running it as a formula (`writing.neutral`)."""
    return _NEUTRAL.sub("", cell) if "'" in cell else cell


def _jsonl_rows(name: str, stream: IO[bytes], keys: Collection[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    for line, text in enumerate(_lines(name, stream), 1):
        if not text.strip():
            continue
        try:
            row = strict_json.loads(text)
        except (ValueError, RecursionError) as error:
            reason = _("line %(line)d is not JSON (%(error)s).") % {"line": line, "error": error}
            raise UnreadableFile(name=name, reason=reason) from error
        if not isinstance(row, dict):
            raise UnreadableFile(name=name, reason=_("line %(line)d is not a JSON object.") % {"line": line})
        _check_cells(name, line, row)
        yield line, row


def _check_cells(name: str, line: int, row: dict[str, Any]) -> None:
    for column, value in row.items():
        if len(column) > MAX_COLUMN:
            reason = _("line %(line)d has a column whose name has %(length)d characters.")
            raise UnreadableFile(name=name, reason=reason % {"line": line, "length": len(column)})
        if isinstance(value, str) and len(value) > MAX_CELL:
            reason = _("line %(line)d has %(length)d characters in %(column)s; is a quotation mark missing?")
            raise UnreadableFile(name=name, reason=reason % {"line": line, "length": len(value), "column": column})


_READERS = {"csv": _csv_rows, "jsonl": _jsonl_rows}
