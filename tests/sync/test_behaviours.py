"""How a sync behaves, by number."""

import pytest
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.models_api import RunSource, SyncJob, SyncOutcome
from openedx_catalog.models_api import CatalogCourse, CourseRun, OutboxMessage

from .conftest import by_outcome, counts, last_job, missing, row, rows, run
from .remote import answer, status

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.two_databases]


def footprint():
    """Everything that a change would leave."""
    return (
        list(CourseRun.objects.order_by("pk").values_list("pk", "title", "modified", "source_time", "schedule__start")),
        CourseRun.history.count(), OutboxMessage.objects.count(), CatalogCourse.history.count(),
        list(RunSource.objects.order_by("pk").values_list()),
    )  # fmt: skip


def test_07_unchanged_data_writes_nothing(sync, lms, remote):
    remote.rows = rows(10)
    assert counts(sync("lms")) == {"created": 10}
    before = footprint()
    report = sync("lms")
    assert (counts(report), report.status, footprint()) == ({"unchanged": 10}, "ok", before)
    remote.rows[3]["name"] = "Another"
    assert counts(sync("lms")) == {"updated": 1, "unchanged": 9}
    before = footprint()
    assert counts(sync("lms")) == {"unchanged": 10}
    assert footprint() == before


def test_08_only_mapped_fields_are_written_and_pinned_ones_are_kept(sync, lms, remote):
    remote.rows = [row("A"), row("B")]
    sync("lms")
    api.update_source("lms", field_map={"title": "name", "end": "end"})
    api.pin_field("course-v1:MITx+B+1", "title", reason="The registrar's")
    for each in remote.rows:
        each |= {"name": "Changed", "start": "2030-01-01T00:00:00Z", "end": "2031-01-01T00:00:00Z", "pacing": "self"}
    report = sync("lms")
    assert counts(report) == {"updated": 2}
    assert [(str(each.title), each.schedule.start.year, each.schedule.pacing) for each in (run("A"), run("B"))] == [
        ("Changed", 2027, "instructor"), ("Course B", 2027, "instructor"),
    ]  # fmt: skip
    assert run("B").schedule.end.year == 2031
    (pinned,) = [outcome for outcome in report.outcomes if outcome.code == "pinned"]
    assert "title" in pinned.reason
    assert counts(sync("lms")) == {"unchanged": 1, "pinned": 1}
    assert api.get_pinned_fields("course-v1:MITx+B+1") == {"title": "The registrar's"}
    assert api.unpin_field("course-v1:MITx+B+1", "title")
    assert not api.unpin_field("course-v1:MITx+B+1", "title")
    assert counts(sync("lms")) == {"updated": 1, "unchanged": 1}


def test_09_an_ended_run_takes_a_new_title_and_an_end_before_its_start_is_left_to_the_doctor(sync, lms, remote):
    remote.rows = [row("A", start="2001-01-01T00:00:00Z", end="2002-01-01T00:00:00Z"), row("B")]
    sync("lms")
    remote.rows[0]["name"] = "Renamed"
    remote.rows[1] |= {"name": "Taken", "end": "2026-01-01T00:00:00Z"}
    report = sync("lms")
    assert (counts(report), report.status) == ({"updated": 2}, "ok")
    assert (run("A").title, run("B").title, run("B").schedule.end.year) == ("Renamed", "Taken", 2026)
    assert [finding.code for finding in catalog.diagnose()] == ["end_before_start"]


