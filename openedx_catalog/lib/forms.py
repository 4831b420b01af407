"""Fields of forms, and what forms that write through an API have in common, in the admin and on pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import permissions, values
from .changes import MAX_TEXT
from .exceptions import CatalogError


class InstantInput(forms.DateTimeInput):
    """The browser's own calendar: no script."""

    input_type = "datetime-local"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__({"step": 1}, "%Y-%m-%dT%H:%M:%S")


class InstantField(forms.DateTimeField):
    """An instant, shown and read in UTC."""

    widget = InstantInput

    def __init__(self, **kwargs: Any) -> None:
        defaults: dict[str, Any] = {"required": False, "help_text": _("In UTC."), "show_hidden_initial": True}
        super().__init__(**defaults | kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) and value.tzinfo else value

    def to_python(self, value: Any) -> Any:
        with timezone.override(UTC):
            return super().to_python(value)

    def clean(self, value: Any) -> datetime | None:
        try:
            return values.parse_datetime(super().clean(value), "date")
        except CatalogError as error:
            raise ValidationError(_("Enter a date between the years 1000 and 9999.")) from error


class ReasonField(forms.CharField):
    """Why something is changed, as much as the history takes; blank where nobody says."""

    def __init__(self, **kwargs: Any) -> None:
        defaults: dict[str, Any] = {
            "label": _("Reason"),
            "required": False,
            "max_length": MAX_TEXT,
            "help_text": _("Optional. Recorded in the history, for whoever asks later why this was changed."),
        }
        super().__init__(**defaults | kwargs)


class CodesField(forms.CharField):
    """Codes or short names, separated by commas or blanks, in order: at most `max_codes`, since each is looked up."""

    def __init__(self, *, max_codes: int = 1000, **kwargs: Any) -> None:
        self.max_codes = max_codes
        super().__init__(required=False, show_hidden_initial=True, **kwargs)

    def clean(self, value: Any) -> Any:
        codes = super().clean(value).replace(",", " ").split()
        if len(codes) > self.max_codes:
            text = _("Expected at most %(limit)s short names, got %(found)s.")
            raise ValidationError(text, params={"found": f"{len(codes):,}", "limit": self.max_codes})
        return codes

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(initial or "").replace(",", " ").split() != str(data or "").replace(",", " ").split()


# Of empty ones, so that a script is not needed to add another; and of all, as the API takes them.
_SPARE, _MOST = 2, 50


class InOrderInput(forms.Widget):
    """One line for each value, in order, and some for more: lists to choose from, or texts, with names as suggestions."""

    template_name = "openedx_catalog/in_order.html"
    use_fieldset = True

    def __init__(self, label: Any, choices: Sequence[tuple[str, str]], *, is_open: bool) -> None:
        self.label, self.choices, self.is_open = label, choices, is_open
        super().__init__()

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        chosen, known = _parts(value), {code for code, _name in self.choices}
        choices = [*self.choices, *((each, each) for each in chosen if each not in known)]
        rows = [*chosen, *[""] * min(max(_SPARE, 3 - len(chosen)), max(_MOST - len(chosen), 0))]
        return context | {"rows": rows, "choices": choices, "label": self.label, "is_open": self.is_open}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return data.getlist(name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data


class InOrderField(forms.Field):
    """
    Codes in order, each once: slugs, short names, codes of languages. `choices` are codes with names; where it `is_open`, other
    codes may be typed, about which the API decides.
    """

    def __init__(self, choices: Iterable[tuple[str, str]], *, label: Any, is_open: bool = False, **kwargs: Any) -> None:
        self.choices, self.is_open = list(choices), is_open
        widget = InOrderInput(label, self.choices, is_open=is_open)
        super().__init__(required=False, label=label, widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> str:
        """As one text, which a hidden field can have, even an empty one."""
        return ", ".join(_parts(value))

    def to_python(self, value: Any) -> list[str]:
        return list(dict.fromkeys(_parts(value)))

    def validate(self, value: Any) -> None:
        known = {code for code, _name in self.choices}
        if unknown := [each for each in value if each not in known and not self.is_open]:
            raise forms.ValidationError(_("“%(value)s” is none of the choices."), params={"value": unknown[0]})

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(initial) != self.to_python(data)


class UploadedImageField(forms.FileField):
    """
    An image, as `lib.images` takes it. No ImageField of Django's: it would open whatever it is given, of any size and in any
    format.
    """

    def __init__(self, **kwargs: Any) -> None:
        said: dict[str, Any] = {
            "required": False,
            "max_length": 255,
            "label": _("Image"),
            "help_text": _("PNG, JPEG, GIF or WebP, at most 2 MB."),
        }
        super().__init__(**said | kwargs)
        self.widget.attrs["accept"] = "image/png,image/jpeg,image/gif,image/webp"

    @property
    def show_hidden_initial(self) -> bool:
        """Never: a browser sends no file back that it was not given."""
        return False

    @show_hidden_initial.setter
    def show_hidden_initial(self, value: bool) -> None:
        """Forms that write through the API ask for it of all their fields."""


def say_refusal(form: Any, user: Any, error: Exception) -> None:
    """
    Say why an API refused what a form asks for: at the field that the error names, else above the form. Where the API calls a
    field otherwise, the form has ``named``: ``{its name: the form's}``.
    """
    name = getattr(error, "field", "")
    field = form.named.get(name, name)
    form.add_error(field if field in form.fields else None, str(permissions.discreet(user, error)))


def refuse_what_others_changed(form: Any) -> None:
    """
    Say of each value that is to change, and that somebody else has changed since the page was opened, what it is by now.
    Whoever sends the form again has seen that, and overwrites it.
    """
    for name in form.changed_data:
        field: Any = form.fields[name]
        sent, widget = form.add_initial_prefix(name), field.hidden_widget()
        shown = widget.value_from_datadict(form.data, form.files, sent)
        now = form.get_initial_for_field(field, name)
        # Where the form did not send what it showed, as of files, nobody knows.
        if shown is None or not field.has_changed(now, shown) or not field.has_changed(now, form[name].data):
            continue
        known = field.prepare_value(now)
        text = _("Somebody has changed this meanwhile: it was %(shown)s, and is %(now)s. Save again to set yours.")
        form.add_error(name, text % {"shown": _quoted(shown), "now": _quoted(known)})
        given: Any = form.data
        data = given.copy()
        if isinstance(known, list | tuple):
            data.setlist(sent, [str(each) for each in known])
        else:
            data[sent] = widget.format_value(known) or ""
        form.data = data


def _quoted(value: Any) -> str:
    if isinstance(value, list | tuple):
        value = ", ".join(map(str, value))
    return f"“{value}”" if value not in (None, "") else str(_("empty"))


def _parts(value: Any) -> list[str]:
    """What is chosen, without blanks, of a list or a text."""
    given = value.split(",") if isinstance(value, str) else value or ()
    return [each for each in (str(one).strip() for one in given) if each]
