"""Tables of a host's own, from the abstract bases; ``openedx_catalog`` itself is not installed."""

import pytest
from django.apps import apps
from django.core import checks
from django.db import IntegrityError, transaction
from organizations.models import Organization

from openedx_catalog.exceptions import OrganizationMismatch
from test_project.custom_catalog.models import CatalogCourse, CourseRun, CourseSchedule

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    org = Organization.objects.create(name="MIT", short_name="MITx")
    return CatalogCourse.objects.create(org=org, course_code="14.100x", department="Economics")


def test_the_app_itself_is_not_there():
    assert not apps.is_installed("openedx_catalog")
    assert CatalogCourse._meta.db_table == "custom_catalog_catalogcourse"
    assert [message for message in checks.run_checks() if "custom_catalog" in str(message)] == []


def test_the_tables_behave_as_ours(course):
    run = CourseRun.objects.create(catalog_course=course, run_code="3T2017")
    CourseSchedule.objects.create(run=run, pacing="self")
    assert (str(run.course_key), run.title, run.key_ci) == (
        "course-v1:MITx+14.100x+3T2017",
        "14.100x",
        "course-v1:mitx+14.100x+3t2017",
    )
    assert course.runs.get().schedule.pacing == "self"
    assert course.history.get().department == "Economics"
    with pytest.raises(OrganizationMismatch):
        CourseRun.objects.create(catalog_course=course, course_key="course-v1:edX+Demo+1")
    assert course.owns_code("mitx", "14.100X")


def test_the_constraints_came_along(course):
    with pytest.raises(IntegrityError), transaction.atomic():
        CatalogCourse.objects.create(org=course.org, course_code="14.100X")
    CourseRun.objects.create(catalog_course=course, run_code="a")
    with pytest.raises(IntegrityError), transaction.atomic():
        CourseRun.objects.create(catalog_course=course, run_code="A")
    with pytest.raises(IntegrityError), transaction.atomic():
        CatalogCourse.objects.update(language="EN")
    assert {constraint.name for constraint in CatalogCourse._meta.constraints} >= {
        "custom_catalog_catalogcourse_org_code_ci_uniq"
    }