def test_10_y01_one_of_ten_is_gone_is_marked_once_and_may_come_back(sync, lms, remote):
    remote.rows = rows(10)
    sync("lms")
    gone = remote.rows.pop(4)
    for each in remote.rows:
        each["name"] = "New"
    report = sync("lms", allow_mass_missing=False)
    assert (counts(report), report.status) == ({"updated": 9, "missing": 1}, "partial")
    assert missing() == [gone["id"]]
    since = RunSource.objects.get(external_id=gone["id"]).missing_since
    again = sync("lms")
    assert (counts(again), again.status) == ({"unchanged": 9}, "ok")
    assert RunSource.objects.get(external_id=gone["id"]).missing_since == since
    remote.rows.append(gone)
    assert counts(sync("lms")) == {"unchanged": 10}
    assert missing() == []
    # Asked for by its key, too.
    remote.rows.remove(gone)
    assert counts(sync("lms", only=[gone["id"], remote.rows[0]["id"]])) == {"unchanged": 1, "missing": 1}
    assert missing() == [gone["id"]]


def test_11_a_batch_that_fails_fails_alone_and_is_all_that_is_left_to_do(sync, lms, remote):
    remote.rows = rows(250)
    sync("lms")
    for each in remote.rows:
        each["name"] = "New"
    keys = [each["id"] for each in remote.rows]
    # The second batch, at each of its tries.
    remote.faults["keys"] = [*_passes(1), *[status(500)] * 4]
    report = sync("lms", only=keys)
    assert (counts(report), report.status) == ({"updated": 150, "failed": 100}, "partial")
    assert missing() == []
    asked = len(remote.asked)
    resumed = sync("lms", only=keys, resume=True)
    assert (counts(resumed), resumed.status, resumed.job) == ({"updated": 250}, "ok", report.job)
    assert len(remote.asked) > asked


def _passes(count):
    """Answers as usual."""

    def usual(handler):
        rows = handler.remote.rows[:100]
        handler.send_json({"results": rows, "pagination": {"next": None}})

    return [usual] * count


def test_11_a_page_that_fails_does_not_end_the_listing_and_nothing_is_missing(sync, lms, remote):
    remote.rows, remote.size = rows(250), 100
    sync("lms")
    remote.faults[2] = status(503)
    report = sync("lms")
    assert (counts(report), report.status) == ({"unchanged": 150, "failed": 100}, "partial")
    assert (missing(), by_outcome(report)["failed"][0].code) == ([], "remote_unavailable")
    # One record for the whole page, by its address; how many that is, it says itself.
    [page] = by_outcome(report)["failed"]
    assert (page.external_id.endswith("page=2&page_size=100"), page.records, report.records) == (True, 100, 250)
    assert report.unlisted == {}


