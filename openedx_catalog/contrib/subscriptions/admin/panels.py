"""Which plans include a catalog course, a run or a program, and why others do not, on its page in the admin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.links import page_of
from openedx_catalog.lib.admin.panels import Panel, PanelRow
from openedx_catalog.lib.admin.texts import utc
from openedx_catalog.models_api import CatalogCourse

from .. import api
from ..models_api import CourseChoice, SubscriptionPlan
from .counting import kinds


def panels(row: Any, viewer: Any) -> Iterator[Panel]:
    """A line for each plan. As many queries as explaining one."""
    if not permissions.can_view(viewer, SubscriptionPlan) or not any(isinstance(row, kind.model) for kind in kinds()):
        return
    standings = api.explain_in_each_plan(row)
    # Reasons name other courses, of which a policy may say that they are nobody's business.
    says_why = permissions.sees_all(viewer, CatalogCourse)
    rows = [PanelRow(each.plan.name, _said(each, says_why), page_of(viewer, each.plan)) for each in standings]
    if isinstance(row, CatalogCourse):
        rows += _decisions(row, standings, viewer)
    yield Panel(_("Subscriptions"), rows)


def _said(standing: api.Standing, says_why: bool) -> str:
    """In or out, as the rules say now; since when, or why not; and whether the lists know of that yet."""
    explanation, since = standing.explanation, standing.since
    if explanation.included:
        parts = [_("Included since %(date)s.") % {"date": utc(since)} if since else _("Included.")]
    else:
        parts = [_("Not included."), *(reason.message for reason in explanation.reasons if says_why)]
    if explanation.included != explanation.stored:
        later = _("Lists do not have it yet: what the plan includes is still to be computed.")
        still = _("Lists still have it: what the plan includes is still to be computed.")
        parts.append(later if explanation.included else still)
    return " ".join(parts)


def _decisions(course: CatalogCourse, standings: Iterable[api.Standing], viewer: Any) -> Iterator[PanelRow]:
    """Links to what somebody has decided about a course, and to deciding."""
    for plan, _explanation, _since, choice in standings:
        if choice is not None:
            url = page_of(viewer, choice)
            text = _("What is decided about it in “%(plan)s”")
        elif permissions.can_write(viewer, CourseChoice, "add"):
            query = urlencode({"plan": plan.pk, "catalog_course": course.pk, "included": False})
            url = f"{reverse('admin:openedx_catalog_subscriptions_coursechoice_add')}?{query}"
            text = _("Leave it out of “%(plan)s”…")
        else:
            url = text = ""
        if url:
            yield PanelRow(text % {"plan": plan.name}, "", url)
