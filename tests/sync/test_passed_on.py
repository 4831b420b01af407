"""What is unique and passes from one to another, and what several jobs have done, is followed and taken back."""

import pytest
from django.utils import timezone

from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.contrib.sync import api

from .conftest import FakeClock, by_outcome
from .discovery import curriculum, uuid_of
from .test_follows import codes, follow, four_courses, program, written  # noqa: F401 - the fixture

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.any_database]


@pytest.fixture(scope="module")
def taken_over(module_db, remote_of_module):
    service = four_courses(remote_of_module)
    for title, code in (("One", "A"), ("Two", "B"), ("Three", "C")):
        service.program(title, f"MITx+{code}")
    service.serve()
    assert api.sync_source("discovery", clock=FakeClock()).status == "ok"
    return service


@pytest.fixture
def service(taken_over):
    return taken_over.again()


@pytest.fixture
def three(service):
    return service


def slugs():
    return dict(Program.objects.order_by("pk").values_list("title", "marketing_slug"))


def turn(service):
    """Each has the address of the next one."""
    names = ["One", "Two", "Three"]
    was = [service.programs[name]["slug"] for name in names]
    for name, slug in zip(names, [*was[1:], was[0]], strict=True):
        service.programs[name]["slug"] = slug


def test_addresses_that_programs_pass_on_are_followed_and_taken_back(three, follow):  # noqa: F811
    turn(three)
    report = follow()
    assert (report.status, slugs()) == ("ok", {"One": "two", "Two": "three", "Three": "one"})
    before = written()
    assert follow().status == "ok"
    assert written() == before
    reverted = api.revert_sync(report.job, reason="wrong")
    assert slugs() == {"One": "one", "Two": "two", "Three": "three"}
    assert sorted(field for _record, field in reverted.restored) == ["marketing_slug"] * 3
    assert (reverted.kept, reverted.left) == ([], [])


def test_an_address_that_is_pinned_or_somebody_elses_is_not_passed_on(three, follow):  # noqa: F811
    api.pin_record_field("program", program("Two").uuid, "marketing_slug", reason="ours")
    programs.create_program(title="Mine", type="xseries", marketing_slug="free")
    turn(three)
    three.programs["Three"]["slug"] = "free"
    report = follow()
    assert report.status == "partial"
    # One stays without the address that Two keeps, and Three without that of a program that is nobody's.
    assert slugs() == {"One": "one", "Two": "two", "Three": "three", "Mine": "free"}
    assert {outcome.external_id for outcome in by_outcome(report)["conflict"]} == {
        f"program:{uuid_of('One')}", f"program:{uuid_of('Three')}"
    }  # fmt: skip


def test_an_address_that_was_changed_since_stays_when_the_job_is_taken_back(three, follow):  # noqa: F811
    turn(three)
    report = follow()
    programs.update_program(program("Two"), marketing_slug="ours")
    reverted = api.revert_sync(report.job, reason="wrong")
    assert slugs() == {"One": "one", "Two": "ours", "Three": "three"}
    assert [record for record, _field in reverted.kept] == [f"program:{uuid_of('Two')}"]


def test_external_keys_that_runs_passed_on_are_taken_back(three, follow):  # noqa: F811
    one, two = "course-v1:MITx+A+R1", "course-v1:MITx+B+R1"
    three.courses["MITx+A"][one], three.courses["MITx+B"][two] = {"external_key": "B-2026"}, {"external_key": "A-2026"}
    report = follow()
    assert programs.get_external_course_keys([one, two]) == {one: "B-2026", two: "A-2026"}
    api.revert_sync(report.job, reason="wrong")
    assert programs.get_external_course_keys([one, two]) == {one: "A-2026", two: "B-2026"}


def test_two_jobs_that_are_taken_back_in_turn_leave_what_was_before(three, follow):  # noqa: F811
    three.programs["One"]["courses"] = ["MITx+A", "MITx+D"]
    first = follow()
    three.programs["One"]["courses"] = ["MITx+A"]
    second = follow(allow_mass_missing=True)
    assert codes("One") == ["A"]
    api.revert_sync(second.job, reason="wrong")
    assert codes("One") == ["A", "D"]
    reverted = api.revert_sync(first.job, reason="wrong")
    assert (codes("One"), reverted.kept) == (["A"], [])
    assert not program("One").curricula.get().course_memberships.filter(catalog_course__course_code="D").exists()


