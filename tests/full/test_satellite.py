"""An app of the host hangs on the catalog and takes part in it, without a column or a line of ours."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.models import ProtectedError
from django.urls import reverse

from openedx_catalog import api, extensions
from openedx_catalog.api import AssociationRecord, SyncRecord
from openedx_catalog.exceptions import HasDependents
from openedx_catalog.lib.routing import reads_from_writer
from test_project.satellite.models import Contract, RerunCode, RunPage

pytestmark = pytest.mark.django_db

KEY = "course-v1:A+B+1"


@pytest.fixture
def run():
    return api.associate_course_run(KEY, title="Kept").run


def test_a_satellite_lives_and_goes_with_its_row(run):
    RunPage.objects.create(run=run, teaser="Come in")
    assert api.get_course_run(KEY).page.teaser == "Come in"
    api.delete_course_run(KEY)
    assert not RunPage.objects.exists()


def test_what_must_not_vanish_protects_its_run(run):
    Contract.objects.create(run=run)
    with pytest.raises(HasDependents, match="contract") as caught:
        api.delete_course_run(KEY)
    assert isinstance(caught.value, ProtectedError)
    assert api.get_course_run(KEY) == run


def test_an_extension_pins_fields_against_a_sync_and_is_asked_once_a_batch(run, django_assert_num_queries):
    RunPage.objects.create(run=run, keep_title=True)
    other = api.associate_course_run("course-v1:A+B+2", title="Open").run
    records = [
        SyncRecord(KEY, title="Other", schedule=api.ScheduleData(pacing="self"), line=1),
        SyncRecord(str(other.course_key), title="Other", line=2),
    ]
    report = api.sync_course_runs(records, source="sync:1")
    assert report.outcomes["updated"] == 2
    assert [(problem.line, problem.code, problem.reason) for problem in report.problems] == [
        (1, "pinned", "Pinned, and kept: title.")
    ]
    assert [api.get_course_run(key).title for key in (KEY, other.course_key)] == ["Kept", "Other"]
    assert api.get_course_run(KEY).schedule.pacing == "self"
    assert api.sync_course_run(KEY, title="Third").outcome == "unchanged"
    assert api.associate_course_run(KEY, title="By hand").outcome == "updated"


def test_an_extension_sends_new_runs_to_another_course(run):
    RerunCode.objects.create(catalog_course=run.catalog_course, code="A+B-rerun")
    report = api.associate_course_runs(
        [AssociationRecord("course-v1:A+B-rerun+2"), AssociationRecord("course-v1:A+other+1")], source="test"
    )
    assert (report.outcomes["created"], report.catalog_courses_created) == (2, 1)
    found = api.get_course_run("course-v1:A+B-rerun+2")
    assert (found.catalog_course, found.association) == (run.catalog_course, "explicit")
    assert not [finding for finding in api.diagnose() if finding.severity == "error"]


def test_a_filter_is_asked_about_new_courses_whatever_an_extension_resolved_before(run, settings):
    """The first run of a code goes elsewhere, its sibling in another case does not, and needs a course of its own."""
    settings.OPEN_EDX_FILTERS_CONFIG = {
        "org.openedx.catalog.creation.requested.v1": {"pipeline": ["tests.core.test_filters.Shout"], "fail_silently": False}
    }
    RerunCode.objects.create(catalog_course=run.catalog_course, code="A+rerun")
    records = [AssociationRecord("course-v1:A+rerun+1", title="One"), AssociationRecord("course-v1:A+RERUN+2", title="Two")]
    report = api.associate_course_runs(records, source="test")
    assert (report.outcomes["created"], report.catalog_courses_created) == (2, 1)
    course = api.get_catalog_course_for_run("course-v1:A+RERUN+2")
    assert (course.key_str, course.title, course.language) == ("catalog-course:A:RERUN", "TWO", "es")


def test_a_merge_does_not_take_satellites_down(run):
    RerunCode.objects.create(catalog_course=run.catalog_course, code="A+x")
    api.create_catalog_course(org_code="A", course_code="C")
    with pytest.raises(HasDependents, match="rerun codes"):
        api.merge_catalog_courses("A+B", into="A+C", reason="r")
    assert api.get_catalog_course_for_run(KEY) == run.catalog_course
    RerunCode.objects.all().delete()
    api.merge_catalog_courses("A+B", into="A+C", reason="r")
    assert api.get_catalog_course_for_run(KEY).course_code == "C"


def test_an_app_that_is_not_installed_says_so():
    extensions.require_installed("test_project.satellite")
    with pytest.raises(ImproperlyConfigured, match="INSTALLED_APPS"):
        extensions.require_installed("openedx_catalog.contrib.none")


@pytest.mark.django_db
def test_its_urls_are_among_the_catalogs(client):
    url = reverse("openedx_catalog:satellite:pages")
    assert (url, client.get(url).json()) == ("/api/satellite/v1/pages/", {"count": 0})


@pytest.mark.django_db(transaction=True)
def test_a_merge_sees_the_rows_of_others_that_a_replica_does_not_have_yet(replica):
    with reads_from_writer():
        run = api.associate_course_run(KEY, title="Kept").run
        other = api.create_catalog_course(org_code="A", course_code="C")
        RerunCode.objects.create(catalog_course=run.catalog_course, code="A+B-rerun")
    assert not RerunCode.objects.exists()
    with pytest.raises(HasDependents, match="rerun code"):
        api.merge_catalog_courses(run.catalog_course, into=other, reason="one course")
    assert RerunCode.objects.using("default").exists()
