"""Setting the type of a course or a run, from the panel of its page: what will change is shown first, mismatches too."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from openedx_catalog.admin.curation import CurationForm, Effect, with_preview
from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.base import GREATEST_ID, stored_on_post
from openedx_catalog.lib.admin.forms import ReasonField
from openedx_catalog.lib.admin.links import page_of
from openedx_catalog.models_api import CatalogCourse, CourseRun

from .. import api
from ..models_api import CourseRunType, CourseRunTyping, CourseType, CourseTypeRunType, CourseTyping


class CourseTypeOfForm(CurationForm):
    """One of the types that courses of the organization may have."""

    course_type = forms.ChoiceField(
        required=False, label=_("Course type"), help_text=_("Those that are for its organization. Its runs keep their types.")
    )
    reason = ReasonField()
    field_order = ("course_type", "reason")

    def __init__(self, *args: Any, course: CatalogCourse, **kwargs: Any) -> None:
        now = api.find_course_type_of(course)
        super().__init__(*args, **{**kwargs, "initial": {"course_type": now.slug if now else ""}})
        found = {row.slug: row.name for row in api.get_course_types(org_code=course.org.short_name)}
        # One that is for others by now is shown as well: it would be taken away otherwise.
        choices = found if now is None else {now.slug: now.name, **found}
        self.fields["course_type"].choices = [("", _("No type")), *choices.items()]  # type: ignore[attr-defined]


class CourseRunTypeOfForm(CurationForm):
    """Any course run type; those of the type of its course come first."""

    course_run_type = forms.ChoiceField(required=False, label=_("Course run type"))
    allow_mismatch = forms.BooleanField(
        required=False,
        label=_("Allow a mismatch"),
        help_text=_("If on, the run may have a type that the type of its course does not have."),
    )
    reason = ReasonField()
    field_order = ("course_run_type", "allow_mismatch", "reason")

    def __init__(self, *args: Any, run: CourseRun, **kwargs: Any) -> None:
        now = api.find_course_run_type_of(str(run.course_key))
        super().__init__(*args, **{**kwargs, "initial": {"course_run_type": now.slug if now else ""}})
        own, others = _choices(api.find_course_type_of(run.catalog_course))
        groups = [(_("Of the type of its course"), own), (_("Others: a mismatch"), others)] if own else others
        self.fields["course_run_type"].choices = [("", _("No type")), *groups]  # type: ignore[attr-defined]


def may_set_course(user: Any) -> bool:
    """Whether a user may set types of courses: he sees courses and types, and may change which of them go together."""
    return _may(user, CourseTyping, CatalogCourse, CourseType)


def may_set_run(user: Any) -> bool:
    """Whether a user may set types of runs. He comes to the page from that of a run, and types are listed there."""
    return _may(user, CourseRunTyping, CourseRun, CourseRunType, CourseType)


@stored_on_post
def course_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Give a catalog course (``?id=``) a type, or take it away."""
    course = _row(request, CatalogCourse.objects.with_org(), may_set_course(request.user))
    form = CourseTypeOfForm(request.POST or None, course=course)
    return _set(model_admin, request, form, course, set_course, course.key_str)


@stored_on_post
def run_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Give a run (``?id=``) a type, or take it away."""
    run = _row(request, CourseRun.objects.select_related("catalog_course__org"), may_set_run(request.user))
    form = CourseRunTypeOfForm(request.POST or None, run=run)
    return _set(model_admin, request, form, run, set_run, str(run.course_key))


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


def _set(model_admin: Any, request: HttpRequest, form: CurationForm, row: Any, store: Any, key: str) -> HttpResponse:
    title, work = _("Set the type of %(key)s") % {"key": key}, partial(store, row, request.user)
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


def _row(request: HttpRequest, rows: QuerySet[Any], may: bool) -> Any:
    """The row that the address names. Raises PermissionDenied, Http404."""
    if not may:
        raise PermissionDenied
    text = request.GET.get("id", "")
    pk = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    found = permissions.visible(request.user, rows).filter(pk=pk).first() if 0 < pk <= GREATEST_ID else None
    if found is None:
        raise Http404
    return found
