"""Values that are set in all selected rows at once, with a preview as for every change of the mapping (`curation`)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .. import extensions
from ..exceptions import InvalidRequest
from ..lib.admin.base import stored_on_post
from ..lib.admin.forms import ApiModelAdmin, ReasonField
from .curation import CurationForm, Effect, with_preview
from .keeping import will_overwrite

# What a URL can carry.
MAX_SELECTED = 200
STAYS = _("Leave blank to keep what each row has.")


class EditForm(CurationForm):
    """Fields of the form of one row; those that are left blank stay as they are."""

    reason = ReasonField()
    emptied = forms.MultipleChoiceField(label=_("Set to empty"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, fields: dict[str, forms.Field], can_be_empty: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in fields.items():
            if isinstance(field, forms.BooleanField):
                choices = [("", "–"), ("1", _("Yes")), ("0", _("No"))]
                field = forms.TypedChoiceField(label=field.label, choices=choices, coerce="1".__eq__, empty_value=None)
            elif isinstance(field, forms.ChoiceField):
                # What a row has to have, a form of rows need not say.
                choosable: Any = field
                choosable.choices = [("", "–"), *(choice for choice in choosable.choices if choice[0] != "")]
            field.required, field.initial, field.show_hidden_initial = False, None, False
            field.help_text = f"{field.help_text} {STAYS}".strip()
            self.fields[name] = field
        self.edited = list(fields)
        choosable = self.fields["emptied"]
        choosable.choices = [(name, fields[name].label) for name in can_be_empty]
        if not can_be_empty:
            del self.fields["emptied"]
        self.order_fields([*fields, "emptied", "reason"])

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        emptied = values.get("emptied", [])
        for name in emptied:
            if values.get(name):
                self.add_error(name, _("Give a value, or set it to empty: not both."))
        given = {name: values[name] for name in self.edited if values.get(name) not in (None, "")}
        if not self.errors and not given and not emptied:
            raise forms.ValidationError(_("Enter at least one value."))
        return {**values, "values": given | dict.fromkeys(emptied, "")}


class BulkPages(ApiModelAdmin):
    """
    Forms for all selected rows. Those named in `bulk_fields`, which are fields of the form of one row, can be edited together.

    An admin that has them lists the action ``edit_selected``, and has an `update_row` that takes them.
    """

    bulk_fields: ClassVar[tuple[str, ...]] = ()
    # Which of them a row may be without.
    can_be_empty: ClassVar[tuple[str, ...]] = ()

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_edit_many"
        return [path("edit/", self.admin_site.admin_view(self.edit_view), name=name), *super().get_urls()]

    @admin.action(description=_("Edit selected"), permissions=["change"])
    def edit_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Go to the form, with what was selected."""
        return self.to_form(request, queryset, "edit_many")

    @stored_on_post
    def edit_view(self, request: HttpRequest) -> HttpResponse:
        """Set values in the rows of ``?ids=1,2``; others of the address stand in the form when it opens."""
        rows = self.selected_rows(request)
        form_class = self.get_form(request, rows[0], change=True)
        shown = form_class(instance=rows[0])
        fields = {name: shown.fields[name] for name in self.bulk_fields}
        for name, field in fields.items():
            # Without what was added for that row alone.
            field.help_text = form_class.base_fields[name].help_text
        asked = {name: request.GET[name] for name in fields if name in request.GET}
        form = EditForm(request.POST or None, initial=asked, fields=fields, can_be_empty=self.can_be_empty)
        labels = {name: str(field.label) for name, field in fields.items()}
        title = ngettext("Edit %(count)d row", "Edit %(count)d rows", len(rows)) % {"count": len(rows)}
        return with_preview(self, request, title=title, form=form, work=partial(self._edit, request, rows, labels), rows=rows)

    def to_form(
        self, request: HttpRequest, queryset: QuerySet[Any], form: str, too_many: Any = "", **asked: str
    ) -> HttpResponse | None:
        """
        The page named `form`, with the selected rows in its address, and what is `asked` there; a message where the rows are
        too many for that.
        """
        pks = list(queryset.order_by("pk").values_list("pk", flat=True)[: MAX_SELECTED + 1])
        if len(pks) > MAX_SELECTED:
            text = too_many or _("Select at most %(limit)d rows.")
            self.message_user(request, text % {"limit": MAX_SELECTED}, messages.ERROR)
            return None
        url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{form}")
        return HttpResponseRedirect(f"{url}?{urlencode({'ids': ','.join(map(str, pks)), **asked}, safe=',')}")

    def selected_rows(self, request: HttpRequest, pk: int | None = None) -> list[Any]:
        """The row of the URL, or those of ``?ids=``. Raises Http404, PermissionDenied."""
        given = request.GET.get("ids", "").split(",")
        if pk is None and (len(given) > MAX_SELECTED or not all(text.isascii() and text.isdigit() for text in given)):
            raise Http404
        return self.rows_to_change(request, [int(text[:30]) for text in given] if pk is None else [pk])

    def subject_of(self, row: Any) -> str:
        """What a preview calls a row."""
        return str(getattr(row, "course_key", None) or getattr(row, "key_str", None) or row)

    def remarks(self, row: Any) -> list[str]:
        """What an operator should know of the values of a row as it is stored, with what is prefetched: whole sentences."""
        return []

    def _edit(self, request: HttpRequest, rows: Sequence[Any], labels: dict[str, str], given: dict[str, Any]) -> list[Effect]:
        """Set values in rows. Returns each that differs, before and afterwards. Raises InvalidRequest where none does."""
        values, names = given["values"], [name for name in self.bulk_fields if name in given["values"]]
        before = {row.pk: [self._shown(row, name) for name in names] for row in rows}
        for row in rows:
            self.update_row(row, **values, reason=given["reason"], source="admin", user=request.user)
        stored = self.get_queryset(request).in_bulk([row.pk for row in rows])
        elsewhere = extensions.set_elsewhere(rows, request.user)
        effects, said = [], []
        for row in rows:
            subject = self.subject_of(row)
            for name, old in zip(names, before[row.pk], strict=True):
                if (new := self._shown(stored[row.pk], name)) != old:
                    effects.append(Effect(f"{subject}: {labels[name]}", old, new))
            overwritten = [will_overwrite(labels[name], who) for name, who in elsewhere[row.pk].items() if name in names]
            said += [Effect(subject, "⚠", remark) for remark in (*self.remarks(stored[row.pk]), *overwritten)]
        if not effects:
            raise InvalidRequest(reason=_("All selected rows have these values already."))
        return effects + said

    def _shown(self, row: Any, name: str) -> str:
        """A value as the admin shows it to those who may only read."""
        column = getattr(self, name, None)
        if column is not None:
            return str(column(row))
        value = getattr(row, f"get_{name}_display", lambda: getattr(row, name))()
        if isinstance(value, bool):
            return str(_("Yes") if value else _("No"))
        return str(value or "–")
