"""What a plan includes follows every change after its commit, writes only what differs, and tells of that."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from organizations.models import Organization

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.subscriptions import api
from openedx_catalog.contrib.subscriptions.models_api import IncludedCourse, IncludedCourseRun, IncludedProgram
from openedx_catalog.data import ScheduleData
from openedx_catalog.models_api import CatalogCourse, CourseRun, OutboxMessage

pytestmark = pytest.mark.django_db


@pytest.fixture
def now(included, django_capture_on_commit_callbacks):
    """``now(function, …)``: what the plan includes after this was committed, and nothing else was done."""

    def call(function, *args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            function(*args, **kwargs)
        return included(refreshed=False)

    return call


@pytest.fixture
def plan(now, course):
    """Courses A and B of MITx, with one self-paced run each; MITx takes part."""
    course("A", R="self")
    course("B", R="self")
    api.create_subscription_plan(name="Unused")
    assert now(api.set_organization_subscription, "MITx", True) == (["A", "B"], ["A+R", "B+R"], [])


def test_decisions(plan, now):
    assert now(api.set_course_subscription, "MITx+A", False) == (["B"], ["B+R"], [])
    assert now(api.set_course_subscription, "MITx+A", None) == (["A", "B"], ["A+R", "B+R"], [])
    assert now(api.set_organization_subscription, "MITx", False) == ([], [], [])


def test_runs_that_come_change_and_move(plan, now):
    key = "course-v1:MITx+A+S"
    assert now(catalog.create_course_run, key, schedule={"pacing": "self"})[1] == ["A+R", "A+S", "B+R"]
    assert now(catalog.update_course_run, key, schedule={"pacing": "instructor"})[1] == ["A+R", "B+R"]
    assert now(catalog.update_course_run, key, schedule={"pacing": "self"})[1] == ["A+R", "A+S", "B+R"]
    catalog.create_catalog_course(org_code="HarvardX", course_code="H")
    other = catalog.get_catalog_course(org_code="HarvardX", course_code="H")
    assert now(catalog.move_course_run, key, other, reason="theirs")[1] == ["A+R", "B+R"]
    assert now(catalog.move_course_run, key, "MITx+B", reason="ours")[1] == ["A+R", "A+S", "B+R"]
    assert now(catalog.delete_course_run, key)[1] == ["A+R", "B+R"]


def test_courses_that_come_and_change_their_organization(plan, now):
    assert now(catalog.create_catalog_course, org_code="MITx", course_code="C")[0] == ["A", "B", "C"]
    catalog.create_organization(short_name="HarvardX")
    catalog.rename_catalog_course("MITx+A", course_code="Z", reason="theirs")
    CatalogCourse.objects.filter(course_code="Z").update(org=Organization.objects.get(short_name="HarvardX"))
    assert now(catalog.update_catalog_course, "HarvardX+Z", title="Moved") == (["B", "C"], ["B+R"], [])


def test_programs_that_come_and_change(plan, now, program):
    row = program("Series")
    curriculum = programs.get_programs().get(pk=row.pk).curricula.get()
    assert now(programs.add_course, curriculum, "MITx+A")[2] == ["Series"]
    other = catalog.create_catalog_course(org_code="HarvardX", course_code="H")
    assert now(programs.add_course, curriculum, other)[2] == []
    catalog.get_catalog_course(org_code="HarvardX", course_code="H")
    assert now(api.set_organization_subscription, "HarvardX", True)[2] == ["Series"]
    assert now(programs.update_program, row, type="micromasters")[2] == []


def test_a_type_of_programs_that_is_called_otherwise(plan, now, program, settings):
    settings.OPENEDX_CATALOG_SUBSCRIPTION_PROGRAM_TYPES = ["xseries"]
    curriculum = program("Series").curricula.get()
    assert now(programs.add_course, curriculum, "MITx+A")[2] == ["Series"]
    assert now(programs.update_program_type, "xseries", slug="series")[2] == []
    assert now(programs.update_program_type, "series", slug="xseries")[2] == ["Series"]


def test_a_course_that_another_program_wrote_without_its_identity(plan, now):
    CatalogCourse.objects.filter(course_code="A").update(uuid=None, course_code_ci=None)
    assert now(api.set_course_subscription, "MITx+A", False) == (["B"], ["B+R"], [])
    uuid = str(CatalogCourse.objects.get(course_code="A").uuid)
    event = OutboxMessage.objects.get(event_type__contains="catalog_course.subscription_chosen")
    assert (event.subject, uuid in event.payload) == (uuid, True)


def test_a_merge_keeps_what_was_decided_and_computes_the_rest(plan, now):
    api.set_course_subscription("MITx+A", False)
    assert now(catalog.merge_catalog_courses, "MITx+A", into="MITx+B", reason="the same") == ([], [], [])
    into = catalog.get_catalog_course(org_code="MITx", course_code="B")
    assert api.get_course_choices([into.pk]) == {into.pk: {"default": False}}
    assert now(api.set_course_subscription, "MITx+B", None) == (["B"], ["A+R", "B+R"], [])


def test_what_was_decided_about_a_course_without_runs_holds_for_the_one_it_is_merged_into(plan, now):
    empty = catalog.create_catalog_course(org_code="MITx", course_code="E")
    api.set_course_subscription(empty, False)
    assert now(catalog.merge_catalog_courses, empty, into="MITx+B", reason="the same") == (["A"], ["A+R"], [])


def test_a_course_that_was_left_out_is_so_when_its_merge_is_undone(plan, now):
    api.set_course_subscription("MITx+A", False)
    catalog.merge_catalog_courses("MITx+A", into="MITx+B", reason="the same")
    survivor = catalog.get_catalog_course(org_code="MITx", course_code="B")
    api.set_course_subscription(survivor, None)
    assert now(catalog.unmerge_catalog_courses, "MITx+A", reason="they are two") == (["B"], ["B+R"], [])
    assert api.explain_course("MITx+A").reasons[0].code == "course_left_out"


def test_what_follows_is_told_once_and_only_where_it_differs(plan, now):
    at = catalog.get_latest_change()
    before = dict(CourseRun.objects.values_list("course_key__text", "modified"))
    ids = set(IncludedCourseRun.objects.values_list("pk", flat=True))
    now(api.set_course_subscription, "MITx+A", False, reason="not sold")
    told = [(change.kind, change.key, change.what) for change in catalog.iter_changes(at)]
    assert told == [
        ("catalog_course", "catalog-course:MITx:A", "subscription_chosen"),
        ("catalog_course", "catalog-course:MITx:A", "subscription_updated"),
        ("course_run", "course-v1:MITx+A+R", "subscription_updated"),
    ]
    after = dict(CourseRun.objects.values_list("course_key__text", "modified"))
    assert [key for key in sorted(after) if after[key] != before[key]] == ["course-v1:MITx+A+R"]
    assert set(IncludedCourseRun.objects.values_list("pk", flat=True)) < ids
    assert api.refresh_subscriptions().changed == 0


def test_nothing_is_written_where_nothing_is_decided(plan, now):
    at = catalog.get_latest_change()
    now(api.set_organization_subscription, "mitx", True)
    now(api.set_course_subscription, "MITx+A", None)
    assert list(catalog.iter_changes(at)) == []


def test_what_changed_past_the_api_is_found_and_mended_by_the_doctor(plan, included):
    IncludedCourse.objects.filter(catalog_course__course_code="A").delete()
    course = CatalogCourse.objects.get(course_code="B")
    IncludedProgram.objects.create(plan=api.get_subscription_plan("default"), program_uuid=course.uuid)
    found = [finding for finding in catalog.diagnose() if finding.code == "subscription_outdated"]
    assert [(each.subject, each.fixable) for each in found] == [("catalog-course:MITx:A", True)]
    catalog.repair_findings()
    assert included(refreshed=False)[0] == ["A", "B"]
    assert not [finding for finding in catalog.diagnose() if finding.code == "subscription_outdated"]


def toggle():
    """Off and on again. What each does after its decision is one transaction of at most 20 statements."""
    for included in (False, True):
        api.set_organization_subscription("Large", included)
        with CaptureQueriesContext(connection) as queries:
            assert api.refresh_organizations(["Large"]).changed == 4877
        statements = [query["sql"][:100] for query in queries]
        begun = [sql for sql in statements if sql.startswith("SAVEPOINT")]
        work = [sql for sql in statements if "SAVEPOINT" not in sql]
        assert len(begun) == 1
        assert len(work) <= 20, work


def test_an_organization_with_3875_runs_in_20_statements(course, program, included):
    Organization.objects.create(name="Large", short_name="Large")
    keys = [f"course-v1:Large+C{place % 1000}+R{place // 1000}" for place in range(3875)]
    catalog.sync_course_runs(catalog.SyncRecord(key, schedule=ScheduleData(pacing="self")) for key in keys)
    outer = program("Outer", "Large+C0", "Large+C1")
    inner = program("Inner", "Large+C2")
    programs.add_program(programs.create_curriculum(outer, name="Inner"), inner)
    api.set_organization_subscription("Large", True)
    before = included()
    assert (len(before[0]), len(before[1]), before[2]) == (1000, 3875, ["Inner", "Outer"])
    toggle()
    assert included(refreshed=False) == before
