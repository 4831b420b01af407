"""
Where reads go to a replica: what a writer of programs decides by, and answers with, is what is stored.

The replica of these tests never gets a row, as in the core's `test_routed_reads`.
"""

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.urls import reverse
from rest_framework.test import APIClient

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api
from openedx_catalog.contrib.programs.exceptions import (
    ExternalKeyConflict,
    ProgramCycle,
)
from openedx_catalog.contrib.programs.models_api import (
    Curriculum,
    CurriculumCourseMembership,
    DegreeCost,
    ExternalCourseKey,
    Program,
    ProgramType,
)
from openedx_catalog.exceptions import DatesOverlap, DuplicateValue, HasDependents
from openedx_catalog.lib.changes import Change
from openedx_catalog.lib.routing import reads_from_writer
from openedx_catalog.lib.transactions import atomically

from .conftest import NOW, PAST, run_of

pytestmark = [pytest.mark.newest, pytest.mark.any_database]

A1, B1 = "course-v1:GTx+A+1", "course-v1:GTx+B+1"
ROOT = "/api/catalog/v1"


@pytest.fixture
def stored(replica):
    """A degree with one curriculum that has GTx A, whose run has an external key; GTx B beside it. Objects by name."""
    with reads_from_writer():
        run_of("A"), run_of("B")
        kind = ProgramType.objects.filter(slug="masters").first() or api.create_program_type(name="Masters")
        program = api.create_program(title="Analytics", type=kind, status="active", authoring_organizations=["GTx"])
        curriculum = api.create_curriculum(program, name="Core", courses=["GTx+A"], effective_at=None)
        degree = api.create_degree(program)
        cost = api.add_cost(degree, description="Tuition", amount="100", currency="USD")
        api.set_external_course_key(A1, "KEY-1")
        member = curriculum.course_memberships.get()
    replica.clear()
    return {
        "kind": kind, "program": program, "curriculum": curriculum, "degree": degree, "cost": cost, "member": member,
    }  # fmt: skip


@pytest.fixture
def asked(stored, replica):
    return replica.about_ours


def now(row):
    """A row as it is stored."""
    with reads_from_writer():
        return type(row).objects.get(pk=row.pk)


def exists(row):
    with reads_from_writer():
        return type(row).objects.filter(pk=row.pk).exists()


def rows_of_program(key):
    return api.read_program_courses(["program_key,program_type,course_key", f"{key},masters,GTx+B"])


def retired(row):
    return api.retire(row, at=PAST)


