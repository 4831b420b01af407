"""
Tables as files that every common spreadsheet opens right, and that come back unchanged: CSV, JSON lines, workbooks of Excel.

A table is the names of its columns, and rows of texts. Workbooks are for where openpyxl is installed: the extra "xlsx".
"""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import IO, Any, NamedTuple

Row = Sequence[str]
CHUNK = 1 << 16
BOM = "\ufeff"
# Where a spreadsheet, whatever it takes for a delimiter, may begin a cell; and what it takes for a formula there, or what
# this has already made harmless. Fullwidth and small signs count: spreadsheets in East Asia read them as the plain ones.
_CELL_BEGINS = r"""(?:\A|(?<=[,;|\t\r\n"]))"""
_FORMULA = r"(?=[' ]*[=+\-@\t\r\n＝＋－＠﹦﹢﹣﹫])"
# What a spreadsheet takes for a number, a time or a truth, and saves as another text: 6.00, 1/2, 1e5, MAR1.
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_VALUE = (
    r"(?i:(?=\D{0,40}\d)[\d.,:/%$€£ +\-]{1,40}(?:e[+\-]?\d{1,9})?(?: ?[ap]m)?"
    rf"|(?=.{{0,20}}\d)\d{{0,4}}[ /.,\-]{{0,2}}{_MONTH}[ /.,\-]{{0,2}}[\d ,]{{0,9}}|true|false)\Z"
)
_DANGEROUS = re.compile(rf"{_CELL_BEGINS}{_FORMULA}|\A(?='+{_VALUE})")
_DANGEROUS_WORDS = re.compile(rf"{_CELL_BEGINS}{_FORMULA}|\A(?='*{_VALUE})")
_NEUTRAL = re.compile(rf"{_CELL_BEGINS}'{_FORMULA}|\A'(?='*{_VALUE})")
# How a workbook spells what XML cannot have (ECMA-376, part 1, 22.9.2.19), and what only looks like that.
_SPELLED = re.compile("_x([0-9A-Fa-f]{4})_")
_TO_SPELL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\r\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


class Words(str):
    """A cell that holds what people wrote: no number or time, whatever it looks like."""

    __slots__ = ()


class Format(NamedTuple):
    """How a table is written: as chunks of bytes, as its rows come."""

    content_type: str
    write: Callable[[Sequence[str], Iterable[Row]], Iterator[bytes]]


def formats() -> dict[str, Format]:
    """Those that can be written here, by what names of files end in."""
    return {name: each for name, each in FORMATS.items() if name != "xlsx" or can_do_workbooks()}


def can_do_workbooks() -> bool:
    try:
        import openpyxl  # noqa: F401 - whether it is there
    except ImportError:
        return False
    return True


def write_csv(names: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """UTF-8, with the mark by which Excel knows that; no spreadsheet runs any part of it as a formula."""
    yield (BOM + _line(names)).encode()
    for cells in rows:
        yield _line(map(neutral, cells)).encode("utf-8", "backslashreplace")


def write_jsonl(names: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """An object a line, without what is empty."""
    for cells in rows:
        values = {name: cell for name, cell in zip(names, cells, strict=True) if cell}
        yield (json.dumps(values, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


def write_xlsx(names: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """A workbook, which is on disk until it is whole. Raises ImportError where openpyxl is not installed."""
    with tempfile.TemporaryFile() as stream:
        _write_workbook(stream, chain([names], rows))
        stream.seek(0)
        yield from iter(lambda: stream.read(CHUNK), b"")


FORMATS = {
    "csv": Format("text/csv; charset=utf-8", write_csv),
    "jsonl": Format("application/jsonl; charset=utf-8", write_jsonl),
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
}


def neutral(cell: str) -> str:
    """A cell of which no spreadsheet runs any part as a formula, nor takes words for a value; `original` undoes it."""
    return (_DANGEROUS_WORDS if isinstance(cell, Words) else _DANGEROUS).sub("'", cell)


def original(cell: str) -> str:
    """A cell as it was before an export kept spreadsheets from making something else of it (`neutral`)."""
    return _NEUTRAL.sub("", cell) if "'" in cell else cell


def spelled_out(text: str) -> str:
    """A text as a workbook has it."""
    return _TO_SPELL.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def as_meant(text: str) -> str:
    """What `spelled_out` was given."""
    return _SPELLED.sub(lambda found: chr(int(found[1], 16)), text)


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()


def _write_workbook(stream: IO[bytes], rows: Iterable[Row]) -> None:
    """One sheet of texts, which nothing takes for numbers, dates or formulas; its first row stays in sight."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    def cell(text: str) -> Any:
        found = WriteOnlyCell(sheet, spelled_out(text))
        found.data_type, found.number_format = "s", "@"
        return found

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append(list(map(cell, row)))
    book.save(stream)
