"""
Images that people upload: what may be stored, where, and a smaller form of each for lists.

The name of a file is made of its content: the same image again is no change, and nothing that a user typed reaches the
storage. Files stay when a row gets another image, since its history names them.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.core.files import File
from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from . import values
from .exceptions import InvalidValue

MAX_BYTES = 2 * 1024 * 1024
# A picture of a few kilobytes may unpack to gigabytes in whatever shows it.
MAX_PIXELS = 25_000_000
EXTENSIONS = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WEBP": "webp"}
# Twice the width of a card in a list, for dense screens.
THUMBNAIL = (640, 360)

# How a file of each kind ends. What comes after that is another file, which some programs would open.
_ENDS: dict[str, Callable[[bytes], bool]] = {
    "PNG": lambda content: content.endswith(b"\x00\x00\x00\x00IEND\xaeB`\x82"),
    "JPEG": lambda content: content.endswith(b"\xff\xd9"),
    "GIF": lambda content: content.endswith(b";"),
    # The size that it says of itself, which is even in the file.
    "WEBP": lambda content: len(content) - 8 - int.from_bytes(content[4:8], "little") in (0, 1),
}
# What else a file would be, for a browser that guesses, a PDF reader or an archiver: the last looks only at the end.
_MARKUP = re.compile(rb"<(script|svg|html|body|iframe|!doctype|\?php)|javascript:", re.IGNORECASE)
_PDF, _ZIP = b"%PDF-", b"PK\x05\x06"
_ZIP_COMMENT = 0xFFFF + 22


def read_image(field: str, value: Any) -> ContentFile | str:
    """
    A PNG, JPEG, GIF or WebP image of at most 2 MB, from an open file; the name of one that is stored; "" for none.

    What it is decides, not how it is called; a file that is something else besides is refused. Its pixels are never unpacked.
    Raises InvalidValue.
    """
    if value is None or value is False or value == "":
        return ""
    if isinstance(value, FieldFile) and getattr(value, "_committed", False):
        return value.name or ""
    if not isinstance(value, File):
        raise values.invalid(field, value, _("expected a file"))
    with suppress(OSError, ValueError):
        value.seek(0)
    content = value.read(MAX_BYTES + 1)
    if not isinstance(content, bytes):
        raise values.invalid(field, value, _("expected a file"))
    if len(content) > MAX_BYTES:
        raise values.invalid(field, value, _("it is larger than %(limit)d MB") % {"limit": MAX_BYTES // 1024**2})
    return ContentFile(content, f"{hashlib.sha256(content).hexdigest()[:40]}.{_extension(field, value, content)}")


def store_image(column: Any, image: Any, *, thumbnail: bool = False) -> Any:
    """
    The name of an image in the storage of a column, where it is written unless it is there; with its `thumbnail_name` where
    that is wanted. UNSET and names stay. Raises InvalidValue where pixels are damaged, of which no thumbnail can be made.
    """
    if not isinstance(image, ContentFile):
        return image
    name = column.generate_filename(None, image.name)
    if thumbnail and not column.storage.exists(small := thumbnail_name(name)):
        # First: what it cannot be made of is not stored.
        column.storage.save(small, _smaller(column.name, image))
    return name if column.storage.exists(name) else column.storage.save(name, image)


def thumbnail_name(name: str) -> str:
    """Where the smaller form of a stored image is, a PNG or JPEG; "" for no image."""
    stem, _dot, extension = name.rpartition(".")
    return f"{stem}-small.{'jpg' if extension == 'jpg' else 'png'}" if name else ""


def check_described(image: Any, image_alt: str) -> None:
    """Raise InvalidValue for an image that nobody says what it shows of."""
    if image and not image_alt:
        raise values.invalid("image_alt", image_alt, _("an image needs a description for those who cannot see it"))


def _extension(field: str, value: Any, content: bytes) -> str:
    try:
        # No other formats: some of Pillow's readers start programs.
        with Image.open(ContentFile(content), formats=list(EXTENSIONS)) as image:
            kind, (width, height) = image.format or "", image.size
            if width * height > MAX_PIXELS:
                limit = {"width": width, "height": height, "limit": f"{MAX_PIXELS:,}"}
                reason = _("it has %(width)d x %(height)d pixels, more than %(limit)s") % limit
                raise values.invalid(field, value, reason)
            image.verify()
    except InvalidValue:
        raise
    except Exception as error:
        # As Django's own field: Pillow raises whatever its readers run into.
        raise values.invalid(field, value, _("it is no PNG, JPEG, GIF or WebP image, or a damaged one")) from error
    if not _ENDS[kind](content) or _is_more(content):
        raise values.invalid(field, value, _("it holds something else besides the image; save it anew with an image editor"))
    return EXTENSIONS[kind]


def _is_more(content: bytes) -> bool:
    return bool(_MARKUP.search(content)) or _PDF in content[:1024] or _ZIP in content[-_ZIP_COMMENT:]


def _smaller(field: str, content: ContentFile) -> ContentFile:
    """At most as large as `THUMBNAIL`, upright, without what a camera wrote of itself. Raises InvalidValue."""
    content.seek(0)
    try:
        return _made_smaller(content)
    except Exception as error:
        # As `_extension`: it was looked at without its pixels.
        raise values.invalid(field, content, _("it is no PNG, JPEG, GIF or WebP image, or a damaged one")) from error


def _made_smaller(content: ContentFile) -> ContentFile:
    with Image.open(content, formats=list(EXTENSIONS)) as image:
        is_photo = image.format == "JPEG"
        # Of a photo less is unpacked from the beginning.
        image.draft("RGB", THUMBNAIL)
        found = ImageOps.exif_transpose(image).convert("RGB" if is_photo else "RGBA")
        found.thumbnail(THUMBNAIL)
        written = io.BytesIO()
        found.save(written, "JPEG" if is_photo else "PNG", optimize=True)
    return ContentFile(written.getvalue())
