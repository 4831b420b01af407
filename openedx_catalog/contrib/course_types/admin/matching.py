"""Matching as a page: what it would do to which courses, then doing it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.base import own_page, stored_on_post
from openedx_catalog.lib.admin.forms import ReasonField
from openedx_catalog.models_api import CatalogCourse, CourseRun

from .. import api
from ..data import CourseMatch, MatchReport
from ..models_api import CourseRunType, CourseRunTyping, CourseType, CourseTyping

SHOWN = 200
# Keys of a form are looked up one by one; what a page waits for ends some time.
MAX_KEYS = 500
MAX_MISMATCHES = 50
MAX_COURSES = 20_000
# Outcomes, which the template translates by their names.
NAMES = (gettext_noop("matched"), gettext_noop("unmatched"), gettext_noop("inconsistent"))


class MatchForm(forms.Form):
    """Which courses are matched, and why."""

    courses = forms.CharField(
        required=False,
        label=_("Catalog courses"),
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        help_text=_("Keys, e.g. MITx+6.00x, separated by blanks or lines. Leave empty for all courses."),
    )
    mismatches = forms.CharField(
        required=False,
        label=_("Mismatches"),
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
        help_text=_(
            "Run types that runs of a course type may have besides its own, one course type a line, e.g. "
            '"verified-audit=empty". Leave empty for none.'
        ),
    )
    reason = ReasonField()

    def clean_courses(self) -> list[str]:
        """The keys; refuses more than one page can wait for."""
        found = self.cleaned_data["courses"].replace(",", " ").split()
        if len(found) > MAX_KEYS:
            text = _("Expected at most %(limit)d keys, got %(found)d. Use manage.py match_course_types for more.")
            raise forms.ValidationError(text, params={"limit": MAX_KEYS, "found": len(found)})
        if not found and CatalogCourse.objects.count() > MAX_COURSES:
            text = _("There are more than %(limit)d courses: name some, or use manage.py match_course_types for all.")
            raise forms.ValidationError(text, params={"limit": MAX_COURSES})
        return found

    def clean_mismatches(self) -> dict[str, list[str]]:
        """Slugs of run types by that of a course type."""
        try:
            found = api.read_mismatches(filter(str.strip, self.cleaned_data["mismatches"].splitlines()))
        except CatalogError as error:
            raise forms.ValidationError(str(error)) from error
        if (count := len(found) + sum(map(len, found.values()))) > MAX_MISMATCHES:
            text = _("Expected at most %(limit)d values, got %(found)d.")
            raise forms.ValidationError(text, params={"limit": MAX_MISMATCHES, "found": count})
        return found

    @property
    def asked(self) -> str:
        """What a preview is of."""
        mismatches = (f"{name}={','.join(slugs)}" for name, slugs in self.cleaned_data["mismatches"].items())
        return " ".join([*self.cleaned_data["courses"], *mismatches])


def may_match(user: Any) -> bool:
    """It names courses and runs of all organizations, and gives types to them."""
    rows, kinds = (CatalogCourse, CourseRun), (CourseType, CourseRunType)
    writes = all(permissions.can_write(user, model, "change") for model in (CourseTyping, CourseRunTyping))
    sees = all(permissions.can_view(user, model) for model in (*rows, *kinds))
    return writes and sees and all(permissions.sees_all(user, model) for model in rows)


@stored_on_post
def match_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """The form; then what matching would do, and with "Confirm" what it has done. A GET and a preview change nothing."""
    if not may_match(request.user):
        raise PermissionDenied
    form, report = MatchForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        # What is confirmed is what was shown: anything else is shown first.
        confirmed = "_confirm" in request.POST and request.POST.get("_shown", "") == form.asked
        report = _match(form, request.user, dry_run=not confirmed)
    context = {
        "form": form,
        "report": report,
        "shown": form.asked if report else "",
        "counts": list(report.counts.items()) if report else [],
        "new": _shown(report, failed=False),
        "failed": _shown(report, failed=True),
        "limit": SHOWN,
    }
    template = "admin/openedx_catalog_course_types/match.html"
    return own_page(model_admin, request, template, original=_("Match course types"), **context)


def _match(form: MatchForm, user: Any, *, dry_run: bool) -> MatchReport | None:
    asked, said = form.cleaned_data, {"reason": form.cleaned_data["reason"], "user": user, "source": "admin"}
    try:
        return api.match_course_types(asked["courses"] or None, mismatches=asked["mismatches"], dry_run=dry_run, **said)
    except (CourseType.DoesNotExist, CourseRunType.DoesNotExist) as error:
        form.add_error("mismatches", str(error))
    except (CatalogError, ObjectDoesNotExist) as error:
        form.add_error("courses" if asked["courses"] else None, str(permissions.discreet(user, error)))
    return None


def _shown(report: MatchReport | None, *, failed: bool) -> list[tuple[CourseMatch, str]]:
    """The first of those that got a type, or of those that did not; each with the list in which it is found."""
    url = reverse("admin:openedx_catalog_catalogcourse_changelist")
    found = [match for match in report.courses if bool(match.code) is failed] if report else []
    return [(match, f"{url}?{urlencode({'q': match.key_str})}") for match in found[:SHOWN]]
