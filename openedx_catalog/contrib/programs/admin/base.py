"""What the admins of programs share."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.admin.forms import ApiForm, ApiModelAdmin

DATES_OF_NEW: Any = (_("In effect"), {"fields": ("effective_at", "always", "retired_at")})
"""A fieldset of `DatedForm`."""
BEGINS = _("UTC. Leave blank for from now on, or, where it is not offered yet, for as long as what it stands in.")


class AlwaysField(forms.BooleanField):
    """Whether somebody asks for what changes the past."""

    def __init__(self, **kwargs: Any) -> None:
        text = _("It counts as having been there at any time before: this changes what was offered in the past.")
        said: dict[str, Any] = {"label": _("Since ever"), "required": False, "help_text": text}
        super().__init__(**said | kwargs)


def begin(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a form as the API takes them: what has no date begins now, unless it has always been there."""
    always = values.pop("always", False)
    if values.get("effective_at") is None:
        values = {name: value for name, value in values.items() if name != "effective_at"}
        return {**values, "effective_at": None} if always else values
    return values


class DatedForm(ApiForm):
    """A row with dates. A new one begins now where nothing else is said."""

    always = AlwaysField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.fields["effective_at"].help_text = BEGINS
        else:
            del self.fields["always"]

    def write(self) -> Any:
        if self.instance.pk is None:
            self.cleaned_data = begin(self.cleaned_data)
        return super().write()


class ProgramsModelAdmin(ApiModelAdmin):
    """With the styles of programs."""

    class Media:
        css: ClassVar[Any] = {"all": ["openedx_catalog/builder.css", "openedx_catalog_programs/admin.css"]}
