"""What learners read of a program: description and image, which has to be one."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from openedx_catalog.contrib.programs import api
from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.exceptions import InvalidValue
from openedx_catalog.models_api import OutboxMessage

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

ALT = "Three people at a table"


def picture(kind="PNG", color="red", name="x", size=(8, 8)):
    content = io.BytesIO()
    Image.new("RGB", size, color).save(content, kind)
    return SimpleUploadedFile(name, content.getvalue())


def bomb(width, height):
    """A PNG of some bytes that says it has as many pixels."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    return ContentFile(content, "bomb.png")


def stored():
    return default_storage.listdir("openedx_catalog/programs")[1] if default_storage.exists("openedx_catalog/programs") else []


@pytest.mark.parametrize(("kind", "extension"), [("PNG", "png"), ("JPEG", "jpg"), ("GIF", "gif"), ("WEBP", "webp")])
def test_an_image_is_stored_under_a_name_of_ours(program, kind, extension):
    given = picture(kind, name="../../evil.html")
    row = api.update_program(program, description=" First.\n\nSecond. ", image=given, image_alt=ALT)
    row = Program.objects.get(pk=row.pk)
    assert (row.description, row.image_alt) == ("First.\n\nSecond.", ALT)
    assert row.image.name.startswith("openedx_catalog/programs/")
    assert row.image.name.endswith(f".{extension}")
    given.seek(0)
    assert row.image.read() == given.read()


def test_the_same_image_again_is_no_change(program):
    row = api.update_program(program, image=picture(), image_alt=ALT)
    before = OutboxMessage.objects.count()
    for same in (picture(name="other"), row.image, Program.objects.get(pk=row.pk).image):
        assert api.update_program(row, image=same, image_alt=ALT).modified == row.modified
    assert (OutboxMessage.objects.count(), len(stored())) == (before, 1)


def test_another_image_leaves_the_first_to_the_history(program):
    first = api.update_program(program, image=picture(), image_alt=ALT).image.name
    row = api.update_program(program, image=picture(color="blue"))
    assert row.image.name != first
    row = api.update_program(row, image=None)
    assert (row.image.name, bool(row.image)) == ("", False)
    assert [str(old.image) for old in Program.history.filter(id=row.pk).order_by("pk")][1:] == [first, *map(str, (
        Program.history.filter(id=row.pk).order_by("pk")[2].image, ""))]  # fmt: skip
    assert default_storage.exists(first)


def test_an_image_comes_with_a_new_program():
    row = api.create_program(title="P", type="masters", description="About", image=picture(), image_alt=ALT)
    assert Program.objects.get(pk=row.pk).image.name == f"openedx_catalog/programs/{stored()[0]}"


def test_an_image_needs_a_description(program):
    for call in (
        lambda: api.update_program(program, image=picture()),
        lambda: api.create_program(title="P", type="masters", image=picture(), image_alt=" "),
    ):
        with pytest.raises(InvalidValue) as refused:
            call()
        assert refused.value.field == "image_alt"
    row = api.update_program(program, image=picture(), image_alt=ALT)
    with pytest.raises(InvalidValue):
        api.update_program(row, image_alt="")
    assert stored() == [row.image.name.rpartition("/")[2]]


REFUSED = {
    "a text": lambda: ContentFile(b"<svg onload='alert(1)'/>", "x.svg"),
    "a page called an image": lambda: ContentFile(b"<html>", "x.png"),
    "nothing": lambda: ContentFile(b"", "x.png"),
    "an image that is cut off": lambda: ContentFile(picture().read()[:40], "x.png"),
    "an image of another kind": lambda: picture("BMP"),
    "an icon": lambda: picture("ICO"),
    "more than 2 MB": lambda: ContentFile(picture().read() + bytes(2 * 1024**2), "x.png"),
    "many pixels": lambda: bomb(6000, 6000),
    "more pixels than Pillow takes": lambda: bomb(60000, 60000),
    "a path": lambda: "/etc/passwd",
    "a file of texts": lambda: ContentFile("text", "x.png"),
    "bytes": lambda: b"x",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_image_of_ours_is_refused(program, name):
    with pytest.raises(InvalidValue) as refused:
        api.update_program(program, image=REFUSED[name](), image_alt=ALT)
    assert refused.value.field == "image"
    assert (stored(), Program.objects.get(pk=program.pk).image.name) == ([], "")


def test_a_description_has_an_end(program):
    with pytest.raises(InvalidValue):
        api.update_program(program, description="x" * 10_001)
    with pytest.raises(InvalidValue):
        api.update_program(program, description="a\x00")


def test_the_admin_takes_shows_and_clears_an_image(program, admin_client):
    page = reverse("admin:openedx_catalog_programs_program_change", args=[program.pk])

    def send(**changes):
        form = admin_client.get(page).context["adminform"].form
        values = {name: form[name].value() or "" for name in form.fields if name not in ("image", "hidden")}
        values |= {f"initial-{name}": value for name, value in values.items()}
        return admin_client.post(page, {**values, **changes})

    refused = send(image=picture())
    assert "image_alt" in refused.context["adminform"].form.errors
    refused = send(image=ContentFile(b"<html>", "x.png"), image_alt=ALT)
    assert "image" in refused.context["adminform"].form.errors
    assert send(image=picture(), image_alt=ALT, description="About").status_code == 302
    row = Program.objects.get(pk=program.pk)
    assert (row.description, row.image_alt, bool(row.image)) == ("About", ALT, True)
    assert row.image.url in admin_client.get(page).content.decode()
    assert send(title="Other").status_code == 302
    assert Program.objects.get(pk=program.pk).image == row.image
    assert send(**{"image-clear": "on"}).status_code == 302
    assert not Program.objects.get(pk=program.pk).image


@pytest.mark.parametrize(("status", "live"), [("unpublished", False), ("active", True), ("retired", False), ("deleted", False)])
def test_live_is_a_reading_of_the_status(status, live):
    assert Program(status=status).live is live
