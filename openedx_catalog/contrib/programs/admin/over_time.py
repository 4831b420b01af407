"""Pages of a program: what stood at an instant, and has to be taken by whoever started then; what changed between two."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openedx_catalog import extensions, keys
from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.forms import CompareForm, InstantField
from openedx_catalog.lib.admin.texts import utc

from .. import api
from ..data import Difference
from ..models_api import Program

_KINDS = {
    "curriculum": _("Curriculum"),
    "course": _("Course"),
    "program": _("Program"),
    "group": _("Group"),
    "cost": _("Cost"),
    "deadline": _("Deadline"),
    "run": _("Course run"),
}
_VALUES = {
    "version": _("version"),
    "is_open": _("open to new learners"),
    "group": _("group"),
    "minimum": _("at least"),
    "amount": _("amount"),
    "currency": _("currency"),
    "due_at": _("due"),
    "zone": _("zone"),
    "external_course_key": _("partner's key"),
}
_TRUTHS = {True: _("yes"), False: _("no")}


class CompareProgramForm(CompareForm):
    """Two instants of a program, or of one of its curricula, which is named: its versions are one."""

    curriculum = forms.ChoiceField(label=_("Curriculum"), required=False)

    def __init__(self, *args: Any, program: Program, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = dict.fromkeys(program.curricula.order_by("name").values_list("name", flat=True))
        self.fields["curriculum"].choices = [("", _("the whole program")), *((name, name) for name in names)]  # type: ignore[attr-defined]


class AsOfForm(forms.Form):
    """An instant."""

    at = InstantField(label=_("At"), required=True, show_hidden_initial=False)


def as_of_page(model_admin: Any, request: HttpRequest, program: Program) -> HttpResponse:
    """``?at=``, now unless given."""
    form = AsOfForm(request.GET if "at" in request.GET else None, initial={"at": timezone.now()})
    found: dict[str, Any] = {}
    if not form.is_bound or form.is_valid():
        at = form.cleaned_data["at"] if form.is_bound else timezone.now()
        parts = map(_row, api.program_as_of(program, at))
        found = {"at": utc(at), "parts": list(parts), "required": api.curriculum_for(program, at)}
        courses = permissions.known_rows(request.user, api.program_courses(program, at=at))
        elsewhere = extensions.runs_elsewhere([course.pk for course in courses])
        found["elsewhere"] = [(course, run) for course in courses for run in elsewhere.get(course.pk, ())]
    return _page(model_admin, request, program, "as_of", form, _("%(program)s: as of a day"), found)


def compare_page(model_admin: Any, request: HttpRequest, program: Program) -> HttpResponse:
    """``?from=&to=``, and of one curriculum ``&curriculum=``."""
    named = request.GET.get("curriculum", "")
    initial = {"from": program.created, "to": timezone.now(), "curriculum": named}
    asked = request.GET if request.GET.keys() - {"curriculum"} else None
    form = CompareProgramForm(asked, initial=initial, program=program)
    found: dict[str, Any] = {}
    if form.is_valid():
        begin, end = form.cleaned_data["from"], form.cleaned_data["to"]
        diff = api.diff_program(program, from_=begin, to=end)
        tables = ((_("Added"), diff.added), (_("Removed"), diff.removed), (_("Changed"), diff.changed))
        of_named = ((title, [each for each in rows if _is_of(each, named)]) for title, rows in tables)
        rows = [(title, list(map(_row, differences))) for title, differences in of_named if differences]
        found = {"begin": utc(begin), "end": utc(end), "tables": rows}
    return _page(model_admin, request, program, "compare", form, _("%(program)s: two days compared"), found)


def _page(
    model_admin: Any, request: HttpRequest, program: Program, name: str, form: forms.Form, title: Any, found: dict[str, Any]
) -> HttpResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        **found,
        "form": form,
        "title": title % {"program": program},
        "original": program,
        "has_view_permission": True,
        "opts": model_admin.opts,
        "media": model_admin.media + form.media,
    }
    return TemplateResponse(request, f"admin/openedx_catalog_programs/program_{name}.html", context)


def _is_of(found: Difference, curriculum: str) -> bool:
    """Whether it is a curriculum of this name, or something in it; "" means the whole program."""
    own = found.name if found.kind == "curriculum" else found.curriculum
    return not curriculum or keys.fold(own) == keys.fold(curriculum)


def _row(found: Difference) -> dict[str, Any]:
    key = found.key if found.key != found.name else ""
    before, after = _text(found.before), _text(found.after)
    return {
        "kind": _KINDS[found.kind], "name": found.name, "key": key, "curriculum": found.curriculum, "before": before,
        "after": after,
    }  # fmt: skip


def _text(values: dict[str, Any] | None) -> str:
    return ", ".join(f"{_VALUES[name]}: {_value(name, value)}" for name, value in (values or {}).items() if value != "")


def _value(name: str, value: Any) -> Any:
    if name == "due_at":
        return utc(datetime.fromisoformat(value))
    return _TRUTHS[value] if isinstance(value, bool) else value
