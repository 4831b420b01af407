"""With the LMS's cache filled, what a batch costs depends on its thousands, and not on its runs."""

from __future__ import annotations

import pytest
from django.contrib.sites.models import Site
from django.core.cache import cache

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api, handlers
from openedx_catalog.contrib.programs.models_api import (
    CurriculumCourseRunExclusion,
    ExternalCourseKey,
    Program,
    ProgramCourseRunExclusion,
)
from openedx_catalog.models_api import CourseRun

pytestmark = [pytest.mark.django_db, pytest.mark.newest]

COURSE, OTHER = "GTx+A", "GTx+B"


@pytest.fixture(autouse=True)
def site(settings):
    # Django's own keeps 300 entries.
    settings.CACHES = {"default": {**settings.CACHES["default"], "OPTIONS": {"MAX_ENTRIES": 100_000}}}
    cache.clear()
    yield Site.objects.create(domain="lms.example.org", name="LMS")
    cache.clear()


@pytest.fixture
def costs(data_statements, django_capture_on_commit_callbacks):
    """``costs(function, …)``: how many statements it takes, with all that waits for its commit."""

    def call(function, *args, **kwargs):
        with data_statements() as log, django_capture_on_commit_callbacks(execute=True):
            function(*args, **kwargs)
        return len(log)

    return call


@pytest.fixture
def program():
    """A program with the courses GTx A and B, in a cache that is filled."""
    for course in (COURSE, OTHER):
        catalog.associate_course_run(f"course-v1:{course}+0")
    found = api.create_program(title="P", type="masters", status="active", authoring_organizations=["GTx"])
    api.create_curriculum(found, name="Core", courses=[COURSE, OTHER])
    return found


def runs(count, course="GTx+A", start=0):
    return [catalog.AssociationRecord(f"course-v1:{course}+R{number}") for number in range(start, start + count)]


def runs_of_other_courses(count):
    """New runs, each of a course of its own that is in no program."""
    return [catalog.AssociationRecord(f"course-v1:GTx+S{number}+1") for number in range(count)]


def create(records, **kwargs):
    assert catalog.associate_course_runs(records, source="test", **kwargs).outcomes["created"] == len(records)


@pytest.mark.parametrize("count", [10, 300, 900])
def test_new_runs_of_a_program_refresh_it_once_a_batch(count, program, costs):
    # Two of them ask course types for the modes of the runs; four are a look at subscriptions, in which nobody takes part;
    # three ask listings what the LMS shows of the course and its runs; two are about pathways of the program.
    assert costs(create, runs(count)) <= 16 + 4 + 32 + 4 + 3 + 2
    assert len(cache.get(f"program-{program.uuid}")["courses"][0]["course_runs"]) == count + 1


@pytest.mark.parametrize(("count", "max_statements"), [(10, 30), (900, 53), (3000, 130)])
def test_new_runs_of_no_program_cost_a_look_up_for_each_thousand(count, max_statements, program, costs):
    assert costs(create, runs_of_other_courses(count)) <= max_statements


@pytest.mark.parametrize("count", [20, 600])
def test_runs_written_one_by_one_in_a_transaction_refresh_their_program_once(count, program, costs):
    create(runs(count))
    keys = [record.course_key for record in runs(count)]

    def retitle():
        for key in keys:
            catalog.update_course_run(key, title="New")

    refresh = costs(retitle) - _without_receivers(costs, retitle_again(keys))
    assert refresh <= 45


def retitle_again(keys):
    def work():
        for key in keys:
            catalog.update_course_run(key, title="Newer")

    return work


def _without_receivers(costs, work):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(handlers.dispatch, "coalesce", lambda *_arguments: None)
        return costs(work)


