"""Factories for subscription plans, as `factories`; for hosts with openedx_catalog.contrib.subscriptions."""

from __future__ import annotations

from typing import Any

import factory

from ..contrib.subscriptions import api
from ..contrib.subscriptions.models_api import CourseChoice, SubscribedOrganization, SubscriptionPlan
from .factories import ApiFactory, CatalogCourseFactory, OrganizationFactory


class SubscriptionPlanFactory(ApiFactory):
    """A plan, beside those that are there."""

    class Meta:
        model = SubscriptionPlan

    create_row = staticmethod(api.create_subscription_plan)
    name = factory.Sequence(lambda n: f"Plan {n}")


def _subscribe(*, plan: Any, organization: Any) -> SubscribedOrganization:
    api.set_organization_subscription(organization, True, plan=plan)
    return SubscribedOrganization.objects.get(plan=plan, organization=organization)


class SubscribedOrganizationFactory(ApiFactory):
    """An organization that takes part in a plan."""

    class Meta:
        model = SubscribedOrganization

    create_row = staticmethod(_subscribe)
    plan = factory.SubFactory(SubscriptionPlanFactory)
    organization = factory.SubFactory(OrganizationFactory)


def _choose(*, plan: Any, catalog_course: Any, included: bool) -> CourseChoice:
    api.set_course_subscription(catalog_course, included, plan=plan)
    return CourseChoice.objects.get(plan=plan, catalog_course=catalog_course)


class CourseChoiceFactory(ApiFactory):
    """A course that is left out of a plan, or not, by ``included=``."""

    class Meta:
        model = CourseChoice

    create_row = staticmethod(_choose)
    plan = factory.SubFactory(SubscriptionPlanFactory)
    catalog_course = factory.SubFactory(CatalogCourseFactory)
    included = False
