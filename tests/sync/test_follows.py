"""What a source put in goes when the source takes it out; what an editor decided stays; what is left out is told."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models_api import (
    Curriculum,
    CurriculumCourseMembership,
    DegreeCost,
    DegreeDeadline,
    Program,
)
from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.models_api import Source, SourceRecord
from openedx_catalog.models_api import OutboxMessage

from .conftest import by_outcome, counts, last_job
from .discovery import Service, curriculum, degree, uuid_of
from .remote import status

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.any_database]

# Of an unchanged program with one curriculum, and of each curriculum more.
PER_PROGRAM, PER_CURRICULUM = 21, 6


@pytest.fixture
def service(db, remote):
    return four_courses(remote)


def four_courses(remote):
    """Four courses with runs, and a source that takes over all that there is."""
    also = ["organizations", "courses", "programs"]
    values = {"base_url": remote.url, "create_missing": True, "per_minute": 6000, "also": also}
    api.create_source(name="discovery", kind="discovery", **values)
    found = Service(remote)
    for code in "ABCD":
        found.course(f"MITx+{code}", R1={"external_key": f"{code}-2026"}, R2={})
    return found


@pytest.fixture
def follow(service, sync):
    """Serve what the service has by now, and sync."""

    def call(**kwargs):
        service.serve()
        return sync("discovery", **kwargs)

    return call


def program(name="Both"):
    return programs.get_program(uuid_of(name))


def codes(name="Both"):
    return [course.course_code for course in program(name).courses]


def runs(name="Both"):
    return sorted(str(run.course_key)[-4:] for run in programs.program_runs(program(name)))


def only_curriculum(name="Both"):
    return Curriculum.objects.get(program=program(name))


def member(code, name="Both"):
    rows = CurriculumCourseMembership.objects.filter(curriculum__program=program(name), catalog_course__course_code=code)
    return rows.latest("pk")


def left(report):
    """What was left out of the one record that is in conflict."""
    (found,) = by_outcome(report)["conflict"]
    assert found.code == "partly_taken"
    return found.reason


def written():
    """Every history row and event, and what is remembered: whatever a sync writes."""
    histories = [
        model for model in apps.get_models() if hasattr(model, "history") and "openedx_catalog" in model._meta.app_label
    ]
    return (
        {model.__name__: model.history.count() for model in histories},
        OutboxMessage.objects.count(),
        sorted(map(str, SourceRecord.objects.values_list())),
        sorted(Program.objects.values_list("uuid", "modified")),
    )


def full(service):
    """A service with everything that it can have."""
    service.organizations["GTx"] = "Georgia Tech"
    service.courses["MITx+D"]["course-v1:MITx+D+R2"]["hidden"] = True
    service.program("Both", "MITx+B", "MITx+A", excluded=["course-v1:MITx+A+R2"], organizations=["GTx", "MITx"])
    tracks = [
        curriculum("Analytics", "MITx+C", "MITx+A", programs=["Nested"], excluded=["course-v1:MITx+C+R2"]),
        curriculum("Old track", "MITx+D", is_active=False),
    ]
    service.program("Master", type="Masters", curricula=tracks, degree=degree(), subtitle="A degree")
    service.program("Nested", "MITx+D", type="Boot Camp", status="retired", hidden=True)


# Everything


def test_everything_arrives_and_a_second_sync_writes_nothing(service, follow):
    full(service)
    service.programs["Both"] |= {"overview": "About both.", "credit": ["GTx"]}
    report = follow()
    assert report.status == "ok", [outcome for outcome in report.outcomes if outcome.outcome != "created"]
    assert (program().type.slug, program("Master").type.slug, program("Nested").type.name) == (
        "xseries",
        "masters",
        "Boot Camp",
    )
    assert (codes(), runs()) == (["B", "A"], ["A+R1", "B+R1", "B+R2"])
    assert program().author_codes == ["GTx", "MITx"]
    assert (program().description, [row.organization.short_name for row in program().organizations.filter(role="credit")]) == (
        "About both.", ["GTx"],
    )  # fmt: skip
    master, nested = program("Master"), program("Nested")
    assert (master.subtitle, nested.status, nested.hidden, nested.marketing_slug) == ("A degree", "retired", True, "nested")
    assert {row.name: row.is_over() for row in master.curricula.all()} == {"Analytics": False, "Old track": True}
    assert (codes("Master"), runs("Master")) == (["C", "A"], ["A+R1", "A+R2", "C+R1"])
    assert [row.program for row in master.curricula.get(name="Analytics").program_memberships.all()] == [nested]
    found = programs.get_degree(master)
    assert found.apply_url == "https://example.org/apply"
    assert [(row.description, row.amount, row.currency) for row in programs.get_costs(found)] == [
        ("Fees", Decimal("300.50"), "USD"), ("Tuition", Decimal("9900.00"), "USD"),
    ]  # fmt: skip
    assert [(row.name, f"{row.due_at:%Y-%m-%d %H:%M}", row.zone) for row in programs.get_deadlines(found)] == [
        ("Application", "2027-01-16 04:59", "America/New_York"), ("Deposit", "2027-02-01 23:59", "UTC"),
    ]  # fmt: skip
    keys = programs.get_external_course_keys(f"course-v1:MITx+{code}+R1" for code in "ABCD")
    assert sorted(keys.values()) == ["A-2026", "B-2026", "C-2026", "D-2026"]
    assert catalog.get_course_run("course-v1:MITx+A+R1").catalog_course.uuid.hex == uuid_of("MITx+A").replace("-", "")
    run = catalog.get_course_run("course-v1:MITx+A+R1")
    assert (str(run.uuid), run.catalog_course.language) == (uuid_of(run.course_key), "en")
    before = written()
    report = follow()
    assert (set(counts(report)), report.status, report.outcomes) == ({"unchanged"}, "ok", [])
    assert written() == before


def test_a_dry_run_says_what_a_real_one_does(service, follow):
    full(service)
    dry = follow(dry_run=True)
    assert not Program.objects.exists()
    assert not SourceRecord.objects.exists()
    assert counts(follow()) == counts(dry)


# Courses, in order


def test_a_course_that_the_source_takes_out_leaves_and_comes_back_and_that_of_an_editor_stays(service, follow):
    both = service.program("Both", "MITx+A", "MITx+B", "MITx+C")
    follow()
    programs.add_course(only_curriculum(), "MITx+D")
    both["courses"] = ["MITx+C", "MITx+A"]
    assert counts(follow())["updated"] == 1
    assert codes() == ["C", "A", "D"]
    gone = member("B")
    assert gone.is_over()
    assert SourceRecord.objects.exclude(missing_since=None).get().record == str(gone.uuid)
    before = written()
    assert set(counts(follow())) == {"unchanged"}
    assert written() == before
    both["courses"] = ["MITx+C", "MITx+B", "MITx+A"]
    follow()
    assert codes() == ["C", "B", "D", "A"]
    assert CurriculumCourseMembership.objects.filter(catalog_course__course_code="B").count() == 2


def test_what_an_editor_put_in_stays_when_the_source_had_it_too(service, follow):
    both = service.program("Both", "MITx+A")
    follow()
    programs.add_course(only_curriculum(), "MITx+B")
    both["courses"] = ["MITx+A", "MITx+B"]
    follow()
    both["courses"] = ["MITx+A"]
    follow()
    assert codes() == ["A", "B"]


def test_what_an_editor_took_out_stays_out_and_is_told(service, follow):
    service.program("Both", "MITx+A", "MITx+B")
    follow()
    programs.retire(member("B"))
    for _night in range(2):
        report = follow()
        assert (codes(), report.status) == (["A"], "ok")
        (kept,) = by_outcome(report)["pinned"]
        assert (kept.code, kept.reason) == ("kept_as_edited", "mitx+b")
    programs.remove(member("A"))
    follow()
    assert codes() == []


def test_a_course_that_the_catalog_lacks_is_left_out_and_comes_later(service, follow):
    service.program("Both", "MITx+A", "No+Course")
    assert left(follow()) == "course_unknown: there is no catalog course No+Course"
    catalog.create_organization(short_name="No", name="No")
    catalog.create_catalog_course(org_code="No", course_code="Course", title="Late")
    assert follow().status == "ok"
    assert codes() == ["A", "Course"]


# Curricula


def test_a_curriculum_is_found_by_its_id_whatever_it_is_called(service, follow):
    service.program("Both", "MITx+A", curricula=[curriculum("Track", "MITx+B")])
    follow()
    for row in Curriculum.objects.all():
        programs.update_curriculum(row, name=f"{row.name}, by hand")
    service.programs["Both"]["courses"].append("MITx+C")
    service.programs["Both"]["curricula"][0]["courses"].append("MITx+D")
    follow()
    assert sorted(row.name for row in Curriculum.objects.all()) == ["Courses, by hand", "Track, by hand"]
    assert codes() == ["A", "C", "B", "D"]
    service.programs["Both"]["curricula"][0]["name"] = "Another track"
    follow()
    assert sorted(row.name for row in Curriculum.objects.all()) == ["Another track", "Courses, by hand"]


def test_a_curriculum_that_an_editor_retires_stays_so_and_no_second_one_is_made(service, follow):
    service.program("Both", "MITx+A")
    follow()
    programs.retire(only_curriculum())
    for _night in range(2):
        report = follow()
        assert (report.status, counts(report)["pinned"], Curriculum.objects.count()) == ("ok", 1, 1)
    programs.remove(only_curriculum())
    report = follow()
    assert (report.status, Curriculum.objects.count()) == ("ok", 0)


def test_a_curriculum_of_an_editor_with_that_name_is_the_one(service, follow):
    service.program("Both")
    follow()
    made = programs.create_curriculum(program(), name="Courses", courses=["MITx+D"])
    service.programs["Both"]["courses"] = ["MITx+A"]
    assert follow().status == "ok"
    assert (only_curriculum(), codes()) == (made, ["D", "A"])


def test_a_curriculum_is_offered_as_long_as_the_source_says_so(service, follow):
    track = curriculum("Track", "MITx+A")
    service.program("Both", curricula=[track])
    follow()
    track["is_active"] = False
    follow()
    assert codes() == []
    track |= {"is_active": True}
    follow()
    assert (codes(), Curriculum.objects.count()) == (["A"], 2)
    before = written()
    assert set(counts(follow())) == {"unchanged"}
    assert written() == before


def test_a_curriculum_that_is_gone_is_marked_and_retired_by_the_sources_own_choice(service, follow):
    both = service.program("Both", "MITx+A", curricula=[curriculum("Track", "MITx+B")])
    follow()
    both["curricula"] = []
    assert left(follow()) == "curriculum_missing: the source has the curriculum 'Track' no longer"
    assert SourceRecord.objects.get(kind="curriculum", external_id=uuid_of("curriculum Track")).missing_since
    assert codes() == ["A", "B"]
    Source.objects.update(retire_missing=True)
    assert (follow().status, codes()) == ("ok", ["A"])
    assert set(counts(follow())) == {"unchanged"}


def test_a_curriculum_that_comes_back_is_offered_again(service, follow):
    both = service.program("Both", curricula=[curriculum("Track", "MITx+B")])
    Source.objects.update(retire_missing=True)
    follow()
    gone = both["curricula"].pop()
    follow()
    assert Curriculum.objects.get(name="Track").is_over()
    both["curricula"].append(gone)
    follow()
    assert [row.name for row in Curriculum.objects.filter(program=program()).not_over()] == ["Track"]
    assert set(counts(follow())) == {"unchanged"}


def test_a_curriculum_that_gets_another_id_is_the_same_one(service, follow):
    both = service.program("Both", curricula=[curriculum("Track", "MITx+B", "MITx+A")])
    Source.objects.update(retire_missing=True)
    follow()
    both["curricula"][0]["uuid"] = uuid_of("another")
    follow()
    assert (only_curriculum().is_over(), codes()) == (False, ["B", "A"])
    assert set(counts(follow())) == {"unchanged"}


@pytest.mark.parametrize("name", ["Track", "Courses"])
def test_of_two_curricula_of_one_name_the_one_that_is_over_ends_no_other(service, follow, name):
    old = curriculum(name, "MITx+C", uuid=uuid_of("old"), is_active=False)
    service.program("Both", "MITx+A", curricula=[old, curriculum("Track", "MITx+B")])
    assert follow().status == "ok"
    rows = Curriculum.objects.filter(program=program())
    assert sorted((row.name, row.is_over()) for row in rows) == sorted([("Courses", False), ("Track", False), (name, True)])
    assert set(codes()) == {"A", "B"}
    assert set(counts(follow())) == {"unchanged"}


def test_of_two_curricula_of_one_name_that_are_offered_the_second_is_left_out(service, follow):
    tracks = [curriculum("Track", "MITx+A"), curriculum("Track", "MITx+B", uuid=uuid_of("another"))]
    service.program("Both", curricula=tracks)
    follow()
    report = follow()
    assert (codes(), report.status) == (["A"], "partial")
    assert "Track" in left(report)


def test_a_curriculum_that_was_gone_and_retired_comes_back(service, follow):
    track = curriculum("Track", "MITx+B")
    both = service.program("Both", "MITx+A", curricula=[track])
    follow()
    Source.objects.update(retire_missing=True)
    both["curricula"] = []
    follow()
    assert codes() == ["A"]
    both["curricula"] = [track]
    follow()
    assert codes() == ["A", "B"]


def test_a_curriculum_that_a_retired_program_cannot_have_back_comes_when_the_program_is_open_again(service, follow):
    track = curriculum("Track", "MITx+A")
    both = service.program("Both", curricula=[track])
    follow()
    track["is_active"] = False
    both["status"] = "retired"
    follow()
    track["is_active"] = True
    for _night in range(2):
        assert left(follow()).startswith("program_closed: ")
    both["status"] = "active"
    assert follow().status == "ok"
    assert codes() == ["A"]


def test_a_curriculum_that_came_back_is_followed_as_before(service, follow):
    track = curriculum("Track", "MITx+A", "MITx+B", excluded=["course-v1:MITx+A+R1", "course-v1:MITx+A+R2"])
    service.program("Both", curricula=[track])
    follow()
    programs.include_course_run(member("A"), "course-v1:MITx+A+R2")
    for is_active in (False, True):
        track["is_active"] = is_active
        follow()
    # What an editor let count goes on to count, and what the source put in goes when the source takes it out.
    assert runs() == ["A+R2", "B+R1", "B+R2"]
    track |= {"excluded": [], "courses": ["MITx+A"]}
    follow()
    assert runs() == ["A+R1", "A+R2"]


def test_two_courses_of_the_source_that_are_one_here_have_the_runs_of_both(service, follow):
    service.program("Both", "MITx+B")
    follow()
    catalog.merge_catalog_courses("MITx+A", into="MITx+B", reason="the same")
    service.programs["Both"]["courses"] = ["MITx+A", "MITx+B"]
    follow()
    assert runs() == ["A+R1", "A+R2", "B+R1", "B+R2"]


def test_programs_in_others_are_found_whatever_the_order_of_the_listing(service, follow):
    service.program("Outer", curricula=[curriculum("Track", programs=["Inner"])])
    service.program("Inner", "MITx+A")
    assert follow().status == "ok"
    assert program("Outer").curricula.get().program_memberships.get().program == program("Inner")
    service.programs["Outer"]["curricula"][0]["programs"] = []
    follow()
    assert not program("Outer").curricula.get().program_memberships.not_over().exists()


# Runs that are left out


def test_runs_are_left_out_and_count_again_as_the_source_says(service, follow):
    both = service.program("Both", "MITx+A", excluded=["course-v1:MITx+A+R2"])
    follow()
    assert runs() == ["A+R1"]
    both["excluded"] = ["course-v1:MITx+A+R1"]
    follow()
    assert runs() == ["A+R2"]
    before = written()
    assert set(counts(follow())) == {"unchanged"}
    assert written() == before


def test_what_an_editor_leaves_out_or_lets_count_stays(service, follow):
    both = service.program("Both", "MITx+A", "MITx+B", excluded=["course-v1:MITx+A+R2"])
    follow()
    programs.include_course_run(member("A"), "course-v1:MITx+A+R2")
    programs.exclude_course_run(member("B"), "course-v1:MITx+B+R1")
    report = follow()
    assert (report.status, runs()) == ("ok", ["A+R1", "A+R2", "B+R2"])
    assert by_outcome(report)["pinned"][0].reason == "course-v1:mitx+a+r2"
    both["excluded"] = []
    follow()
    assert runs() == ["A+R1", "A+R2", "B+R2"]


# Programs


def test_programs_that_are_gone_are_marked_and_retired_by_the_sources_own_choice(service, follow):
    for name in ("Both", "Other"):
        service.program(name, "MITx+A")
    follow()
    gone = service.programs.pop("Other")
    report = follow()
    assert (report.status, by_outcome(report)["missing"][0].external_id) == ("partial", f"program:{uuid_of('Other')}")
    assert (program("Other").status, set(counts(follow()))) == ("active", {"unchanged"})
    Source.objects.update(retire_missing=True)
    assert counts(follow())["missing"] == 1
    assert (program("Other").status, set(counts(follow()))) == ("retired", {"unchanged"})
    service.programs["Other"] = gone
    assert follow().status == "ok"
    assert program("Other").status == "active"
    assert not SourceRecord.objects.exclude(missing_since=None).exists()


def test_a_program_is_retired_after_as_many_readings_in_a_row_as_its_source_says(service, follow):
    service.program("Other", "MITx+A")
    api.update_source("discovery", retire_missing=True, retire_after=3)
    follow()

    def statuses_while_it_is_gone(times):
        gone = service.programs.pop("Other")
        found = [(follow() and program("Other").status) for _reading in range(times)]
        service.programs["Other"] = gone
        return found

    service.program("Stays", "MITx+A")
    assert statuses_while_it_is_gone(2) == ["active", "active"]
    # It was there again: what was counted before does not count any more.
    follow()
    assert statuses_while_it_is_gone(4) == ["active", "active", "retired", "retired"]


def test_what_was_retired_as_missing_and_offered_again_by_somebody_stays_so(service, follow):
    both = service.program("Both", "MITx+A", curricula=[curriculum("Track", "MITx+B")])
    service.program("Other", "MITx+A")
    api.update_source("discovery", retire_missing=True)
    follow()
    service.programs.pop("Other")
    both["curricula"] = []
    follow()
    assert (program("Other").status, Curriculum.objects.get(name="Track").is_over()) == ("retired", True)
    programs.change_program_status(program("Other"), "active")
    programs.reschedule(Curriculum.objects.get(name="Track"), retired_at=None)
    for _sync in range(2):
        follow()
        assert (program("Other").status, Curriculum.objects.get(name="Track").is_over()) == ("active", False)


@pytest.mark.parametrize("value", ["9" * 40, "$" + "9" * 27, "TBD"])
def test_a_cost_that_cannot_be_read_stays_as_it_was(service, follow, value):
    cost = {"description": "Tuition", "amount": "$9,900"}
    service.program("M", type="Masters", degree=degree(costs=[cost]))
    assert follow().status == "ok"
    cost["amount"] = value
    for _sync in range(2):
        assert "cost_unreadable" in left(follow())
        assert [str(row.amount) for row in programs.get_costs(programs.get_degree(program("M")))] == ["9900.00"]


def test_a_date_beyond_all_calendars_is_none(service, follow):
    late = {"semester": "S", "name": "N", "date": "9999-12-31", "time": "11:59 PM EST"}
    service.program("M", type="Masters", degree=degree(deadlines=[late]))
    assert "deadline_unreadable" in left(follow())
    assert not programs.get_deadlines(programs.get_degree(program("M"))).exists()


def test_of_two_costs_of_one_name_the_second_is_told(service, follow):
    costs = [{"description": "Tuition", "amount": amount} for amount in ("$9,900", "$8,800")]
    service.program("M", type="Masters", degree=degree(costs=costs))
    assert "contradicting_copies" in left(follow())


def test_names_of_curricula_change_places(service, follow):
    first, second = curriculum("One", "MITx+A"), curriculum("Two", "MITx+B")
    service.program("Both", curricula=[first, second])
    follow()
    first["name"], second["name"] = "Two", "Three"
    follow()
    assert follow().status == "ok"
    assert sorted(row.name for row in Curriculum.objects.filter(program=program()).not_over()) == ["Three", "Two"]
    first["name"], second["name"] = "Three", "Two"
    before = {row.name: row.pk for row in Curriculum.objects.filter(program=program()).not_over()}
    assert follow().status == "ok"
    after = {row.name: row.pk for row in Curriculum.objects.filter(program=program()).not_over()}
    assert after == {"Two": before["Three"], "Three": before["Two"]}


@pytest.mark.parametrize("kind", ["name", "amount", "external_key"])
def test_without_its_pin_a_value_follows_again(service, follow, kind):
    track, cost = curriculum("Track", "MITx+A"), {"description": "Tuition", "amount": "$9,900"}
    service.program("M", type="Masters", curricula=[track], degree=degree(costs=[cost]))
    key = "course-v1:MITx+A+R1"
    run = service.courses["MITx+A"][key]
    run["external_key"] = "Before"
    follow()
    row = {
        "name": lambda: ("curriculum", Curriculum.objects.get(name="Track").uuid),
        "amount": lambda: ("cost", programs.get_costs(programs.get_degree(program("M"))).get().uuid),
        "external_key": lambda: ("external_key", catalog.get_course_run(key).uuid),
    }[kind]()
    api.pin_record_field(*row, kind, reason="r")
    track["name"], cost["amount"], run["external_key"] = "After", "$8,800", "After"
    follow()
    api.unpin_record_field(*row, kind)
    follow()
    assert Curriculum.objects.filter(name="After").exists()
    assert [str(row.amount) for row in programs.get_costs(programs.get_degree(program("M")))] == ["8800.00"]
    assert programs.get_external_course_keys([key]) == {key: "After"}
    assert set(counts(follow())) == {"unchanged"}


@pytest.mark.parametrize("spelled", [str.upper, lambda uuid: uuid.replace("-", "")])
def test_two_spellings_of_one_program_are_one_that_contradicts_itself(service, follow, remote, spelled):
    service.program("Both", "MITx+A")
    follow()
    service.serve()
    listed = remote.pages["/api/v1/programs/"]["results"]
    listed.append({**listed[0], "uuid": spelled(listed[0]["uuid"]), "title": "Other"})
    for _sync in range(2):
        report = api.sync_source("discovery")
        assert (program().title, report.counts["updated"], report.status) == ("Both", 0, "partial")
        assert "contradicting_copies" in {row.code for row in report.outcomes}


def test_nothing_is_missing_from_a_listing_that_was_not_read_to_its_end(service, follow, remote):
    service.program("Both", "MITx+A")
    follow()
    service.programs.clear()
    service.serve()
    remote.pages["/api/v1/programs/"]["count"] = 1
    assert "missing" not in counts(api.sync_source("discovery"))


def test_nothing_is_missing_from_a_listing_that_has_a_program_twice(service, follow, remote):
    for name in "abcd":
        service.program(name, "MITx+A")
    follow()
    a, b, _moved, d = remote.pages["/api/v1/programs/"]["results"]
    # The third one came first when the second page was asked for.
    remote.pages["/api/v1/programs/"] = {"count": 4, "next": f"{remote.url}/second/", "results": [a, b]}
    remote.pages["/second/"] = {"count": 4, "next": None, "results": [b, d]}
    assert "missing" not in counts(api.sync_source("discovery"))


def test_a_lost_page_is_as_many_programs_as_it_must_have_held(service, follow, remote):
    for name in "abcdef":
        service.program(name, "MITx+A")
    service.serve()
    listed = remote.pages["/api/v1/programs/"]["results"]
    following = f"{remote.url}/second/?limit=2&offset="
    remote.pages["/api/v1/programs/"] = {"count": 6, "next": f"{following}2", "results": listed[:2]}
    remote.pages["/second/"] = {"count": 6, "next": None, "results": listed[4:]}
    remote.faults["/second/"] = [status(500)] * 4
    report = api.sync_source("discovery")
    assert (report.counts["failed"], Program.objects.count()) == (2, 4)
    assert sum(report.counts.values()) == last_job().total


@pytest.mark.parametrize(
    "asked", [f"limit={'9' * 30}&offset=1", "limit=-100&offset=5", f"page_size=1&page={'9' * 30}", "limit=10000000000"]
)
def test_a_lost_page_of_an_absurd_size_counts_as_one_record(service, follow, remote, asked):
    service.program("a", "MITx+A")
    service.serve()
    remote.pages["/api/v1/programs/"] |= {"count": None, "next": f"{remote.url}/second/?{asked}"}
    remote.pages["/second/"] = {}
    remote.faults["/second/"] = [status(500)] * 4
    report = api.sync_source("discovery")
    # That page, and the one after it, which is asked for as well.
    assert (report.counts["failed"], report.status, Program.objects.count()) == (2, "partial", 1)


def test_what_a_job_said_before_counts_once_when_it_is_resumed(service, follow):
    for name in "abcd":
        service.program(name, "MITx+A")
    follow()
    gone, _run = service.programs.pop("d"), service.courses["MITx+D"].pop("course-v1:MITx+D+R2")
    for _time in range(2):
        report = follow(resume=last_job().status == "partial")
        assert (report.counts["missing"], sum(report.counts.values())) == (2, last_job().total)
    service.programs["d"] = gone
    report = follow(resume=True)
    assert (report.counts["missing"], sum(report.counts.values())) == (1, last_job().total)


def test_a_program_that_an_editor_deleted_stays_so(service, follow):
    service.program("Both", "MITx+A")
    follow()
    programs.delete_program(program())
    assert by_outcome(follow())["pinned"][0].code == "kept_as_edited"
    assert program().status == "deleted"


def test_one_bad_value_does_not_cost_the_others(service, follow):
    both = service.program("Both", "MITx+A")
    follow()
    both |= {"title": "New", "subtitle": "x" * 300, "organizations": ["MITx", "Nobody"]}
    reason = left(follow())
    assert "subtitle" in reason
    assert "organization_unknown: there is no organization Nobody" in reason
    assert (program().title, program().subtitle) == ("New", "")


def test_types_are_those_of_the_source_by_uuid(service, follow):
    service.program("Both", type="Summer School")
    follow()
    made = programs.get_program_type("summer-school")
    assert str(made.uuid) == uuid_of("summer-school")
    programs.update_program_type(made, name="School", slug="school")
    assert set(counts(follow())) == {"unchanged"}
    api.update_source("discovery", create_missing=False)
    service.programs["Both"]["type"] = "Nanodegree"
    assert left(follow()).startswith("type_unknown: ")
    assert program().type.slug == "school"


def test_a_type_has_the_seats_with_which_the_source_sells_its_programs(service, follow):
    both, other = service.program("Both", "MITx+A"), service.program("Other", "MITx+A")
    follow()
    assert programs.get_program_type("xseries").applicable_seat_types == []
    for each in (both, other):
        each["seat_types"] = ["verified", "professional"]
    follow()
    assert programs.get_program_type("xseries").applicable_seat_types == ["verified", "professional"]
    assert set(counts(follow())) == {"unchanged"}
    programs.update_program_type("xseries", applicable_seat_types=["verified"])
    assert set(counts(follow())) == {"unchanged"}
    for each in (both, other):
        each["seat_types"] = ["honor"]
    follow()
    # Somebody here has decided otherwise.
    assert programs.get_program_type("xseries").applicable_seat_types == ["verified"]
    both["seat_types"] = "honor"
    assert "applicable_seat_types" in left(follow())


# Pins and other sources


def test_what_is_pinned_stays_in_every_kind(service, follow):
    both = service.program("Both", "MITx+A", "MITx+B", curricula=[curriculum("Track", "MITx+C")], degree=degree())
    follow()
    courses, track = Curriculum.objects.get(name="Courses"), Curriculum.objects.get(name="Track")
    cost = DegreeCost.objects.get(description="Tuition")
    course, org = catalog.get_catalog_course(key_str="MITx+A"), catalog.find_organization_by_code("MITx")
    pins = [
        ("program", program().uuid, "title"), ("program", program().uuid, "hidden"), ("program", program().uuid, "status"),
        ("curriculum", courses.uuid, "courses"), ("curriculum", courses.uuid, "order"), ("curriculum", track.uuid, "name"),
        ("curriculum", track.uuid, "is_active"), ("cost", cost.uuid, "amount"), ("course", course.uuid, "title"),
        ("organization", org.pk, "name"),
    ]  # fmt: skip
    for pin in pins:
        assert api.pin_record_field(*pin, reason="Agreed")
    assert api.get_pinned_record_fields("program", program().uuid) == dict.fromkeys(("title", "hidden", "status"), "Agreed")
    before = written()
    both |= {"title": "Wrong", "hidden": True, "status": "retired", "courses": ["MITx+B", "MITx+D"]}
    both["curricula"][0] |= {"name": "Wrong", "is_active": False}
    both["degree"]["costs"][0]["amount"] = "$1"
    both["uuid"] = uuid_of("Both")
    service.programs = {"Both": both}
    report = follow()
    (kept,) = by_outcome(report)["pinned"]
    assert (report.status, kept.code) == ("ok", "pinned")
    assert written()[:2] == before[:2]
    for pin in pins:
        assert api.unpin_record_field(*pin)
    follow()
    assert (program().title, program().hidden, program().status) == ("Wrong", True, "retired")


def test_another_source_that_ranks_higher_is_not_overwritten(service, follow, remote, sync):
    service.program("Both", "MITx+A")
    follow()
    values = {"base_url": remote.url, "per_minute": 6000, "also": ["programs", "courses"]}
    other = api.create_source(name="other", kind="discovery", **values)
    service.programs["Both"]["title"] = "Other"
    service.serve()
    report = sync("other")
    (told,) = by_outcome(report)["outranked"]
    assert (told.code, report.status) == ("set_by_another_source", "ok")
    assert "discovery" in told.reason
    assert program().title == "Both"
    other.rank = 1
    other.save()
    sync("other")
    assert program().title == "Other"
    service.programs["Both"]["title"] = "Both"
    assert (counts(follow())["outranked"], program().title) == (1, "Other")


# Degrees


def test_costs_and_deadlines_follow_and_the_past_stays(service, follow):
    master = service.program("Master", degree=degree())
    follow()
    found = programs.get_degree(program("Master"))
    master["degree"]["costs"] = [{"description": "tuition", "amount": "10,500"}]
    master["degree"]["deadlines"][1]["date"] = "2027-03-01"
    moment = timezone.now()
    assert follow().status == "ok"
    assert [(row.description, row.amount) for row in programs.get_costs(found)] == [("Tuition", Decimal(10500))]
    assert sorted(row.amount for row in programs.get_costs(found, at=moment)) == [Decimal("300.50"), Decimal(9900)]
    assert DegreeDeadline.objects.current().get(name="Deposit").due_at.month == 3
    before = written()
    assert set(counts(follow())) == {"unchanged"}
    assert written() == before


def test_texts_that_say_nothing_plain_are_left_out_and_nothing_is_guessed(service, follow):
    costs = [{"description": "Tuition", "amount": "about $500"}, {"description": "Fees", "amount": "€20"}]
    deadlines = [
        {"semester": "Fall", "name": "A", "date": "mid July", "time": ""},
        {"semester": "Fall", "name": "B", "date": "2027-07-01", "time": "noon"},
        {"semester": "Fall", "name": "C", "date": "July 1, 2027", "time": "5 p.m. CT"},
    ]
    service.program("Master", degree=degree(costs=costs, deadlines=deadlines))
    reason = left(follow())
    assert reason.count("deadline_unreadable") == 2
    assert "cost_unreadable: the cost Tuition: 'about $500' is no amount" in reason
    assert DegreeCost.objects.get().currency == "EUR"
    assert f"{DegreeDeadline.objects.get().due_at:%H:%M}" == "22:00"


def test_a_run_that_an_editor_moves_to_a_course_counts_there(service, follow):
    """The source lists it under another course, so that it does not leave it out of this one."""
    service.program("Both", "MITx+B")
    follow()
    catalog.move_course_run("course-v1:MITx+A+R2", "MITx+B", reason="The same")
    assert follow().status == "ok"
    assert runs() == ["A+R2", "B+R1", "B+R2"]


# External keys


def test_external_keys_follow_and_that_of_an_editor_stays(service, follow):
    service.program("Both", "MITx+A")
    follow()
    runs_of_a = service.courses["MITx+A"]
    key_of = programs.get_external_course_keys
    programs.set_external_course_key("course-v1:MITx+A+R2", "By hand")
    runs_of_a["course-v1:MITx+A+R1"]["external_key"] = "Another"
    follow()
    assert sorted(key_of(runs_of_a).values()) == ["Another", "By hand"]
    runs_of_a["course-v1:MITx+A+R1"]["external_key"] = ""
    follow()
    assert list(key_of(runs_of_a).values()) == ["By hand"]
    programs.set_external_course_key("course-v1:MITx+B+R1", "Corrected")
    report = follow()
    assert by_outcome(report)["pinned"][0].external_id == "external_key:course-v1:MITx+B+R1"
    runs_of_a["course-v1:MITx+A+R1"]["external_key"] = "by HAND"
    (conflict,) = by_outcome(follow())["conflict"]
    assert conflict.code == "external_key_conflict"


@pytest.mark.parametrize("passed", [["A", "B"], ["A", "B", "C"]], ids=["swapped", "in a circle"])
def test_runs_pass_their_external_keys_on_to_each_other(service, follow, passed):
    for code in "ABC":
        service.course(f"MITx+{code}", R1={"external_key": f"{code}-2026"}, R2={})
    service.program("All", *(f"MITx+{code}" for code in "ABC"))
    follow()
    run_of, new = "course-v1:MITx+{}+R1".format, dict(zip(passed, [*passed[1:], passed[0]], strict=True))
    for code, other in new.items():
        service.courses[f"MITx+{code}"][run_of(code)]["external_key"] = f"{other}-2026"
    report = follow()
    assert report.status == "ok"
    assert {row.external_id for row in by_outcome(report)["updated"]} == {f"external_key:{run_of(code)}" for code in passed}
    now = programs.get_external_course_keys(map(run_of, "ABC"))
    assert now == {run_of(code): f"{new.get(code, code)}-2026" for code in "ABC"}
    before = written()
    assert follow().status == "ok"
    assert written() == before


def test_a_key_of_an_editor_is_not_passed_on(service, follow):
    service.program("Both", "MITx+A", "MITx+B")
    follow()
    first, second = "course-v1:MITx+A+R1", "course-v1:MITx+B+R1"
    run = catalog.get_course_run(second)
    assert api.pin_record_field("external_key", run.uuid, "external_key", reason="Theirs")
    service.courses["MITx+A"][first]["external_key"] = "B-2026"
    service.courses["MITx+B"][second]["external_key"] = "A-2026"
    (conflict,) = by_outcome(follow())["conflict"]
    assert (conflict.external_id, conflict.code) == (f"external_key:{first}", "external_key_conflict")
    assert programs.get_external_course_keys([first, second]) == {first: "A-2026", second: "B-2026"}


@pytest.mark.parametrize("key", ["\ud800", "a\x00", ["x"], True, 7], ids=["surrogate", "nul", "list", "bool", "number"])
def test_an_external_key_that_is_none_spoils_nothing_else(service, follow, key):
    service.program("Both", "MITx+A")
    service.courses["MITx+A"]["course-v1:MITx+A+R1"]["external_key"] = key
    report = follow()
    (wrong,) = by_outcome(report)["invalid"]
    assert (wrong.external_id, wrong.code, report.status) == (
        "external_key:course-v1:MITx+A+R1", "invalid_row", "partial",
    )  # fmt: skip
    assert programs.get_external_course_keys(["course-v1:MITx+B+R1"])
    assert runs() == ["A+R1", "A+R2"]


@pytest.mark.parametrize("value", [True, 10**30, ["x"], "\ud800", "a\x00"], ids=["bool", "number", "list", "surrogate", "nul"])
@pytest.mark.parametrize("field", ["uuid", "slug"])
def test_an_odd_type_of_one_program_spoils_nothing_else(service, follow, remote, field, value):
    service.program("Odd", "MITx+A")
    service.program("Both", "MITx+A")
    service.serve()
    remote.pages["/api/v1/programs/"]["results"][0]["type_attrs"][field] = value
    service.serve = lambda: None
    report = follow()
    (wrong,) = by_outcome(report)["conflict"]
    assert (wrong.code, report.status) == ("partly_taken", "partial")
    assert f"type_{field}" in wrong.reason.replace("attrs.", "")
    assert {each.title: (each.status, each.type.name) for each in Program.objects.all()} == {
        "Odd": ("active", "XSeries"), "Both": ("active", "XSeries"),
    }  # fmt: skip


# Losses, and taking back


def test_a_listing_that_takes_most_courses_out_of_programs_stops_before_it_writes(service, follow):
    for name in "abc":
        service.program(name, "MITx+A", "MITx+B")
    follow()
    for each in service.programs.values():
        each["courses"] = []
    before = written()
    report = follow()
    assert (report.status, written()) == ("aborted", before)
    assert report.message.startswith("6 of 6 courses would be taken out of their programs")
    follow(allow_mass_missing=True)
    assert codes("a") == []


def test_a_listing_that_leaves_out_most_runs_stops_too(service, follow):
    for name in "abc":
        service.program(name, "MITx+A", "MITx+B")
    follow()
    for each in service.programs.values():
        each["excluded"] = [run for runs_of in service.courses.values() for run in runs_of]
    report = follow()
    assert report.message.startswith("12 of 12 runs would be left out of their programs")


def test_a_listing_that_takes_most_external_keys_away_stops_too(service, follow):
    for number in range(4):
        service.course(f"MITx+X{number}", R1={"external_key": f"X-{number}"})
    follow()
    for runs_of in service.courses.values():
        runs_of.update({key: {} for key in runs_of})
    before = written()
    assert follow().message.startswith("8 of 8 external keys would be taken away")
    assert written() == before


@pytest.mark.parametrize("what", ["programs", "costs", "deadlines"])
def test_a_listing_that_empties_what_stands_in_most_programs_stops_too(service, follow, what):
    for name in "abcde":
        service.program(name, "MITx+A", degree=degree())
    service.program("Top", curricula=[curriculum("Track", programs=list("abcde"))])
    follow()
    service.programs["Top"]["curricula"][0] |= {"programs": []} if what == "programs" else {}
    for name in "abcde":
        service.programs[name]["degree"] |= {what: []}
    before = written()
    sentence = {"programs": "5 of 5 programs would be taken out of other"}.get(what, f"10 of 10 {what} would be taken from")
    assert follow().message.startswith(sentence)
    assert written() == before


def test_programs_that_vanish_stop_a_job(service, follow):
    for number in range(6):
        service.program(f"p{number}", "MITx+A")
    follow()
    service.programs = {"p0": service.programs["p0"]}
    assert follow().message.startswith("5 of 6 programs would be missing")


def state():
    def texts(model, *fields):
        return sorted(map(str, model.objects.current().values_list(*fields)))

    keys = programs.get_external_course_keys(f"course-v1:MITx+{code}+R1" for code in "ABCD")
    return (
        [(name, codes(name), runs(name)) for name in ("Both", "Master")],
        texts(Curriculum, "name", "program__title", "retired_at"), texts(DegreeCost, "description", "amount"),
        texts(DegreeDeadline, "name", "due_at"), program("Master").degree.apply_url, sorted(keys.items()),
        [(each.title, each.status, each.type.slug) for each in Program.objects.order_by("pk")],
    )  # fmt: skip


def test_a_job_is_taken_back_whole(service, follow):
    full(service)
    service.courses["MITx+C"]["course-v1:MITx+C+R2"] = {}
    follow()
    before = state()
    both, master = service.programs["Both"], service.programs["Master"]
    both |= {"courses": ["MITx+A", "MITx+D", "MITx+B"], "excluded": ["course-v1:MITx+B+R1"], "type": "Masters"}
    master["curricula"][0] |= {"name": "Renamed", "courses": ["MITx+A"], "programs": []}
    master["curricula"][1]["is_active"] = True
    master["degree"] |= {"costs": [{"description": "Tuition", "amount": "1"}], "apply_url": "https://example.org/other"}
    master["degree"]["deadlines"] = []
    service.courses["MITx+A"]["course-v1:MITx+A+R1"]["external_key"] = "Wrong"
    del service.programs["Nested"]
    Source.objects.update(retire_missing=True)
    report = follow()
    assert report.status == "partial"
    assert state() != before
    result = api.revert_sync(report.job)
    assert (result.left, result.kept) == ([], [])
    assert state() == before
    # As before the job; so the next sync does the same again, unless the source is mended.
    full(service)
    assert follow().status == "ok"
    assert state() == before


def test_a_job_that_is_taken_back_twice_changes_nothing_more(service, follow):
    full(service)
    follow()
    before = state()
    service.programs["Both"] |= {"courses": ["MITx+A", "MITx+D"], "excluded": [], "type": "Masters"}
    service.programs["Master"]["curricula"][0] |= {"name": "Renamed", "courses": ["MITx+A"], "programs": []}
    service.programs["Master"]["degree"] |= {"costs": [], "deadlines": [], "apply_url": "https://example.org/other"}
    service.courses["MITx+A"]["course-v1:MITx+A+R1"]["external_key"] = "Wrong"
    for _time in range(2):
        job = follow().job
        api.revert_sync(job)
        rows = written()
        assert (api.revert_sync(job).restored, written(), state()) == ([], rows, before)


def test_what_a_source_is_asked_beside_goes_with_every_listing(service, follow, remote):
    service.program("Both", "MITx+A", excluded=["course-v1:MITx+A+R2"])
    api.update_source("discovery", parameters={"include_restricted": "custom-b2c", "published_course_runs_only": "1"})
    remote.asked.clear()
    follow()
    assert {query["include_restricted"][0] for _method, _path, query, _body in remote.asked} == {"custom-b2c"}
    # It lists fewer runs than it has, so those that it does not list with a program may count all the same.
    assert runs() == ["A+R1", "A+R2"]


def test_a_job_says_as_whom_the_source_was_asked(lms, sync, remote):
    sync("lms")
    assert last_job().asked_as == ""
    api.update_source("lms", username="worker")
    sync("lms")
    assert last_job().asked_as == "worker"


# What it costs


def test_an_unchanged_program_costs_the_same_however_much_stands_in_it(service, follow):
    def queries_of_one(*courses, **values):
        service.programs.clear()
        found = []
        for count in (2, 4):
            for number in range(count):
                name = f"{len(courses)}-{number}"
                tracks = [curriculum(f"{name} {track}", *courses) for track in values.get("tracks", ())]
                service.program(name, *courses, curricula=tracks)
            follow(allow_mass_missing=True)
            with CaptureQueriesContext(connections["default"]) as captured:
                assert set(counts(follow())) == {"unchanged"}
            found.append(len(captured))
        return (found[1] - found[0]) / 2

    few = queries_of_one("MITx+A")
    assert few <= PER_PROGRAM
    assert queries_of_one("MITx+A", "MITx+B", "MITx+C", "MITx+D") == few
    one = queries_of_one("MITx+A", "MITx+B", tracks=["x"])
    assert queries_of_one("MITx+A", "MITx+B", "MITx+C", tracks=["x", "y", "z"]) - one <= 2 * PER_CURRICULUM


def test_what_would_be_lost_counts_where_the_organizations_are_not_said(service, follow):
    for number in range(10):
        service.program(f"Program {number}", "MITx+A")
    follow()
    api.update_source("discovery", organizations=["MITx"])
    for each in service.programs.values():
        each |= {"status": "retired", "unsaid": ("authoring_organizations",)}
    assert follow().status == "aborted"


def test_blank_addresses_are_none(service, follow):
    for number in range(10):
        service.program(f"Program {number}", "MITx+A")
    follow()
    for each in service.programs.values():
        each["slug"] = " "
    assert follow().status == "aborted"


@pytest.mark.parametrize("how", ["missing", "retired"])
def test_a_program_that_comes_back_counts_the_runs_that_the_source_lists_then(service, follow, how):
    api.update_source("discovery", retire_missing=True)
    stored = service.program("Both", "MITx+A", "MITx+B", excluded=["course-v1:MITx+B+R2"])
    follow()
    if how == "missing":
        del service.programs["Both"]
    stored["status"] = "retired"
    follow(allow_mass_missing=True)
    assert program().status == "retired"
    service.course("MITx+A", R1={"external_key": "A-2026"}, R2={}, R3={})
    follow()
    service.programs["Both"] = stored | {"status": "active", "excluded": ["course-v1:MITx+A+R3"]}
    assert follow().status == "ok"
    assert (program().status, runs()) == ("active", ["A+R1", "A+R2", "B+R1", "B+R2"])
