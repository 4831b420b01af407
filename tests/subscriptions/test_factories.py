"""The factories of subscriptions make what they say, and what it needs; the app is not removed with its rows."""

import pytest

from openedx_catalog.contrib.subscriptions import api
from openedx_catalog.testing.contracts import InstalledAppContract
from openedx_catalog.testing.factories import CourseRunFactory
from openedx_catalog.testing.subscriptions import CourseChoiceFactory, SubscribedOrganizationFactory, SubscriptionPlanFactory

pytestmark = pytest.mark.any_database


@pytest.mark.django_db
def test_a_plan_has_an_organization_and_a_course_that_is_left_out():
    plan = SubscriptionPlanFactory(name="For companies")
    row = SubscribedOrganizationFactory(plan=plan)
    run = CourseRunFactory(catalog_course__org=row.organization, schedule={"pacing": "self"})
    left_out = CourseChoiceFactory(plan=plan, catalog_course__org=row.organization)
    api.refresh_subscriptions()
    assert list(api.get_included_runs("for-companies")) == [run]
    assert api.get_course_choices([left_out.catalog_course_id]) == {left_out.catalog_course_id: {"for-companies": False}}


class TestSubscriptions(InstalledAppContract):
    factory = SubscribedOrganizationFactory
