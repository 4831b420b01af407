"""What the models promise to whoever uses them directly: derivation, identity, and constraints in the database."""

import pytest
from django.db import IntegrityError, connection, transaction
from opaque_keys.edx.keys import CourseKey
from organizations.models import Organization

from openedx_catalog.exceptions import (
    CourseCodeMismatch,
    InvalidCourseKey,
    OrganizationMismatch,
    OrganizationNotFound,
    RunCodeMismatch,
)
from openedx_catalog.models_api import CatalogCourse, CatalogCourseCode, CourseRun, CourseSchedule

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    org = Organization.objects.create(name="MIT", short_name="MITx")
    return CatalogCourse.objects.create(org=org, course_code="14.100x", title="Micro")


def test_a_run_derives_key_and_title_from_its_course(course):
    run = CourseRun.objects.create(catalog_course=course, run_code="3T2017")
    assert (str(run.course_key), run.title) == ("course-v1:MITx+14.100x+3T2017", "Micro")
    assert (run.org_code, run.course_code, run.key_ci) == ("MITx", "14.100x", "course-v1:mitx+14.100x+3t2017")
    assert str(run) == "Micro (MITx 14.100x 3T2017)"


def test_a_course_derives_its_title_and_finds_its_organization(course):
    other = CatalogCourse(course_code="6.002x", language="zh-hant")
    other.org_code = "mitX"
    other.save()
    assert (other.org, other.title, other.language, other.language_short) == (course.org, "6.002x", "zh-hk", "zh_HANT")
    assert (other.org_code, other.key_str) == ("MITx", "catalog-course:MITx:6.002x")
    assert str(other) == "6.002x (MITx 6.002x)"
    with pytest.raises(OrganizationNotFound):
        other.org_code = "Nowhere"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"course_key": "course-v1:edX+14.100x+1", "run_code": "1"}, OrganizationMismatch),
        ({"course_key": "course-v1:MITx+14.73x+1", "run_code": "1"}, CourseCodeMismatch),
        ({"course_key": "course-v1:MITx+14.100x+1", "run_code": "2"}, RunCodeMismatch),
        ({"run_code": "a b"}, InvalidCourseKey),
        ({"course_key": "library-v1:MITx+14.100x", "run_code": "1"}, InvalidCourseKey),
    ],
)
def test_an_implicit_run_is_held_to_its_key(course, fields, error):
    with pytest.raises(error):
        CourseRun.objects.create(catalog_course=course, **fields)


def test_the_key_column_tells_letters_apart(course):
    """On every database, and with releases of opaque-keys that know no such column: `ExactCourseKeyField`."""
    run = CourseRun.objects.create(catalog_course=course, run_code="3T2017")
    assert not CourseRun.objects.filter(course_key=run.key_ci).exists()
    assert CourseRun.objects.filter(course_key=run.course_key).exists()


def test_an_explicit_run_is_not(course):
    run = CourseRun.objects.create(
        catalog_course=course, course_key=CourseKey.from_string("course-v1:edX+Demo+1"), association="explicit"
    )
    assert run.run_code == "1"


def test_bulk_create_computes_identity_too(course):
    CourseRun.objects.bulk_create([CourseRun(catalog_course=course, course_key="MITx/14.100x/Ü", run_code="Ü", title="T")])
    assert CourseRun.objects.get().key_ci == "mitx/14.100x/ü"
    assert CourseRun.objects.get().uuid


def test_an_unchanged_save_writes_nothing(course, data_statements):
    for instance in (
        course,
        CourseRun.objects.create(catalog_course=course, run_code="1"),
        CourseSchedule.objects.create(run=CourseRun.objects.create(catalog_course=course, run_code="2")),
    ):
        fresh = type(instance).objects.get(pk=instance.pk)
        with data_statements() as log:
            fresh.save()
        assert {sql.split()[0] for sql in log} == {"SELECT"}
        assert instance.history.count() == 1
    course.title = "New"
    course.save()
    assert course.history.count() == 2
    CatalogCourse.objects.update(course_code_ci=None)
    CatalogCourse.objects.get().save()
    assert CatalogCourse.objects.get().course_code_ci == "14.100x"


def test_language_short_is_what_the_platform_calls_it(course):
    for language, short in (("zh-cn", "zh_HANS"), ("zh-hk", "zh_HANT"), ("fr-ca", "fr"), ("es", "es")):
        course.language = language
        assert course.language_short == short
        course.language_short = short
        assert course.language_short == short


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (CatalogCourse, {"course_code": ""}),
        (CatalogCourse, {"title": ""}),
        (CatalogCourse, {"language": "EN"}),
        (CatalogCourse, {"language": "english"}),
        (CourseRun, {"title": ""}),
        (CourseRun, {"run_code": ""}),
        (CourseRun, {"run_code": "other"}),
        (CourseRun, {"key_ci": "course-v1:mitx+14.100x+2"}),
        (CatalogCourse, {"course_code_ci": "second"}),
        (CatalogCourseCode, {"code_ci": "second"}),
    ],
)
def test_the_database_enforces_it_against_update(course, model, values):
    for run in ("1", "2"):
        CourseRun.objects.create(catalog_course=course, run_code=run)
    CatalogCourse.objects.create(org=course.org, course_code="second")
    first = model.objects.order_by("pk").values("pk")[:1].get()["pk"]
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=first).update(**values)


def test_a_code_cannot_be_a_course_and_an_alias(course):
    CatalogCourseCode.objects.create(org=course.org, code="old", catalog_course=course)
    with pytest.raises(IntegrityError), transaction.atomic():
        CatalogCourse.objects.create(org=course.org, course_code="OLD")
    assert CatalogCourse.objects.count() == 1


def test_no_index_is_wider_than_mysql_allows():
    """3,072 bytes at four a character; MariaDB would take more in silence."""
    for model in (CatalogCourse, CatalogCourseCode, CourseRun, CourseSchedule):
        with connection.cursor() as cursor:
            constraints = connection.introspection.get_constraints(cursor, model._meta.db_table).values()
        widths = {field.column: 4 * (field.max_length or 4) for field in model._meta.concrete_fields}
        for constraint in constraints:
            if constraint["index"] or constraint["unique"]:
                assert sum(widths[column] for column in constraint["columns"] if column) <= 3072
