"""A form's field for an image, as `lib.images` takes it."""

from __future__ import annotations

from django.contrib.admin.widgets import AdminFileWidget
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from .. import forms


class ImageWidget(AdminFileWidget):
    """With a label of its own: newer releases of Django give the file and its checkbox a legend, and the file no label."""

    use_fieldset = False


class UploadedImageField(forms.UploadedImageField):
    """As the admin shows a file."""

    widget = ImageWidget


def image_cell(url: str, alt: str = "") -> SafeString:
    """A small picture; `alt` is "" where a text beside it says what it is of."""
    return format_html('<img class="catalog-image" src="{}" alt="{}" loading="lazy">', url, alt) if url else mark_safe("–")
