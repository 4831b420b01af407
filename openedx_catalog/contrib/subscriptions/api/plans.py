"""The plans that an operator offers."""

from __future__ import annotations

from typing import Unpack

from django.db.models import QuerySet

from openedx_catalog.lib.changes import Change, Provenance
from openedx_catalog.lib.named import NamedRows
from openedx_catalog.lib.transactions import writes_to

from ..models import SubscriptionPlan

PlanName = SubscriptionPlan | str
_PLANS = NamedRows(SubscriptionPlan, "plan")
# The plan that a caller names, as it is stored. One query. Raises SubscriptionPlan.DoesNotExist, InvalidValue.
plan_named = _PLANS.find


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
    return _PLANS.create(Change(**provenance), name=name, slug=slug)


@writes_to(SubscriptionPlan)
def update_subscription_plan(plan: PlanName, *, name: str, **provenance: Unpack[Provenance]) -> SubscriptionPlan:
    """
    Rename a plan, given as an object or by its slug. Raises SubscriptionPlan.DoesNotExist, InvalidValue, InvalidRequest
    (provenance).
    """
    return _PLANS.update(plan, Change(**provenance), name=name)


@writes_to(SubscriptionPlan)
def delete_subscription_plan(plan: PlanName, **provenance: Unpack[Provenance]) -> None:
    """
    Delete a plan in which no organization takes part, with what was decided of courses in it.

    Raises HasDependents (a ProtectedError), SubscriptionPlan.DoesNotExist, InvalidValue, InvalidRequest (provenance).
    """
    _PLANS.delete(plan, Change(**provenance))
