"""
Catalog files, CSV, JSON lines or workbooks, as AssociationRecords.

A file is read twice: once whole, for what makes it unusable, and again for its rows. So nothing of a broken file is
written, and progress has a total. Constant memory, but for the texts of a workbook; standard input is spooled to a temporary
file first.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO, Any

import attrs
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..data import AssociationRecord
from ..lib import strict_json
from ..lib.tables import original
from . import workbooks
from .decoding import CHUNK, UnreadableFile, encoding_of, lines_of, remarks_on

COLUMNS = tuple(field.name for field in attrs.fields(AssociationRecord) if field.name != "line")
FORMATS = ("csv", "jsonl")
# What a spreadsheet cell holds at most. A longer one is a quotation mark that was never closed.
MAX_CELL = 32_767
# Columns are kept, to say which of them are ignored.
MAX_COLUMNS = 1000
MAX_COLUMN = 255
MAX_SHOWN = 200
# What separates the cells of a spreadsheet, by the language of whoever saves it; the first that fits.
DELIMITERS = (",", ";", "\t", "|")
# Above the header, for Excel alone.
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)


@attrs.frozen
class CatalogFile:
    """
    A file that can be used: how many rows it has, its columns, which of them are ignored, and its records.

    `format` is one of `FORMATS`, or "xlsx"; `encoding` is None of a workbook.
    """

    name: str
    format: str
    encoding: str | None
    rows: int
    columns: tuple[str, ...]
    _stream: IO[bytes]
    _known: Collection[str]

    @property
    def ignored_columns(self) -> tuple[str, ...]:
        return tuple(column for column in self.columns if column not in self._known)

    @property
    def remarks(self) -> list[str]:
        """What whoever brings the file should know: what is ignored of it, and that its letters were guessed."""
        found = []
        if self.ignored_columns:
            found.append(_("Ignored columns: %(names)s") % {"names": ", ".join(self.ignored_columns)})
        return found + remarks_on(self.encoding)

    def records(self) -> Iterator[AssociationRecord]:
        """The rows in order, each with the line it begins on; once."""
        known = set(COLUMNS)
        for line, row in self.cells():
            given = {name: value for name, value in row.items() if name in known}
            yield AssociationRecord(line=line, **{"course_key": "", **given})

    def cells(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Every row with the line it begins on, ignored columns included, as it stands there."""
        return _rows(self.name, self._stream, self.format, self.encoding, self._known)


@contextmanager
def open_catalog_file(
    path: str,
    *,
    format: str | None = None,
    stdin: IO[bytes] | None = None,
    keys: Collection[str] = ("course_key",),
    columns: Collection[str] = COLUMNS,
) -> Iterator[CatalogFile]:
    """
    Open and check a catalog file; ``-`` is `stdin`. The format follows from the name (``.jsonl``, else CSV) if not given; a
    workbook is known by its content.

    As people make them: UTF-8, UTF-16 or, where a CSV is neither, Windows-1252; any line ends; cells between commas,
    semicolons, tabs or bars; rows without anything in them. The `columns` stand in any order, and as ``Course Key`` or
    ``course-key`` too; others are ignored. Raises UnreadableFile where it is missing, empty or something else, has none of the
    columns `keys`, NUL bytes, a cell of more than 32,767 characters, a line of more than 4,000,000, more than 1,000 columns, a
    broken last line, or a JSON line that is not an object or names something twice.
    """
    name = _("standard input") if path == "-" else path
    chosen = format or format_of(path)
    known = (*columns, *keys)
    with _open(path, name, stdin) as stream:
        if workbooks.is_workbook(stream):
            chosen = "xlsx"
        encoding = None if chosen == "xlsx" else _encoding_of(name, stream, chosen)
        found: dict[str, None] = {}
        rows = 0
        for _line, row in _rows(name, stream, chosen, encoding, known):
            rows += 1
            found.update(dict.fromkeys(row))
            if len(found) > MAX_COLUMNS:
                raise UnreadableFile(name=name, reason=_("it has more than %(limit)s columns.") % {"limit": f"{MAX_COLUMNS:,}"})
        if not found.keys() & set(keys):
            missing = _("it has no %(names)s column.") % {"names": _either(keys)}
            raise UnreadableFile(name=name, reason=missing if rows else _("it has no rows."))
        yield CatalogFile(name, chosen, encoding, rows, tuple(found), stream, known)


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
            # What is there is taken at once: a read that waits until a size is full is deaf to a signal that comes meanwhile.
            read: Callable[[int], bytes] = getattr(stream, "read1", stream.read)
            for chunk in iter(lambda: read(CHUNK), b""):
                spool.write(chunk)
        spool.seek(0)
        yield spool


