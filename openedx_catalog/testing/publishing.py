"""Factories for publishing, as `factories`; for hosts with openedx_catalog.contrib.publishing."""

from __future__ import annotations

from typing import Any

import factory
from django.conf import settings
from django.contrib.auth import get_user_model
from factory.django import DjangoModelFactory

from ..contrib.publishing import api
from ..contrib.publishing.models_api import (
    CourseComment,
    CourseEditor,
    CourseRunWorkingCopy,
    CourseWorkingCopy,
    OrganizationGroup,
    PublisherRoleAssignment,
)
from .factories import ApiFactory, CatalogCourseFactory, CourseRunFactory, OrganizationFactory


class UserFactory(DjangoModelFactory):
    """A user of the site."""

    class Meta:
        model = settings.AUTH_USER_MODEL

    username = factory.Sequence(lambda n: f"user-{n}")

    @classmethod
    def _create(cls, model_class: Any, *args: Any, username: str, **kwargs: Any) -> Any:
        return get_user_model()._default_manager.create_user(username, **kwargs)


def _group(*, organization: Any, member: Any) -> OrganizationGroup:
    api.add_member(organization, member)
    return OrganizationGroup.objects.get(organization=organization)


class OrganizationGroupFactory(ApiFactory):
    """The group of the members of an organization, with one, ``member=``."""

    class Meta:
        model = OrganizationGroup

    create_row = staticmethod(_group)
    organization = factory.SubFactory(OrganizationFactory)
    member = factory.SubFactory(UserFactory)


def _edit(*, catalog_course: Any, user: Any) -> CourseEditor:
    api.add_member(catalog_course.org, user)
    api.add_editor(catalog_course, user)
    return CourseEditor.objects.get(catalog_course=catalog_course, user=user)


class CourseEditorFactory(ApiFactory):
    """An editor of a course, who becomes a member of its organization."""

    class Meta:
        model = CourseEditor

    create_row = staticmethod(_edit)
    catalog_course = factory.SubFactory(CatalogCourseFactory)
    user = factory.SubFactory(UserFactory)


def _grant(*, user: Any, reason: str) -> PublisherRoleAssignment:
    return api.grant_publisher_editor(user, reason=reason)


class PublisherRoleAssignmentFactory(ApiFactory):
    """A user has the role PUBLISHER_EDITOR."""

    class Meta:
        model = PublisherRoleAssignment

    create_row = staticmethod(_grant)
    user = factory.SubFactory(UserFactory)
    reason = "Prepares the catalog."


def _change(*, catalog_course: Any, **values: Any) -> CourseWorkingCopy:
    return api.set_working_copy(catalog_course, **values)


class CourseWorkingCopyFactory(ApiFactory):
    """Changes of a course that wait; ``api.perform`` takes them further."""

    class Meta:
        model = CourseWorkingCopy

    create_row = staticmethod(_change)
    catalog_course = factory.SubFactory(CatalogCourseFactory)
    short_description = "What it is about."


def _change_run(*, run: Any, **values: Any) -> CourseRunWorkingCopy:
    return api.set_run_working_copy(str(run.course_key), **values)


class CourseRunWorkingCopyFactory(ApiFactory):
    """The same of a run, and of its course."""

    class Meta:
        model = CourseRunWorkingCopy

    create_row = staticmethod(_change_run)
    run = factory.SubFactory(CourseRunFactory)
    weeks = 6


def _comment(*, catalog_course: Any, **values: Any) -> CourseComment:
    return api.add_comment(catalog_course, values.pop("body"), **values)


class CourseCommentFactory(ApiFactory):
    """A comment on a course, where OPENEDX_CATALOG_COMMENTS is set."""

    class Meta:
        model = CourseComment

    create_row = staticmethod(_comment)
    catalog_course = factory.SubFactory(CatalogCourseFactory)
    body = "All is well."
    user = factory.SubFactory(UserFactory)
