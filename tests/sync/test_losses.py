"""What a source says that takes something from learners counts against its limit, and a job of any kind can be taken back."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from organizations.models import Organization

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models_api import CurriculumCourseMembership, Program
from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.exceptions import JobNotRevertible
from openedx_catalog.contrib.sync.models_api import RunSource, SyncJob
from openedx_catalog.models_api import CatalogCourse, CourseRun

from .conftest import by_outcome, counts, last_job, missing, rows, run
from .test_jobs import load

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.any_database]

OVER, LATER = "2001-01-01T00:00:00Z", "2099-01-01T00:00:00Z"
COUNT = 6


def uuid(number):
    return f"927093e3-46ba-4f44-a861-0f8c7aec{number:04}"


def program(number=0, **values):
    """A program as discovery lists it."""
    return {
        "uuid": uuid(number), "title": f"Program {number}", "subtitle": "", "type": "XSeries", "status": "active",
        "hidden": False, "marketing_slug": f"program-{number}", "authoring_organizations": [{"key": "MITx"}],
        "courses": [{"key": "MITx+A"}], **values,
    }  # fmt: skip


@pytest.fixture
def discovery(db, remote):
    """Programs, one run, its course and its organization."""
    values = {"base_url": remote.url, "create_missing": True, "per_minute": 6000}
    source = api.create_source(name="discovery", kind="discovery", also=["organizations", "courses", "programs"], **values)
    remote.rows = [{"key": "course-v1:MITx+A+1", "title": "Run"}]
    list_others(remote, organizations=[{"key": "MITx", "name": "MIT"}], courses=[{"key": "MITx+A", "title": "Algebra"}])
    list_others(remote, programs=[program(number) for number in range(COUNT)])
    return source


def list_others(remote, **lists):
    for what, listed in lists.items():
        remote.pages[f"/api/v1/{what}/"] = {"count": len(listed), "next": None, "results": listed}


def listed(remote, what="programs"):
    return remote.pages[f"/api/v1/{what}/"]["results"]


def state():
    return (
        list(Program.objects.order_by("uuid").values_list("title", "status", "hidden", "marketing_slug", "modified")),
        list(CourseRun.objects.order_by("pk").values_list("title", "modified", "schedule__end")),
        list(CatalogCourse.objects.order_by("pk").values_list("title", "modified")),
        list(Organization.objects.order_by("pk").values_list("name", "modified")),
    )


def stops(sync, source, what):
    """The job ends before it writes, says why, and takes everything over when that is allowed."""
    before = state()
    for report in (sync(source, dry_run=True), sync(source)):
        assert (report.status, counts(report)) == ("aborted", {}), report
        assert report.message.startswith(what), report.message
        assert "--allow-mass-missing" in report.message
    assert (state(), last_job().message) == (before, report.message)
    allowed = sync(source, allow_mass_missing=True)
    assert allowed.status != "aborted"
    return allowed


# Programs


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"status": "deleted"}, "6 of 6 programs would be deleted"),
        ({"status": "unpublished"}, "6 of 6 programs would be unpublished"),
        ({"status": "retired"}, "6 of 6 programs would be retired"),
        ({"hidden": True}, "6 of 6 programs would be hidden"),
        ({"marketing_slug": None}, "6 of 6 programs would lose their address"),
        ({"authoring_organizations": []}, "6 of 6 programs would be taken from an organization"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_hides_most_programs_stops_before_it_writes(sync, discovery, remote, change, what):
    sync("discovery")
    for each in listed(remote):
        each |= change
    assert counts(stops(sync, "discovery", what))["updated"] == COUNT


def test_ways_to_lose_a_program_count_together(sync, discovery, remote):
    sync("discovery")
    listed(remote)[0] |= {"status": "deleted"}
    listed(remote)[1] |= {"status": "deleted"}
    listed(remote)[2] |= {"hidden": True}
    listed(remote)[3] |= {"status": "retired"}
    # Four are fewer than five.
    assert sync("discovery", dry_run=True).status == "ok"
    listed(remote)[4] |= {"status": "deleted"}
    stops(
        sync, "discovery", "3 of 6 programs would be deleted; 1 of 6 programs would be hidden; 1 of 6 programs would be retired"
    )


def test_programs_that_come_back_or_are_over_already_are_no_loss(sync, discovery, remote):
    for each in listed(remote):
        each |= {"status": "unpublished", "hidden": True}
    assert sync("discovery").status == "ok"
    for each in listed(remote):
        each |= {"status": "active", "hidden": False}
    assert sync("discovery").status == "ok"
    listed(remote).extend(program(number, status="deleted", courses=[]) for number in range(COUNT, 2 * COUNT))
    # New ones take nothing from anybody.
    assert sync("discovery").status != "aborted"


def test_programs_of_organizations_that_the_source_may_not_write_do_not_count(sync, discovery, remote):
    sync("discovery")
    catalog.create_organization(short_name="GTx", name="GT")
    api.update_source("discovery", organizations=["GTx"])
    for each in listed(remote):
        each |= {"status": "deleted"}
    assert sync("discovery").status == "ok"
    assert set(Program.objects.values_list("status", flat=True)) == {"active"}


# Runs


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"end": "2027-01-01T00:00:00Z"}, None),
        ({"start": "1999-01-01T00:00:00Z", "end": OVER}, "6 of 6 runs would end"),
        ({"enrollment_end": OVER}, "6 of 6 runs would close for enrollment"),
        ({"enrollment_start": LATER}, "6 of 6 runs would close for enrollment"),
        ({"start": "2098-01-01T00:00:00Z"}, "6 of 6 runs would start later"),
        ({"end": None}, "6 of 6 runs would lose dates"),
    ],
    ids=["no loss", "end", "enrollment end", "enrollment start", "start", "emptied"],
)
def test_what_ends_most_runs_stops_before_it_writes(sync, lms, remote, change, what):
    api.update_source("lms", null_clears=True)
    remote.rows = rows(COUNT, start="2020-01-01T00:00:00Z", end=LATER)
    sync("lms")
    for each in remote.rows:
        each |= change
    if what is None:
        for each in remote.rows:
            each["end"] = f"{timezone.now().year + 1}-01-01T00:00:00Z"
        assert counts(sync("lms")) == {"updated": COUNT}
    else:
        assert counts(stops(sync, "lms", what)) == {"updated": COUNT}


def test_runs_that_vanish_and_runs_that_end_count_together(sync, lms, remote):
    remote.rows = rows(20, start="2020-01-01T00:00:00Z", end=LATER)
    sync("lms")
    for each in remote.rows[:3]:
        each["end"] = "2021-01-01T00:00:00Z"
    del remote.rows[-2:]
    stops(sync, "lms", "3 of 20 runs would end; 2 of 20 runs would be missing")


def test_what_ends_runs_that_another_source_has_listed_stops_too(sync, lms, remote):
    remote.rows = rows(COUNT, start="2020-01-01T00:00:00Z", end=LATER)
    sync("lms")
    api.create_source(name="other", kind="lms", base_url=remote.url, per_minute=6000)
    for each in remote.rows:
        each["end"] = "2021-01-01T00:00:00Z"
    # As long as the other one wins, nothing ends.
    assert counts(sync("other")) == {"outranked": COUNT}
    api.update_source("other", rank=1)
    stops(sync, "other", "6 of 6 runs would end")


def test_the_first_word_on_a_runs_dates_takes_nothing_away(sync, lms, remote):
    for number in range(COUNT):
        catalog.associate_course_run(f"course-v1:MITx+C{number:05}+1", title="Old")
    remote.rows = rows(COUNT, start="2000-01-01T00:00:00Z", end=OVER)
    assert counts(sync("lms")) == {"updated": COUNT}
    # What is over stays over.
    for each in remote.rows:
        each["end"] = "2002-01-01T00:00:00Z"
    assert counts(sync("lms")) == {"updated": COUNT}


def test_what_would_not_be_written_does_not_count(sync, lms, remote):
    remote.rows = rows(COUNT, start="2020-01-01T00:00:00Z", end=LATER)
    sync("lms")
    for each in remote.rows:
        api.pin_field(each["id"], "end")
        each["end"] = "2021-01-01T00:00:00Z"
    assert counts(sync("lms")) == {"pinned": COUNT}
    for each in remote.rows:
        api.unpin_field(each["id"], "end")
        each["end"] = "soon"
    assert counts(sync("lms")) == {"invalid": COUNT}


def test_a_time_that_is_still_to_come_freezes_nothing(sync, discovery, remote):
    """What discovery dates 2099 is as of when it was asked: the next sync changes it all the same."""
    remote.rows[0]["modified"] = LATER
    sync("discovery")
    assert run("A").source_time <= timezone.now()
    remote.rows[0] |= {"title": "New", "modified": (timezone.now() + timedelta(days=1)).isoformat()}
    assert counts(sync("discovery"))["updated"] == 1


# Taking back


@pytest.mark.parametrize("why", [{}, {"reason": "the registrar asked for it"}], ids=["without a reason", "with one"])
def test_a_job_that_changed_programs_is_taken_back(sync, discovery, remote, why):
    sync("discovery")
    catalog.create_organization(short_name="GTx", name="GT")
    catalog.create_catalog_course(org_code="GTx", course_code="B", title="Biology")
    wanted = [
        (each.title, each.subtitle, each.status, each.hidden, each.marketing_slug) for each in Program.objects.order_by("pk")
    ]
    for number, each in enumerate(listed(remote)):
        status = ("deleted", "retired", "unpublished", "active")[number % 4]
        each |= {"title": "Wrong", "subtitle": "Wrong", "status": status, "hidden": True, "marketing_slug": f"wrong-{number}",
                 "authoring_organizations": [{"key": "GTx"}]}  # fmt: skip
        if status in ("active", "unpublished"):
            each["courses"] = [{"key": "MITx+A"}, {"key": "GTx+B"}]
    job = sync("discovery", allow_mass_missing=True, **why).job
    assert not Program.objects.exclude(title="Wrong").exists()
    report = api.revert_sync(job, reason="a broken release")
    assert (report.left, report.kept) == ([], [])
    assert {record for record, _field in report.restored} == {f"program:{uuid(number)}" for number in range(COUNT)}
    assert (f"program:{uuid(0)}", "status") in report.restored
    found = [
        (each.title, each.subtitle, each.status, each.hidden, each.marketing_slug) for each in Program.objects.order_by("pk")
    ]
    assert found == wanted
    for each in Program.objects.all():
        authors = each.organizations.filter(role="authoring").values_list("organization__short_name", flat=True)
        assert (list(authors), [course.course_code for course in each.courses]) == (["MITx"], ["A"])
    assert Program.history.first().history_change_reason.startswith(f"revert:discovery:{job}: a broken release")
    assert SyncJob.objects.get(pk=job).reverted_at
    assert api.revert_sync(job).restored == []


def test_a_retired_program_has_been_so_since_when_it_was(sync, discovery, remote):
    sync("discovery")
    retired_at = programs.retire_program(uuid(0)).retired_at
    listed(remote)[0]["status"] = "deleted"
    job = sync("discovery").job
    assert programs.get_program(uuid(0)).status == "deleted"
    api.revert_sync(job)
    back = programs.get_program(uuid(0))
    assert (back.status, back.retired_at) == ("retired", retired_at)


def test_what_somebody_has_changed_since_stays_and_what_cannot_be_restored_is_reported(sync, discovery, remote):
    sync("discovery")
    for each in listed(remote)[:3]:
        each |= {"title": "Wrong", "marketing_slug": f"wrong-{each['uuid'][-4:]}"}
    job = sync("discovery").job
    programs.update_program(uuid(0), title="By hand")
    # Its address has gone to another one.
    programs.exchange_marketing_slugs({programs.create_program(title="Heir", type="xseries"): "program-1"})
    report = api.revert_sync(job)
    assert report.kept == [(f"program:{uuid(0)}", "title")]
    ((record, field, why),) = report.left
    assert (record, field, "program-1" in why) == (f"program:{uuid(1)}", "marketing_slug", True)
    titles = [programs.get_program(uuid(number)).title for number in range(3)]
    assert titles == ["By hand", "Program 1", "Program 2"]


@pytest.mark.parametrize("why", [{}, {"reason": "the registrar asked for it"}], ids=["without a reason", "with one"])
def test_titles_of_courses_and_names_of_organizations_come_back(sync, discovery, remote, why):
    list_others(remote, organizations=[{"key": "MITx", "name": None}])
    sync("discovery")
    list_others(remote, organizations=[{"key": "MITx", "name": "Wrong"}], courses=[{"key": "MITx+A", "title": "Wrong"}])
    remote.rows[0] |= {"title": "Wrong"}
    job = sync("discovery", **why).job
    report = api.revert_sync(job)
    assert sorted(report.restored) == [
        ("course-v1:MITx+A+1", "title"), ("course:MITx+A", "title"), ("organization:MITx", "name"),
    ]  # fmt: skip
    assert (Organization.objects.get().name, CatalogCourse.objects.get().title, run("A").title) == ("MITx", "Algebra", "Run")
    list_others(remote, courses=[{"key": "MITx+A", "title": "Wrong again"}])
    job = sync("discovery").job
    catalog.update_catalog_course(CatalogCourse.objects.get(), title="By hand")
    assert ("course:MITx+A", "title") in api.revert_sync(job).kept


def test_what_a_job_marked_as_missing_is_not_any_more(sync, lms, remote):
    remote.rows = rows(10)
    sync("lms")
    gone = remote.rows.pop()["id"]
    job = sync("lms").job
    assert missing() == [gone]
    assert api.revert_sync(job).restored == [(gone, "missing_since")]
    assert missing() == []


def test_a_job_whose_programs_have_no_history_is_not_called_reverted(sync, discovery, remote, settings):
    sync("discovery")
    settings.SIMPLE_HISTORY_ENABLED = False
    listed(remote)[0]["title"] = "Wrong"
    job = sync("discovery").job
    with pytest.raises(JobNotRevertible, match="no history"):
        api.revert_sync(job)
    assert SyncJob.objects.get(pk=job).reverted_at is None


def test_records_without_a_former_value_are_reported_one_by_one(sync, discovery, remote):
    sync("discovery")
    for each in listed(remote)[:2]:
        each["title"] = "Wrong"
    job = sync("discovery").job
    Program.history.filter(id=programs.get_program(uuid(0)).pk, title="Program 0").delete()
    report = api.revert_sync(job)
    assert report.left == [(f"program:{uuid(0)}", "", "there is no history of what it was")]
    assert report.restored == [(f"program:{uuid(1)}", "title")]


def test_rows_without_a_course_key_are_reported_as_such(db):
    api.create_source(name="legacy", kind="file", create_missing=True)
    text = "external_id,course_key,title\n17,,Old\n18,course-v1:MITx+A+1,Old\n"
    load(text)
    job = load(text.replace("Old", "Wrong")).job
    report = api.revert_sync(job)
    assert report.restored == [("course-v1:MITx+A+1", "title")]
    assert [(record, "history" in why) for record, _field, why in report.left] == [("17", True)]
    assert RunSource.objects.get(external_id="17").row["title"] == "Wrong"


def test_what_was_taken_but_for_a_part_is_taken_back_too(sync, discovery, remote):
    sync("discovery")
    listed(remote)[0] |= {"title": "Wrong", "courses": [{"key": "MITx+A"}, {"key": "No+Course"}]}
    report = sync("discovery")
    assert by_outcome(report)["conflict"][0].code == "partly_taken"
    assert api.revert_sync(report.job).restored == [(f"program:{uuid(0)}", "title")]
    assert isinstance(last_job().reverted_at, datetime)


def test_a_course_that_was_added_stays_where_somebody_has_worked_on_it(sync, discovery, remote):
    sync("discovery")
    catalog.associate_course_run("course-v1:MITx+B+1", title="B")
    for each in listed(remote)[:2]:
        each["courses"] = [{"key": "MITx+A"}, {"key": "MITx+B"}]
    job = sync("discovery").job
    member = CurriculumCourseMembership.objects.get(curriculum__program__uuid=uuid(0), catalog_course__course_code="B")
    programs.exclude_course_run(member, "course-v1:MITx+B+1")
    report = api.revert_sync(job)
    assert (report.kept, report.restored) == ([(f"program:{uuid(0)}", "courses")], [(f"program:{uuid(1)}", "courses")])