def test_14_a_date_that_is_none_is_left_out_and_never_guessed(sync, lms, remote):
    remote.rows = rows(10)
    sync("lms")
    for each in remote.rows:
        each["name"] = "New"
    for number, wrong in enumerate(("not-a-date", "1T2026", "July 17", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00", 17)):
        remote.rows[number]["start"] = wrong
    report = sync("lms")
    assert (counts(report), report.status) == ({"updated": 10}, "partial")
    partly = [outcome for outcome in report.outcomes if outcome.code == "partly_taken"]
    assert ["start" in outcome.reason for outcome in partly] == [True] * 6
    assert {each.schedule.start.year for each in CourseRun.objects.select_related("schedule")} == {2027}
    assert {each.title for each in CourseRun.objects.all()} == {"New"}
    # Nothing is written any more, and what is left out is still told.
    report = sync("lms")
    assert (counts(report), report.status) == ({"unchanged": 4, "invalid": 6}, "partial")
    assert {outcome.code for outcome in by_outcome(report)["invalid"]} == {"invalid_date"}


def test_14_null_clears_only_where_the_source_says_so(sync, lms, remote):
    remote.rows = [row("A")]
    sync("lms")
    remote.rows[0]["start"] = None
    assert counts(sync("lms")) == {"unchanged": 1}
    api.update_source("lms", null_clears=True)
    assert counts(sync("lms")) == {"updated": 1}
    assert run("A").schedule.start is None
    del remote.rows[0]["pacing"]
    assert counts(sync("lms")) == {"unchanged": 1}


@pytest.mark.parametrize("listed", [[], rows(80)], ids=["nothing", "a fifth less"])
def test_16_when_too_many_would_vanish_nothing_is_written_unless_it_is_allowed(sync, lms, remote, listed):
    remote.rows = rows(100)
    sync("lms")
    remote.rows = [{**each, "name": "New"} for each in listed]
    before = footprint()
    report = sync("lms")
    assert (report.status, counts(report)) == ("aborted", {})
    assert "--allow-mass-missing" in report.message
    assert (footprint(), last_job().status) == (before, "aborted")
    assert sync("lms", dry_run=True).status == "aborted"
    allowed = sync("lms", allow_mass_missing=True)
    assert (allowed.status, counts(allowed)["missing"]) == ("partial", 100 - len(listed))
    assert last_job().allow_mass_missing
    assert CourseRun.objects.count() == 100


def test_16_a_few_of_few_and_a_tenth_of_many_may_vanish(sync, lms, remote):
    remote.rows = rows(20)
    sync("lms")
    del remote.rows[:4]
    assert counts(sync("lms"))["missing"] == 4


def test_17_another_course_for_a_known_key_is_a_conflict_unless_a_person_has_decided(sync, db, remote):
    api.create_source(name="discovery", kind="discovery", base_url=remote.url, create_missing=True, per_minute=6000)
    remote.rows = [{"key": "course-v1:MITx+A+1", "title": "A", "course": "MITx+A"},
                   {"key": "course-v1:MITx+B+1", "title": "B", "course": "Other+X"}]  # fmt: skip
    assert counts(sync("discovery")) == {"created": 2}
    assert [(each.catalog_course.key_str, each.association) for each in (run("A"), run("B"))] == [
        ("catalog-course:MITx:A", "implicit"), ("catalog-course:Other:X", "explicit"),
    ]  # fmt: skip
    before = run("A").pk
    remote.rows[0] |= {"course": "Other+X", "title": "Not taken"}
    report = sync("discovery")
    assert (counts(report), by_outcome(report)["conflict"][0].code) == (
        {"unchanged": 1, "conflict": 1}, "other_catalog_course",
    )  # fmt: skip
    catalog.create_catalog_course(org_code="MITx", course_code="C", title="C")
    catalog.move_course_run("course-v1:MITx+A+1", "MITx+C", reason="the faculty said so")
    assert counts(sync("discovery")) == {"unchanged": 1, "updated": 1}
    assert (run("A").pk, run("A").catalog_course.course_code, run("A").title) == (before, "C", "Not taken")
    assert CourseRun.objects.count() == 2


def test_18_y10_copies_collapse_and_contradicting_ones_are_a_conflict(sync, lms, remote):
    remote.rows = [row("A"), row("A"), row("B"), row("B", name="Another"), row("C")]
    report = sync("lms")
    assert counts(report) == {"created": 2, "conflict": 1}
    assert by_outcome(report)["conflict"][0].external_id == "course-v1:MITx+B+1"
    remote.rows, remote.size = [row("A"), row("C"), row("C"), row("D")], 2
    assert counts(sync("lms")) == {"created": 1, "unchanged": 2}


def test_20_a_key_that_the_source_refuses_does_not_stop_the_others(sync, lms, remote):
    remote.rows = rows(30)
    sync("lms")
    for each in remote.rows:
        each["name"] = "New"
    remote.refused_keys = {remote.rows[17]["id"]}
    report = sync("lms", only=[*(each["id"] for each in remote.rows), "nonsense"])
    assert counts(report) == {"updated": 29, "failed": 1, "invalid": 1}
    assert by_outcome(report)["failed"][0].external_id == remote.rows[17]["id"]


def test_20_a_key_in_another_case_is_the_stored_run_and_reported(sync, lms, remote):
    remote.rows = [row("A")]
    sync("lms")
    remote.rows[0] |= {"id": "course-v1:mitx+a+1", "name": "Not taken"}
    report = sync("lms")
    assert (counts(report), report.outcomes[0].code) == ({"conflict": 1}, "other_spelling")
    assert (CourseRun.objects.count(), run("A").title, missing()) == (1, "Course A", [])


@pytest.mark.parametrize("size", [1, 7, 100])
def test_21_the_result_does_not_depend_on_the_size_of_a_page_and_long_keys_are_posted(sync, lms, remote, size):
    remote.size = size
    remote.rows = [row("A" * 60, f"{number:060}") for number in range(30)]
    assert counts(sync("lms")) == {"created": 30}
    keys = [each["id"] for each in remote.rows]
    assert counts(sync("lms", only=keys)) == {"unchanged": 30}
    assert all(len(str(query)) < 8000 for _method, _path, query, _body in remote.asked)
    assert remote.asked[-1][0] == "POST"


def test_23_unknown_runs_are_only_reported_where_the_source_may_not_create_them(sync, lms, remote):
    catalog.associate_course_run("course-v1:MITx+A+1", title="Old")
    api.update_source("lms", create_missing=False)
    remote.rows = [row("A"), row("B")]
    report = sync("lms")
    assert (counts(report), report.status) == ({"updated": 1, "skipped": 1}, "ok")
    assert (by_outcome(report)["skipped"][0].code, CourseRun.objects.count()) == ("not_created", 1)
    assert counts(sync("lms", dry_run=True)) == {"unchanged": 1, "skipped": 1}


def test_23_one_that_cannot_be_created_does_not_hinder_the_others(sync, lms, remote, settings):
    catalog.create_organization(short_name="MITx", name="MIT")
    settings.ORGANIZATIONS_AUTOCREATE = False
    remote.rows = [row("A"), row("B", org="Nobody"), row("C"), {"name": "no key"}, row("D", id="library-v1:MITx+L")]
    report = sync("lms")
    assert (counts(report), report.status) == ({"created": 2, "invalid": 3}, "partial")
    assert sorted(outcome.code for outcome in by_outcome(report)["invalid"]) == [
        "invalid_course_key", "invalid_row", "organization_not_found",
    ]  # fmt: skip


@pytest.mark.parametrize("known", [True, False], ids=["listed-before", "new"])
def test_a_run_that_was_deleted_for_good_is_skipped_until_it_is_restored(sync, lms, remote, known):
    catalog.associate_course_run("course-v1:MITx+A+1")
    remote.rows = [row("A"), row("B")]
    if known:
        sync("lms")
    catalog.delete_course_run("course-v1:MITx+A+1", for_good=True, reason="never took place")
    report = sync("lms")
    assert (counts(report), report.status) == ({"skipped": 1, "unchanged" if known else "created": 1}, "ok")
    skipped = by_outcome(report)["skipped"][0]
    assert (skipped.code, "never took place" in skipped.reason) == ("deleted_on_purpose", True)
    assert counts(sync("lms", dry_run=True)) == {"skipped": 1, "unchanged": 1}
    assert RunSource.objects.filter(run=None).count() == 0
    catalog.restore_deleted_course_run("course-v1:MITx+A+1", reason="it did")
    assert counts(sync("lms")) == {"updated": 1, "unchanged": 1}
    assert counts(sync("lms")) == {"unchanged": 2}


def test_a_source_writes_only_runs_of_its_organizations(sync, lms, remote):
    catalog.create_organization(short_name="MITx", name="MIT")
    api.update_source("lms", organizations=["mitx"])
    remote.rows = [row("A"), row("B", org="Other")]
    report = sync("lms")
    assert (counts(report), report.status) == ({"created": 1, "skipped": 1}, "ok")
    api.update_source("lms", organizations=[])
    assert counts(sync("lms")) == {"created": 1, "unchanged": 1}


def test_a_source_may_go_on_to_name_its_organization_as_before(sync, lms, remote):
    catalog.create_organization(short_name="MITx", name="MIT")
    api.update_source("lms", organizations=["mitx"])
    catalog.update_organization("MITx", short_name="MITxPRO")
    remote.rows = [row("A"), row("B", org="Other")]
    assert counts(sync("lms")) == {"created": 1, "skipped": 1}
    assert run("A").catalog_course.org_code == "MITxPRO"


def test_titles_are_unescaped_as_the_lms_escapes_them_and_display_organizations_are_not_believed(sync, lms, remote):
    remote.rows = [row("A", name="R&amp;D &lt;1&gt;", org="Display", number="0.1") | {"id": "course-v1:MITx+A+1"}]
    sync("lms")
    assert (run("A").title, run("A").catalog_course.key_str) == ("R&amp;D <1>", "catalog-course:MITx:A")


def test_a_dry_run_reports_what_a_real_one_does_and_writes_nothing(sync, lms, remote):
    remote.rows = rows(30)
    sync("lms")
    api.pin_field(remote.rows[2]["id"], "title")
    remote.rows[1]["name"] = remote.rows[2]["name"] = "New"
    remote.rows[5]["end"] = "soon"
    del remote.rows[7]
    remote.rows += [row("New"), row("New", "2"), row("New", "2", name="Other")]
    before, jobs = footprint(), SyncJob.objects.count()
    dry = sync("lms", dry_run=True)
    assert (footprint(), SyncJob.objects.count(), dry.job) == (before, jobs, None)
    real = sync("lms")
    assert (counts(dry), dry.status, dry.catalog_courses_created) == (counts(real), real.status, real.catalog_courses_created)
    assert sorted(map(str, dry.outcomes)) == sorted(map(str, real.outcomes))


def test_a_job_says_who_when_and_what_became_of_each_record(sync, lms, remote, django_user_model):
    user = django_user_model.objects.create(username="operator")
    remote.rows = [row("A"), row("B", end="never")]
    report = sync("lms", user=user)
    job = SyncJob.objects.get(pk=report.job)
    assert (job.user, job.status, job.counts["created"], job.total) == (user, "partial", 2, 2)
    assert job.started_at <= job.ended_at <= timezone.now()
    assert set(SyncOutcome.objects.values_list("external_id", "outcome", "place")) == {
        ("course-v1:MITx+A+1", "created", "page 1, row 1"), ("course-v1:MITx+B+1", "created", "page 1, row 2"),
    }  # fmt: skip
    change = run("A").history.get()
    assert (change.history_change_reason, change.history_user) == (f"sync:lms:{job.pk}", user)


def test_what_moved_between_pages_is_asked_for_and_not_called_missing(sync, lms, remote):
    """A row was deleted from the first page while the second was read: one row is on neither."""
    remote.rows, remote.size = rows(6), 3
    sync("lms")
    listed = remote.listed(1)
    remote.faults[1] = answer(listed)
    shifted = {**remote.listed(2), "results": remote.rows[4:]}
    remote.faults[2] = answer(shifted)
    assert counts(sync("lms")) == {"unchanged": 6}
    assert missing() == []


def test_a_mapped_field_that_only_the_detail_has_is_read_from_there(sync, lms, remote):
    remote.rows = [row("A")]
    detail = {**remote.rows[0], "certificate_available_date": "2028-05-01T00:00:00Z"}
    remote.pages["/api/courses/v1/courses/course-v1%3AMITx%2BA%2B1"] = detail
    api.update_source("lms", field_map={"title": "name", "end": "certificate_available_date"}, username="worker")
    assert counts(sync("lms")) == {"created": 1}
    assert run("A").schedule.end.year == 2028
    assert remote.asked[-1][2] == {"username": ["worker"]}
    # Where the detail fails, that run does, and no other.
    remote.rows.append(row("B"))
    report = sync("lms")
    assert (counts(report), report.status) == ({"unchanged": 1, "failed": 1}, "partial")
