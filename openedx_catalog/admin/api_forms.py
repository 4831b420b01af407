"""What the forms of optional apps share: the API decides, and says so on the field."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .. import api as catalog
from ..exceptions import CatalogError
from .base import CatalogModelAdmin


class ApiForm(forms.ModelForm):
    """
    A model form that writes through the API: it is tried when the form is validated, and saved when the admin saves.

    A subclass says how (`write`, one transaction); what the API refuses stands on the field it names, else above the form.
    """

    user: Any = None
    # What the API calls otherwise: {its name: the form's}.
    named: ClassVar[dict[str, str]] = {}

    def write(self) -> Any:
        """Make the change, and return the row."""
        raise NotImplementedError  # pragma: no cover

    def _post_clean(self) -> None:
        """The API validates; the instance would only say half of it."""
        if self.errors:
            return
        try:
            self.instance = catalog.run_atomically(self.write)
        except CatalogError as error:
            field = self.named.get(error.field, error.field)
            self.add_error(field if field in self.fields else None, str(error))

    def save(self, commit: bool = True) -> Any:
        return self.instance

    def save_m2m(self) -> None:
        """Nothing is left to do."""

    def changed(self, *names: str) -> dict[str, Any]:
        """The values of these fields that differ from what the form showed; of a new row all of them."""
        wanted = names if self.instance.pk is None else [name for name in names if name in self.changed_data]
        return {name: self.cleaned_data[name] for name in wanted}


class CodesField(forms.CharField):
    """Short names of organizations, separated by commas or blanks, in order: at most so many, since each is looked up."""

    def __init__(self, *, most: int = 1000, **kwargs: Any) -> None:
        self.most = most
        super().__init__(required=False, show_hidden_initial=True, **kwargs)

    def clean(self, value: Any) -> Any:
        codes = super().clean(value).replace(",", " ").split()
        if len(codes) > self.most:
            text = _("These are %(found)s short names; at most %(most)s are taken here.")
            raise forms.ValidationError(text, params={"found": f"{len(codes):,}", "most": self.most})
        return codes

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(initial or "").replace(",", " ").split() != str(data or "").replace(",", " ").split()


class ApiModelAdmin(CatalogModelAdmin):
    """An admin whose forms are `ApiForm`: it tells them who is signed in, and saves nothing itself."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"user": request.user})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Saved already, when the form was validated."""

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for row in queryset:
            self.delete_model(request, row)
