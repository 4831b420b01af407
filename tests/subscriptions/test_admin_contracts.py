"""The admin of subscriptions, held to the contracts."""

from itertools import count
from typing import ClassVar

import pytest
from organizations.models import Organization

from openedx_catalog import api as catalog
from openedx_catalog.contrib.subscriptions import api
from openedx_catalog.contrib.subscriptions.models_api import CourseChoice, SubscriptionPlan
from openedx_catalog.testing.contracts import AdminContract
from tests.admin_pages import SUBSCRIPTIONS

pytestmark = [pytest.mark.any_database, pytest.mark.newest]

NUMBERS = count()


class Subscriptions(AdminContract):
    pages: ClassVar = SUBSCRIPTIONS
    kind: ClassVar = None

    @classmethod
    def model(cls):
        return cls.kind

    def make_row(self):
        """A plan, and a course that is left out of it."""
        number = next(NUMBERS)
        catalog.create_course_run(f"course-v1:GTx+C{number}+1", schedule={"pacing": "self"})
        plan = api.create_subscription_plan(name="For guests", slug=f"guests-{number}", source="test")
        api.set_course_subscription(f"GTx+C{number}", False, plan=plan, source="test")
        return self.kind.objects.latest("pk")

    def make_rows(self, count):
        for _number in range(count):
            self.make_row()


class TestPlans(Subscriptions):
    kind, reads = SubscriptionPlan, ("For guests", "guests-")

    def path(self, name, pk):
        """The page that puts organizations in or out names them."""
        path = super().path(name, pk)
        return f"{path}?organization={Organization.objects.latest('pk').pk}" if name == "choose" else path


class TestCourseChoices(Subscriptions):
    kind, reads = CourseChoice, ("For guests", "GTx:C")