@pytest.mark.parametrize("count", [10, 990, 2990])
def test_a_merge_costs_the_same_for_each_thousand_runs(count, program, costs):
    create(runs(count))
    thousands = -(-(count + 1) // 1000)
    # Eleven of them are about course types: what the courses have of them, what would be deleted along, and modes. Fifteen are
    # about subscriptions: so are two, and the look at them after the commit. Eleven are about listings: slugs and listings of
    # the two courses, what would be deleted along, and what the LMS shows of what stays. Twenty-one are about publishing: nine
    # give what the one course has to the other, twelve ask what would be deleted along. Four are about skills. Eight are about
    # pathways: those of the program, what steps offer of the course, and what would be deleted along.
    assert costs(catalog.merge_catalog_courses, COURSE, into=OTHER, reason="r") <= 164 + 10 * thousands
    (course,) = cache.get(f"program-{program.uuid}")["courses"]
    assert len(course["course_runs"]) == count + 2


@pytest.mark.parametrize("count", [10, 990])
def test_exclusions_that_follow_a_merge_are_written_in_bulk(count, program, costs):
    """A retired program gains no run by a merge: each of them is excluded; and what was excluded from a course goes."""
    retired = api.create_program(title="Old", type="masters", status="active")
    api.create_curriculum(retired, name="Core", courses=[OTHER])
    api.update_program(retired, status="retired")
    create(runs(count))
    # One of them asks whether a handout, which a host's own app has, points at the course; and each of two deletes, whether a
    # table that was left behind does.
    assert costs(catalog.merge_catalog_courses, COURSE, into=OTHER, reason="r") <= 177
    assert ProgramCourseRunExclusion.objects.filter(program=retired).count() == count + 1
    history = ProgramCourseRunExclusion.history.filter(history_type="+")
    assert history.count() == count + 1
    assert set(history.values_list("history_change_reason", flat=True)) == {
        "api: catalog-course:GTx:A was merged into catalog-course:GTx:B: r"
    }


@pytest.mark.parametrize("count", [3, 300])
def test_exclusions_of_runs_that_leave_a_course_go_in_bulk(count, program, costs):
    create(runs(count))
    curriculum = program.curricula.get()
    member = curriculum.course_memberships.get(catalog_course__course_code="A")
    excluded = CourseRun.objects.filter(catalog_course__course_code="A").order_by("pk")[:count]
    CurriculumCourseRunExclusion.objects.bulk_create(
        CurriculumCourseRunExclusion(membership=member, run=run) for run in excluded
    )
    catalog.create_catalog_course(org_code="GTx", course_code="C")
    assert costs(catalog.merge_catalog_courses, COURSE, into="GTx+C", reason="r") <= 165
    assert CurriculumCourseRunExclusion.objects.filter(membership__catalog_course__course_code="C").count() in (0, count)


@pytest.mark.parametrize("count", [2, 40])
def test_what_no_event_reports_is_looked_up_once_a_commit(count, program, costs):
    create(runs(count))

    def name_all():
        for run in CourseRun.objects.filter(catalog_course__course_code="A").order_by("pk")[:count]:
            ExternalCourseKey.objects.create(run=run, key=f"K{run.pk}")

    def nothing(**_kwargs):
        for run in CourseRun.objects.filter(catalog_course__course_code="B").order_by("pk")[:count]:
            ExternalCourseKey.objects.create(run=run, key=f"K{run.pk}")

    create(runs(count, "GTx+B"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(handlers, "once_committed", lambda *_arguments, **_kwargs: None)
        bare = costs(nothing)
    assert costs(name_all) - bare <= 42
    keys = {run["external_key"] for run in cache.get(f"program-{program.uuid}")["courses"][0]["course_runs"]}
    assert len(keys - {""}) == count


@pytest.mark.parametrize("count", [2, 60])
def test_the_lists_of_types_and_organizations_cost_no_query_each(count, costs):
    codes = [f"Org{number}x" for number in range(count)]
    for code in codes:
        catalog.create_organization(short_name=code, name=code)
    for number, code in enumerate(codes):
        kind = api.create_program_type(name=f"Kind {number}", slug=f"kind-{number}")
        api.create_program(title=f"P{number}", type=kind, status="active", authoring_organizations=[code])
    from openedx_catalog.contrib.programs import lms_cache

    uuids = [str(uuid) for uuid in Program.objects.values_list("uuid", flat=True)]
    assert costs(lms_cache.refresh, uuids) <= 25
    assert cache.get(f"organization-programs-{codes[-1]}") == [str(Program.objects.get(title=f"P{count - 1}").uuid)]
    assert cache.get("program-uuids-lms.example.org") == [
        str(uuid) for uuid in Program.objects.order_by("title", "pk").values_list("uuid", flat=True)
    ]
