"""The codes of a catalog course in the admin: which it had, since when and why; released, given, swapped, set for reruns."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from .. import api, keys
from ..exceptions import CatalogError
from ..lib.admin.base import stored_on_post
from ..lib.admin.forms import ApiModelAdmin
from ..lib.admin.texts import utc
from ..models_api import CatalogCourse, CatalogCourseCode, CourseRun
from .curation import CurationForm, Effect, MoveForm, with_preview

SHOWN = 50
Work = Callable[[CatalogCourse, Any, dict[str, Any]], list[Effect]]


class CodeField(forms.ModelChoiceField):
    """One of the codes of a course, as its key."""

    def label_from_instance(self, slot: Any) -> str:
        return key_of(slot)


class ReleaseForm(CurationForm):
    """The code that the course lets go of."""

    code = CodeField(
        label=_("Former key"),
        queryset=CatalogCourseCode.objects.none(),
        help_text=_("It leads nowhere any more, and a new course may have it. New runs with this code do not come here."),
    )
    field_order = ("code", "reason")

    def __init__(self, *args: Any, course: CatalogCourse, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        take_codes(self, course)


class GiveForm(MoveForm):
    """The code that the course gives away, and to which one."""

    code = CodeField(label=_("Former key"), queryset=CatalogCourseCode.objects.none())

    def __init__(self, *args: Any, course: CatalogCourse, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        take_codes(self, course)
        self.order_fields(["code", "catalog_course", "reason"])
        self.fields["catalog_course"].label = _("Give to")
        self.fields["catalog_course"].help_text = _(
            "New runs with this code come under this course, which may be renamed to it."
        )

    def field_of(self, error: CatalogError) -> str | None:
        return "catalog_course" if error.field == "to" else super().field_of(error)


class SwapForm(MoveForm):
    """The course to swap codes with."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["catalog_course"].label = _("Swap codes with")
        self.fields["catalog_course"].help_text = _(
            "Each course gets the code and the organization of the other one. All runs stay where they are: those that are "
            "there because of their keys become explicit."
        )

    def field_of(self, error: CatalogError) -> str | None:
        return "catalog_course" if error.field == "second" else super().field_of(error)


class RerunCodeForm(CurationForm):
    """The code that new runs are keyed with."""

    code = forms.CharField(
        label=_("Rerun code"),
        max_length=255,
        required=False,
        help_text=_(
            "New runs are keyed with this code, and come under this course. If it is left empty, with the course's own."
        ),
    )
    field_order = ("code", "reason")

    def field_of(self, error: CatalogError) -> str | None:
        return "code" if error.field in ("catalog_course", "course_code") else super().field_of(error)


class CourseCodePages(ApiModelAdmin):
    """What the admin of catalog courses has of their codes: pages, and fields of the course's own page."""

    def get_urls(self) -> list[Any]:
        name, views = "openedx_catalog_catalogcourse", {
            "release_code": self.release_code_view,
            "give_code": self.give_code_view,
            "swap_codes": self.swap_codes_view,
            "rerun_code": self.rerun_code_view,
        }  # fmt: skip
        wrap = self.admin_site.admin_view
        own = [path(f"<int:pk>/{page.replace('_', '-')}/", wrap(view), name=f"{name}_{page}") for page, view in views.items()]
        return [*own, *super().get_urls()]

    @stored_on_post
    def release_code_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let go of a former code, the one of ``?code=<id>`` if there are several."""
        course = self.rows_to_change(request, [pk])[0]
        form = ReleaseForm(request.POST or None, course=course, initial={"code": request.GET.get("code")})
        return self._change_codes(request, course, form, release, _("Release a code of %(key)s"))

    @stored_on_post
    def give_code_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let a former code lead to another course, the one of ``?code=<id>`` if there are several."""
        course = self.rows_to_change(request, [pk])[0]
        initial = {"code": request.GET.get("code")}
        form = GiveForm(request.POST or None, course=course, site=self.admin_site, initial=initial)
        return self._change_codes(request, course, form, give, _("Give a code of %(key)s away"))

    @stored_on_post
    def swap_codes_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Swap codes with another course."""
        course = self.rows_to_change(request, [pk])[0]
        form = SwapForm(request.POST or None, site=self.admin_site)
        return self._change_codes(request, course, form, swap, _("Swap the code of %(key)s"))

    @stored_on_post
    def rerun_code_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Set the code that new runs are keyed with."""
        course = self.rows_to_change(request, [pk])[0]
        form = RerunCodeForm(request.POST or None, initial={"code": rerun_code_of(course)})
        return self._change_codes(request, course, form, set_rerun_code, _("Set the rerun code of %(key)s"))

    def _change_codes(
        self, request: HttpRequest, course: CatalogCourse, form: CurationForm, work: Work, title: Any
    ) -> HttpResponse:  # fmt: skip
        done = partial(work, course, request.user)
        return with_preview(self, request, title=title % {"key": course.key_str}, form=form, work=done, rows=[course])

    @admin.display(description=_("Former keys"))
    def former_keys(self, course: CatalogCourse) -> str:
        """The codes that lead here beside the present one: since when, why, and what may be done with them."""
        former = spare_codes(course)
        if not former:
            return "–"
        shown, context = former[:SHOWN], {"course": course, "more": len(former) > SHOWN, "total": len(former)}
        rows, changes = [], last_changes([slot.pk for slot in shown])
        for slot in shown:
            rows.append({"slot": slot, "key": key_of(slot), "change": changes.get(slot.pk)})
        context |= {"rows": rows, "may_change": self.may(course, "change", CatalogCourse)}
        return render_to_string("admin/openedx_catalog/codes_of_course.html", context)

    @admin.display(description=_("Rerun code"))
    def rerun_code(self, course: CatalogCourse) -> str:
        slot = next((slot for slot in codes_of(course) if slot.for_reruns), None)
        if slot is None:
            return "–"
        change = last_changes([slot.pk]).get(slot.pk)
        return slot.code if change is None else f"{slot.code} ({', '.join(filter(None, change.values()))})"

    def add_run_context(self, course: CatalogCourse) -> dict[str, str]:
        """What the list of a course's runs says of the next one, to those who may add it."""
        if not self.may(course, "add", CourseRun):
            return {}
        if not (key := next_key(course)):
            return {}
        add = reverse("admin:openedx_catalog_courserun_add")
        return {"next_key": key, "add_url": f"{add}?{urlencode({'key': key})}"}


