"""Several sources that have the same runs: who sets what, who places runs, and who speaks for whom."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openedx_catalog import api as catalog
from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.exceptions import InvalidSource
from openedx_catalog.contrib.sync.models_api import RunSource

from .conftest import by_outcome, counts, last_job, missing, row, rows, run
from .remote import Remote
from .test_behaviours import footprint

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.any_database]
A1 = "course-v1:MITx+A+1"


@pytest.fixture
def other_remote():
    server = Remote()
    yield server
    server.close()


@pytest.fixture
def discovery(db, other_remote):
    return api.create_source(
        name="discovery", kind="discovery", base_url=other_remote.url, create_missing=True, per_minute=6000
    )


def listed(key=A1, **values):
    """A run as discovery lists it."""
    return {"key": key, "title": "Of discovery", "modified": "2020-01-01T00:00:00Z", **values}


# Who sets a field


def test_of_two_sources_that_disagree_the_first_one_wins_and_the_other_is_told(sync, lms, remote, discovery, other_remote):
    remote.rows, other_remote.rows = [row("A")], [listed()]
    sync("lms")
    report = sync("discovery")
    assert (counts(report), report.status) == ({"outranked": 1}, "ok")
    (told,) = report.outcomes
    assert (told.code, "lms" in told.reason, "title" in told.reason) == ("set_by_another_source", True, True)
    before = footprint()
    for _number in range(5):
        assert counts(sync("lms")) == {"unchanged": 1}
        assert counts(sync("discovery", dry_run=True)) == counts(sync("discovery")) == {"outranked": 1}
    assert footprint() == before
    assert run("A").title == "Course A"


def test_what_the_others_do_not_state_is_taken(sync, lms, remote, discovery, other_remote):
    api.update_source("lms", field_map={"title": "name"})
    remote.rows, other_remote.rows = [row("A")], [listed(start="2027-05-01T00:00:00Z", modified="2999-01-01T00:00:00Z")]
    sync("lms")
    report = sync("discovery")
    assert [(each.outcome, each.code) for each in report.outcomes] == [("updated", "set_by_another_source")]
    assert (run("A").title, run("A").schedule.start.month) == ("Course A", 5)


@pytest.mark.parametrize("settings", [{"rank": 10}, {"owns": ["title"], "rank": 500}], ids=["rank", "owner"])
def test_a_lower_rank_and_an_owner_win_whoever_said_it_first_or_last(sync, lms, remote, discovery, other_remote, settings):
    api.update_source("discovery", **settings)
    remote.rows, other_remote.rows = [row("A")], [listed()]
    sync("lms")
    # Though it says so since 2020: of two sources, not the one that speaks last is right.
    assert counts(sync("discovery")) == {"updated": 1}
    assert run("A").title == "Of discovery"
    assert counts(sync("lms")) == {"outranked": 1}
    remote.rows[0] |= {"name": "Another", "end": "2029-01-01T00:00:00Z"}
    report = sync("lms")
    assert [(each.outcome, each.code) for each in report.outcomes] == [("updated", "set_by_another_source")]
    assert (run("A").title, run("A").schedule.end.year) == ("Of discovery", 2029)
    other_remote.rows[0] |= {"title": "Once more", "modified": "2020-01-02T00:00:00Z"}
    assert counts(sync("discovery")) == {"updated": 1}
    assert counts(sync("discovery")) == {"unchanged": 1}


def test_who_owns_a_field_wins_against_any_rank(sync, lms, remote, discovery, other_remote):
    api.update_source("lms", rank=1)
    api.update_source("discovery", owns=["title"])
    remote.rows, other_remote.rows = [row("A")], [listed(start="2028-01-01T00:00:00Z")]
    sync("lms")
    sync("discovery")
    assert (run("A").title, run("A").schedule.start.year) == ("Of discovery", 2027)


def test_what_the_winner_does_not_state_or_list_any_more_is_left_to_the_other(sync, lms, remote, discovery, other_remote):
    remote.rows, other_remote.rows = [row("A"), *rows(20)], [listed(end="2028-01-01T00:00:00Z")]
    remote.rows[0]["end"] = "2029-01-01T00:00:00Z"
    sync("lms")
    assert counts(sync("discovery")) == {"outranked": 1}
    remote.rows[0]["end"] = None
    sync("lms")
    sync("discovery")
    assert (run("A").title, run("A").schedule.end.year) == ("Course A", 2028)
    gone = remote.rows.pop(0)
    sync("lms")
    assert missing() == [A1]
    assert counts(sync("discovery")) == {"updated": 1}
    # Back again, it is the second one to say so.
    remote.rows.insert(0, gone)
    assert counts(sync("lms")) == {"unchanged": 20, "outranked": 1}
    assert counts(sync("discovery")) == {"unchanged": 1}
    assert run("A").title == "Of discovery"


def test_a_source_that_is_switched_off_has_no_say(sync, lms, remote, discovery, other_remote):
    remote.rows, other_remote.rows = [row("A")], [listed()]
    sync("lms")
    assert counts(sync("discovery")) == {"outranked": 1}
    api.update_source("lms", enabled=False)
    assert counts(sync("discovery")) == {"updated": 1}


def test_a_title_that_is_only_the_code_wins_nothing(sync, lms, remote, discovery, other_remote):
    remote.rows, other_remote.rows = [row("A", name="a")], [listed()]
    sync("lms")
    assert counts(sync("discovery")) == {"updated": 1}
    assert counts(sync("lms")) == {"unchanged": 1}
    assert run("A").title == "Of discovery"


def test_a_pin_wins_against_every_source(sync, lms, remote, discovery, other_remote):
    api.update_source("discovery", rank=1)
    remote.rows, other_remote.rows = [row("A")], [listed()]
    sync("lms")
    api.pin_field(A1, "title")
    assert counts(sync("discovery")) == {"pinned": 1}


def test_unchanged_syncs_of_two_sources_write_nothing_and_cost_one_statement_more_for_each_page(
    sync, lms, remote, discovery, other_remote
):
    remote.rows = rows(300)
    other_remote.rows = [listed(each["id"], title=f"Other {each['id']}") for each in remote.rows]
    sync("lms")
    alone = _statements(sync, "lms")
    sync("discovery")
    before = footprint()
    together = _statements(sync, "lms")
    assert footprint() == before
    assert together - alone == 3
    assert counts(sync("lms")) == {"unchanged": 300}
    assert RunSource.objects.filter(fields={}).count() == 0


def _statements(sync, name):
    with CaptureQueriesContext(
        connection,
    ) as statements:
        sync(name)
    return len(statements)


# Configuring it


def test_two_sources_cannot_own_the_same_field(lms, discovery):
    api.update_source("lms", owns=["end", "title"])
    with pytest.raises(InvalidSource, match="discovery and lms") as caught:
        api.update_source("discovery", owns=["title", "start"])
    assert caught.value.facts["field"] == "owns"
    api.update_source("discovery", owns=["title"], enabled=False)
    with pytest.raises(InvalidSource, match="discovery and lms"):
        api.update_source("discovery", enabled=True)
    api.update_source("lms", owns=[])
    api.update_source("discovery", enabled=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"rank": -1}, {"rank": "1"}, {"rank": 40_000}, {"owns": ["language"]}, {"owns": "title"}, {"places_runs": 1},
        {"retire_missing": None}, {"parameters": []}, {"parameters": {"page": "2"}}, {"parameters": {"a b": "1"}},
        {"parameters": {"a": 1}}, {"parameters": {"a": "\x00"}}, {"parameters": {"a": "x" * 300}},
        {"parameters": {"Limit": "1"}}, {"parameters": {"format": "api"}}, {"parameters": {"access_token": "s3cr3t"}},
        {"parameters": {"apikey": "s3cr3t"}},
    ],
)  # fmt: skip
def test_what_cannot_be_configured(lms, wrong):
    with pytest.raises(InvalidSource) as caught:
        api.update_source("lms", **wrong)
    assert caught.value.facts["field"] == next(iter(wrong))


# Which course a run belongs to

RERUN = "course-v1:MITx+A-R+1"


@pytest.mark.parametrize("first", ["lms", "discovery"])
def test_a_source_that_knows_courses_places_runs_whichever_source_came_first(sync, lms, remote, discovery, other_remote, first):
    api.update_source("discovery", places_runs=True)
    remote.rows = [row("A-R", name="Of discovery")]
    other_remote.rows = [listed(RERUN, course="MITx+A")]
    for name in ("lms", "discovery") if first == "lms" else ("discovery", "lms"):
        sync(name)
    placed = run("A-R")
    assert (placed.catalog_course.key_str, placed.association) == ("catalog-course:MITx:A", "explicit")
    before = footprint()
    assert [counts(sync(name)) for name in ("lms", "discovery")] == [{"unchanged": 1}] * 2
    assert footprint() == before


def test_the_job_says_that_a_run_was_placed_and_a_dry_run_does_so_too(sync, lms, remote, discovery, other_remote):
    api.update_source("discovery", places_runs=True)
    remote.rows, other_remote.rows = [row("A-R")], [listed(RERUN, course="MITx+A", title="Course A-R")]
    sync("lms")
    dry = sync("discovery", dry_run=True)
    assert run("A-R").catalog_course.course_code == "A-R"
    report = sync("discovery")
    assert [(each.outcome, each.code) for each in report.outcomes] == [("updated", "placed")]
    assert list(map(str, dry.outcomes)) == list(map(str, report.outcomes))
    assert run("A-R").history.first().history_change_reason.startswith("sync:discovery:")


def test_without_that_an_implicit_run_under_another_course_is_a_conflict(sync, lms, remote, discovery, other_remote):
    remote.rows, other_remote.rows = [row("A-R")], [listed(RERUN, course="MITx+A")]
    sync("lms")
    assert by_outcome(sync("discovery"))["conflict"][0].code == "other_catalog_course"
    assert run("A-R").catalog_course.course_code == "A-R"


def test_what_somebody_has_decided_is_never_placed(sync, lms, remote, discovery, other_remote):
    api.update_source("discovery", places_runs=True)
    remote.rows, other_remote.rows = [row("A-R")], [listed(RERUN, course="MITx+A", title="Course A-R")]
    sync("lms")
    catalog.move_course_run(RERUN, catalog.create_catalog_course(org_code="MITx", course_code="Mine"), reason="it is mine")
    assert counts(sync("discovery")) == {"unchanged": 1}
    assert run("A-R").catalog_course.course_code == "Mine"
    assert catalog.find_catalog_course(key_str="MITx+A") is None


def test_a_source_that_creates_nothing_places_runs_only_under_courses_that_there_are(
    sync, lms, remote, discovery, other_remote
):
    api.update_source("discovery", places_runs=True, create_missing=False)
    remote.rows, other_remote.rows = [row("A-R")], [listed(RERUN, course="MITx+A", title="Course A-R")]
    sync("lms")
    assert by_outcome(sync("discovery"))["conflict"][0].code == "other_catalog_course"
    catalog.create_catalog_course(org_code="MITx", course_code="A")
    assert counts(sync("discovery")) == {"updated": 1}


# Who speaks for whom


def test_a_record_of_what_was_merged_writes_nothing_to_the_survivor(sync, discovery, other_remote):
    api.update_source("discovery", also=["courses"])
    courses = [{"key": "MITx+Old", "title": "Old one"}, {"key": "MITx+New", "title": "New one"}]
    other_remote.pages["/api/v1/courses/"] = {"count": 2, "next": None, "results": courses}
    sync("discovery")
    old, new = (catalog.get_catalog_course(key_str=f"MITx+{code}") for code in ("Old", "New"))
    catalog.merge_catalog_courses(old, into=new, reason="the same")
    for _number in range(2):
        report = sync("discovery")
        assert counts(report) == {"skipped": 1, "unchanged": 1}
        assert by_outcome(report)["skipped"][0].code == "under_alias"
    assert catalog.get_catalog_course(key_str="MITx+New").title == "New one"


def test_a_renamed_course_that_has_the_uuid_of_the_record_follows_it(sync, discovery, other_remote):
    api.update_source("discovery", also=["courses"])
    course = {"key": "MITx+A", "title": "A", "uuid": "5cf35a4d-3a4f-4c1b-8a8c-c8a9d8a9a001"}
    other_remote.pages["/api/v1/courses/"] = {"count": 1, "next": None, "results": [course]}
    sync("discovery")
    catalog.rename_catalog_course(catalog.get_catalog_course(key_str="MITx+A"), course_code="B", reason="renamed")
    course["title"] = "Algebra"
    assert counts(sync("discovery")) == {"updated": 1}
    assert catalog.get_catalog_course(key_str="MITx+B").title == "Algebra"


# One key, two spellings


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_spellings_of_a_key_the_stored_one_goes_on_to_be_updated(sync, lms, remote, turned):
    remote.rows = [row("A")]
    sync("lms")
    remote.rows = [row("A", name="New"), row("a", name="Wrong")][:: -1 if turned else 1]
    report = sync("lms")
    assert counts(report) == {"updated": 1, "conflict": 1}
    assert by_outcome(report)["conflict"][0].code == "other_spelling"
    assert run("A").title == "New"
    assert counts(sync("lms")) == {"unchanged": 1, "conflict": 1}
    assert missing() == []


# A start that there is not


@pytest.mark.parametrize(
    ("given", "year"),
    [
        ({"start": "2030-01-01T00:00:00Z", "start_type": "empty"}, None),
        ({"start": "2030-01-01T00:00:00Z", "start_type": "string", "start_display": "Some day"}, None),
        ({"start": "2028-01-01T00:00:00Z", "start_type": "string", "start_display": "Some day"}, 2028),
        ({"start": "2030-01-01T05:00:00Z", "start_type": "timestamp"}, 2030),
    ],
)
def test_the_placeholder_of_the_platform_is_no_start(sync, lms, remote, given, year):
    remote.rows = [row("A", **given)]
    sync("lms")
    schedule = getattr(run("A"), "schedule", None)
    start = schedule and schedule.start
    assert (start.year if start else None) == year


def test_a_revert_says_that_a_placed_run_stays_there(sync, lms, remote, discovery, other_remote):
    api.update_source("discovery", places_runs=True, rank=1)
    remote.rows, other_remote.rows = [row("A-R")], [listed(RERUN, course="MITx+A")]
    sync("lms")
    sync("discovery")
    report = api.revert_sync(last_job(), reason="a mistake")
    assert (report.restored, [left[:2] for left in report.left]) == ([(RERUN, "title")], [(RERUN, "catalog_course")])
    assert (run("A-R").title, run("A-R").catalog_course.course_code) == ("Course A-R", "A")
