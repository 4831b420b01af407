"""The admin of publishing, held to the contracts."""

from itertools import count
from typing import ClassVar

import pytest
from django.contrib.auth import get_user_model

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.publishing import api
from openedx_catalog.contrib.publishing.models_api import (
    CourseComment,
    CourseEditor,
    CourseRestriction,
    CourseWorkingCopy,
    OrganizationGroup,
    PublisherRoleAssignment,
    Review,
)
from openedx_catalog.testing.contracts import AdminContract
from tests.admin_pages import PUBLISHING

pytestmark = [pytest.mark.any_database, pytest.mark.newest]

NUMBERS = count()


class Publishing(AdminContract):
    pages: ClassVar = PUBLISHING
    kind: ClassVar = None
    viewed_with: ClassVar = ("openedx_catalog_publishing.view_courseworkingcopy",)

    @classmethod
    def model(cls):
        return cls.kind

    def made(self, number, course, user):
        """Whatever has a row of this kind."""
        raise NotImplementedError

    def make_row(self):
        number = next(NUMBERS)
        course = catalog.create_catalog_course(org_code=f"Org{number}", course_code="C")
        self.made(number, course, get_user_model().objects.create_user(f"editor-{number}"))
        return self.kind.objects.latest("pk")

    def make_rows(self, count):
        for _number in range(count):
            self.make_row()


WHY = {"reason": "a new one"}


class TestWorkingCopies(Publishing):
    kind, viewed_with = CourseWorkingCopy, ()
    reads = ("All of it", "es-419", "data-", "Introductory", "CU", "Because of the law.", "What publishing changes", "editor-")

    def made(self, number, course, user):
        subject, level = listings.create_subject(name=f"Data {number}"), listings.create_level(name=f"Introductory {number}")
        api.add_member(course.org, user)
        api.add_editor(course, user)
        said = {"title_override": f"All of it {number}", "languages": ["es-419"], "owners": [course.org]}
        api.set_working_copy(course, **said, subjects=[subject], level=level, **WHY)
        api.set_legal_fields(course, restricted_countries=["CU"], legal_note="Because of the law.", **WHY)


class TestOrganizationGroups(Publishing):
    kind, reads = OrganizationGroup, ("Org", "Course editors of Org", "editor-")

    def made(self, number, course, user):
        api.add_member(course.org, user, **WHY)


class TestEditors(Publishing):
    kind, reads = CourseEditor, ("catalog-course:Org", "editor-")

    def made(self, number, course, user):
        api.add_member(course.org, user)
        api.add_editor(course, user, **WHY)


class TestRoles(Publishing):
    kind, reads = PublisherRoleAssignment, ("PUBLISHER_EDITOR", "a new one", "editor-")

    def made(self, number, course, user):
        api.grant_publisher_editor(user, **WHY)


class TestRestrictions(Publishing):
    kind, reads = CourseRestriction, ("CU", "Because of the law.")

    def made(self, number, course, user):
        api.set_legal_fields(course, restricted_countries=["CU"], legal_note="Because of the law.")
        for step in ("submit", "approve", "approve", "publish"):
            api.perform(course, step, **WHY)


class TestReviews(Publishing):
    kind, reads = Review, ("catalog-course:Org", "Edit", "Unpublished", "a new one")

    def made(self, number, course, user):
        api.open_working_copy(course, user=user, **WHY)


class TestComments(Publishing):
    kind, reads = CourseComment, ("All is well.", "editor-")

    def made(self, number, course, user):
        api.add_comment(course, "All is well.", user=user)
