"""What people decide: which organizations take part in a plan, and which courses are left out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Unpack

from django.db import router
from django.utils.translation import gettext as _
from organizations.models import Organization

from openedx_catalog.api import AssociationReport, RowOutcome
from openedx_catalog.api.for_contrib import CourseName, Written, course_named, hold_courses, import_rows, organization_named
from openedx_catalog.data import RowChange
from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import Change, Provenance, delete_with_history, record_event, save_with_history
from openedx_catalog.lib.transactions import writes_to

from .. import signals
from ..data import SubscriptionRecord
from ..models import CourseChoice, SubscribedOrganization, SubscriptionPlan
from .plans import PlanName, plan_named

DEFAULT_PLAN = "default"
_TRUE, _FALSE, _NEITHER = ("true", "yes", "1"), ("false", "no", "0"), ("", "none")


@writes_to(SubscribedOrganization)
def set_organization_subscription(
    org_code: Organization | str, included: bool, *, plan: PlanName = DEFAULT_PLAN, **provenance: Unpack[Provenance]
) -> bool:
    """
    Have an organization, an object or a short_name in any case, take part in a plan, or no longer. Returns whether that
    changed anything.

    What people have chosen for its courses is kept: on again ends where it was before off. What the plan includes is computed
    after the commit (`refresh_subscriptions`). Emits ``organization.subscription_chosen``.

    Raises OrganizationNotFound, SubscriptionPlan.DoesNotExist, InvalidValue, InvalidRequest (provenance).
    """
    change, wanted, stored_plan = Change(**provenance), values.flag("included", included), plan_named(plan)
    organization = organization_named("org_code", org_code, _("it must exist before it takes part in a plan"))
    stored = SubscribedOrganization.objects.filter(plan=stored_plan, organization=organization).first()
    if wanted is (stored is not None):
        return False
    if stored is not None:
        delete_with_history(stored, change)
    else:
        save_with_history(SubscribedOrganization(plan=stored_plan, organization=organization), change)
    said = {"plan": stored_plan.slug, "uuid": "", "key": organization.short_name, "included": wanted, "reason": change.reason}
    record_event(signals.ORGANIZATION_SUBSCRIPTION_CHOSEN, stored_plan, organization.short_name, said)
    return True


@writes_to(CourseChoice)
def set_course_subscription(
    catalog_course: CourseName, included: bool | None, *, plan: PlanName = DEFAULT_PLAN, **provenance: Unpack[Provenance]
) -> bool:
    """
    Decide about a course in a plan: False leaves it out, None has its organizations decide, and True says that they shall,
    though somebody has looked. Returns whether that changed anything.

    What the plan includes is computed after the commit (`refresh_subscriptions`). Emits
    ``catalog_course.subscription_chosen``.

    Raises CatalogCourse.DoesNotExist, InvalidCatalogKey, SubscriptionPlan.DoesNotExist, InvalidValue, InvalidRequest.
    """
    change, stored_plan = Change(**provenance), plan_named(plan)
    wanted = None if included is None else values.flag("included", included)
    # Held, so that two who decide at once leave one row, and events in the order of what is stored.
    [course] = hold_courses(catalog_course)
    stored = CourseChoice.objects.filter(plan=stored_plan, catalog_course=course).first()
    if wanted is (stored.included if stored else None):
        return False
    if wanted is None and stored is not None:
        delete_with_history(stored, change)
    else:
        row = stored or CourseChoice(plan=stored_plan, catalog_course=course)
        row.included = bool(wanted)
        save_with_history(row, change)
    said = {"plan": stored_plan.slug, "uuid": str(course.uuid), "key": course.key_str}
    said |= {"included": wanted, "reason": change.reason}
    record_event(signals.CATALOG_COURSE_SUBSCRIPTION_CHOSEN, course, str(course.uuid), said)
    return True


def import_course_subscriptions(
    records: Iterable[SubscriptionRecord],
    *,
    plan: PlanName = DEFAULT_PLAN,
    dry_run: bool = False,
    on_row: Callable[[RowOutcome], Any] | None = None,
    on_change: Callable[[RowChange], Any] | None = None,
    on_progress: Callable[[int], Any] = lambda records: None,
    **provenance: Unpack[Provenance],
) -> AssociationReport:
    """
    `set_course_subscription` for the lines of a file: ``included`` is true or yes, false or no, or empty.

    Each is written in a transaction of its own; a record that is refused is a problem of the report, and keeps no other out.
    `on_progress` is called with how many more are done, `on_row` and `on_change` after the last one. A dry run reports the
    same and writes nothing. Raises SubscriptionPlan.DoesNotExist, InvalidValue, InvalidRequest.
    """
    Change(**provenance)
    write = partial(_write, plan=plan_named(plan), provenance=provenance)
    using = router.db_for_write(CourseChoice)
    told: dict[str, Any] = {"on_row": on_row, "on_change": on_change, "on_progress": on_progress}
    return import_rows(records, write, using=using, key="catalog_course", dry_run=dry_run, **told)


def get_course_choices(catalog_course_ids: Sequence[int]) -> dict[int, dict[str, bool]]:
    """``{id of a course: {slug of a plan: included}}`` of those of which somebody has decided. One query."""
    found: dict[int, dict[str, bool]] = {}
    rows = CourseChoice.objects.filter(catalog_course__id__among=list(catalog_course_ids)).order_by("plan_id")
    for course, slug, included in rows.values_list("catalog_course_id", "plan__slug", "included"):
        found.setdefault(course, {})[slug] = included
    return found


def get_subscribed_organizations(plan: PlanName = DEFAULT_PLAN) -> list[str]:
    """
    The short names of the organizations that take part in a plan, sorted. Two queries. Raises SubscriptionPlan.DoesNotExist,
    InvalidValue.
    """
    rows = SubscribedOrganization.objects.filter(plan=plan_named(plan)).order_by("organization__short_name")
    return list(rows.values_list("organization__short_name", flat=True))


def _write(record: SubscriptionRecord, plan: SubscriptionPlan, provenance: Any) -> Written:
    if not isinstance(record, SubscriptionRecord):
        raise InvalidRequest(reason=_("Expected a SubscriptionRecord, got %(type)s.") % {"type": type(record).__name__})
    course, wanted = course_named(record.catalog_course), _truth(record.included)
    before = CourseChoice.objects.filter(plan=plan, catalog_course=course).values_list("included", flat=True).first()
    changed = set_course_subscription(course, wanted, plan=plan, **provenance)
    return Written(course.key_str, False, [("included", before, wanted)] if changed else [])


def _truth(given: Any) -> bool | None:
    if not isinstance(given, str):
        return None if given is None else values.flag("included", given)
    text = given.strip().lower()
    if text not in _TRUE + _FALSE + _NEITHER:
        raise values.invalid("included", given, _("expected yes, no, or nothing"))
    return None if text in _NEITHER else text in _TRUE
