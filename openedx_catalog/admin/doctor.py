"""What the doctor found when it last ran, as pages of the admin: findings with links to their rows, and suggestions."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from organizations.models import Organization

from .. import api
from ..exceptions import CatalogError
from ..lib import permissions
from ..lib.admin.base import stored_on_post
from ..lib.admin.texts import utc
from ..models_api import CatalogCourse, CourseRun, DoctorReport

PAGE = 100
_WITHOUT_IDENTITY = {
    "course_run_identity_missing": ("courserun", "key_ci"),
    "course_run_twin": ("courserun", "key_ci"),
    "catalog_course_identity_missing": ("catalogcourse", "course_code_ci"),
    "catalog_course_twin": ("catalogcourse", "course_code_ci"),
}
_MESSAGES = {
    f"{box}_{state}": (f"{box}message", stored)
    for box in ("inbox", "outbox")
    for state, stored in (("waiting", "pending"), ("parked", "parked"))
}
_LISTS = {
    "organizations": "organizations_organization",
    "catalog_course": "openedx_catalog_catalogcourse",
    "invalid_catalog": "openedx_catalog_catalogcourse",
    "pathway": "openedx_catalog_catalogpathway",
    "message": "openedx_catalog_inboxmessage",
}
KINDS = {
    "organizations_alike": _("Organizations that look alike"),
    "course_codes_alike": _("Courses whose codes look alike"),
    "course_code_with_term": _("Courses whose code contains a year or term"),
    "runs_alike": _("Runs with equal title and dates"),
    "run_of_other_course": _("Runs whose key names another course"),
}
_ACTIONS = {
    "merge": _("Merge…"),
    "move": _("Move…"),
    "rename": _("Rename…"),
    "review": _("Look at both"),
}


class Result(NamedTuple):
    """The last report, in what a page shows of it."""

    report: DoctorReport
    finished: str
    counts: list[tuple[str, int]]


def last_result() -> Result | None:
    """What the last run found, or None where there was none. One query."""
    report = api.get_doctor_report()
    return None if report is None else Result(report, utc(report.finished_at), sorted(report.counts.items()))


def may_see(request: HttpRequest) -> bool:
    """It names rows of every app, so whoever asks must be allowed to see all of them."""
    seen = all(permissions.can_view(request.user, model) for model in (CatalogCourse, CourseRun))
    return seen and all(permissions.sees_all(request.user, model) for model in apps.get_models())


def may_run(request: HttpRequest) -> bool:
    """Whether a user may start a run, and say of suggestions that they are wrong."""
    return may_see(request) and permissions.can_write(request.user, CatalogCourse, "change")


@stored_on_post
def findings_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """The findings of the last run, all or of one code. A POST starts another run."""
    if not (may_run(request) if request.method == "POST" else may_see(request)):
        raise PermissionDenied
    if request.method == "POST":
        started = api.start_doctor()
        text = _("The doctor has been started. Its result is shown here when it is done.") if started else _("It is running.")
        model_admin.message_user(request, text, messages.SUCCESS if started else messages.WARNING)
        return HttpResponseRedirect(request.path)
    result = last_result()
    code = request.GET.get("code", "")
    stored = result.report.findings if result else []
    found = [api.Finding(**values) for values in stored if code in ("", values["code"])]
    page = Paginator(found, PAGE).get_page(request.GET.get("p"))
    return _page(
        model_admin, request, "doctor", _("What the doctor found"),
        result=result, code=code, page=page, rows=[(finding, rows_url(finding, request.user)) for finding in page],
        listed=len(stored), more=result is not None and sum(result.report.counts.values()) > len(stored),
        running=api.is_doctor_running(), may_run=may_run(request),
    )  # fmt: skip


@stored_on_post
def suggestions_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """The suggestions of the last run, but for those of which somebody said since that they are wrong, which a POST says."""
    if not (may_run(request) if request.method == "POST" else may_see(request)):
        raise PermissionDenied
    if request.method == "POST":
        _mark_distinct(model_admin, request)
        return HttpResponseRedirect(request.get_full_path())
    result, kind = last_result(), request.GET.get("kind", "")
    found = _candidates(result.report if result else None)
    counts = [(name, label, sum(each["kind"] == name for each in found)) for name, label in KINDS.items()]
    page = Paginator([each for each in found if kind in ("", each["kind"])], PAGE).get_page(request.GET.get("p"))
    return _page(
        model_admin, request, "suggestions", _("What may be there twice"),
        result=result, kind=kind, kinds=[row for row in counts if row[2]], page=page, may_run=may_run(request),
        rows=[(each, _links(each, request.user), _ACTIONS[each["action"]], KINDS[each["kind"]]) for each in page],
    )  # fmt: skip


def _mark_distinct(model_admin: Any, request: HttpRequest) -> None:
    names = [request.POST.get(name, "") for name in ("kind", "first", "second")]
    try:
        api.mark_distinct(*names, reason=request.POST.get("reason", ""), user=request.user, source="admin")
    except (CatalogError, CatalogCourse.DoesNotExist, CourseRun.DoesNotExist, Organization.DoesNotExist) as error:
        model_admin.message_user(request, str(error), messages.ERROR)
    else:
        model_admin.message_user(request, _("It will not be suggested again."), messages.SUCCESS)


def _candidates(report: DoctorReport | None) -> list[dict[str, Any]]:
    if report is None or not report.candidates:
        return []
    pairs = api.get_distinct_pairs().values_list("kind", "first", "second")
    known = {(kind, frozenset(names)) for kind, *names in pairs}
    left = [each for each in report.candidates if (each["distinct"][0], frozenset(each["distinct"][1:])) not in known]
    return [{**each, "rest_body": json.dumps(each["rest"]["body"]) if each["rest"] else ""} for each in left]


def _links(each: dict[str, Any], user: Any) -> list[str]:
    """The pages of both rows, and that on which the suggestion is followed, "" where there is none for this user."""
    first, second, reason = each["first_id"], each["second_id"], {"reason": str(KINDS[each["kind"]])}
    model = "courserun" if each["kind"] in ("runs_alike", "run_of_other_course") else "catalogcourse"
    if each["kind"] == "organizations_alike":
        return [_change("organizations", "organization", pk, user, Organization) for pk in (first, second)] + [""]
    row = CourseRun if model == "courserun" else CatalogCourse
    other = ("catalogcourse", CatalogCourse) if each["action"] == "move" else (model, row)
    pages = [_change("openedx_catalog", model, first, user, row), _change("openedx_catalog", other[0], second, user, other[1])]
    needed = ("change", "delete") if each["action"] == "merge" else ("change",)
    if each["action"] == "review" or not all(permissions.can_write(user, row, action) for action in needed):
        return [*pages, ""]
    given = {"course_code": each["distinct"][2]} if each["action"] == "rename" else {"catalog_course": second}
    url = reverse(f"admin:openedx_catalog_{model}_{each['action']}", args=[first])
    return [*pages, f"{url}?{urlencode(given | reason)}"]


def _change(app: str, model: str, pk: int | None, user: Any, rows: Any) -> str:
    if pk is None or not permissions.can_view(user, rows):
        return ""
    try:
        return reverse(f"admin:{app}_{model}_change", args=[pk])
    except NoReverseMatch:
        return ""


def rows_url(finding: api.Finding, user: Any) -> str:
    """The row, or the list of rows, that a finding is about; none where the user may not see it, or there is no such page."""
    if finding.model:
        try:
            model = apps.get_model(finding.model)
        except LookupError:
            # The app was taken out since the report.
            return ""
        return _change(model._meta.app_label, model._meta.model_name or "", finding.pk, user, model)
    if finding.code in _WITHOUT_IDENTITY:
        # They cannot be searched for: what is searched is what they lack.
        name, column = _WITHOUT_IDENTITY[finding.code]
        return f"{reverse(f'admin:openedx_catalog_{name}_changelist')}?{urlencode({f'{column}__isnull': True})}"
    if finding.code.startswith("organizations") and not permissions.can_view(user, Organization):
        return ""
    if finding.code in _MESSAGES:
        name, state = _MESSAGES[finding.code]
        return f"{reverse(f'admin:openedx_catalog_{name}_changelist')}?{urlencode({'state__exact': state})}"
    name = next((name for start, name in _LISTS.items() if finding.code.startswith(start)), "openedx_catalog_courserun")
    try:
        return f"{reverse(f'admin:{name}_changelist')}?{urlencode({'q': finding.subject})}"
    except NoReverseMatch:
        return ""


def _page(model_admin: Any, request: HttpRequest, template: str, title: Any, **context: Any) -> TemplateResponse:
    common = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "original": title,
        "opts": model_admin.opts,
        "has_view_permission": True,
        "media": model_admin.media,
    }
    return TemplateResponse(request, f"admin/openedx_catalog/{template}.html", common | context)
