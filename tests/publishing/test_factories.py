"""The factories of publishing make what they say, and what it needs; the app is not removed with its rows."""

import pytest

from openedx_catalog.contrib.publishing import api
from openedx_catalog.testing.contracts import InstalledAppContract
from openedx_catalog.testing.publishing import (
    CourseCommentFactory,
    CourseEditorFactory,
    CourseRunWorkingCopyFactory,
    CourseWorkingCopyFactory,
    OrganizationGroupFactory,
    PublisherRoleAssignmentFactory,
)

pytestmark = pytest.mark.any_database


@pytest.mark.django_db
def test_a_course_has_changes_an_editor_and_a_comment():
    copy = CourseWorkingCopyFactory(title_override="Micro")
    course = copy.catalog_course
    assert (api.find_working_copy(course), copy.title_override, api.state_of(course)) == (copy, "Micro", "unpublished")
    run = CourseRunWorkingCopyFactory(run__catalog_course=course)
    assert api.get_run_working_copies(course) == [run]
    editor = CourseEditorFactory(catalog_course=course)
    assert list(api.get_editors(course)) == [editor.user]
    comment = CourseCommentFactory(catalog_course=course, user=editor.user)
    assert [each.body for each in api.get_comments(course).comments] == [comment.body]


@pytest.mark.django_db
def test_an_organization_has_a_member_and_a_user_a_role():
    group = OrganizationGroupFactory()
    assert list(api.get_members(group.organization)) == [*group.group.user_set.all()]
    assert api.is_publisher_editor(PublisherRoleAssignmentFactory().user)


class TestPublishing(InstalledAppContract):
    factory = CourseWorkingCopyFactory
