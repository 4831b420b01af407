"""The overview page: the catalog in numbers and bars, and what the doctor finds, with links to the rows."""

from __future__ import annotations

from itertools import islice
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from organizations.models import Organization

from .. import api
from ..lib import permissions
from ..models_api import CatalogCourse, CourseRun

SHOWN = 100
# The doctor reads ten thousand rows a second or so: of a larger catalog, not within a request.
MAX_CHECKED = 25_000
_WITHOUT_IDENTITY = {
    "course_run_identity_missing": ("courserun", "key_ci"),
    "course_run_twin": ("courserun", "key_ci"),
    "catalog_course_identity_missing": ("catalogcourse", "course_code_ci"),
    "catalog_course_twin": ("catalogcourse", "course_code_ci"),
}
_LISTS = {
    "organizations": "organizations_organization",
    "catalog_course": "openedx_catalog_catalogcourse",
    "invalid_catalog": "openedx_catalog_catalogcourse",
}


class Bar(NamedTuple):
    """One row of a chart; `percent` is the length of the bar, the longest has 100."""

    label: Any
    total: int
    percent: float


def overview_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """GET only reads. ``?doctor=1`` also asks the doctor: about every row, or of a large catalog what indexes answer."""
    if not may_see(request):
        raise PermissionDenied
    overview = api.get_catalog_overview()
    runs = overview.course_runs
    asked, large = request.GET.get("doctor") == "1", runs + overview.catalog_courses > MAX_CHECKED
    if asked and not may_ask_the_doctor(request):
        raise PermissionDenied
    findings = list(islice(api.diagnose(quick=large), SHOWN + 1)) if asked else []
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Catalog overview"),
        "original": _("Overview"),
        "opts": model_admin.opts,
        "has_view_permission": True,
        "media": model_admin.media,
        "overview": overview,
        "explicit_percent": round(100 * overview.explicit_runs / runs, 1) if runs else 0,
        "charts": [
            (_("Catalog courses by number of runs"), _("Runs"), _("Courses"), bars(overview.courses_by_size)),
            (_("Course runs by year of start"), _("Year"), _("Runs"), bars(overview.runs_by_year)),
        ],
        "asked": asked,
        "may_ask": may_ask_the_doctor(request),
        "large": large,
        "findings": [(finding, rows_url(finding, request.user)) for finding in findings[:SHOWN]],
        "more": len(findings) > SHOWN,
    }
    return TemplateResponse(request, "admin/openedx_catalog/overview.html", context)


def may_see(request: HttpRequest) -> bool:
    """It shows courses and runs."""
    return permissions.can_view(request.user, CatalogCourse) and permissions.can_view(request.user, CourseRun)


def may_ask_the_doctor(request: HttpRequest) -> bool:
    """It names rows of every app, so whoever asks must be allowed to see all of them."""
    return all(permissions.sees_all(request.user, model) for model in apps.get_models())


def bars(rows: Any) -> list[Bar]:
    """Bars of (label, count) rows. The largest group is often the one without a label: it is counted, and not drawn."""
    longest = max((count for label, count in rows if label is not None), default=0) or 1
    return [
        Bar(_("not set"), count, 0) if label is None else Bar(label, count, round(100 * count / longest, 2))
        for label, count in rows
    ]


def rows_url(finding: api.Finding, user: Any) -> str:
    """The list of the rows that a finding is about; none where the user may not see it."""
    if finding.code in _WITHOUT_IDENTITY:
        # They cannot be searched for: what is searched is what they lack.
        model, column = _WITHOUT_IDENTITY[finding.code]
        return f"{reverse(f'admin:openedx_catalog_{model}_changelist')}?{urlencode({f'{column}__isnull': True})}"
    if finding.code.startswith("organizations") and not permissions.can_view(user, Organization):
        return ""
    name = next((name for start, name in _LISTS.items() if finding.code.startswith(start)), "openedx_catalog_courserun")
    return f"{reverse(f'admin:{name}_changelist')}?{urlencode({'q': finding.subject})}"