WRITES = {
    "add_cost": lambda s: api.add_cost(s["degree"], description="Fee", amount="1", currency="USD").version == "1",
    "add_course": lambda s: api.add_course(s["curriculum"], "GTx+B").position == 1,
    "add_courses": lambda s: [row.position for row in api.add_courses(s["curriculum"], ["GTx+B"])] == [1],
    "add_deadline": lambda s: exists(api.add_deadline(s["degree"], semester="S", name="Application", due_at=NOW)),
    "add_group": lambda s: exists(api.add_group(s["curriculum"], name="Electives", minimum=1)),
    "add_program": lambda s: (
        api.add_program(s["curriculum"], api.create_program(title="Part", type="masters")).curriculum_id == s["curriculum"].pk
    ),
    "change_program_status": lambda s: (
        api.change_program_status(s["program"], "deleted").status == "deleted"
        and api.change_program_status(s["program"], "unpublished").status == "unpublished"
    ),
    "close_curriculum": lambda s: api.close_curriculum(s["curriculum"], at=NOW).closed_at == NOW,
    "create_curriculum": lambda s: exists(api.create_curriculum(s["program"], name="Other", courses=["GTx+B"])),
    "create_degree": lambda s: api.create_degree(s["program"]) == s["degree"],
    "create_program": lambda s: (
        now(api.create_program(title="New", type="masters", authoring_organizations=["gtx"])).title == "New"
    ),
    "create_program_type": lambda s: exists(api.create_program_type(name="Boot Camp")),
    "delete_external_course_key": lambda s: api.delete_external_course_key(A1) is None,
    "delete_program": lambda s: api.delete_program(s["program"]).status == "deleted",
    "delete_program_type": lambda s: api.delete_program_type(api.create_program_type(name="Boot Camp")) is None,
    "exclude_course_run": lambda s: (
        api.exclude_course_run(s["program"], A1) is True and api.exclude_course_run(s["program"], A1) is False
    ),
    "hold_program": lambda s: atomically("default", lambda: api.hold_program(str(s["program"].uuid))) == s["program"],
    "import_programs": lambda s: (
        api.import_programs([api.ProgramRecord(uuid=str(s["program"].uuid), title="Read anew")]).outcomes["updated"] == 1
        and now(s["program"]).title == "Read anew"
    ),
    "include_course_run": lambda s: api.exclude_course_run(s["member"], A1) and api.include_course_run(s["member"], A1),
    "migrate_program_courses": lambda s: (
        api.migrate_program_courses(rows_of_program("flat")).curricula == 1
        and api.migrate_program_courses(rows_of_program("flat")).unchanged == 1
    ),
    "note_past_the_api": lambda s: api.note_past_the_api(s["member"], "updated") is None,
    "note_runs_past_the_api": lambda s: api.note_runs_past_the_api([1]) is None,
    "note_shown_programs": lambda s: atomically("default", lambda: api.note_shown_programs([s["program"].pk])) is None,
    "reintroduce": lambda s: retired(s["member"]) and api.reintroduce(s["member"], at=PAST).version == "2",
    "remove": lambda s: api.remove(s["curriculum"]) is None and not exists(s["member"]),
    "reorder": lambda s: (
        api.add_course(s["curriculum"], "GTx+B")
        and api.reorder(s["curriculum"], ["GTx+B", "GTx+A"])
        and now(s["member"]).position == 1
    ),
    "repair_slots": lambda s: api.repair_slots() is None,
    "reschedule": lambda s: api.reschedule(s["cost"], effective_at=NOW).effective_at == NOW,
    "exchange_marketing_slugs": lambda s: (
        api.exchange_marketing_slugs({s["program"]: "free"}) is None and now(s["program"]).marketing_slug == "free"
    ),
    "restore_program": lambda s: (
        api.update_program(s["program"], title="Made") is not None
        and api.restore_program(s["program"], {"title": ("Analytics", "Made")}) == {"title"}
        and now(s["program"]).title == "Analytics"
    ),
    "repair": lambda s: (
        Program.objects.using("default").filter(pk=s["program"].pk).update(marketing_slug="Slug", marketing_slug_ci="wrong")
        and api.repair(Change("doctor")) > 0
        and now(s["program"]).marketing_slug_ci == "slug"
    ),
    "retire": lambda s: retired(s["curriculum"]).retired_at == PAST and api.retire(s["curriculum"]).retired_at == PAST,
    "retire_program": lambda s: api.retire_program(s["program"]).status == "retired",
    "set_external_course_key": lambda s: (
        api.set_external_course_key(B1, "KEY-2").key == "KEY-2" and api.set_external_course_key(B1, "KEY-3").key == "KEY-3"
    ),
    "set_external_course_keys": lambda s: (
        api.set_external_course_keys({A1: "KEY-2", B1: "KEY-1"}).outcomes["updated"] == 1
        and api.set_external_course_keys({A1: "KEY-1", B1: "KEY-2"}).outcomes["updated"] == 2
    ),
    "update_cost": lambda s: now(api.update_cost(s["cost"], amount="7")).amount == 7,
    "update_curriculum": lambda s: api.update_curriculum(s["curriculum"], name="Renamed").name == "Renamed",
    "update_deadline": lambda s: (
        api.update_deadline(api.add_deadline(s["degree"], semester="S", name="A", due_at=NOW), name="B").name == "B"
    ),
    "update_degree": lambda s: api.update_degree(s["degree"], apply_url="https://example.org/").apply_url != "",
    "update_group": lambda s: (
        api.update_group(api.add_group(s["curriculum"], name="Electives", minimum=1), minimum=2).minimum == 2
    ),
    "update_member": lambda s: (
        api.add_course(s["curriculum"], "GTx+B", position=0)
        and now(s["member"]).position == 1
        and api.update_member(s["member"], position=0).position == 0
    ),
    "update_program": lambda s: (
        api.update_program(s["program"], subtitle="New").title == "Analytics" and now(s["program"]).subtitle == "New"
    ),
    "update_program_type": lambda s: api.update_program_type("masters", name="Master").name == now(s["kind"]).name,
}
READS = (
    "audit_",
    "check_",
    "containing_",
    "courses_in_",
    "courses_of_",
    "curriculum_for",
    "diagnose",
    "diff_",
    "evaluate",
    "find_",
    "get_",
    "history_of",
    "program_",
    "read_",
    "resolve_",
    "status_steps",
    "programs_around",
    "programs_by_course",
)
# Called by the core when runs are moved and courses merged: the test below does both.
FOLLOWING = ("follow_merged_courses", "follow_moved_runs")


def test_every_function_that_writes_is_listed():
    functions = {name for name in api.__all__ if name[0].islower() and not name.startswith(READS)}
    assert sorted(WRITES) == sorted(functions - set(FOLLOWING))


@pytest.mark.parametrize("name", WRITES)
def test_a_write_asks_the_replica_nothing(stored, asked, name):
    assert WRITES[name](stored)
    assert asked() == []


