"""For the templates of our admin."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_SUBMIT = '<input type="submit"'


@register.filter
def asking(page: SafeString, form: Any) -> SafeString:
    """
    A page of Django's admin that asks for a confirmation, with the fields of a form before its button.

    Django's own templates have no block there, and their texts differ between its versions: a copy would lose translations.
    """
    before, button, after = str(page).rpartition(_SUBMIT)
    fields = render_to_string("admin/openedx_catalog/form_fields.html", {"form": form}) if button and form else ""
    return mark_safe(before + fields + button + after)  # noqa: S308 - what Django's templates and ours have escaped
