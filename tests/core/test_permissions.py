"""The policy of who reads and writes: what it asks of Django, and which ones a host may choose."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core.checks import run_checks
from organizations.models import Organization

from openedx_catalog.lib import permissions
from openedx_catalog.models_api import CatalogCourse, CourseRun
from tests.conftest import granted

pytestmark = pytest.mark.django_db


def user(*names, **kwargs):
    return granted(get_user_model().objects.create_user(f"user {get_user_model().objects.count()}", **kwargs), *names)


@pytest.mark.parametrize(
    ("who", "reads", "writes"),
    [
        ({}, True, False),
        ({"is_staff": True}, True, False),
        ({"is_superuser": True}, True, True),
        ({"is_superuser": True, "is_active": False}, False, False),
    ],
    ids=["user", "staff", "superuser", "inactive superuser"],
)
def test_being_staff_is_not_a_permission(who, reads, writes):
    made = user(**who)
    assert permissions.can_read(made) is reads
    for model in (Organization, CatalogCourse, CourseRun):
        assert [permissions.can_write(made, model, action) for action in ("add", "change", "delete", "sync")] == [writes] * 4
        assert permissions.can_view(made, model) is writes


def test_nobody_reads_without_signing_in():
    assert permissions.can_read(None) is False
    assert permissions.can_read(AnonymousUser()) is False
    assert permissions.can_write(AnonymousUser(), CourseRun, "add") is False


def test_a_permission_is_for_one_action_on_one_model():
    made = user("openedx_catalog.add_courserun")
    assert permissions.can_write(made, CourseRun, "add")
    assert not permissions.can_write(made, CourseRun, "change")
    assert not permissions.can_write(made, CatalogCourse, "add")
    assert not permissions.can_view(made, CourseRun)


@pytest.mark.parametrize("action", ["view", "change"])
def test_whoever_may_change_may_view(action):
    assert permissions.can_view(user(f"openedx_catalog.{action}_courserun"), CourseRun)


def test_permissions_are_read_once_however_often_they_are_asked(django_assert_num_queries):
    made = user("openedx_catalog.view_courserun")
    with django_assert_num_queries(2):
        for _row in range(50):
            permissions.can_view(made, CourseRun)
            permissions.can_write(made, CatalogCourse, "change")


def test_what_keeps_no_rows_back_is_public_as_a_whole(django_assert_num_queries):
    with django_assert_num_queries(0):
        rows = CourseRun.objects.all()
        assert permissions.visible(AnonymousUser(), rows) is rows


def test_staff_write_where_a_host_chooses_so(settings):
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = "openedx_catalog.permissions.StaffMayWrite"
    assert permissions.can_write(user(is_staff=True), CourseRun, "delete")
    assert permissions.can_view(user(is_staff=True), CourseRun)
    assert not permissions.can_write(user(is_staff=True, is_active=False), CourseRun, "delete")
    assert not permissions.can_write(user(), CourseRun, "delete")
    assert permissions.can_write(user("openedx_catalog.delete_courserun"), CourseRun, "delete")


class WithoutRows:
    """A policy that its author has not finished."""

    can_read = can_view = can_write = lambda self, *args: True


@pytest.mark.parametrize(
    "path",
    [
        "", "nothing", "openedx_catalog.permissions.Nothing", "no.such.module", "openedx_catalog.permissions.METHODS",
        f"{__name__}.WithoutRows",
    ],
)  # fmt: skip
def test_a_policy_that_does_not_work_is_an_error(settings, path):
    assert "openedx_catalog.E009" not in {found.id for found in run_checks()}
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = path
    (found,) = [found for found in run_checks() if found.id == "openedx_catalog.E009"]
    assert repr(path) in found.msg
    assert path != f"{__name__}.WithoutRows" or "sees_all, visible" in found.msg
