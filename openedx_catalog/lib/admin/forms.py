"""Forms and admins that write through an API: it decides, and its errors appear at their fields."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, ClassVar

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget, AdminURLFieldWidget
from django.db import models, router
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from .. import forms as plain
from ..exceptions import CatalogError
from ..forms import InstantField, InstantInput, refuse_what_others_changed, say_refusal
from ..routing import rows_of
from ..transactions import atomically
from .base import CatalogModelAdmin


class CompareForm(forms.Form):
    """Two instants."""

    to = InstantField(label=_("To"), required=True, show_hidden_initial=False)
    field_order = ("from", "to")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A word of the language: no class can have it as an attribute.
        self.fields["from"] = InstantField(label=_("From"), required=True, show_hidden_initial=False)
        self.order_fields(self.field_order)


class ReasonField(plain.ReasonField):
    """In a line of the admin."""

    widget = AdminTextInputWidget


class DeleteForm(forms.Form):
    """What Django's page that confirms a delete asks besides."""

    reason = ReasonField()

    @property
    def provenance(self) -> dict[str, Any]:
        """What it says to the function that deletes, and nothing that is not valid."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


class ApiForm(forms.ModelForm):
    """
    A model form that writes through the API: it is tried when the form is validated, and saved when the admin saves.

    The admin names the functions (`ApiModelAdmin`), or a subclass overrides `write`, which runs in one transaction. An error
    of the API appears at the field it names, else above the form.
    """

    model_admin: Any = None
    user: Any = None
    # Fields that the API calls otherwise: {its name: the form's}.
    named: ClassVar[dict[str, str]] = {}
    # The field of what a row is about, and where that has but one row, what is said where it has one already.
    owner: ClassVar[str] = ""
    taken: Any = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # It sends what it showed along: what another user has changed meanwhile would be changed back otherwise.
        for field in self.fields.values() if self.instance.pk else ():
            field.show_hidden_initial = True
        # A model may have a reason of its own.
        self.asks_why = "reason" not in self.fields
        if self.asks_why:
            self.fields["reason"] = ReasonField()
        self.reason = ""

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if self.taken and self.instance.pk is None:
            rows = rows_of(self._meta.model).filter(**{self.owner: found.get(self.owner)})
            if rows.exists():
                self.add_error(self.owner, self.taken)
        return found

    def given(self) -> dict[str, Any]:
        """What is to be stored, as the API calls it."""
        return self.changed(*self.cleaned_data)

    def write(self) -> Any:
        """Make the change, and return the row."""
        if self.instance.pk is None:
            return self.model_admin.create_row(**self.given(), **self.provenance)
        return self.model_admin.update_row(self.instance, **self.given(), **self.provenance)

    @property
    def provenance(self) -> dict[str, Any]:
        """``source``, ``user`` and ``reason``, if any, of every call that writes."""
        return {"source": "admin", "user": self.user, **({"reason": self.reason} if self.reason else {})}

    def _post_clean(self) -> None:
        """The API validates; the instance would find only half of the errors."""
        if self.instance.pk and not self.errors:
            refuse_what_others_changed(self)
        if self.errors:
            return
        if self.asks_why:
            self.reason = self.cleaned_data.pop("reason", "")
        try:
            self.instance = atomically(router.db_for_write(self._meta.model), self.write)
        except CatalogError as error:
            say_refusal(self, self.user, error)

    def save(self, commit: bool = True) -> Any:
        return self.instance

    def save_m2m(self) -> None:
        """Nothing is left to do."""

    def changed(self, *names: str) -> dict[str, Any]:
        """The values of these fields that differ from what the form showed; of a new row all of them."""
        changed = names if self.instance.pk is None else [name for name in names if name in self.changed_data]
        return {name: self.cleaned_data[name] for name in changed}


class CodesField(plain.CodesField):
    """Short names of organizations, and other codes, in a line of the admin."""

    widget = AdminTextInputWidget


class ApiModelAdmin(CatalogModelAdmin):
    """
    An admin whose forms are `ApiForm`: it hands them the user, and saves nothing itself.

    A simple one names the functions of its API: ``create_row = staticmethod(api.create_…)``, called with the values of the form
    and the provenance, ``update_row`` and ``delete_row``, called with the row before; and the fields that are fixed once the
    row is there (`fixed_fields`), or what the form of a new row shows instead of `fieldsets` (`add_fieldsets`).
    """

    formfield_overrides: ClassVar[Any] = {
        models.DateTimeField: {"form_class": InstantField, "widget": InstantInput},
        # Django 5.2 would take "example.org" for http, and warns of it.
        models.URLField: {"assume_scheme": "https", "widget": AdminURLFieldWidget},
    }

    form = ApiForm
    create_row: Any = None
    update_row: Any = None
    delete_row: Any = None
    fixed_fields: ClassVar[tuple[str, ...]] = ()
    add_fieldsets: ClassVar[Any] = ()
    delete_form: type[DeleteForm] = DeleteForm
    delete_confirmation_template = "admin/openedx_catalog/confirm_delete.html"
    delete_selected_confirmation_template = "admin/openedx_catalog/confirm_delete_selected.html"

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.add_fieldsets if obj is None and self.add_fieldsets else super().get_fieldsets(request, obj)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"user": request.user, "model_admin": self})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        found = super().get_readonly_fields(request, obj)
        return found if obj is None else (*found, *self.fixed_fields)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        """What every form asks comes last, whatever fieldsets an admin has."""
        shown = context["adminform"]
        if getattr(shown.form, "asks_why", False):
            shown.fieldsets = [*shown.fieldsets, (None, {"fields": ("reason",)})]
        return super().render_change_form(request, context, *args, **kwargs)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        context = {**(extra_context or {}), "delete_form": self.delete_form()}
        return super().delete_view(request, object_id, extra_context=context)

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Django's action asks before it deletes: it asks for the reason, too."""
        response = super().response_action(request, *args, **kwargs)
        if isinstance(response, TemplateResponse) and response.context_data and "deletable_objects" in response.context_data:
            response.context_data["delete_form"] = self.delete_form()
        return response

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody has it where neither a function nor the form changes a row."""
        writes = self.update_row is not None or getattr(self.form, "write", ApiForm.write) is not ApiForm.write
        return writes and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody has it where no function deletes."""
        return self.delete_row is not None and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Saved already, when the form was validated."""

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        given = self.delete_form(request.POST).provenance
        self.delete_row(obj, source="admin", user=request.user, **given)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for row in queryset:
            # Another request may have deleted it meanwhile.
            with suppress(self.model.DoesNotExist):
                self.delete_model(request, row)
