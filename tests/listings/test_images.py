"""Images: what is refused, where they go, and the smaller form of each."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from openedx_catalog.contrib.listings import api
from openedx_catalog.exceptions import InvalidValue
from openedx_catalog.lib import images

from .conftest import picture

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def content_of(file):
    file.seek(0)
    return file.read()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge():
    """A PNG of a few hundred kilobytes that unpacks to 100 megapixels."""

    header = struct.pack(">IIBBBBB", 10_000, 10_000, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\x00" * (1251 * 10_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def cut_short():
    """A PNG that is sound as far as one can see without unpacking it, and half of whose pixels are missing."""
    header = struct.pack(">IIBBBBB", 100, 100, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(number * number % 251 for number in range(301 * 100)))
    rows = rows[: len(rows) // 2]
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "content",
    [
        cut_short(),
        content_of(picture("GIF"))[:300] + b";",
        SVG,
        b"<html><script>alert(1)</script></html>",
        content_of(picture("PNG")) + b"<script>alert(1)</script>",
        content_of(picture("JPEG")) + SVG,
        content_of(picture("GIF")) + b"PK\x05\x06" + b"\x00" * 18,
        content_of(picture("WEBP")) + b"\x00" * 64,
        content_of(picture("GIF", comment=b"/*<script>alert(1)</script>*/")),
        content_of(picture("JPEG", comment=b"PK\x05\x06" + b"\x00" * 18)),
        content_of(picture("JPEG", comment=b"%PDF-1.7")),
        content_of(picture("PNG"))[:200],
        content_of(picture("TIFF")),
        huge(),
        b"",
        b"\x00" * (images.MAX_BYTES + 1),
    ],
    ids=[
        "cut short", "gif cut short", "svg", "html", "png+html", "jpeg+svg", "gif+zip", "webp+more", "gif with a script",
        "jpeg with a zip",
        "jpeg with a pdf", "damaged", "tiff", "100 megapixels", "empty", "too large",
    ],
)  # fmt: skip
def test_what_is_no_image_or_more_than_one_is_refused(course, content):
    with pytest.raises(InvalidValue, match="image"):
        api.set_course_listing(course(), image=ContentFile(content, "picture.png"), image_alt="x")
    assert not default_storage.exists("openedx_catalog/listings") or default_storage.listdir("openedx_catalog/listings") == (
        [],
        [],
    )


@pytest.mark.parametrize(("kind", "name"), [("PNG", "png"), ("JPEG", "jpg"), ("GIF", "png"), ("WEBP", "png")])
def test_an_image_has_a_smaller_form(course, kind, name):
    listing = api.set_course_listing(course(), image=picture(kind, (3000, 1000)), image_alt="A teal square")
    smaller = images.thumbnail_name(listing.image.name)
    assert smaller.endswith(f"-small.{name}")
    with default_storage.open(smaller) as file, Image.open(file) as found:
        assert found.size == (640, 213)
    assert listing.thumbnail_url == f"/media/{smaller}"


def test_a_photo_is_turned_upright_and_tells_nothing_of_the_camera(course):
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera of Ann"
    listing = api.set_course_listing(course(), image=picture("JPEG", (400, 200), exif=exif), image_alt="x")
    with default_storage.open(images.thumbnail_name(listing.image.name)) as file:
        content = file.read()
    assert Image.open(io.BytesIO(content)).size == (180, 360)
    assert b"Camera of Ann" not in content


def test_the_same_image_again_is_no_change(course):
    first = api.set_course_listing(course(), image=picture(), image_alt="x")
    again = api.set_course_listing("MITx+14.100x", image=picture(), image_alt="x")
    assert (again.image.name, again.modified) == (first.image.name, first.modified)


def test_an_image_goes_and_its_file_stays(course):
    name = api.set_course_listing(course(), image=picture(), image_alt="x").image.name
    assert not api.set_course_listing("MITx+14.100x", image=None, image_alt="").image
    assert default_storage.exists(name)
