"""
The history pages of catalog courses, course runs and organizations: `api.history_of`, with links from row to row.

That of an organization is beside its courses': the admin of organizations belongs to edx-organizations, or to the host, and a
template of theirs that we replaced would be every other model's as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from organizations.models import Organization

from .. import api, permissions
from ..api import HistoryEntry, HistoryValue
from ..extensions import installed_extensions
from ..lib.admin.base import GREATEST_ID
from ..lib.admin.forms import CompareForm
from ..lib.admin.history import PER_PAGE, Entry, FieldChange, Gone, deleted_user, shown
from ..lib.admin.texts import utc
from ..models_api import CatalogCourse, CatalogCourseCode, CourseRun, CourseRunWithdrawal, CourseSchedule
from .naming import organization_names

COMPARED_AT_ONCE = 1000
KINDS = {Organization: "organization", CatalogCourse: "catalog_course", CourseRun: "course_run"}
# Which models have the fields that an entry about a row of a kind may name.
_FIELDS: dict[str, tuple[Any, ...]] = {
    "organization": (Organization,),
    "catalog_course": (CatalogCourse,),
    "catalog_course_code": (CatalogCourseCode,),
    "course_run": (CourseRun, CourseSchedule, CourseRunWithdrawal),
}
_DIGITS = len(str(GREATEST_ID))
_LINKED: dict[str, Any] = {"catalog_course": CatalogCourse, "course_run": CourseRun}


class TimelineAdmin:
    """The history of a model of ours as a timeline, of what is gone too."""

    def history_view(self: Any, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Read-only: to go back is a change like any other, made through the API, with its own reason."""
        if not (object_id.isascii() and object_id.isdigit()) or len(object_id) > _DIGITS or int(object_id) > GREATEST_ID:
            raise Http404
        return timeline_page(self, request, self.model, int(object_id))


