"""
One table by organization: whether it takes part in a plan, and how much of what it has the plan includes; and the form that
puts several in or out at once, which shows first what comes of that.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from organizations.models import Organization

from openedx_catalog.admin.curation import CurationForm, Effect, with_preview
from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.base import own_page, row_id, row_or_404, stored_on_post
from openedx_catalog.lib.admin.forms import ReasonField
from openedx_catalog.lib.routing import rows_of
from openedx_catalog.lib.searching import searched
from openedx_catalog.models_api import CatalogCourse, CourseRun

from .. import api
from ..models_api import CourseChoice, SubscribedOrganization, SubscriptionPlan
from .counting import COURSES, RUNS, Kind, kinds

PER_PAGE = 50
# What an address can carry.
MAX_CHOSEN = 200
_NAME = "admin:openedx_catalog_subscriptions_subscriptionplan_"
_CHOICES = "admin:openedx_catalog_subscriptions_coursechoice_changelist"


class FindForm(forms.Form):
    """Which organizations are listed."""

    q = forms.CharField(required=False, label=_("Search"), help_text=_("A part of the short name or of the name."))
    takes_part = forms.ChoiceField(
        required=False, label=_("Takes part"), choices=[("", _("All")), ("1", _("Yes")), ("0", _("No"))]
    )

    def narrowed(self, rows: QuerySet[Organization], taking_part: QuerySet[Any]) -> QuerySet[Organization]:
        """Those that are asked for; a form that makes no sense asks for all."""
        said = self.cleaned_data if self.is_valid() else {}
        if term := searched(said.get("q", "")).strip():
            rows = rows.filter(Q(short_name__icontains=term) | Q(name__icontains=term))
        if said.get("takes_part"):
            condition = Q(pk__in=taking_part.values("organization"))
            rows = rows.filter(condition if said["takes_part"] == "1" else ~condition)
        return rows


class ReasonForm(CurationForm):
    """Why."""

    reason = ReasonField()


class Numbers(NamedTuple):
    """Of the courses or of the runs of an organization: in the plan, left out by choice, all; and the list of those in it."""

    url: str
    included: int
    left_out: int
    all: int


class Line(NamedTuple):
    """An organization; `left_out_url` lists the courses of which somebody has decided."""

    organization: Organization
    takes_part: bool
    courses: Numbers
    runs: Numbers
    left_out_url: str


def may_see(user: Any) -> bool:
    """It names organizations, and counts their courses and runs."""
    models = (SubscriptionPlan, SubscribedOrganization, Organization, CatalogCourse, CourseRun)
    return all(permissions.can_view(user, model) for model in models)


def may_choose(user: Any) -> bool:
    """Whether a user may say who takes part. The preview counts all that comes in, also what is hidden from somebody."""
    seen = all(permissions.sees_all(user, model) for model in (CatalogCourse, CourseRun))
    return seen and may_see(user) and permissions.can_write(user, SubscribedOrganization, "change")


def table_view(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """50 organizations a page (``?p=2``), as the form asks. Twelve queries, whatever there is."""
    if not may_see(request.user):
        raise PermissionDenied
    plan = row_or_404(request.user, SubscriptionPlan.objects.all(), str(pk))
    form = FindForm(request.GET or None)
    taking_part = SubscribedOrganization.objects.filter(plan=plan)
    rows = permissions.visible(request.user, Organization.objects.order_by("short_name", "pk"))
    page = Paginator(form.narrowed(rows, taking_part), PER_PAGE).get_page(request.GET.get("p"))
    query: dict[str, Any] = {name: value for name, value in request.GET.items() if name in form.fields and value}
    context = {
        "plan": plan,
        "form": form if form.is_bound else FindForm(),
        "page": page,
        "query": urlencode(query),
        "lines": _lines(request.user, plan, list(page.object_list), taking_part),
        "may_choose": may_choose(request.user),
    }
    title, template = _("Organizations in “%(plan)s”"), "admin/openedx_catalog_subscriptions/organizations.html"
    return own_page(model_admin, request, template, original=title % {"plan": plan.name}, **context)


@stored_on_post
def choose_view(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Put organizations (``?organization=1&organization=2``) into a plan (``&included=1``), or take them out."""
    if not may_choose(request.user):
        raise PermissionDenied
    plan, back = row_or_404(request.user, SubscriptionPlan.objects.all(), str(pk)), reverse(f"{_NAME}organizations", args=[pk])
    if not (given := request.GET.getlist("organization")):
        model_admin.message_user(request, _("Select the rows first."), messages.WARNING)
        return redirect(back)
    chosen, included = _chosen(request.user, given), request.GET.get("included") == "1"
    names = {"plan": plan.name, "name": chosen[0].short_name, "count": len(chosen)}
    if len(chosen) == 1:
        title = (_("Put %(name)s into “%(plan)s”") if included else _("Take %(name)s out of “%(plan)s”")) % names
    else:
        # No plural forms, which may not have a name in one of them.
        many = _("Put organizations (%(count)d) into “%(plan)s”"), _("Take organizations (%(count)d) out of “%(plan)s”")
        title = many[not included] % names
    work = partial(choose, plan, chosen, included, request.user)
    form = ReasonForm(request.POST or None)
    return with_preview(model_admin, request, title=title, form=form, work=work, rows=[plan], back=back, skippable=True)


