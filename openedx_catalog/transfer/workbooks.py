"""Reading workbooks of Excel (.xlsx), where openpyxl is installed: ``pip install openedx-catalog[xlsx]``."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from django.utils.translation import gettext as _

from ..lib.tables import as_meant, can_do_workbooks
from .decoding import UnreadableFile

BEGIN = b"PK\x03\x04"
# What it may be unpacked, since a small file may hold much.
MAX_UNPACKED = 200_000_000


def is_workbook(stream: IO[bytes]) -> bool:
    """Whether it is an .xlsx, whatever its name."""
    return any(name.startswith("xl/") for name in _names(stream))


def is_open_document(stream: IO[bytes]) -> bool:
    """Whether it is what LibreOffice saves by itself (.ods)."""
    return "content.xml" in _names(stream)


def _names(stream: IO[bytes]) -> list[str]:
    """What an archive has; nothing where it is none, or damaged."""
    stream.seek(0)
    if stream.read(len(BEGIN)) != BEGIN:
        return []
    try:
        with zipfile.ZipFile(stream) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return []


def rows_of_workbook(name: str, stream: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    """
    The number and the cells of each row of its first sheet, as texts: dates as ISO 8601, formulas as their last results.

    Raises UnreadableFile.
    """
    if not can_do_workbooks():
        reason = _("it is a workbook of Excel. Install openedx-catalog[xlsx], or save it as CSV UTF-8.")
        raise UnreadableFile(name=name, reason=reason)
    from openpyxl import load_workbook

    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                raise UnreadableFile(
                    name=name, reason=_("it unpacks to more than %(limit)s bytes.") % {"limit": f"{MAX_UNPACKED:,}"}
                )
        book = load_workbook(stream, read_only=True, data_only=True)
        if not book.worksheets:
            raise UnreadableFile(name=name, reason=_("it has no sheet."))
        sheet = book.worksheets[0]
        # What it says of its own size may be wrong.
        sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            yield number, [_text(value) for value in row]
    except UnreadableFile:
        raise
    except Exception as error:
        # A broken workbook is met by whatever of XML, ZIP and openpyxl comes upon it first.
        reason = _("it is a damaged workbook (%(error)s).") % {"error": error}
        raise UnreadableFile(name=name, reason=reason) from error


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return as_meant(str(value))
