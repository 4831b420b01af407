"""
Values that something else sets again, such as a sync: a form says so before it is saved, and keeps what is changed if asked to.

The core does not know who that is: optional apps say (`extensions.set_elsewhere`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .. import extensions
from ..data import SetElsewhere
from ..lib.admin.forms import ApiForm
from ..lib.changes import Change

KEEP = "keep_values"


def will_overwrite(label: str, who: SetElsewhere) -> str:
    """What is said of a value that was changed, though something else sets it."""
    text = _("%(name)s is set by %(by)s, which will overwrite what you have saved.")
    return text % {"name": label, "by": who.by}


class KeepingForm:
    """What `KeepsValues` adds to the form of a stored row."""

    set_elsewhere: Mapping[str, SetElsewhere]
    # What of it was changed, and whether that is to stay.
    overwritten: Mapping[str, SetElsewhere]
    keeps = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        form: Any = self
        found = extensions.set_elsewhere([form.instance], form.user)[form.instance.pk]
        # In the order of the form.
        self.set_elsewhere = {name: found[name] for name in form.fields if name in found}
        self.overwritten = {}
        for name, who in self.set_elsewhere.items():
            note = _("Set by %(by)s, which overwrites what is changed here.") % {"by": who.by}
            form.fields[name].help_text = " ".join(filter(None, (str(form.fields[name].help_text), note)))
        if any(who.may_keep for who in self.set_elsewhere.values()):
            names = ", ".join(str(form.fields[name].label or name) for name, who in self.set_elsewhere.items() if who.may_keep)
            form.fields[KEEP] = forms.BooleanField(
                label=_("Keep what I change"),
                required=False,
                help_text=_("What you change of these is not overwritten any more: %(names)s. The reason is noted with it.")
                % {"names": names},
            )

    def _post_clean(self) -> None:
        form: Any = self
        # It is no value of the row.
        self.keeps = form.cleaned_data.pop(KEEP, False)
        super()._post_clean()  # type: ignore[misc]

    def write(self) -> Any:
        """Make the change; what it set against others stays, if that was asked for."""
        form: Any = self
        row = super().write()  # type: ignore[misc]
        self.overwritten = {name: who for name, who in self.set_elsewhere.items() if name in form.changed_data}
        if kept := self.kept:
            extensions.keep_values(row, kept, Change(**form.provenance))
        return row

    @property
    def kept(self) -> list[str]:
        """The fields that stay as they were set."""
        return [name for name, who in self.overwritten.items() if self.keeps and who.may_keep]


class KeepsValues:
    """For an admin of runs, catalog courses or programs, before `ApiModelAdmin`."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form with what optional apps say of its values, where there is something to save."""
        form = super().get_form(request, obj, change=change, **kwargs)  # type: ignore[misc]
        if not change or not issubclass(form, ApiForm):
            return form
        return type(form.__name__, (KeepingForm, form), {})

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        """The question comes after all values."""
        shown = context["adminform"]
        if KEEP in shown.form.fields:
            shown.fieldsets = [*shown.fieldsets, (None, {"fields": (KEEP,)})]
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """It is stored. Who sets its values again is said once more, of those that were changed."""
        super().save_model(request, obj, form, change)  # type: ignore[misc]
        kept = getattr(form, "kept", [])
        if kept:
            names = ", ".join(str(capfirst(form.fields[name].label or name)) for name in kept)
            messages.info(request, _("It stays as you have set it: %(names)s.") % {"names": names})
        for name, who in getattr(form, "overwritten", {}).items():
            if name in kept:
                continue
            label = str(capfirst(form.fields[name].label or name))
            text = will_overwrite(label, who)
            if who.may_keep and who.page:
                keep = _("Keep this value: %(name)s") % {"name": label}
                text = format_html('{} <a href="{}">{}</a>', text, who.page, keep)
            messages.warning(request, text)