def text_of(name: str, stream: IO[bytes], *, most: int) -> tuple[str, list[str]]:
    """
    A file that was uploaded as the text of one, a workbook as CSV; and what is to be said of its letters.

    Of a workbook, which may be much larger than its file, no more is read than `most` characters and the row in which they
    end: whoever has that limit refuses it then. Raises UnreadableFile.
    """
    if workbooks.is_workbook(stream):
        text = io.StringIO()
        write = csv.writer(text).writerow
        for _line, cells in workbooks.rows_of_workbook(name, stream):
            write(cells)
            if text.tell() > most:
                break
        return text.getvalue(), []
    encoding = _encoding_of(name, stream, format_of(name))
    return "".join(lines_of(name, stream, encoding, "")), remarks_on(encoding)


def _encoding_of(name: str, stream: IO[bytes], format: str) -> str:
    """Raises UnreadableFile of what is no text."""
    if workbooks.is_open_document(stream):
        reason = _("it is an OpenDocument spreadsheet (.ods). Save it as .xlsx, or as CSV UTF-8.")
        raise UnreadableFile(name=name, reason=reason)
    return encoding_of(name, stream, windows=format == "csv")


def format_of(name: str) -> str:
    """What a file is by its name."""
    return "jsonl" if Path(name).suffix.lower() in (".jsonl", ".ndjson") else "csv"


def _rows(
    name: str, stream: IO[bytes], format: str, encoding: str | None, known: Collection[str]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Every row with the line it begins on."""
    if encoding is None:
        return _table(name, workbooks.rows_of_workbook(name, stream), known)
    if format == "jsonl":
        return _jsonl_rows(name, lines_of(name, stream, encoding, "\n"))
    return _table(name, _csv_rows(name, lines_of(name, stream, encoding, ""), known), known)


def _either(names: Collection[str]) -> str:
    return _(" or ").join(names)


def _csv_rows(name: str, lines: Iterator[str], known: Collection[str]) -> Iterator[tuple[int, list[str]]]:
    """The cells of each row, and the line it begins on."""
    before, delimiter, header = 0, "", ""
    for header in lines:
        if given := _SEPARATOR_LINE.fullmatch(header):
            delimiter = given[1]
        elif header.strip():
            break
        before += 1
    reader = csv.reader(chain([header], lines), delimiter=delimiter or _delimiter(header, known), strict=True)
    line = before + 1
    try:
        for cells in reader:
            yield line, list(map(original, cells))
            line = before + reader.line_num + 1
    except csv.Error as error:
        reason = _("line %(line)d is broken (%(error)s).") % {"line": before + reader.line_num, "error": error}
        raise UnreadableFile(name=name, reason=reason) from error


def _delimiter(header: str, known: Collection[str]) -> str:
    """That by which a header has the most columns that are known."""

    def columns(delimiter: str) -> int:
        return sum(column_name(cell, known) in known for cell in next(csv.reader([header], delimiter=delimiter), []))

    return max(DELIMITERS, key=columns)


def column_name(cell: str, known: Collection[str]) -> str:
    """Which column a header means: ``Course Key`` is course_key. As it stands there where none is known by it."""
    cell = cell.strip()
    if cell in known:
        return cell
    plain = re.sub(r"[\W_]+", "_", cell.casefold()).strip("_")
    return next((name for name in known if name.casefold() == plain), cell)


def _table(
    name: str, rows: Iterator[tuple[int, list[str]]], known: Collection[str]
) -> Iterator[tuple[int, dict[str, Any]]]:  # fmt: skip
    """What stands under which column. Rows in which nothing stands are none, nor are empty cells beyond the header."""
    header: list[str] = []
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if not header:
            header = _header(name, cells, known)
            continue
        if len(cells) > len(header) and not any(cells[len(header) :]):
            cells = cells[: len(header)]
        if len(cells) != len(header):
            raise UnreadableFile(name=name, reason=_wrong_width(line, len(cells), len(header)))
        row = dict(zip(header, cells, strict=True))
        _check_cells(name, line, row)
        yield line, row


def _header(name: str, cells: list[str], known: Collection[str]) -> list[str]:
    header = [column_name(cell, known) for cell in cells]
    while header and not header[-1]:
        del header[-1]
    if not set(header) & set(known):
        shown = ", ".join(header)[:MAX_SHOWN]
        reason = _("its first line must name the columns, and none of %(found)r is one of %(names)s.")
        raise UnreadableFile(name=name, reason=reason % {"found": shown, "names": ", ".join(dict.fromkeys(known))})
    if twice := [column for column in known if header.count(column) > 1]:
        raise UnreadableFile(name=name, reason=_("it has two columns %(column)s.") % {"column": twice[0]})
    return header


def _wrong_width(line: int, cells: int, columns: int) -> str:
    text = ngettext(
        "line %(line)d has %(cells)d cell, the header has %(columns)d.",
        "line %(line)d has %(cells)d cells, the header has %(columns)d.",
        cells,
    )
    return text % {"line": line, "cells": cells, "columns": columns}


def _jsonl_rows(name: str, lines: Iterator[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    for line, text in enumerate(lines, 1):
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
