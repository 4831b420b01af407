"""A form's field for an image, as `lib.images` takes it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminFileWidget
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _


class ImageWidget(AdminFileWidget):
    """With a label of its own: newer releases of Django give the file and its checkbox a legend, and the file no label."""

    use_fieldset = False


class UploadedImageField(forms.FileField):
    """No ImageField of Django's: it would open whatever it is given, of any size and in any format."""

    def __init__(self, **kwargs: Any) -> None:
        said: dict[str, Any] = {
            "required": False,
            "max_length": 255,
            "label": _("Image"),
            "help_text": _("PNG, JPEG, GIF or WebP, at most 2 MB."),
            "widget": ImageWidget(attrs={"accept": "image/png,image/jpeg,image/gif,image/webp"}),
        }
        super().__init__(**said | kwargs)

    @property
    def show_hidden_initial(self) -> bool:
        """Never: a browser sends no file back that it was not given."""
        return False

    @show_hidden_initial.setter
    def show_hidden_initial(self, value: bool) -> None:
        """Forms that write through the API ask for it of all their fields."""


def image_cell(url: str, alt: str = "") -> SafeString:
    """A small picture; `alt` is "" where a text beside it says what it is of."""
    return format_html('<img class="catalog-image" src="{}" alt="{}" loading="lazy">', url, alt) if url else mark_safe("–")
