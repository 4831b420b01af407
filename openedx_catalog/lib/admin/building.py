"""
What builders share: pages on which a row gets its parts, in an order.

Every button is one call of an API. Works with the mouse and with the keyboard, without a script too: a part that was moved is
where the page comes back, its button in focus.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import permissions
from ..exceptions import CatalogError
from .base import Autocomplete, AutocompleteMultiple, row_id, stored_on_post
from .forms import ApiModelAdmin, ReasonField

SCRIPTS = forms.Media(js=["openedx_catalog/builder.js"])


class RowsInOrderField(forms.ModelMultipleChoiceField):
    """Rows in the order in which they were chosen; Django has them in that of the table."""

    def clean(self, value: Any) -> Any:
        return _as_named(super().clean(value), value)

    def to_python(self, value: Any) -> Any:
        return _as_named(super().to_python(value), value)

    def _check_values(self, value: Any) -> Any:
        for each in value:
            # More than an id can be, say, which not every database takes.
            if row_id(str(each)) < 0:
                raise forms.ValidationError(self.error_messages["invalid_pk_value"], "invalid_pk_value", {"pk": each})
        return super()._check_values(value)  # type: ignore[misc]  # not among its types

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Also where the order alone did."""
        before, after = ([str(self.prepare_value(each)) for each in given or ()] for given in (initial, data))
        return before != after


def _as_named(rows: Iterable[Any], pks: Any) -> list[Any]:
    order = {str(pk): index for index, pk in enumerate(pks or ())}
    return sorted(rows, key=lambda row: order.get(str(row.pk), len(order)))


class AddForm(forms.Form):
    """
    What is added by the button ``add_<prefix>``.

    The fields of `targets` are columns of `model`: what they point at is found while somebody types, if he may know of it.
    What is refused for no field of the form is said at the first of them.
    """

    model: ClassVar[Any]
    targets: ClassVar[Sequence[str]]

    def __init__(self, builder: Builder, **kwargs: Any) -> None:
        asked = builder.asked == f"add_{self.prefix}"
        super().__init__(builder.request.POST if asked else None, **kwargs)
        self.builder, self.row, self.user = builder, builder.row, builder.request.user
        for name in self.targets:
            field: Any = self.fields[name]
            several = isinstance(field, forms.ModelMultipleChoiceField)
            widget = AutocompleteMultiple if several else Autocomplete
            field.widget = widget(self.model._meta.get_field(name), builder.admin.admin_site)
            field.queryset = permissions.visible(self.user, field.queryset.all())

    def save(self, provenance: dict[str, Any]) -> int:
        """Add it, and say how many were added. Raises CatalogError."""
        raise NotImplementedError


