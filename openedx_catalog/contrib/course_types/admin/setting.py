"""Setting the type of a course or a run, from the panel of its page: what will change is shown first, mismatches too."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from openedx_catalog.admin.curation import CurationForm, Effect, with_preview
from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.base import row_or_404, stored_on_post
from openedx_catalog.lib.admin.forms import ReasonField
from openedx_catalog.lib.admin.links import page_of
from openedx_catalog.models_api import CatalogCourse, CourseRun

from .. import api
from ..models_api import CourseRunType, CourseRunTyping, CourseType, CourseTypeRunType, CourseTyping


class TypeOfForm(CurationForm):
    """Which type a row has."""

    reason = ReasonField()

    def offer(self, field: str, now: Any, choices: Iterable[Any]) -> None:
        """Let somebody choose from these, or none; `now` is what the row has."""
        self.initial[field] = now.slug if now else ""
        self.fields[field].choices = [("", _("No type")), *choices]  # type: ignore[attr-defined]


class CourseTypeOfForm(TypeOfForm):
    """One of the types that courses of the organization may have."""

    course_type = forms.ChoiceField(
        required=False, label=_("Course type"), help_text=_("Those that are for its organization. Its runs keep their types.")
    )
    field_order = ("course_type", "reason")

    def __init__(self, course: CatalogCourse, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = api.find_course_type_of(course)
        found = {row.slug: row.name for row in api.get_course_types(org_code=course.org.short_name)}
        # One that is for others by now is shown as well: it would be taken away otherwise.
        choices = found if now is None else {now.slug: now.name, **found}
        self.offer("course_type", now, choices.items())


class CourseRunTypeOfForm(TypeOfForm):
    """Any course run type; those of the type of its course come first."""

    course_run_type = forms.ChoiceField(required=False, label=_("Course run type"))
    allow_mismatch = forms.BooleanField(
        required=False,
        label=_("Allow a mismatch"),
        help_text=_("If on, the run may have a type that the type of its course does not have."),
    )
    field_order = ("course_run_type", "allow_mismatch", "reason")

    def __init__(self, run: CourseRun, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own, others = _choices(api.find_course_type_of(run.catalog_course))
        groups = [(_("Of the type of its course"), own), (_("Others: a mismatch"), others)] if own else others
        self.offer("course_run_type", api.find_course_run_type_of(str(run.course_key)), groups)


def may_set_course(user: Any) -> bool:
    """Whether a user may set types of courses: he sees courses and types, and may change which of them go together."""
    return _may(user, CourseTyping, CatalogCourse, CourseType)


def may_set_run(user: Any) -> bool:
    """Whether a user may set types of runs. He comes to the page from that of a run, and types are listed there."""
    return _may(user, CourseRunTyping, CourseRun, CourseRunType, CourseType)


@stored_on_post
def course_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Give a catalog course (``?id=``) a type, or take it away."""
    return _set(model_admin, request, may_set_course, CatalogCourse.objects.with_org(), CourseTypeOfForm, set_course)


@stored_on_post
def run_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Give a run (``?id=``) a type, or take it away."""
    rows = CourseRun.objects.select_related("catalog_course__org")
    return _set(model_admin, request, may_set_run, rows, CourseRunTypeOfForm, set_run)


def set_course(course: CatalogCourse, user: Any, values: dict[str, Any]) -> list[Effect]:
    """Set the type of a course. Returns it before and afterwards, and the runs that do not match it."""
    before = api.find_course_type_of(course)
    now = api.set_course_type(course, values["course_type"], reason=values["reason"], user=user, source="admin")
    effects = [Effect(course.key_str, _named(before), _named(now))]
    if now is None:
        return effects
    own = CourseTypeRunType.objects.filter(course_type=now).values("course_run_type")
    others = CourseRunTyping.objects.filter(run__in=permissions.visible(user, course.runs.all()))
    rows = others.exclude(course_run_type__in=own).order_by("run__key_ci")
    text = str(_("stays, and is a mismatch"))
    return [
        *effects,
        *(Effect(key, name, text) for key, name in rows.values_list("run__course_key__text", "course_run_type__name")),
    ]


def set_run(run: CourseRun, user: Any, values: dict[str, Any]) -> list[Effect]:
    """Set the type of a run. Returns it before and afterwards."""
    key = str(run.course_key)
    before, said = api.find_course_run_type_of(key), {"reason": values["reason"], "user": user, "source": "admin"}
    now = api.set_course_run_type(key, values["course_run_type"], allow_mismatch=values["allow_mismatch"], **said)
    return [Effect(key, _named(before), _named(now))]


def _set(model_admin: Any, request: HttpRequest, may: Any, rows: QuerySet[Any], form_class: Any, store: Any) -> HttpResponse:
    if not may(request.user):
        raise PermissionDenied
    row = row_or_404(request.user, rows, request.GET.get("id"))
    title = _("Set the type of %(key)s") % {"key": row.key_str if isinstance(row, CatalogCourse) else row.course_key}
    form, work = form_class(row, request.POST or None), partial(store, row, request.user)
    back = page_of(request.user, row)
    return with_preview(model_admin, request, title=title, form=form, work=work, rows=[row], back=back, skippable=True)


def _choices(course_type: CourseType | None) -> tuple[list[Any], list[Any]]:
    """The run types of a course type, in its order, and all others."""
    rows = {row.pk: (row.slug, row.name) for row in CourseRunType.objects.order_by("pk")}
    links = CourseTypeRunType.objects.filter(course_type=course_type).order_by("position", "pk")
    own = [rows.pop(pk) for pk in links.values_list("course_run_type_id", flat=True)]
    return own, list(rows.values())


def _named(row: Any) -> str:
    return row.name if row else str(_("No type"))


def _may(user: Any, typing: Any, *seen: Any) -> bool:
    return permissions.can_write(user, typing, "change") and all(permissions.can_view(user, model) for model in seen)