def choose(
    plan: SubscriptionPlan, chosen: Sequence[Organization], included: bool, user: Any, values: dict[str, Any]
) -> list[Effect]:
    """
    Put organizations in, or take them out. Returns how much the plan includes before and afterwards, then who takes part from
    now on, or no longer. Raises InvalidRequest where that changes nothing.
    """
    said: dict[str, Any] = {"reason": values["reason"], "user": user, "source": "admin"}
    changed = [row for row in chosen if api.set_organization_subscription(row, included, plan=plan, **said)]
    if not changed:
        raise InvalidRequest(reason=_("All of them take part already.") if included else _("None of them takes part."))
    now, then = (_("takes no part"), _("takes part")) if included else (_("takes part"), _("takes no part"))
    pending = api.pending_changes(row.short_name for row in changed)
    effects = [_effect(kind, plan, pending) for kind in kinds() if permissions.sees_all(user, kind.model)]
    return [*effects, *(Effect(row.short_name, str(now), str(then)) for row in changed)]


def _effect(kind: Kind, plan: SubscriptionPlan, pending: Any) -> Effect:
    """How many of a kind are in the plan, and how many will be: what comes in and what goes out stands beside it."""
    now = kind.included.objects.filter(plan=plan).count()
    added, removed = (pending[plan.slug, kind.name, comes_in] for comes_in in (True, False))
    notes = [ngettext("%(count)s comes in", "%(count)s come in", added) % {"count": f"{added:,}"}] if added else []
    notes += [ngettext("%(count)s goes out", "%(count)s go out", removed) % {"count": f"{removed:,}"}] if removed else []
    then = f"{now + added - removed:,}" + (f" ({', '.join(notes)})" if notes else "")
    return Effect(str(kind.label), f"{now:,}", then)


def _chosen(user: Any, given: Sequence[str]) -> list[Organization]:
    """The organizations of the address. Raises Http404 where one is gone, or there are more than a page takes."""
    pks = set(map(row_id, given[: MAX_CHOSEN + 1]))
    rows = permissions.visible(user, rows_of(Organization)).filter(pk__in=pks).order_by("short_name", "pk")
    if len(pks) > MAX_CHOSEN or len(found := list(rows)) != len(pks):
        raise Http404
    return found


def _lines(user: Any, plan: SubscriptionPlan, rows: Sequence[Organization], taking_part: QuerySet[Any]) -> list[Line]:
    """Seven queries."""
    pks = [row.pk for row in rows]
    inside = set(taking_part.filter(organization__in=pks).values_list("organization", flat=True))
    courses, runs = _counts(user, plan, pks, COURSES, ""), _counts(user, plan, pks, RUNS, "catalog_course__")
    sees_choices = permissions.can_view(user, CourseChoice)
    lines = []
    for row in rows:
        of_courses, of_runs = ([found.get(row.pk, 0) for found in counts] for counts in (courses, runs))
        lists = [kind.list_url(plan.pk, organization=row.short_name) for kind in (COURSES, RUNS)]
        query = urlencode({"plan__id__exact": plan.pk, "organization": row.short_name, "decision": "out"})
        left_out_url = f"{reverse(_CHOICES)}?{query}" if sees_choices else ""
        lines.append(Line(row, row.pk in inside, Numbers(lists[0], *of_courses), Numbers(lists[1], *of_runs), left_out_url))
    return lines


def _counts(user: Any, plan: SubscriptionPlan, pks: Sequence[int], kind: Kind, course: str) -> list[dict[int, int]]:
    """``{id of an organization: how many}`` of its courses or runs: in the plan, left out by choice, all. Three queries."""
    rows = permissions.visible(user, kind.model.objects.filter(**{f"{course}org__in": pks}))
    out = {f"{course}subscription_choices__plan": plan, f"{course}subscription_choices__included": False}
    included = kind.included_for(user).filter(plan=plan, **{f"{kind.column}__{course}org__in": pks})
    return [
        dict(each.order_by().values_list(column).annotate(n=Count("pk")))
        for each, column in (
            (included, f"{kind.column}__{course}org"),
            (rows.filter(**out), f"{course}org"),
            (rows, f"{course}org"),
        )
    ]
