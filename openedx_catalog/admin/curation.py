"""
Move, merge, rename, split and undo a merge as forms of their own: choose, give the reason, see what will change, confirm.

The preview is the change itself, rolled back: what it shows, and what it refuses, is what the API does.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import router, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from organizations.models import Organization

from .. import api, extensions, keys
from ..exceptions import CatalogError
from ..lib import permissions
from ..lib.admin.base import Autocomplete, own_page
from ..models_api import CatalogCourse, CatalogCourseCode, CatalogMerge, CourseRun

SHOWN = 50
# How many runs a form lets somebody choose from.
SELECTABLE = 200
# How many courses a sentence names.
NAMED = 5


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


class PartRemovalForm(CurationForm):
    """Which part of a row goes: one of ``{name in the form: part}``, each with its `name` for the reader."""

    label: Any
    help_text: Any
    member = forms.ChoiceField()
    field_order: tuple[str, ...] = ("member", "reason")

    def __init__(self, members: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["member"]
        self.members, field.label, field.help_text = members, self.label, self.help_text
        field.choices = [(name, self.label_of(part)) for name, part in members.items()]

    @property
    def chosen(self) -> Any:
        """The part that is named so far, or None."""
        return self.members.get(self["member"].value() or "")

    def label_of(self, part: Any) -> str:
        """What the form calls a part."""
        return part.name


class MoveForm(CurationForm):
    """Where runs go."""

    catalog_course = forms.ModelChoiceField(label=_("Move to"), queryset=CatalogCourse.objects.with_org())
    field_order = ("catalog_course", "reason")

    def __init__(self, *args: Any, site: admin.AdminSite, runs: Sequence[CourseRun] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if now := list(dict.fromkeys(run.catalog_course.key_str for run in runs)):
            shown = ", ".join(now[:NAMED]) + (", …" if len(now) > NAMED else "")
            self.fields["catalog_course"].help_text = _("Now under %(courses)s.") % {"courses": shown}
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
    field_order: tuple[str, ...] = ("course_code", "reason")

    def field_of(self, error: CatalogError) -> str | None:
        # The key is the one that the new code would give.
        return "course_code" if error.field == "catalog_course" else super().field_of(error)


class MoveCourseForm(RenameForm):
    """Which organization a course goes to."""

    org = forms.ModelChoiceField(label=_("New organization"), queryset=Organization.objects.order_by("short_name"))
    field_order: tuple[str, ...] = ("org", "course_code", "reason")

    def __init__(self, *args: Any, site: admin.AdminSite, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["org"].help_text = _("Keys that name the present organization keep working.")
        self.fields["course_code"].required = False
        self.fields["course_code"].help_text = _("Empty if the course keeps its code.")
        _autocomplete(self.fields["org"], site)

    def field_of(self, error: CatalogError) -> str | None:
        return "org" if error.field == "org_code" else super().field_of(error)


class UnmergeForm(CurationForm):
    """Which course comes back, and what it needs for that."""

    merge = forms.ModelChoiceField(label=_("Merged course"), queryset=CatalogMerge.objects.none())
    course_code = forms.CharField(
        label=_("Course code"),
        max_length=255,
        required=False,
        help_text=_("Empty if the course takes back the code that it had. Another one if that belongs to another course now."),
    )
    field_order = ("merge", "course_code", "reason")

    def __init__(self, *args: Any, course: CatalogCourse, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["merge"].queryset = api.get_catalog_merges(course)  # type: ignore[attr-defined]

    def field_of(self, error: CatalogError) -> str | None:
        return "merge" if error.field == "merged" else super().field_of(error)


class SplitForm(MoveCourseForm):
    """Which runs get a course of their own, and how it is called."""

    course_keys = forms.MultipleChoiceField(label=_("Runs"), widget=forms.CheckboxSelectMultiple)
    title = forms.CharField(label=_("Title"), max_length=255, required=False)
    field_order = ("course_keys", "course_code", "org", "title", "reason")

    def __init__(self, *args: Any, course: CatalogCourse, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = permissions.visible(getattr(course, "viewer", None), course.runs.all())
        runs = seen.order_by("-pk").values_list("course_key__text", "title")[: SELECTABLE + 1]
        self.fields["course_keys"].choices = [(key, f"{key} ({title})") for key, title in runs[:SELECTABLE]]  # type: ignore[attr-defined]
        if len(runs) > SELECTABLE:
            text = _("The newest %(count)d. Move older ones to the new course afterwards.")
            self.fields["course_keys"].help_text = text % {"count": SELECTABLE}
        self.fields["course_code"].required = True
        self.fields["course_code"].help_text = _("Of the course that is created for these runs.")
        self.fields["org"].label, self.fields["org"].required = _("Organization"), False
        self.fields["org"].help_text = _("Empty for the organization of this course.")
        self.fields["title"].help_text = _("Empty for the title of this course.")


def _autocomplete(field: Any, site: admin.AdminSite) -> None:
    field.widget = Autocomplete(CatalogCourse._meta.get_field("org"), site)
    field.widget.choices = field.choices


def with_preview(
    model_admin: Any,
    request: HttpRequest,
    *,
    title: Any,
    form: CurationForm,
    work: Callable[[dict[str, Any]], list[Effect]],
    rows: Sequence[Any],
    back: str = "",
    skippable: bool = False,
) -> HttpResponse:
    """
    Show a form, then its preview, then make the change. `work` takes the form's values, makes it and returns its effects.
    `skippable` says that it can be made without a preview, since it is as easily made back.

    A GET changes nothing, and neither does a preview. What is confirmed is what the preview showed, or it is shown again.
    `rows` are those that it is done with: Django's log of actions names them, and who is done comes back to them, unless `back`
    names another page.
    """
    logged, left = [copy.copy(row) for row in rows], back or _page_of(model_admin, rows, {})
    effects: list[Effect] = []
    shown = ""
    if request.method == "POST" and form.is_valid():
        confirmed = "_confirm" in request.POST
        seen: str | None = request.POST.get("_shown", "") if confirmed else ""
        if skippable and "_skip" in request.POST:
            confirmed, seen = True, None
        try:
            effects, shown = api.run_atomically(partial(attempt, form, work, seen))
        except CatalogError as error:
            form.add_error(form.field_of(error), str(permissions.discreet(request.user, error)))
        else:
            if confirmed and seen in (None, shown):
                model_admin.message_user(request, _("Done: %(title)s.") % {"title": title}, messages.SUCCESS)
                text = f"{title}: {form.cleaned_data['reason']}"
                user: Any = request.user
                LogEntry.objects.log_actions(user.pk, logged, CHANGE, change_message=text)
                return redirect(back or _page_of(model_admin, logged, form.cleaned_data))
            if confirmed:
                form.add_error(None, _("The preview no longer matches. Check the new preview, then confirm."))
    context = {"form": form, "effects": effects[:SHOWN], "more": max(0, len(effects) - SHOWN), "shown": shown}
    context |= {"skippable": skippable, "back": left}
    return own_page(model_admin, request, "admin/openedx_catalog/curation_form.html", original=title, **context)


def _page_of(model_admin: Any, rows: Sequence[Any], values: dict[str, Any]) -> str:
    """
    The page of the one row; where it is gone, as what was merged is, that of the course that the form named; of many rows the
    list, of that course if it named one.
    """
    name, options, target = "admin:{0.app_label}_{0.model_name}_{1}", model_admin.opts, values.get("catalog_course")
    if len(rows) == 1 and (not values or type(rows[0]).objects.filter(pk=rows[0].pk).exists()):
        return reverse(name.format(options, "change"), args=[rows[0].pk])
    if len(rows) == 1 and target is not None:
        return reverse(name.format(options, "change"), args=[target.pk])
    url = reverse(name.format(options, "changelist"))
    return f"{url}?catalog_course__id__exact={target.pk}" if target is not None else url


def attempt(form: CurationForm, work: Callable[[dict[str, Any]], list[Effect]], shown: str | None) -> tuple[list[Effect], str]:
    """
    Make the change, and keep it if it is what was `shown` before; where that is None, whatever it is. Returns what it changed,
    and the mark of that.
    """
    effects = work(form.cleaned_data)
    seen = [[name, form.data.get(name, "")] for name in form.fields] + [list(map(str, effect)) for effect in effects]
    mark = hashlib.sha256(json.dumps(seen).encode()).hexdigest()
    transaction.set_rollback(shown not in (None, mark), using=router.db_for_write(CourseRun))
    return effects, mark


def move(runs: list[CourseRun], user: Any, values: dict[str, Any]) -> list[Effect]:
    """Move runs. Returns from where to where."""
    target = values["catalog_course"]
    left = {run.catalog_course_id: run.catalog_course for run in runs}
    effects = shown_with(left.values(), target, user)
    for run in runs:
        before = run.catalog_course.key_str
        api.move_course_run(str(run.course_key), target, reason=values["reason"], user=user, source="admin")
        effects.append(Effect(str(run.course_key), before, target.key_str))
    return effects


def shown_with(left: Iterable[CatalogCourse], target: CatalogCourse, user: Any) -> list[Effect]:
    """What of other apps shows the courses that runs leave, and the one that they come to: programs, say, which change too."""
    courses = {course.pk: course for course in left if course.pk != target.pk}
    names = extensions.shown_with([*courses, target.pk], user)
    before, after = dict.fromkeys(name for pk in courses for name in names.get(pk, ())), names.get(target.pk, [])
    shows, lacks = str(_("shows what moves")), str(_("does not show it"))
    return [Effect(name, shows, shows if name in after else lacks) for name in before] + [
        Effect(name, lacks, shows) for name in after if name not in before
    ]


def merge(course: CatalogCourse, user: Any, values: dict[str, Any]) -> list[Effect]:
    """Merge a course into another. Returns which runs and codes that takes over."""
    target, before = values["catalog_course"], course.key_str
    runs = list(permissions.visible(user, course.runs.all()).order_by("key_ci").values_list("course_key__text", flat=True))
    codes = list(course.codes.order_by("code_ci").values_list("org__short_name", "code"))
    programs = extensions.shown_with([course.pk], user).get(course.pk, ())
    api.merge_catalog_courses(course, into=target, reason=values["reason"], user=user, source="admin")
    return [
        *(Effect(name, before, target.key_str) for name in programs),
        Effect(before, str(_("catalog course")), str(_("deleted"))),
        *(Effect(f"catalog-course:{org}:{code}", before, target.key_str) for org, code in codes),
        *(Effect(run, before, target.key_str) for run in runs),
    ]


def move_course(course: CatalogCourse, user: Any, values: dict[str, Any]) -> list[Effect]:
    """Give a course to another organization. Returns its key, and its rerun code, before and afterwards."""
    before, code, reruns = course.key_str, values["course_code"] or None, _rerun_key(course)
    moved = api.move_catalog_course(
        course, org_code=values["org"].short_name, course_code=code, reason=values["reason"], user=user, source="admin"
    )
    effects = [Effect(str(_("Key")), before, moved.key_str)]
    if (now := _rerun_key(moved)) != reruns:
        effects.append(Effect(str(_("Rerun code")), reruns, now or "–"))
    return effects


def _rerun_key(course: CatalogCourse) -> str:
    """The code that new runs are keyed with, as a key, or ""."""
    slot = CatalogCourseCode.objects.filter(catalog_course=course, for_reruns=True).select_related("org").first()
    return keys.format_key_str(slot.org.short_name, slot.code) if slot else ""


def split(course: CatalogCourse, user: Any, values: dict[str, Any]) -> list[Effect]:
    """Give runs a course of their own. Returns it, and from where to where they go."""
    new = api.split_catalog_course(
        course, values["course_keys"], course_code=values["course_code"], title=values["title"],
        org_code=values["org"].short_name if values["org"] else None, reason=values["reason"], user=user, source="admin",
    )  # fmt: skip
    created = Effect(new.key_str, "–", f"{new.title} ({_('created')})")
    return [
        *shown_with([course], new, user),
        created,
        *(Effect(key, course.key_str, new.key_str) for key in sorted(values["course_keys"])),
    ]


def unmerge(course: CatalogCourse, user: Any, values: dict[str, Any]) -> list[Effect]:
    """Undo a merge into a course. Returns what comes back, and what stays."""
    code = values["course_code"] or None
    result = api.unmerge_catalog_courses(
        values["merge"], into=course, course_code=code, reason=values["reason"], user=user, source="admin"
    )
    here, back = course.key_str, result.course.key_str
    return [
        *(shown_with([course], result.course, user) if result.runs_returned else ()),
        Effect(back, "–", f"{result.course.title} ({_('created')})"),
        *(Effect(key, here, back) for key in (*result.codes_returned, *result.runs_returned)),
        *(Effect(key, str(_("merged")), str(_("stays"))) for key in (*result.codes_left, *result.runs_left)),
    ]


def rename(course: CatalogCourse, user: Any, values: dict[str, Any]) -> list[Effect]:
    """Rename a course. Returns its key before and afterwards."""
    before = course.key_str
    renamed = api.rename_catalog_course(
        course, course_code=values["course_code"], reason=values["reason"], user=user, source="admin"
    )
    return [Effect(str(_("Key")), before, renamed.key_str)]
