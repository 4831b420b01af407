"""The text of a file as people make them: UTF-8, Excel's "Unicode Text", what Windows writes in western Europe."""

from __future__ import annotations

import codecs
import contextlib
import io
import re
from collections.abc import Iterator
from functools import partial
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..exceptions import CatalogError

# A line of more is none that anybody wrote, and would fill the memory.
MAX_LINE = 4_000_000
CHUNK = 1 << 16
# What Windows calls ANSI in western Europe and America. Named to people, since letters of other languages come out wrong.
WINDOWS = "cp1252"
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    # Before that of UTF-16, which it begins with.
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_NO_TEXT = {
    b"PK\x03\x04": gettext_lazy("it is a ZIP archive."),
    b"\xd0\xcf\x11\xe0": gettext_lazy("it is a workbook of an old Excel (.xls). Save it as .xlsx, or as CSV UTF-8."),
    b"\x1f\x8b": gettext_lazy("it is compressed by gzip. Unpack it first."),
    b"%PDF": gettext_lazy("it is a PDF document."),
}
# Bytes that are not UTF-8, as `surrogateescape` decodes them; those of them that are nothing in WINDOWS either.
_OTHER, _NO_LETTER = re.compile("[\udc80-\udcff]"), re.compile("[\udc81\udc8d\udc8f\udc90\udc9d]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f\udc80-\udcff]")


class UnreadableFile(CatalogError, ValueError):
    """Raised when a file as a whole cannot be used; nothing of it was written. Facts: ``name``, ``reason``."""

    code = "unreadable_file"
    template = gettext_lazy("%(name)s cannot be read: %(reason)s")


def encoding_of(name: str, stream: IO[bytes], *, windows: bool) -> str:
    """
    How the text is written: what its first bytes say, else UTF-8, else, where `windows` may be, cp1252: where no letter beyond
    ASCII is UTF-8, so that it is not a UTF-8 file with a broken place. Reads it whole, in constant memory.

    Raises UnreadableFile, which names what it is instead, or the line.
    """
    stream.seek(0)
    begin = stream.read(4)
    for mark, encoding in _MARKS.items():
        if begin.startswith(mark):
            return encoding
    for magic, reason in _NO_TEXT.items():
        if begin.startswith(magic):
            raise UnreadableFile(name=name, reason=str(reason))
    if len(begin) > 1 and bool(begin[0]) != bool(begin[1]):
        # Every other byte of English is NUL then.
        return "utf-16-le" if begin[0] else "utf-16-be"
    return _without_mark(name, stream, windows)


def _without_mark(name: str, stream: IO[bytes], windows: bool) -> str:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    newlines = returns = broken = 0
    has_letters = False
    for chunk in iter(partial(stream.read, CHUNK), b""):
        text = decoder.decode(chunk)
        if not text.isascii():
            has_letters = has_letters or bool(_BEYOND_ASCII.search(text))
            windows = windows and not _NO_LETTER.search(text)
            if not broken and (found := _OTHER.search(text)):
                before = text[: found.start()]
                broken = 1 + max(newlines + before.count("\n"), returns + before.count("\r"))
        newlines += text.count("\n")
        returns += text.count("\r")
    if not broken and decoder.decode(b"", final=True):
        broken = 1 + max(newlines, returns)
    if not broken:
        return "utf-8"
    if windows and not has_letters:
        return WINDOWS
    text = _("line %(line)d is not UTF-8, or is damaged. Save the file as CSV UTF-8.")
    raise UnreadableFile(name=name, reason=text % {"line": broken})


def remarks_on(encoding: str | None) -> list[str]:
    """What is to be said to whoever brings a text that was read so."""
    guessed = _("Not UTF-8: read as Windows-1252. If letters are wrong, save the file as CSV UTF-8.")
    return [guessed] if encoding == WINDOWS else []


def lines_of(name: str, stream: IO[bytes], encoding: str, newline: str) -> Iterator[str]:
    """
    Decoded lines, with their ends: any end where `newline` is "", as `io.TextIOWrapper` has it.

    Raises UnreadableFile, which names the line.
    """
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding, newline=newline)
    number = 0
    try:
        for number, line in enumerate(iter(lambda: text.readline(MAX_LINE + 1), ""), 1):
            if len(line) > MAX_LINE:
                reason = _("line %(line)d is longer than %(limit)s bytes.") % {"line": number, "limit": f"{MAX_LINE:,}"}
                raise UnreadableFile(name=name, reason=reason)
            if "\x00" in line:
                raise UnreadableFile(name=name, reason=_("line %(line)d contains a NUL byte.") % {"line": number})
            yield line
    except UnicodeDecodeError as error:
        reason = _("after line %(line)d it is not %(encoding)s.") % {"line": number, "encoding": encoding.upper()}
        raise UnreadableFile(name=name, reason=reason) from error
    finally:
        # Else the stream is closed with it. It may be closed already.
        with contextlib.suppress(ValueError):
            text.detach()
    if not number:
        raise UnreadableFile(name=name, reason=_("it is empty."))
