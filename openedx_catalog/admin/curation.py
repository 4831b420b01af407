"""
Move, merge and rename as forms of their own: choose, give the reason, see what will change, confirm.

The preview is the change itself, rolled back: what it shows, and what it refuses, is what the API does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.db import router, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from .. import api
from ..exceptions import CatalogError
from ..lib.admin.base import Autocomplete
from ..models_api import CatalogCourse, CourseRun

SHOWN = 50


class Effect(NamedTuple):
    """One line of a preview."""

    subject: str
    before: str
    after: str


class CurationForm(forms.Form):
    """What every explicit change needs: a reason."""

    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
        help_text=_("Recorded in the history, for whoever asks later why this was changed."),
    )

    def field_of(self, error: CatalogError) -> str | None:
        """The field that an error of the API belongs to."""
        field = {"into": "catalog_course"}.get(error.field, error.field)
        return field if field in self.fields else None


class MoveForm(CurationForm):
    """Where runs go."""

    catalog_course = forms.ModelChoiceField(label=_("Move to"), queryset=CatalogCourse.objects.with_org())
    field_order = ("catalog_course", "reason")

    def __init__(self, *args: Any, site: admin.AdminSite, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["catalog_course"].widget = Autocomplete(CourseRun._meta.get_field("catalog_course"), site)
        self.fields["catalog_course"].widget.choices = self.fields["catalog_course"].choices  # type: ignore[attr-defined]


class MergeForm(MoveForm):
    """Which course survives."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["catalog_course"].label = _("Merge into")
        self.fields["catalog_course"].help_text = _(
            "This course takes over all runs and codes of the other one, which is then deleted."
        )


class RenameForm(CurationForm):
    """The new code."""

    course_code = forms.CharField(
        label=_("New course code"),
        max_length=255,
        help_text=_("The current code stays as an alias, so keys and links that contain it keep working."),
    )
    field_order = ("course_code", "reason")

    def field_of(self, error: CatalogError) -> str | None:
        # The key is the one that the new code would give.
        return "course_code" if error.field == "catalog_course" else super().field_of(error)


def with_preview(
    model_admin: Any, request: HttpRequest, *, title: Any, form: CurationForm, work: Callable[[dict[str, Any]], list[Effect]]
) -> HttpResponse:
    """
    Show a form, then its preview, then make the change. `work` takes the form's values, makes it and returns its effects.

    A GET changes nothing, and neither does a preview. What is confirmed is what the preview showed, or it is shown again.
    """
    effects: list[Effect] = []
    shown = ""
    if request.method == "POST" and form.is_valid():
        confirmed = "_confirm" in request.POST
        seen = request.POST.get("_shown", "") if confirmed else ""
        try:
            effects, shown = api.run_atomically(partial(attempt, form, work, seen))
        except CatalogError as error:
            form.add_error(form.field_of(error), str(error))
        else:
            if confirmed and shown == seen:
                model_admin.message_user(request, _("Done: %(title)s.") % {"title": title}, messages.SUCCESS)
                return redirect(f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_changelist")
            if confirmed:
                form.add_error(None, _("The preview no longer matches. Check the new preview, then confirm."))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        # For the breadcrumbs, whose markup differs between the versions of Django.
        "original": title,
        "has_view_permission": True,
        "opts": model_admin.opts,
        "form": form,
        "effects": effects[:SHOWN],
        "more": max(0, len(effects) - SHOWN),
        "shown": shown,
        "media": model_admin.media + form.media,
    }
    return TemplateResponse(request, "admin/openedx_catalog/curation_form.html", context)


def attempt(form: CurationForm, work: Callable[[dict[str, Any]], list[Effect]], shown: str) -> tuple[list[Effect], str]:
    """Make the change, and keep it if it is what was `shown` before. Returns what it changed, and the mark of that."""
    effects = work(form.cleaned_data)
    seen = [[name, form.data.get(name, "")] for name in form.fields] + [list(map(str, effect)) for effect in effects]
    mark = hashlib.sha256(json.dumps(seen).encode()).hexdigest()
    transaction.set_rollback(mark != shown, using=router.db_for_write(CourseRun))
    return effects, mark


def move(runs: list[CourseRun], user: Any, values: dict[str, Any]) -> list[Effect]:
    """Move runs. Returns from where to where."""
    target = values["catalog_course"]
    effects = []
    for run in runs:
        before = run.catalog_course.key_str
        api.move_course_run(str(run.course_key), target, reason=values["reason"], user=user, source="admin")
        effects.append(Effect(str(run.course_key), before, target.key_str))
    return effects


def merge(course: CatalogCourse, user: Any, values: dict[str, Any]) -> list[Effect]:
    """Merge a course into another. Returns which runs and codes that takes over."""
    target, before = values["catalog_course"], course.key_str
    runs = list(course.runs.order_by("key_ci").values_list("course_key__text", flat=True))
    codes = list(course.codes.order_by("code_ci").values_list("org__short_name", "code"))
    api.merge_catalog_courses(course, into=target, reason=values["reason"], user=user, source="admin")
    return [
        Effect(before, str(_("catalog course")), str(_("deleted"))),
        *(Effect(f"catalog-course:{org}:{code}", before, target.key_str) for org, code in codes),
        *(Effect(run, before, target.key_str) for run in runs),
    ]


def rename(course: CatalogCourse, user: Any, values: dict[str, Any]) -> list[Effect]:
    """Rename a course. Returns its key before and afterwards."""
    before = course.key_str
    renamed = api.rename_catalog_course(
        course, course_code=values["course_code"], reason=values["reason"], user=user, source="admin"
    )
    return [Effect(str(_("Key")), before, renamed.key_str)]