class PartForm(forms.Form):
    """The values of a part that is there, those of `columns`. It sends what it showed along."""

    columns: ClassVar[Sequence[str]]
    reason = ReasonField()

    def __init__(self, part: Any, data: Any = None) -> None:
        shown = {name: getattr(part, name) for name in self.columns}
        super().__init__(data, prefix=f"{part._meta.model_name}-{part.pk}", initial=shown)
        self.part = part
        self.order_fields([*self.columns, "reason"])
        for name in self.columns:
            self.fields[name].show_hidden_initial = True

    def changed(self) -> dict[str, Any]:
        """What is otherwise than it was shown."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name != "reason"}

    def why(self, provenance: dict[str, Any]) -> dict[str, Any]:
        """With the reason, where there is one."""
        reason = self.cleaned_data["reason"]
        return {**provenance, "reason": reason} if reason else provenance


class Builder:
    """One request to the page. Users who may not change the row get no buttons."""

    template: ClassVar[str]
    adding: ClassVar[Sequence[type[AddForm]]]

    def __init__(self, model_admin: Any, request: HttpRequest, row: Any) -> None:
        self.admin, self.request, self.row = model_admin, request, row
        self.provenance: dict[str, Any] = {"source": "admin", "user": request.user}
        self.asked = request.POST.get("_do", "") if request.method == "POST" else ""
        # What was sent of a part's values, where it is refused.
        self.refused: Any = None
        # The id of what is in focus when the page comes back.
        self.focus = ""

    def respond(self) -> HttpResponse:
        """Do what a button says, and show the page again; with what a form was refused for, if it was."""
        forms_by_name = {f"add_{form.prefix}": form(self) for form in self.adding}
        adding = forms_by_name.get(self.asked)
        try:
            if adding is None:
                what, _colon, number = self.asked.partition(":")
                if what:
                    self.press(what, number)
            elif adding.is_valid():
                count = adding.save(self.provenance)
                text = ngettext("%(count)d was added.", "%(count)d were added.", count) % {"count": count}
                messages.success(self.request, text)
        except CatalogError as error:
            self._refuse(adding or self.refused, error)
        if self.asked and not (adding and adding.errors) and not self.refused:
            return HttpResponseRedirect(f"{self.request.path}#{self.focus}" if self.focus else self.request.path)
        return TemplateResponse(self.request, self.template, self._context(**forms_by_name))

    def press(self, what: str, number: str) -> None:
        """Do what a button says: "up:12", where 12 is a part of the row, which may be gone by now. Raises CatalogError."""
        raise NotImplementedError

    def content(self, may_change: bool) -> dict[str, Any]:
        """What the template shows of the row, and the `title` of the page."""
        raise NotImplementedError

    def part_is_gone(self) -> None:
        """Say so."""
        messages.error(self.request, _("Another user has removed it in the meantime."))

    def save_part(self, form: Any) -> None:
        """Store the values of a part, or show them again with what they are refused for. Raises CatalogError."""
        self.refused = form
        if form.is_valid():
            form.save(self.provenance)
            self.refused = None

    def _refuse(self, form: Any, error: CatalogError) -> None:
        """What the API refused stands at its field, where a form was sent."""
        text = str(permissions.discreet(self.request.user, error))
        if form is None:
            messages.error(self.request, text)
        else:
            form.add_error(error.field if error.field in form.fields else next(iter(getattr(form, "targets", ())), None), text)

    def _context(self, **forms_by_name: Any) -> dict[str, Any]:
        may_change, media = self.admin.has_change_permission(self.request), self.admin.media
        if may_change:
            media = sum((form.media for form in forms_by_name.values()), media) + SCRIPTS
        return {
            **self.admin.admin_site.each_context(self.request),
            **forms_by_name,
            **self.content(may_change),
            "may_change": may_change,
            "original": self.row,
            "has_view_permission": True,
            "opts": self.admin.opts,
            "media": media,
        }


def in_order(rows: Iterable[Any], pks: Iterable[int]) -> list[Any]:
    """Rows with those that are named in this order, in the places that they have together; all others stay where they are."""
    known, order = list(rows), {pk: index for index, pk in enumerate(pks)}
    named = iter(sorted((row for row in known if row.pk in order), key=lambda row: order[row.pk]))
    return [next(named) if row.pk in order else row for row in known]


def exchanged(rows: Sequence[Any], row: Any, by: int) -> list[int]:
    """The ids of rows where one has gone up (-1) or down (1), if it can."""
    pks = [each.pk for each in rows]
    here = pks.index(row.pk)
    there = min(max(here + by, 0), len(pks) - 1)
    pks[here], pks[there] = pks[there], pks[here]
    return pks


class BuiltAdmin(ApiModelAdmin):
    """Rows with a builder, to which their form has a button. Its styles are in ``openedx_catalog/builder.css``."""

    builder: ClassVar[type[Builder]]
    change_form_template = "admin/openedx_catalog/built.html"

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_build"
        return [path("<int:pk>/build/", self.admin_site.admin_view(self.build_view), name=name), *super().get_urls()]

    @stored_on_post
    def build_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give a row its parts, in order; without the permission to change it, read them."""
        (row,) = self.rows_for(request, [pk], "change" if request.method == "POST" else "view")
        return self.builder(self, request, row).respond()

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self._to_builder(obj) if "_build" in request.POST else super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._to_builder(obj) if "_build" in request.POST else super().response_change(request, obj)

    def _to_builder(self, row: Any) -> HttpResponse:
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_build", row.pk)
