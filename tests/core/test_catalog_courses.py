"""Creating, changing and deleting catalog courses and runs, and the peer's functions."""

import uuid

import pytest
from opaque_keys.edx.keys import CourseKey
from organizations.models import Organization

from openedx_catalog import api
from openedx_catalog.exceptions import (
    DuplicateCatalogCourse,
    DuplicateUUID,
    HasDependents,
    InvalidCatalogKey,
    InvalidLanguage,
    InvalidRequest,
    InvalidTitle,
    OrganizationNotFound,
)
from openedx_catalog.models_api import CatalogCourse, CatalogCourseCode, CourseRun, CourseSchedule
from tests.conftest import RUN_KEY

pytestmark = pytest.mark.django_db


def test_a_course_is_created_with_its_own_uuid_slot_and_organization(settings):
    settings.LANGUAGE_CODE = "pt-BR"
    own = uuid.uuid4()
    course = api.create_catalog_course(org_code="MITx", course_code=" 14.100x ", uuid=str(own), source="admin", reason="new")
    assert (course.key_str, course.title, course.language, course.uuid) == (
        "catalog-course:MITx:14.100x",
        "14.100x",
        "pt-br",
        own,
    )
    assert list(course.codes.values_list("code", "code_ci")) == [("14.100x", "14.100x")]
    assert course.history.get().history_change_reason == "admin: new"
    assert Organization.objects.get().history.get().history_change_reason == "admin: new"


@pytest.mark.parametrize(
    ("kwargs", "error"),
    [
        ({"course_code": "14.100X"}, DuplicateCatalogCourse),
        ({"org_code": "mitx"}, DuplicateCatalogCourse),
        ({"course_code": ""}, InvalidCatalogKey),
        ({"course_code": "a b"}, InvalidCatalogKey),
        ({"course_code": "ß" * 200}, InvalidCatalogKey),
        ({"org_code": "A:B"}, InvalidCatalogKey),
        ({"org_code": "МФТИ"}, OrganizationNotFound),
        ({"title": "x" * 256}, InvalidTitle),
        ({"language": "Spanish"}, InvalidLanguage),
        ({"uuid": "x"}, InvalidRequest),
    ],
)
def test_what_may_not_be_created(kwargs, error):
    api.create_catalog_course(org_code="MITx", course_code="14.100x")
    fields = {"org_code": "MITx", "course_code": "new", **kwargs}
    if error is DuplicateCatalogCourse:
        fields = {"org_code": "MITx", "course_code": "14.100x", **kwargs}
    with pytest.raises(error):
        api.create_catalog_course(**fields)
    assert CatalogCourse.objects.count() == CatalogCourseCode.objects.count() == Organization.objects.count() == 1


def test_a_uuid_belongs_to_one_course():
    course = api.create_catalog_course(org_code="A", course_code="a")
    with pytest.raises(DuplicateUUID):
        api.create_catalog_course(org_code="A", course_code="b", uuid=course.uuid)


def test_updating_writes_what_changes_and_nothing_else():
    course = api.create_catalog_course(org_code="A", course_code="a")
    api.update_catalog_course(course, title="Title", language_short="zh_HANS", source="rest:1")
    assert (course.title, course.language, course.language_short) == ("Title", "zh-cn", "zh_HANS")
    modified = api.get_catalog_course(course.pk).modified
    api.update_catalog_course(course.pk, title="", language_short=None)
    api.update_catalog_course(course.pk, title="Title", language="ZH_hans")
    stored = api.get_catalog_course(course.pk)
    assert (stored.title, stored.language, stored.modified) == ("Title", "zh-cn", modified)
    assert [row.history_change_reason for row in course.history.all()] == ["rest:1", "api"]
    with pytest.raises(InvalidLanguage):
        api.update_catalog_course(course, language="x")
    with pytest.raises(CatalogCourse.DoesNotExist):
        api.update_catalog_course(0, title="T")


@pytest.mark.parametrize(("given", "stored"), [("pt-br", "pt-br"), ("pt_BR", "pt-br"), ("zh_HANT", "zh-hk"), ("es", "es")])
def test_a_short_language_is_what_every_call_takes_for_one(given, stored, settings):
    settings.ALL_LANGUAGES = [("en", "English"), ("zh_HANT", "Chinese")]
    course = api.associate_course_run(RUN_KEY, language_short=given).run.catalog_course
    assert course.language == stored
    other = api.create_catalog_course(org_code="A", course_code="a")
    api.update_catalog_course(other, language_short=given)
    assert other.language == api.get_catalog_course(other.pk).language == stored


def test_a_course_with_runs_is_not_deleted_and_a_run_leaves_its_course():
    run = api.associate_course_run(RUN_KEY, schedule={"pacing": "self"}).run
    course = run.catalog_course
    with pytest.raises(HasDependents, match=r"Course Runs \(1\)") as caught:
        api.delete_catalog_course(course)
    assert caught.value.protected_objects == {run}
    api.delete_course_run(RUN_KEY.lower(), reason="never ran")
    assert not CourseRun.objects.exists()
    assert not CourseSchedule.objects.exists()
    assert CourseRun.history.first().history_change_reason == "api: never ran"
    api.delete_catalog_course(course.pk)
    assert not CatalogCourse.objects.exists()
    assert not CatalogCourseCode.objects.exists()
    with pytest.raises(CourseRun.DoesNotExist):
        api.delete_course_run(RUN_KEY)
    with pytest.raises(CatalogCourse.DoesNotExist):
        api.delete_catalog_course(course.pk)


def test_the_functions_of_openedx_core():
    key = CourseKey.from_string(RUN_KEY)
    run = api.create_course_run_for_modulestore_course_with(course_key=key, title="T", language_short="es")
    assert api.create_course_run_for_modulestore_course_with(key, title="Other") == run
    assert (run.title, run.catalog_course.language_short, run.catalog_course.runs.count()) == ("T", "es", 1)
    assert api.sync_course_run_details(key, title="New") is None
    api.sync_course_run_details(key, title=None)
    assert api.get_course_run(key).title == "New"
    assert api.update_catalog_course(run.catalog_course, title=None, language_short="") is None
    assert api.get_catalog_course(org_code="MITx", course_code="14.100x").title == "T"
    assert api.delete_course_run(key) is None
    assert api.delete_catalog_course(run.catalog_course) is None
    for call in (api.get_course_run, api.delete_course_run, lambda k: api.sync_course_run_details(k, title="x")):
        with pytest.raises(CourseRun.DoesNotExist):
            call(key)


def test_its_missing_organization_is_a_value_error(settings):
    settings.ORGANIZATIONS_AUTOCREATE = False
    with pytest.raises(ValueError, match="MITx"):
        api.create_course_run_for_modulestore_course_with(CourseKey.from_string(RUN_KEY), title="T")