@pytest.mark.parametrize(
    "values",
    [
        {"slug": "two", "status": "weird"},
        {"slug": "x" * 400},
        {"slug": "a/b c"},
        {"slug": 5},
        {"slug": ["two"]},
        {"slug": "free"},
    ],
    ids=str,
)
def test_what_will_not_get_its_new_address_keeps_its_own(three, follow, values):  # noqa: F811
    programs.create_program(title="Mine", type="xseries", marketing_slug="free")
    three.programs["One"] |= values
    three.programs["Two"]["slug"] = "one"
    follow()
    assert slugs() == {"One": "one", "Two": "two", "Three": "three", "Mine": "free"}


def test_a_program_that_was_deleted_here_keeps_its_address(three, follow):  # noqa: F811
    programs.delete_program(program("One"))
    three.programs["One"]["slug"], three.programs["Two"]["slug"] = "uno", "one"
    follow()
    assert (slugs()["One"], slugs()["Two"]) == ("one", "two")


def test_of_two_that_want_one_address_one_has_it(three, follow):  # noqa: F811
    for title, slug in (("One", "free"), ("Two", "free"), ("Three", "two")):
        three.programs[title]["slug"] = slug
    follow()
    assert slugs() == {"One": "free", "Two": "two", "Three": "three"}


def test_addresses_that_cannot_go_back_stay(three, follow):  # noqa: F811
    turn(three)
    report = follow()
    programs.update_program(program("Two"), marketing_slug="ours")
    programs.exchange_marketing_slugs({programs.create_program(title="Mine", type="xseries"): "three"})
    before = slugs()
    reverted = api.revert_sync(report.job, reason="wrong")
    assert slugs() == before
    assert {(field, record) for record, field, _why in reverted.left} == {
        ("marketing_slug", f"program:{uuid_of(title)}") for title in ("One", "Three")
    }


def test_a_run_that_was_left_out_stays_so_where_a_job_is_taken_back_in_part(three, follow):  # noqa: F811
    three.programs["One"]["courses"] = ["MITx+A", "MITx+D"]
    follow()
    run, moment = "course-v1:MITx+D+R1", timezone.now()
    programs.exclude_course_run(program("One"), run)
    programs.set_external_course_key(run, None)
    programs.set_external_course_key(run, "A-2026")
    three.programs["One"]["courses"] = ["MITx+A"]
    del three.courses["MITx+D"]
    report = follow(allow_mass_missing=True)
    reverted = api.revert_sync(report.job, reason="wrong")
    assert run not in {str(each.course_key) for each in programs.program_runs(program("One"), at=moment)}
    assert run not in {str(each.course_key) for each in programs.program_runs(program("One"))}
    assert codes("One") == ["A", "D"] or reverted.left


def test_a_curriculum_in_which_somebody_has_made_a_group_stays(three, follow):  # noqa: F811
    three.programs["One"]["curricula"] = [curriculum("Core")]
    report = follow()
    core = program("One").curricula.get(name="Core")
    programs.add_group(core, name="Electives", minimum=1)
    api.revert_sync(report.job, reason="wrong")
    assert program("One").curricula.filter(name="Core").exists()


def test_what_stood_in_a_curriculum_that_comes_back_is_remembered_where_the_job_is_taken_back(three, follow):  # noqa: F811
    track = curriculum("Core", "MITx+C", excluded=["course-v1:MITx+C+R2"])
    three.programs["One"]["curricula"] = [track]
    follow()
    track["is_active"] = False
    follow(allow_mass_missing=True)
    track["is_active"] = True
    report = follow()
    api.revert_sync(report.job, reason="wrong")
    assert not program("One").curricula.not_over().filter(name="Core").exists()
    follow()
    back = program("One").curricula.not_over().get(name="Core")
    [membership] = back.course_memberships.all()
    # An editor takes the run in again, and the source says nothing new: it stays so, whatever becomes of the curriculum.
    programs.include_course_run(membership, "course-v1:MITx+C+R2")
    follow()
    for is_active in (False, True):
        track["is_active"] = is_active
        follow(allow_mass_missing=True)
    again = program("One").curricula.not_over().get(name="Core")
    assert [row.catalog_course.course_code for row in again.course_memberships.all()] == ["C"]
    assert "course-v1:MITx+C+R2" in {str(run.course_key) for run in programs.program_runs(program("One"))}