class OrganizationTimelines(TimelineAdmin):
    """Of catalog courses, with the timeline of a course's organization beside it: ``<id>/organization/history/``."""

    def get_urls(self: Any) -> list[Any]:
        view = self.admin_site.admin_view(self.organization_history_view)
        route, name = "<int:pk>/organization/history/", "openedx_catalog_catalogcourse_organization_history"
        return [path(route, view, name=name), *super().get_urls()]  # type: ignore[misc]

    def organization_history_view(self: Any, request: HttpRequest, pk: int) -> HttpResponse:
        """The timeline of the organization of a course, which may be gone."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = (CatalogCourse.objects.filter(pk=pk), CatalogCourse.history.filter(id=pk).order_by("-history_id"))
        owners = (found.values_list("org_id", "course_code").first() for found in rows if pk <= GREATEST_ID)
        owner = next((found for found in owners if found), None)
        if owner is None:
            raise Http404
        org, code = owner
        return timeline_page(self, request, Organization, org, of=Gone(pk, code))


def timeline_page(
    model_admin: Any, request: HttpRequest, model: Any, pk: int, *, of: Gone | None = None
) -> HttpResponse:  # fmt: skip
    """
    The newest change first, 50 a page (``?p=2``). At most 10 queries. With ``?from=&to=`` also what differs between the two.

    `of` is the row of the admin beside which the page stands, where that is not the one whose history it shows.
    """
    timeline = _timeline(request, model, pk)
    page = Paginator(timeline, PER_PAGE).get_page(request.GET.get("p"))
    entries = permissions.known_entries(request.user, page.object_list, {kind: model for model, kind in KINDS.items()})
    viewer, subject = SimpleNamespace(viewer=request.user), (KINDS[model], pk)
    name = _key_now(model, pk) or _name(*subject, entries) or f"{model._meta.verbose_name} {pk}"
    if page.number == 1 and entries and entries[0].what in ("deleted", "merged"):
        name = _("%(name)s, which is gone") % {"name": name}
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("History: %(object)s") % {"object": name},
        "module_name": capfirst(str(model_admin.opts.verbose_name_plural)),
        "opts": model_admin.opts,
        "media": model_admin.media,
        "object": of or Gone(pk, name),
        "may_see_organization": model is CatalogCourse and permissions.can_view(request.user, Organization),
        "page": page,
        **_compared(request, timeline, subject),
        "entries": [_shown(entry, model_admin, viewer, subject) for entry in entries],
    }
    return TemplateResponse(request, "admin/openedx_catalog/catalog_timeline.html", context)


def _compared(request: HttpRequest, timeline: api.Timeline, subject: tuple[str, int]) -> dict[str, Any]:
    """The form that asks for two instants, and what has become of each value between them: all changes on the way as one."""
    form = CompareForm(request.GET if "from" in request.GET else None, initial={"to": timezone.now()})
    if not form.is_valid():
        return {"compare_form": form}
    begin, end = form.cleaned_data["from"], form.cleaned_data["to"]
    between: dict[str, tuple[HistoryEntry, HistoryValue, HistoryValue]] = {}
    for entry in permissions.known_entries(request.user, _since(timeline, begin), {}):
        if entry.at <= end and (entry.row.kind, entry.row.pk) == subject:
            for change in entry.changes:
                # The newest comes first: what follows is older.
                newest = between[change.field][2] if change.field in between else change
                between[change.field] = (entry, change, newest)
    found = ((entry, HistoryValue(name, old.before, new.after)) for name, (entry, old, new) in between.items())
    compared = [_change(entry, change) for entry, change in found if change.before != change.after]
    return {"compare_form": form, "begin": utc(begin), "end": utc(end), "compared": compared}


def _since(timeline: api.Timeline, begin: datetime) -> Iterator[HistoryEntry]:
    """A slice costs as many queries whatever its length."""
    for start in range(0, len(timeline), COMPARED_AT_ONCE):
        for entry in timeline[start : start + COMPARED_AT_ONCE]:
            if entry.at <= begin:
                return
            yield entry


def _timeline(request: HttpRequest, model: Any, pk: int) -> api.Timeline:
    """Raises PermissionDenied, or Http404."""
    if not permissions.can_view(request.user, model):
        raise PermissionDenied
    rows = model._default_manager.filter(pk=pk)
    # Whether a row that is gone was one of those that a host's own policy shows, can no longer be known.
    if not permissions.sees_all(request.user, model) and not permissions.visible(request.user, rows).exists():
        raise Http404
    try:
        return api.history_of(pk, kind=KINDS[model])
    except ObjectDoesNotExist as error:
        raise Http404(str(error)) from error


def _key_now(model: Any, pk: int) -> str:
    """What a row is called now, which no change of its own may say: its organization may have been renamed since."""
    if model is Organization:
        return organization_names({pk}).get(pk, "")
    if model is not CatalogCourse:
        return ""
    row = CatalogCourse.objects.with_org().filter(pk=pk).first()
    return row.key_str if row else ""


def _name(kind: str, pk: int, entries: list[HistoryEntry]) -> str:
    """What the row was called last, as far as this page says so."""
    named = (row for entry in entries for row in (entry.row, entry.other) if row and (row.kind, row.pk) == (kind, pk))
    return next((row.key for row in named), "")


def _shown(entry: HistoryEntry, model_admin: Any, viewer: Any, subject: tuple[str, int]) -> Entry:
    rows = [row for row in (entry.row, entry.other) if row and row.pk and row.kind in _LINKED]
    others = [row for row in rows if (row.kind, row.pk) != subject]
    links = [model_admin.link(viewer, _LINKED[row.kind], "history", row.pk, row.key) for row in others]
    who = deleted_user(entry.user) if entry.user_deleted else entry.user
    why = f"{entry.source}: {entry.reason}" if entry.reason else entry.source
    changes = [_change(entry, change) for change in entry.changes]
    return Entry(utc(entry.at), who, why, entry.text, changes, links)


def _change(entry: HistoryEntry, change: HistoryValue) -> FieldChange:
    field = _field(entry.row.kind, change.field)
    # What a foreign key leads to is named already.
    texts = [str(value) if field.is_relation and value else shown(field, value) for value in (change.before, change.after)]
    return FieldChange(str(capfirst(str(field.verbose_name))), None if change.before is None else texts[0], texts[1])


def _field(kind: str, name: str) -> Any:
    of_apps = (table.model for extension in installed_extensions() for table in extension.histories(kind))
    for model in (*_FIELDS[kind], *of_apps):
        try:
            return model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
    raise FieldDoesNotExist(f"{kind}.{name}")