def test_moves_and_merges_take_programs_along(stored, asked):
    catalog.move_course_run(B1, "GTx+A", reason="same course")
    catalog.merge_catalog_courses("GTx+A", into="GTx+B", reason="same course")
    assert now(stored["member"]).catalog_course_id == catalog_course("GTx+B").pk
    assert asked() == []


def catalog_course(key):
    with reads_from_writer():
        return catalog.get_catalog_course(key_str=key)


def test_what_is_there_is_refused(stored, asked):
    with pytest.raises(ExternalKeyConflict):
        catalog.move_course_run(B1, "GTx+A", reason="no") and api.set_external_course_key(B1, "key-1")
    with pytest.raises(DatesOverlap):
        api.add_course(stored["curriculum"], "GTx+A")
    with pytest.raises(ProgramCycle):
        api.add_program(stored["curriculum"], stored["program"])
    with pytest.raises(DuplicateValue):
        api.create_program_type(name="Masters")
    with pytest.raises(DuplicateValue):
        api.create_program(title="Twin", type="masters", uuid=stored["program"].uuid)
    with pytest.raises(HasDependents):
        api.delete_program_type("masters")
    assert asked() == []


def test_an_old_object_overwrites_nothing(stored):
    old = now(stored["program"])
    api.update_program(stored["program"], subtitle="By another writer")
    api.update_program(old, title="New")
    assert (now(old).title, now(old).subtitle) == ("New", "By another writer")


def test_rows_that_are_saved_past_the_api_are_held_against_what_is_stored(stored, asked):
    twin = ExternalCourseKey(run=catalog.move_course_run(B1, "GTx+A", reason="same course"), key="Key-1")
    with pytest.raises(ExternalKeyConflict):
        twin.save()
    with pytest.raises(DatesOverlap):
        CurriculumCourseMembership(curriculum=stored["curriculum"], catalog_course=catalog_course("GTx+A"), version="2").save()
    assert asked() == []


def test_rest_finds_and_answers_with_what_is_stored(stored, asked):
    client = APIClient()
    client.force_authenticate(get_user_model().objects.create_superuser("op"))

    def post(path, **body):
        return client.post(f"{ROOT}/{path}", body, format="json")

    program, curriculum = stored["program"].uuid, stored["curriculum"].uuid
    created = post("programs/", title="Part", type="masters")
    assert (created.status_code, created.json()["title"]) == (201, "Part")
    added = post(f"curricula/{curriculum}/add/", program=created.json()["uuid"])
    assert added.status_code == 200
    assert post(f"curricula/{curriculum}/add/", catalog_course="GTx+B", excluded_runs=[B1]).status_code == 200
    assert post(f"curricula/{curriculum}/retire/", catalog_course="GTx+B").status_code == 200
    assert post(f"curricula/{curriculum}/remove/", program=created.json()["uuid"]).status_code == 200
    assert post(f"programs/{program}/exclude-run/", course_key=A1).status_code == 200
    patched = client.patch(f"{ROOT}/programs/{program}/", {"title": "Renamed"}, format="json")
    assert (patched.status_code, patched.json()["title"]) == (200, "Renamed")
    stale = client.patch(f"{ROOT}/programs/{program}/", {"title": "Again"}, format="json", HTTP_IF_MATCH=created["ETag"])
    assert stale.status_code == 412
    assert asked() == []


def test_the_admin_writes_by_what_is_stored(admin_client, stored, asked):
    build = reverse("admin:openedx_catalog_programs_curriculum_build", args=[stored["curriculum"].pk])
    values = {"_do": "add_course", "course-catalog_course": catalog_course("GTx+B").pk, "course-excluded_runs": B1}
    assert admin_client.post(build, values).status_code == 302
    assert admin_client.post(build, {"_do": f"down:{stored['member'].pk}"}).status_code == 302
    assert now(stored["member"]).position == 1
    change = reverse("admin:openedx_catalog_programs_degreecost_change", args=[stored["cost"].pk])
    values = {"description": "Tuition", "amount": "100", "currency": "USD", "effective_at": "2027-01-01T00:00:00"}
    assert admin_client.post(change, values).status_code == 302
    assert now(stored["cost"]).effective_at == NOW
    assert asked() == []


def test_the_audit_reads_what_it_repairs(stored, asked, capsys):
    call_command("audit_external_keys", "--fix")
    assert "0 errors, 0 warnings." in capsys.readouterr().out
    assert asked() == []


def test_a_replica_is_read_where_nobody_writes(stored, asked):
    assert list(api.get_programs()) == list(Curriculum.objects.all()) == list(DegreeCost.objects.all()) == []
    assert Program.objects.count() == 0
    assert len(asked()) == 4
