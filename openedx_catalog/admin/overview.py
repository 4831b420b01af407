"""The overview: what starts next and is open, what changed, what needs a decision, the catalog in numbers and charts."""

from __future__ import annotations

from itertools import islice
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from .. import api, extensions
from ..lib import permissions
from ..lib.admin import changelog
from ..lib.admin.charts import chart
from ..lib.admin.texts import utc
from ..models_api import CatalogCourse, CourseRun, DeletedRunKey, InboxMessage, OutboxMessage
from . import doctor
from .texts import STATUS_LABELS

SHOWN = 100
RUNS, COURSES = "admin:openedx_catalog_courserun_changelist", "admin:openedx_catalog_catalogcourse_changelist"
DELETED = "admin:openedx_catalog_deletedrunkey_changelist"
CHANGES = "admin:openedx_catalog_catalogcourse_changes"


class Figure(NamedTuple):
    """A number, what it counts, and the page that lists that; "" where none does."""

    label: Any
    number: Any
    url: str = ""


def overview_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """GET only reads. ``?doctor=1`` also asks the doctor what indexes answer; every row is asked about by a job."""
    if not may_see(request):
        raise PermissionDenied
    overview, today = api.get_catalog_overview(), api.get_catalog_today()
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Catalog overview"),
        "original": _("Overview"),
        "opts": model_admin.opts,
        "has_view_permission": True,
        "media": model_admin.media,
        "runs_url": reverse(RUNS),
        "courses_url": reverse(COURSES),
        "overview": overview,
        "figures": _figures(overview, request.user),
        "now": [
            *(Figure(STATUS_LABELS.get(name, name), n, _list(RUNS, status=name)) for name, n in today.by_status.items()),
            Figure(_("Runs that learners can enroll in"), today.enrollable, _list(RUNS, enrollable=1)),
        ],
        "starting": [(run, utc(run.start)) for run in today.starting],
        "changed": _changed(today, linked := changelog.may_see(request.user)),
        "may_see_changes": linked,
        "decisions": _decisions(request, overview),
        "organizations": [
            (row, _list(COURSES, organization=row.short_name), _list(RUNS, organization=row.short_name))
            for row in today.organizations
        ],
        "charts": [
            (_("Catalog courses by number of runs"), _("Runs"), _("Courses"), chart(overview.courses_by_size)),
            (_("Course runs by year of start"), _("Year"), _("Runs"), chart(overview.runs_by_year)),
        ],
        **_doctor(request),
    }
    return TemplateResponse(request, "admin/openedx_catalog/overview.html", context)


def _list(name: str, **filters: Any) -> str:
    return f"{reverse(name)}?{urlencode(filters)}" if filters else reverse(name)


def _figures(overview: api.CatalogOverview, user: Any) -> list[Figure]:
    deleted = _list(DELETED) if permissions.can_view(user, DeletedRunKey) else ""
    share = round(100 * overview.explicit_runs / overview.course_runs, 1) if overview.course_runs else 0
    return [
        Figure(_("Organizations"), f"{overview.organizations} ({_inactive(overview.inactive_organizations)})"),
        Figure(_("Catalog courses"), overview.catalog_courses, _list(COURSES)),
        Figure(_("Catalog courses titled by their code"), overview.untitled_courses, _list(COURSES, titled="0")),
        Figure(_("Catalog courses without a language"), overview.courses_without_language, f"{_list(COURSES)}?language="),
        Figure(_("Course runs"), overview.course_runs, _list(RUNS)),
        Figure(_("Runs associated explicitly"), overview.explicit_runs, _list(RUNS, association__exact="explicit")),
        Figure(_("Share of all runs"), f"{share}%"),
        Figure(_("Runs deleted for good"), overview.deleted_for_good, deleted),
    ]


def _inactive(count: int) -> str:
    return ngettext("%(count)d inactive", "%(count)d inactive", count) % {"count": count}


def _changed(today: api.CatalogToday, linked: bool) -> list[Figure]:
    """Who changed how much in the last seven days, people first."""
    since = f"{today.since:%Y-%m-%d}"
    found = [(name, count, {"who": name}) for name, count in today.changed_by]
    found += [(name or "–", count, {"why": name}) for name, count in today.changed_from]
    return [Figure(name, count, _list(CHANGES, **by, since=since) if linked else "") for name, count, by in found]


def _decisions(request: HttpRequest, overview: api.CatalogOverview) -> list[tuple[str, str]]:
    """``[(a sentence, the page that leads on), …]``: of the catalog itself, then of optional apps."""
    user, found = request.user, []
    if doctor.may_see(request) and (last := doctor.last_result()) and (last.report.errors or last.report.warnings):
        text = gettext("The doctor found %(errors)d errors and %(warnings)d warnings.")
        values = {"errors": last.report.errors, "warnings": last.report.warnings}
        found.append((text % values, reverse("admin:openedx_catalog_catalogcourse_doctor")))
    for model, name in ((InboxMessage, "inboxmessage"), (OutboxMessage, "outboxmessage")):
        if permissions.can_view(user, model) and (parked := model.objects.filter(state=model.State.PARKED).count()):
            text = ngettext("%(count)d message was given up: %(box)s.", "%(count)d messages were given up: %(box)s.", parked)
            url = _list(f"admin:openedx_catalog_{name}_changelist", state__exact=model.State.PARKED)
            found.append((text % {"count": parked, "box": model._meta.verbose_name_plural}, url))
    if untitled := overview.untitled_courses:
        text = ngettext(
            "%(count)d catalog course is titled by its code.",
            "%(count)d catalog courses are titled by their codes.",
            untitled,
        )
        found.append((text % {"count": untitled}, _list(COURSES, titled="0")))
    for extension in extensions.installed_extensions():
        found += extension.needs_decision(user)
    return found


def _doctor(request: HttpRequest) -> dict[str, Any]:
    """What the page shows of the doctor."""
    asked, may_ask = request.GET.get("doctor") == "1", doctor.may_see(request)
    if asked and not may_ask:
        raise PermissionDenied
    findings = list(islice(api.diagnose(quick=True), SHOWN + 1)) if asked else []
    return {
        "asked": asked,
        "may_ask": may_ask,
        "may_run": doctor.may_run(request),
        "result": doctor.last_result() if may_ask else None,
        "running": may_ask and api.is_doctor_running(),
        "findings": [(finding, doctor.rows_url(finding, request.user)) for finding in findings[:SHOWN]],
        "more": len(findings) > SHOWN,
    }


def may_see(request: HttpRequest) -> bool:
    """It counts courses and runs, hidden ones as well."""
    user, models = request.user, (CatalogCourse, CourseRun)
    return all(permissions.can_view(user, model) and permissions.sees_all(user, model) for model in models)
