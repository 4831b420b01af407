"""
Images of programs: what may be stored, and where.

The name of a file is made of its content: the same image again is no change, and nothing that a user typed reaches the
storage. Files stay when a program gets another image, since its history names them.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import Any

from django.core.files import File
from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _
from PIL import Image

from openedx_catalog.exceptions import InvalidValue
from openedx_catalog.lib import values

from ..models import Program

MAX_BYTES = 2 * 1024 * 1024
# A picture of a few kilobytes may unpack to gigabytes in whatever shows it.
MAX_PIXELS = 25_000_000
EXTENSIONS = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WEBP": "webp"}


def read_image(field: str, value: Any) -> ContentFile | str:
    """
    A PNG, JPEG, GIF or WebP image of at most 2 MB, from an open file; the name of one that is stored; "" for none.

    What it is decides, not how it is called. Its pixels are never unpacked. Raises InvalidValue.
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


def store_image(image: Any) -> Any:
    """The name of an image in the storage of the site, where it is written unless it is there. UNSET and names stay."""
    if not isinstance(image, ContentFile):
        return image
    column: Any = Program._meta.get_field("image")
    name = column.generate_filename(None, image.name)
    return name if column.storage.exists(name) else column.storage.save(name, image)


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
    return EXTENSIONS[kind]
