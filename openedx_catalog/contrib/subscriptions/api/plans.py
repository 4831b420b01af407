"""The plans that an operator offers."""

from __future__ import annotations

from typing import Any, Unpack

from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from openedx_catalog.lib import values
from openedx_catalog.lib.changes import (
    Change,
    Provenance,
    delete_with_history,
    refuse_duplicate,
    save_with_history,
    store_changes,
)
from openedx_catalog.lib.transactions import refuse_if_protected, writes_to

from ..models import SubscriptionPlan

PlanName = SubscriptionPlan | str


def get_subscription_plans() -> QuerySet[SubscriptionPlan]:
    """All plans, the oldest first. One query when it is read."""
    return SubscriptionPlan.objects.order_by("pk")


def get_subscription_plan(slug: str) -> SubscriptionPlan:
    """The plan with exactly this slug, e.g. "default". One query. Raises SubscriptionPlan.DoesNotExist, InvalidValue."""
    return plan_named(slug)


@writes_to(SubscriptionPlan)
def create_subscription_plan(*, name: str, slug: str | None = None, **provenance: Unpack[Provenance]) -> SubscriptionPlan:
    """
    Create a plan, which includes nothing yet. The slug follows from the name unless given, and never changes.

    Raises DuplicateValue, InvalidValue, InvalidRequest (provenance).
    """
    change, wanted = Change(**provenance), _name(name)
    row = SubscriptionPlan(name=wanted, slug=values.slug("slug", slugify(wanted) if slug in (None, "") else slug))
    refuse_duplicate(row, "slug")
    save_with_history(row, change)
    return row


@writes_to(SubscriptionPlan)
def update_subscription_plan(plan: PlanName, *, name: str, **provenance: Unpack[Provenance]) -> SubscriptionPlan:
    """
    Rename a plan, given as an object or by its slug. Raises SubscriptionPlan.DoesNotExist, InvalidValue, InvalidRequest
    (provenance).
    """
    change, row = Change(**provenance), plan_named(plan, held=True)
    store_changes(row, {"name": _name(name)}, change)
    return row


@writes_to(SubscriptionPlan)
def delete_subscription_plan(plan: PlanName, **provenance: Unpack[Provenance]) -> None:
    """
    Delete a plan in which no organization takes part, with what was decided of courses in it.

    Raises HasDependents (a ProtectedError), SubscriptionPlan.DoesNotExist, InvalidValue, InvalidRequest (provenance).
    """
    change, row = Change(**provenance), plan_named(plan, held=True)
    with refuse_if_protected(row.name):
        delete_with_history(row, change)


# For the other modules of this API


def plan_named(given: Any, *, held: bool = False) -> SubscriptionPlan:
    """The plan that a caller names, as it is stored. One query. Raises SubscriptionPlan.DoesNotExist, InvalidValue."""
    rows = SubscriptionPlan.objects.select_for_update() if held else SubscriptionPlan.objects.all()
    if isinstance(given, SubscriptionPlan):
        return rows.get(pk=given.pk)
    slug = values.text("plan", given, max_length=64)
    if (found := rows.filter(slug=slug).first()) is None:
        raise SubscriptionPlan.DoesNotExist(_("There is no subscription plan %(slug)r.") % {"slug": slug})
    return found


def _name(given: Any) -> str:
    return values.text("name", given, max_length=64, required=True)
