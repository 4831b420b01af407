"""What is taken over the wire of listings; types only, as the core's writers."""

from __future__ import annotations

from rest_framework import serializers

from openedx_catalog.lib.named import MAX_LENGTH
from openedx_catalog.lib.rest.named import NamedWriter
from openedx_catalog.lib.rest.serializers import ImageText, Number, Text, Texts, Truth, UUIDText, Writer

from ...api.kinds import MAX_TRANSLATIONS
from ...api.values import MAX_FULL, MAX_PARTS

MAX_URL = 255


class TranslatedWriter(NamedWriter):
    """A row to create, or its changes; the slug follows from the name unless given. Translations are given whole."""

    uuid = UUIDText(required=False)
    translations = serializers.DictField(
        child=Text(max_length=MAX_LENGTH),
        required=False,
        help_text=f'At most {MAX_TRANSLATIONS} names by codes of languages: {{"es": "Informática"}}.',
    )


class SubjectWriter(TranslatedWriter):
    """A subject to create, or its changes; the slug follows from the name unless given. Translations are given whole."""


class LevelWriter(TranslatedWriter):
    """A level to create, or its changes; the slug follows from the name unless given. Translations are given whole."""


class ListingWriter(Writer):
    """What bodies of courses and of runs share; what is left out stays as it is."""

    title_override = Text(allow_blank=True, required=False, help_text="Empty: the title in the catalog.")
    slug = Text(allow_blank=True, required=False, help_text="Empty: one of the title. Former ones lead to the new one.")
    short_description = Text(allow_blank=True, max_length=MAX_FULL, required=False, help_text="Without markup.")
    full_description = Text(
        allow_blank=True, max_length=MAX_FULL, required=False, help_text="HTML, of which only what describes is kept."
    )
    video_url = Text(allow_blank=True, allow_null=True, max_length=MAX_URL, required=False)
    min_effort = Number(allow_null=True, required=False, help_text="Hours a week, at least.")
    max_effort = Number(allow_null=True, required=False, help_text="Hours a week, at most.")
    weeks = Number(allow_null=True, required=False)
    languages = Texts(max_items=MAX_PARTS, max_length=64, required=False, help_text="Codes, given whole, in order.")
    live = Truth(required=False)
    visibility = Text(max_length=16, required=False, help_text="public, unlisted or hidden.")
    invitation_only = Truth(required=False)


class CourseListingWriter(ListingWriter):
    """What learners read of a catalog course; what is left out stays as it is, or is empty where there is no listing yet."""

    readable_id = Text(allow_blank=True, allow_null=True, required=False)
    image = ImageText(
        allow_null=True,
        required=False,
        help_text="A PNG, JPEG, GIF or WebP image in Base64, as far as the body has room for it (else by image/); null: none.",
    )
    image_alt = Text(
        allow_blank=True, required=False, help_text="What is to be seen in its image, without which none is taken."
    )
    subjects = Texts(max_items=MAX_PARTS, max_length=MAX_LENGTH, required=False, help_text="Slugs, given whole, in order.")
    level = Text(allow_null=True, allow_blank=True, max_length=MAX_LENGTH, required=False, help_text="Its slug; null for none.")
    owners = Texts(max_items=MAX_PARTS, max_length=255, required=False, help_text="short_names, given whole, in order.")


class ImageWriter(Writer):
    """The image of a course, at most 2 MB: a file of a form, or in Base64 as far as a JSON body has room for it."""

    image = ImageText(help_text="A PNG, JPEG, GIF or WebP image.")
    image_alt = Text(required=False, help_text="What is to be seen in it; may be left out where that is said already.")


IMAGE_FORM = {
    "type": "object",
    "required": ["image"],
    "properties": {
        "image": {"type": "string", "format": "binary"},
        "image_alt": {"type": "string"},
        "reason": {"type": "string", "maxLength": 1000},
    },
}


class CourseRunListingWriter(ListingWriter):
    """What learners read of a run beside what they read of its course; what is left out stays as it is."""

    courseware_url = Text(allow_blank=True, max_length=MAX_URL, required=False)
    unscheduled = Truth(required=False, help_text="Whether its dates are placeholders, which learners do not see.")


class RedirectWriter(Writer):
    """A slug that leads to a course from now on, e.g. that of a page of another site."""

    slug = Text(max_length=255)
