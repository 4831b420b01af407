"""Whatever a caller passes: a typed error that names it, and nothing half-written."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from openedx_catalog import api
from openedx_catalog.exceptions import CatalogError, InvalidRequest, InvalidTitle
from openedx_catalog.models_api import CatalogCourse, CourseRun
from tests.conftest import RUN_KEY

pytestmark = [pytest.mark.django_db, pytest.mark.newest]

HALF, NUL = "\ud800", "a\x00b"


@pytest.mark.parametrize(
    "call",
    [
        lambda: api.associate_course_run(RUN_KEY, title=10**5000),
        lambda: api.associate_course_run(RUN_KEY, catalog_course=0),
        lambda: api.associate_course_run(RUN_KEY, catalog_course=CatalogCourse(course_code="unsaved", title="t")),
        lambda: api.associate_course_run(RUN_KEY, source=HALF),
        lambda: api.associate_course_run(RUN_KEY, source=NUL),
        lambda: api.associate_course_run(RUN_KEY, source=None),
        lambda: api.associate_course_run(RUN_KEY, schedule=5),
        lambda: api.associate_course_run(RUN_KEY, schedule=[]),
        lambda: api.associate_course_runs([], source=NUL),
        lambda: api.associate_course_runs([], source=NUL, dry_run=True),
        lambda: api.associate_course_runs([], source="s", batch_size=None),
        lambda: api.associate_course_runs([], source="s", batch_size=1.5),
        lambda: api.sync_course_run(RUN_KEY, title=""),
        lambda: api.sync_course_run(RUN_KEY, language_short=""),
        lambda: api.create_catalog_course(org_code=None, course_code="x"),
        lambda: api.create_catalog_course(org_code="A", course_code=5),
        lambda: api.create_catalog_course(org_code="A", course_code="x", reason=5),
        lambda: api.get_catalog_course(pk="abc"),
        lambda: api.update_catalog_course("abc", title="t"),
        lambda: api.delete_catalog_course("abc"),
        lambda: api.create_organization(short_name="A", active="x"),
        lambda: api.create_organization(short_name="A", description=5),
        lambda: api.get_organizations(active="x"),
    ],
)
def test_a_typed_error_and_nothing_written(call):
    with pytest.raises(CatalogError):
        call()
    assert not CourseRun.objects.exists()
    assert not CatalogCourse.objects.exists()


@pytest.mark.parametrize("text", [HALF, NUL, None, 5])
def test_what_cannot_be_asked_for_is_not_there(text):
    api.associate_course_run(RUN_KEY)
    assert api.find_organization_by_code(text) is None
    assert list(api.iter_associations(org_code=text or "")) == []
    if isinstance(text, str):
        assert api.find_catalog_course(org_code=text, course_code="x") is None
        assert api.find_catalog_course(org_code="MITx", course_code=text) is None
        assert list(api.get_catalog_courses(org_code=text)) == list(api.get_course_runs(org_code=text)) == []
    for many in (api.resolve_course_runs, api.get_course_runs, api.get_catalog_courses_for_runs):
        assert list(many([RUN_KEY, [], {}, text])) == [RUN_KEY]


def test_values_of_a_file_that_are_false_are_looked_at():
    row = api.AssociationRecord(RUN_KEY, title={}, start=[], pacing=0, language=False)
    report = api.associate_course_runs([row], source="test")
    assert report.outcomes["created"] == 1
    assert {problem.code for problem in report.problems} == {
        "invalid_title",
        "invalid_date",
        "invalid_pacing",
        "invalid_language",
    }
    report = api.associate_course_runs([api.AssociationRecord(RUN_KEY, catalog_course=0)], source="test")
    assert [problem.code for problem in report.problems] == ["invalid_catalog_key"]


def test_a_report_stays_short_whatever_it_is_about():
    long = ["x" * 500_000]
    rows = [api.AssociationRecord(long), api.AssociationRecord(RUN_KEY, title=long, language=long, start=long, pacing=long)]
    report = api.associate_course_runs(rows, source="test")
    assert len(report.problems) == 5
    assert max(len(problem.reason) + len(problem.course_key) for problem in report.problems) < 1500


def test_a_mapping_is_a_schedule_in_bulk_too():
    start = datetime(2027, 1, 31, 10, tzinfo=UTC)
    report = api.sync_course_runs([api.SyncRecord(RUN_KEY, schedule={"start": start, "pacing": "fast"})], source="test")
    assert [problem.code for problem in report.problems] == ["invalid_pacing"]
    assert api.get_course_run(RUN_KEY).schedule.start == start
    for odd in (5, {"begin": start}):
        report = api.sync_course_runs([api.SyncRecord(RUN_KEY, schedule=odd)], source="test")
        assert [problem.code for problem in report.problems] == ["invalid_request"]


def test_a_catalog_course_that_is_gone():
    course = api.create_catalog_course(org_code="A", course_code="x")
    stale = CatalogCourse.objects.get(pk=course.pk)
    api.delete_catalog_course(course)
    with pytest.raises(CatalogCourse.DoesNotExist):
        api.associate_course_run(RUN_KEY, catalog_course=stale)
    with pytest.raises(CatalogCourse.DoesNotExist):
        api.create_course_run(RUN_KEY, catalog_course=stale)
    assert not CourseRun.objects.exists()


def test_nobody_signed_in_is_nobody_in_the_history():
    user = AnonymousUser()
    run = api.associate_course_run(RUN_KEY, user=user).run
    api.update_course_run(RUN_KEY, title="z", user=user)
    other = api.create_catalog_course(org_code="A", course_code="x", user=user)
    api.move_course_run(RUN_KEY, other, reason="r", user=user)
    api.rename_catalog_course(other, course_code="y", reason="r", user=user)
    assert set(run.history.values_list("history_user", flat=True)) == {None}


def test_a_taken_uuid_is_what_is_taken():
    taken = api.create_catalog_course(org_code="A", course_code="x")
    with pytest.raises(CatalogError, match="UUID") as caught:
        api.create_catalog_course(org_code="A", course_code="y", uuid=taken.uuid)
    assert (caught.value.code, caught.value.field) == ("duplicate_uuid", "uuid")


def test_an_organization_that_keys_name_through_an_alias_may_be_renamed():
    api.associate_course_run("course-v1:A+x+r")
    api.associate_course_run("course-v1:B+y+r")
    api.merge_catalog_courses("A+x", into="B+y", reason="one course")
    api.associate_course_run("course-v1:A+x+new")
    a, b = api.find_organization_by_code("A"), api.find_organization_by_code("B")
    api.update_organization(a, short_name="C")
    api.delete_course_run("course-v1:B+y+r")
    api.update_organization(b, short_name="D")
    assert list(api.diagnose()) == []
    assert api.associate_course_run("course-v1:A+x+new2").run.catalog_course.key_str == "catalog-course:D:y"


def test_an_empty_title_is_refused_alike_one_by_one_and_in_bulk():
    with pytest.raises(InvalidTitle):
        api.sync_course_run(RUN_KEY, title=" ")
    report = api.sync_course_runs([api.SyncRecord(RUN_KEY, title=" ", language_short="")], source="test")
    assert [problem.code for problem in report.problems] == ["invalid_title", "invalid_language"]
    with pytest.raises(InvalidRequest):
        api.sync_course_runs([], source=None)
