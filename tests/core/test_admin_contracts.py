"""The admin of the core, held to the contracts."""

from typing import ClassVar

import factory
import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import NoReverseMatch, reverse

from openedx_catalog import api, messages
from openedx_catalog.models_api import InboxMessage, OutboxMessage, PathwayEnrollment
from openedx_catalog.testing import (
    ApiFactory,
    CatalogCourseFactory,
    CatalogPathwayFactory,
    CourseRunFactory,
    DeletedRunKeyFactory,
    PathwayCategoryFactory,
)
from openedx_catalog.testing.contracts import AdminContract
from tests.admin_pages import CORE
from tests.conftest import RUN_KEY

pytestmark = pytest.mark.any_database


def catalog():
    """One row of each kind, and a course to merge with."""
    run = api.associate_course_run(RUN_KEY, schedule={"start": "2027-01-31T10:00:00Z", "pacing": "self"}, source="test").run
    api.create_catalog_course(org_code="MITx", course_code="Other")
    messages.record_unknown("junk", source="course_published", error="no name", event_id="odd")
    return run


class EnrollmentFactory(ApiFactory):
    """A learner of each name once, in a pathway."""

    class Meta:
        model = PathwayEnrollment

    number = factory.Sequence(lambda number: number)
    catalog_pathway = factory.SubFactory(CatalogPathwayFactory)

    @staticmethod
    def create_row(*, number, catalog_pathway):
        learner = get_user_model().objects.create(username=f"learner{number}")
        return api.enroll_in_pathway(learner.pk, catalog_pathway)


class Core(AdminContract):
    pages, sizes = CORE, (2, 60)

    @pytest.fixture(autouse=True)
    def nothing_in_the_background(self, monkeypatch):
        """What a page starts there would outlive its test."""
        monkeypatch.setattr("openedx_catalog.lib.background.in_thread", lambda name, work: None)

    def make_row(self):
        catalog()
        return self.model().objects.order_by("pk").first()


class TestCatalogCourses(Core):
    factory, lists = CatalogCourseFactory, ("edit_many",)
    reads = ("MITx", "14.100x")


class TestCourseRuns(Core):
    factory, lists = CourseRunFactory, ("edit_many", "move_many", "follow_many")
    reads = (RUN_KEY, "Jan. 31, 2027, 10:00:00 UTC", "Self-paced", "MITx 14.100x")


class TestDeletedRuns(AdminContract):
    factory, pages = DeletedRunKeyFactory, CORE
    reads = ("course-v1:ExampleX+Gone", "as the test asks")


class Messages(Core):
    """Rows that no factory makes."""

    kind: ClassVar = None

    @classmethod
    def model(cls):
        return cls.kind


class TestInbox(Messages):
    kind, reads = InboxMessage, ("junk", "no name")

    def make_rows(self, count):
        for number in range(count):
            event = f"{InboxMessage.objects.count()} {number}"
            messages.record_unknown("junk", source="course_published", error="no name", event_id=event)


class TestOutbox(Messages):
    kind, reads = OutboxMessage, ("catalog_course.created",)

    def make_rows(self, count):
        for _number in range(count):
            CatalogCourseFactory()


class TestPathwayCategories(AdminContract):
    factory, pages = PathwayCategoryFactory, CORE
    reads = ("category-", "Certificate")


class TestCatalogPathways(AdminContract):
    factory, pages = CatalogPathwayFactory, CORE
    reads = ("catalog-pathway:Example", "Certificate")


class TestPathwayEnrollments(AdminContract):
    factory, pages = EnrollmentFactory, CORE
    reads = ("learner", "Path")


def test_every_model_of_the_admin_is_held_to_a_contract():
    contracts = (TestCatalogCourses, TestCourseRuns, TestDeletedRuns, TestInbox, TestOutbox)
    contracts += (TestPathwayCategories, TestCatalogPathways, TestPathwayEnrollments)
    held = {contract.model() for contract in contracts}
    assert held == {model for model in admin.site._registry if model._meta.app_label == "openedx_catalog"}


@pytest.mark.django_db
def test_a_host_may_have_no_page_for_organizations(admin_client, monkeypatch):
    def without(name, *args, **kwargs):
        if name.startswith("admin:organizations"):
            raise NoReverseMatch
        return reverse(name, *args, **kwargs)

    monkeypatch.setattr("openedx_catalog.lib.admin.links.reverse", without)
    course = catalog().catalog_course
    assert "MITx" in admin_client.get(reverse("admin:openedx_catalog_catalogcourse_change", args=[course.pk])).content.decode()