def take_codes(form: Any, course: CatalogCourse) -> None:
    """Let a form choose among the codes that a course can do without."""
    spare = [slot.pk for slot in codes_of(course) if not is_present(slot, course) and not slot.for_reruns]
    form.fields["code"].queryset = (
        CatalogCourseCode.objects.filter(pk__in=spare).select_related("org").order_by("code_ci", "pk")
    )


def codes_of(course: CatalogCourse) -> list[CatalogCourseCode]:
    """The codes of a course in order, their organizations joined."""
    prefetch_related_objects([course], "codes__org")
    return sorted(course.codes.all(), key=key_of)


def spare_codes(course: CatalogCourse) -> list[CatalogCourseCode]:
    """The codes of a course that it can do without: neither its present one nor its rerun code."""
    return [slot for slot in codes_of(course) if not is_present(slot, course) and not slot.for_reruns]


def is_present(slot: CatalogCourseCode, course: CatalogCourse) -> bool:
    """Whether it is the code that the course has now."""
    return slot.org_id == course.org_id and slot.code_ci == keys.fold(course.course_code)


def key_of(slot: CatalogCourseCode) -> str:
    """The key that a course had by a code."""
    return keys.format_key_str(slot.org.short_name, slot.code)


def rerun_code_of(course: CatalogCourse) -> str:
    """The code that new runs are keyed with, or ""."""
    return next((slot.code for slot in codes_of(course) if slot.for_reruns), "")


def next_key(course: CatalogCourse) -> str:
    """The key of the next run; "" where no key takes the code, or the name of the organization."""
    try:
        return api.next_run_key(course)
    except CatalogError:
        return ""


def last_changes(pks: list[int]) -> dict[int, dict[str, str]]:
    """``{id of a code: what its history says last}``; nothing for one that never changed."""
    rows = CatalogCourseCode.history.filter(id__in=pks).order_by("history_id")
    columns = ("id", "history_date", "history_user_name", "history_change_reason")
    return {pk: {"at": utc(at), "who": who or "", "why": why or ""} for pk, at, who, why in rows.values_list(*columns)}


# What the forms do, and what their previews say of it


def release(course: CatalogCourse, user: Any, values: dict[str, Any]) -> list[Effect]:
    """Let go of a former code."""
    before, slot = course.key_str, values["code"]
    api.release_course_code(course, slot.code, org_code=slot.org, reason=values["reason"], user=user, source="admin")
    return [Effect(key_of(slot), before, str(_("free for a new course")))]


def give(course: CatalogCourse, user: Any, values: dict[str, Any]) -> list[Effect]:
    """Let a former code lead to another course."""
    before, slot = course.key_str, values["code"]
    receiver = api.give_course_code(
        course, slot.code, to=values["catalog_course"], org_code=slot.org, reason=values["reason"], user=user, source="admin"
    )
    return [Effect(key_of(slot), before, receiver.key_str)]


def swap(course: CatalogCourse, user: Any, values: dict[str, Any]) -> list[Effect]:
    """Swap codes with another course. Returns both keys, and the runs that become explicit."""
    both = [course, values["catalog_course"]]
    runs = CourseRun.objects.filter(catalog_course__in=both).order_by("key_ci")
    implicit = list(runs.implicit().values_list("pk", flat=True))
    swapped = api.swap_course_codes(*both, reason=values["reason"], user=user, source="admin")
    explicit = runs.exclude(association="implicit").values_list("pk", "course_key__text")
    known, labels = set(implicit), dict(CourseRun.Association.choices)
    return [
        *(Effect(before.title, before.key_str, after.key_str) for before, after in zip(both, swapped, strict=True)),
        *(Effect(key, str(labels["implicit"]), str(labels["explicit"])) for pk, key in explicit if pk in known),
    ]


def set_rerun_code(course: CatalogCourse, user: Any, values: dict[str, Any]) -> list[Effect]:
    """Set the code that new runs are keyed with. Returns it, and the key of the next run."""
    before = (rerun_code_of(course) or "–", next_key(course) or "–")
    api.set_rerun_code(course, values["code"], reason=values["reason"], user=user, source="admin")
    after = (values["code"].strip() or "–", next_key(course) or "–")
    labels = (_("Rerun code"), _("Key of the next run"))
    return [Effect(str(label), *pair) for label, *pair in zip(labels, before, after, strict=True)]
