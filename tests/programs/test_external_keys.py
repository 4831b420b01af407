"""External course keys: one key names one run within a course and within a program, on every path that could break that."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api, exceptions
from openedx_catalog.contrib.programs.api import _key_uses
from openedx_catalog.contrib.programs.models_api import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumProgramMembership,
    ExternalCourseKey,
    ExternalKeySlot,
    Program,
)
from openedx_catalog.exceptions import InvalidCourseKey, InvalidValue
from openedx_catalog.models_api import CourseRun

from .conftest import FUTURE, PAST, keys_of, run_of

pytestmark = [pytest.mark.django_db, pytest.mark.newest]

KEY = "MATH205-Fall20"
A1, A2, B1, C1 = (f"course-v1:GTx+{name}" for name in ("A+1", "A+2", "B+1", "C+1"))
Conflict = exceptions.ExternalKeyConflict


@pytest.fixture
def catalogued(courses):
    """GTx A with two runs, B and C with one; A's first run has the key."""
    run_of("A", "2")
    api.set_external_course_key(A1, KEY)
    return courses


def audit():
    return sorted(finding.code for finding in api.audit_external_keys())


def named():
    """Which runs the conflicts of the whole database name."""
    return sorted({use.course_key for use in api.find_external_key_conflicts()})


# Values


def test_a_key_is_stored_stripped_and_found_in_any_case(catalogued, program, curriculum):
    api.add_course(curriculum, "GTx+A")
    api.set_external_course_key(A2, "  Maß 1 ", key_source="registrar")
    assert api.get_external_course_keys([A1, A2, "nonsense"]) == {A1: KEY, A2: "Maß 1"}
    assert ExternalCourseKey.objects.get(key="Maß 1").source == "registrar"
    for spelling in ("Maß 1", " MASS 1 ", A2, A2.upper().replace("COURSE-V1", "course-v1")):
        assert str(api.resolve_run(program, spelling).course_key) == A2
    for unknown in ("", "none", B1, "x\x00y", KEY + "!"):
        with pytest.raises(CourseRun.DoesNotExist):
            api.resolve_run(program, unknown)


def test_a_runs_own_key_goes_before_a_partners(catalogued, program, curriculum):
    api.add_course(curriculum, "GTx+A")
    api.set_external_course_key(A2, A1)
    assert str(api.resolve_run(program, A1).course_key) == A1


@pytest.mark.parametrize("empty", [None, "", "  ", "\t\n"])
def test_empty_never_collides_and_takes_the_key_away(catalogued, empty):
    assert api.set_external_course_key(A2, empty) is None
    assert api.set_external_course_key(B1, empty) is None
    assert api.set_external_course_key(A1, empty) is None
    assert (ExternalCourseKey.objects.count(), ExternalKeySlot.objects.count()) == (0, 0)


@pytest.mark.parametrize("wrong", ["x" * 256, "ß" * 200, "a\x00", "\ud800", 7, ["x"]])
def test_what_cannot_be_stored_is_refused_by_name(catalogued, wrong):
    with pytest.raises(InvalidValue, match="external_course_key"):
        api.set_external_course_key(A2, wrong)
    with pytest.raises(InvalidCourseKey):
        api.set_external_course_key("nonsense", "x")
    with pytest.raises(CourseRun.DoesNotExist):
        api.set_external_course_key("course-v1:No+such+run", "x")


def test_nothing_is_written_where_nothing_changes(catalogued):
    row = ExternalCourseKey.objects.get()
    api.set_external_course_key(A1, f" {KEY} ")
    assert row.history.count() == 1
    api.set_external_course_key(A1, KEY.lower(), reason="their spelling")
    assert [entry.key for entry in row.history.all()] == [KEY.lower(), KEY]
    api.delete_external_course_key(A1, reason="left")
    assert row.history.latest().history_change_reason == "api: left"


# Every path by which a bad state can arise


def test_within_one_course(catalogued):
    with pytest.raises(Conflict) as refused:
        api.set_external_course_key(A2, f" {KEY.upper()} ")
    assert isinstance(refused.value, ValidationError)
    assert (refused.value.code, refused.value.field) == ("external_key_conflict", "external_course_key")
    assert {(use.course_key, use.catalog_course) for use in refused.value.conflicts} == {
        (A1, "catalog-course:GTx:A"), (A2, "catalog-course:GTx:A"),
    }  # fmt: skip
    assert A1 in str(refused.value)
    assert A2 in str(refused.value)
    assert ExternalCourseKey.objects.count() == 1


def test_within_one_curriculum_and_the_error_names_every_place(catalogued, program, curriculum):
    api.add_course(curriculum, "GTx+A")
    api.add_course(curriculum, "GTx+B")
    with pytest.raises(Conflict) as refused:
        api.set_external_course_key(B1, KEY)
    for part in (A1, B1, "catalog-course:GTx:A", "catalog-course:GTx:B", "curriculum 'Core'", "program 'Analytics'"):
        assert part in str(refused.value)


def test_across_the_curricula_of_a_program(catalogued, program, curriculum):
    api.add_course(curriculum, "GTx+A")
    api.create_curriculum(program, name="Other", courses=["GTx+B"])
    with pytest.raises(Conflict):
        api.set_external_course_key(B1, KEY)


def test_a_changed_key(catalogued, program, curriculum):
    for code in "AB":
        api.add_course(curriculum, f"GTx+{code}")
    api.set_external_course_key(B1, "free")
    with pytest.raises(Conflict):
        api.set_external_course_key(B1, KEY)
    api.set_external_course_key(A1, "other")
    api.set_external_course_key(B1, KEY)


def test_a_run_that_moves_to_another_course(catalogued, program, curriculum):
    api.set_external_course_key(B1, KEY)
    with pytest.raises(Conflict):
        catalog.move_course_run(B1, "GTx+A", reason="r")
    assert catalog.get_catalog_course_for_run(B1).course_code == "B"
    api.add_course(curriculum, "GTx+B")
    with pytest.raises(Conflict):
        catalog.move_course_run(A1, "GTx+B", reason="r")
    # The slot that it leaves is free, the one that it needs is taken.
    catalog.move_course_run(A1, "GTx+C", reason="r")
    api.set_external_course_key(A2, KEY)
    with pytest.raises(Conflict):
        api.add_course(curriculum, "GTx+C")
    assert audit() == []


def test_courses_that_are_merged(catalogued):
    api.set_external_course_key(B1, KEY)
    with pytest.raises(Conflict):
        catalog.merge_catalog_courses("GTx+B", into="GTx+A", reason="r")
    assert catalog.get_catalog_course_for_run(B1).course_code == "B"


def test_a_new_membership(catalogued, curriculum):
    api.set_external_course_key(B1, KEY)
    api.add_course(curriculum, "GTx+A")
    with pytest.raises(Conflict):
        api.add_course(curriculum, "GTx+B")
    assert curriculum.course_memberships.count() == 1


def test_a_membership_that_comes_back(catalogued, curriculum):
    api.set_external_course_key(B1, KEY)
    member = api.retire(api.add_course(curriculum, "GTx+A", effective_at=PAST), at=PAST + timedelta(days=1))
    api.add_course(curriculum, "GTx+B")
    for back in (lambda: api.reintroduce(member), lambda: api.reschedule(member, retired_at=None)):
        with pytest.raises(Conflict):
            back()
    assert not curriculum.course_memberships.get(pk=member.pk).is_current()


def test_a_curriculum_that_comes_to_a_program(catalogued, program, curriculum):
    api.set_external_course_key(B1, KEY)
    api.add_course(curriculum, "GTx+A")
    other = api.create_program(title="Other", type="masters")
    theirs = api.create_curriculum(other, name="Theirs", courses=["GTx+B"])
    with pytest.raises(Conflict):
        api.update_curriculum(theirs, program=program)
    with pytest.raises(Conflict):
        api.create_curriculum(program, name="Second", courses=["GTx+B"])
    assert list(program.curricula.values_list("name", flat=True)) == ["Core"]


def test_a_curriculum_that_comes_back(catalogued, program, curriculum):
    api.set_external_course_key(B1, KEY)
    api.add_course(curriculum, "GTx+A")
    api.retire(curriculum)
    api.create_curriculum(program, name="Second", courses=["GTx+B"])
    for back in (lambda: api.reintroduce(curriculum), lambda: api.reschedule(curriculum, retired_at=None)):
        with pytest.raises(Conflict):
            back()


def test_a_program_that_comes_back(catalogued, program, curriculum):
    api.add_course(curriculum, "GTx+A")
    api.add_course(curriculum, "GTx+B")
    api.delete_program(program)
    api.set_external_course_key(B1, KEY)
    with pytest.raises(Conflict):
        api.change_program_status(program, "unpublished")
    assert api.get_program(program.uuid).status == "deleted"


def test_a_nested_program(catalogued, program, curriculum):
    api.set_external_course_key(B1, KEY)
    api.add_course(curriculum, "GTx+A")
    child = api.create_program(title="Child", type="micromasters")
    inner = api.create_curriculum(child, name="Inner", courses=["GTx+B"])
    with pytest.raises(Conflict, match="Child"):
        api.add_program(curriculum, child)
    api.set_external_course_key(B1, None)
    api.add_program(curriculum, child)
    with pytest.raises(Conflict):
        api.set_external_course_key(B1, KEY)
    api.set_external_course_key(C1, KEY)
    with pytest.raises(Conflict):
        api.add_course(inner, "GTx+C")


def test_un_excluding_asks_again(catalogued, program, curriculum):
    member = api.add_course(curriculum, "GTx+A")
    api.add_course(curriculum, "GTx+B")
    api.exclude_course_run(program, A1)
    api.set_external_course_key(B1, KEY)
    with pytest.raises(Conflict):
        api.include_course_run(program, A1)
    api.exclude_course_run(member, A1)
    api.include_course_run(program, A1)
    with pytest.raises(Conflict):
        api.include_course_run(member, A1)
    assert audit() == []


def test_saves_past_the_api_are_refused(catalogued, program, curriculum):
    api.add_course(curriculum, "GTx+A")
    other = api.create_program(title="Other", type="masters")
    theirs = api.create_curriculum(other, name="Theirs", courses=["GTx+B"])
    api.set_external_course_key(B1, KEY)
    run = catalog.get_course_run(A2)
    with pytest.raises(Conflict):
        ExternalCourseKey(run=run, key=KEY.lower()).save()
    api.set_external_course_key(A2, "free")
    row, member = ExternalCourseKey.objects.get(run=run), theirs.course_memberships.get()
    row.key, member.curriculum = KEY, curriculum
    with pytest.raises(Conflict):
        row.save()
    with pytest.raises(Conflict):
        CurriculumCourseMembership(curriculum=curriculum, catalog_course=catalogued["B"]).save()
    with pytest.raises(Conflict):
        member.save()
    theirs.program = program
    with pytest.raises(Conflict):
        theirs.save()
    with pytest.raises(Conflict):
        CurriculumProgramMembership(curriculum=curriculum, program=other).save()
    moved = catalog.get_course_run(B1)
    moved.catalog_course, moved.association = catalogued["A"], "explicit"
    with pytest.raises(Conflict):
        moved.save()
    assert catalog.get_catalog_course_for_run(B1).course_code == "B"
    assert (audit(), ExternalCourseKey.objects.get(run=run).key) == ([], "free")


@pytest.mark.parametrize("many", [False, True])
def test_an_exclusion_that_is_deleted_past_the_api_is_refused(catalogued, program, curriculum, many):
    """While its run would bring a key that the program knows already; what goes with its parent is not asked."""
    member = api.add_course(curriculum, "GTx+A")
    api.add_course(curriculum, "GTx+B")
    for subject in (member, program):
        api.exclude_course_run(subject, A1)
    api.set_external_course_key(B1, KEY)
    row, of_program = member.run_exclusions.get(), program.run_exclusions.get()
    row.delete()
    with pytest.raises(Conflict), transaction.atomic():
        (program.run_exclusions.all() if many else of_program).delete()
    assert (program.run_exclusions.count(), audit()) == (1, [])
    api.delete_external_course_key(B1)
    program.run_exclusions.get().delete()
    assert keys_of(api.program_runs(program)) == [A1, A2, B1]
    api.exclude_course_run(member, A1)
    curriculum.delete()
    assert audit() == []


@pytest.mark.parametrize("of", ["membership", "program"])
@pytest.mark.parametrize("what", ["run", "place"])
def test_an_exclusion_that_is_saved_past_the_api_is_refused_where_its_run_would_count_again(
    catalogued, program, curriculum, of, what
):
    member = api.add_course(curriculum, "GTx+A")
    api.add_course(curriculum, "GTx+B")
    subject = member if of == "membership" else program
    api.exclude_course_run(subject, A1)
    api.set_external_course_key(B1, KEY)
    elsewhere = api.create_program(title="Other", type="masters")
    theirs = api.create_curriculum(elsewhere, name="Theirs", courses=["GTx+A"])
    row = subject.run_exclusions.get()
    if what == "run":
        row.run = catalog.get_course_run(A2)
    else:
        setattr(row, of, theirs.course_memberships.get() if of == "membership" else elsewhere)
    with pytest.raises(Conflict):
        row.save()
    assert (keys_of(use.run for use in subject.run_exclusions.all()), audit()) == ([A1], [])
    api.delete_external_course_key(B1)
    row.save()
    assert audit() == []
    with pytest.raises(Conflict):
        api.set_external_course_key(B1, KEY)


@pytest.mark.parametrize("of", ["membership", "program"])
def test_an_exclusion_that_is_saved_past_the_api_makes_room(catalogued, program, curriculum, of):
    member = api.add_course(curriculum, "GTx+A")
    api.add_course(curriculum, "GTx+B")
    subject = member if of == "membership" else program
    subject.run_exclusions.create(run=catalog.get_course_run(A1))
    assert ExternalKeySlot.objects.filter(scope__startswith="program").count() == 0
    api.set_external_course_key(B1, KEY)
    with pytest.raises(exceptions.NotAMember):
        subject.run_exclusions.create(run=catalog.get_course_run(C1))
    assert (subject.run_exclusions.count(), audit()) == (1, [])


def test_keys_that_are_stored_many_at_once_past_the_api_are_refused(catalogued, program, curriculum):
    for code in "BC":
        api.add_course(curriculum, f"GTx+{code}")
    b, c = map(catalog.get_course_run, (B1, C1))
    with pytest.raises(Conflict) as refused:
        ExternalCourseKey.objects.bulk_create([ExternalCourseKey(run=b, key="K"), ExternalCourseKey(run=c, key="k")])
    assert {use.course_key for use in refused.value.conflicts} == {B1, C1}
    with pytest.raises(InvalidValue):
        ExternalCourseKey.objects.bulk_create([ExternalCourseKey(run=b, key=" K")])
    assert ExternalCourseKey.objects.count() == 1
    rows = ExternalCourseKey.objects.bulk_create(ExternalCourseKey(run=run, key=key) for run, key in ((b, "K"), (c, "L")))
    assert audit() == []
    rows[1].key = "K"
    with pytest.raises(Conflict):
        ExternalCourseKey.objects.bulk_update(rows, ["key"])
    assert api.get_external_course_keys([B1, C1]) == {B1: "K", C1: "L"}
    with pytest.raises(Conflict):
        api.set_external_course_key(A2, KEY)


def by_bulk_create(program, curriculum, courses):
    CurriculumCourseMembership.objects.bulk_create(
        [CurriculumCourseMembership(curriculum=curriculum, catalog_course=courses["B"])]
    )


def by_reverse_add_of_a_curriculum(program, curriculum, courses):
    other = api.create_program(title="Other", type="masters")
    program.curricula.add(api.create_curriculum(other, name="Theirs", courses=["GTx+B"]), bulk=True)


def by_reverse_add_of_a_run(program, curriculum, courses):
    courses["A"].runs.add(catalog.get_course_run(B1), bulk=True)


def by_an_update_of_keys(program, curriculum, courses):
    api.set_external_course_key(A2, "free")
    ExternalCourseKey.objects.filter(run__course_key__text=A2).update(key=KEY, key_ci=KEY.casefold())


def by_an_update_of_dates(program, curriculum, courses):
    api.retire(api.add_course(curriculum, "GTx+B", effective_at=PAST, retired_at=PAST))
    CurriculumCourseMembership.objects.filter(catalog_course=courses["B"]).update(retired_at=None)


def by_a_bulk_update_of_a_status(program, curriculum, courses):
    other = api.create_program(title="Other", type="masters")
    api.create_curriculum(other, name="Theirs", courses=["GTx+B"])
    api.delete_program(other)
    api.add_program(curriculum, other)
    Program.objects.filter(pk=other.pk).update(status="active")


def by_sql(program, curriculum, courses):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO openedx_catalog_programs_curriculumcoursemembership "
            f"(curriculum_id, catalog_course_id, position, version, uuid, {connection.ops.quote_name('group')}) "
            "VALUES (%s, %s, 0, '1', %s, '')",
            [curriculum.pk, courses["B"].pk, uuid4().hex],
        )


@pytest.mark.parametrize(
    "path",
    [
        by_bulk_create, by_reverse_add_of_a_curriculum, by_reverse_add_of_a_run, by_an_update_of_keys, by_an_update_of_dates,
        by_a_bulk_update_of_a_status, by_sql,
    ],
)  # fmt: skip
def test_what_is_written_past_every_model_is_found_by_the_audit(catalogued, program, curriculum, path):
    api.add_course(curriculum, "GTx+A")
    api.set_external_course_key(B1, KEY)
    assert audit() == []
    path(program, curriculum, catalogued)
    assert "external_key_conflict" in audit()
    other = A2 if path is by_an_update_of_keys else B1
    assert named() == sorted([A1, other])
    # The next writer gets the error, and can leave the conflict.
    with pytest.raises(Conflict):
        api.add_course(curriculum, "GTx+C")
    api.set_external_course_key(other, None)
    api.add_course(curriculum, "GTx+C")
    assert api.find_external_key_conflicts() == []


def test_a_course_that_is_inconsistent_already_is_not_added(catalogued, curriculum):
    api.set_external_course_key(A2, "free")
    ExternalCourseKey.objects.filter(run__course_key__text=A2).update(key=KEY, key_ci=KEY.casefold())
    with pytest.raises(Conflict):
        api.add_course(curriculum, "GTx+A")


def test_the_database_refuses_two_runs_in_one_place(catalogued):
    taken = ExternalKeySlot.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        ExternalKeySlot.objects.create(scope=taken.scope, key_ci=taken.key_ci, run=catalog.get_course_run(B1))


# What does not count


def test_a_course_in_two_curricula_does_not_collide_with_itself(catalogued, program, curriculum):
    api.add_course(curriculum, "GTx+A")
    api.create_curriculum(program, name="Second", courses=["GTx+A"])
    api.set_external_course_key(A1, "renamed")
    assert audit() == []


def test_two_programs_may_know_the_same_key(catalogued, curriculum):
    api.add_course(curriculum, "GTx+A")
    other = api.create_program(title="Other", type="masters")
    api.create_curriculum(other, name="Core", courses=["GTx+B"])
    api.set_external_course_key(B1, KEY)
    assert (audit(), ExternalKeySlot.objects.count()) == ([], 4)


def test_what_is_excluded_or_over_does_not_count_and_what_ends_later_does(catalogued, program, curriculum):
    member = api.add_course(curriculum, "GTx+A", effective_at=PAST, retired_at=FUTURE)
    api.add_course(curriculum, "GTx+B")
    with pytest.raises(Conflict):
        api.set_external_course_key(B1, KEY)
    api.reschedule(member, retired_at=PAST)
    api.set_external_course_key(B1, KEY)
    assert audit() == []


# Successors


def test_a_successor_may_have_the_key_from_the_day_on_that_the_course_leaves(catalogued, program, curriculum):
    api.add_course(curriculum, "GTx+A", retired_at=FUTURE)
    successor = api.add_course(curriculum, "GTx+B", effective_at=FUTURE - timedelta(seconds=1))
    with pytest.raises(Conflict):
        api.set_external_course_key(B1, KEY)
    api.reschedule(successor, effective_at=FUTURE)
    api.set_external_course_key(B1, KEY)
    assert (audit(), named()) == ([], [])
    with pytest.raises(Conflict) as refused:
        api.reschedule(successor, effective_at=FUTURE - timedelta(seconds=1))
    assert {use.course_key for use in refused.value.conflicts} == {A1, B1}
    with pytest.raises(Conflict):
        api.reschedule(curriculum.course_memberships.get(catalog_course=catalogued["A"]), retired_at=None)
    assert audit() == []


def test_periods_are_those_of_the_curricula_and_of_the_nested_programs_too(catalogued, program):
    old = api.create_curriculum(program, name="Old", courses=["GTx+A"], effective_at=PAST, retired_at=FUTURE)
    child = api.create_program(title="Child", type="micromasters")
    api.create_curriculum(child, name="Inner", courses=["GTx+B"])
    new = api.create_curriculum(program, name="New", effective_at=FUTURE)
    api.add_program(new, child)
    api.set_external_course_key(B1, KEY)
    assert audit() == []
    for change in (
        lambda: api.reschedule(new, effective_at=FUTURE - timedelta(days=1)),
        lambda: api.reschedule(old, retired_at=FUTURE + timedelta(days=1)),
    ):
        with pytest.raises(Conflict, match="Child"):
            change()
    uses = {(use.course_key, use.since, use.until) for use in _key_uses.uses_of((), {program.pk})}
    assert uses == {(A1, PAST, FUTURE), (B1, FUTURE, None)}
    # A second way in, through a curriculum that is in effect now.
    second = api.create_curriculum(program, name="Second")
    with pytest.raises(Conflict):
        api.add_program(second, child)


def test_within_a_course_no_run_is_the_successor_of_another(catalogued, curriculum):
    api.add_course(curriculum, "GTx+A", retired_at=FUTURE)
    with pytest.raises(Conflict):
        api.set_external_course_key(A2, KEY)


def test_programs_that_contain_each_other_by_sql_end_the_question(catalogued, program, curriculum):
    child = api.create_program(title="Child", type="micromasters")
    inner = api.create_curriculum(child, name="Inner", courses=["GTx+A"])
    api.add_program(curriculum, child)
    CurriculumProgramMembership.objects.bulk_create([CurriculumProgramMembership(curriculum=inner, program=program)])
    assert named() == []


def test_a_place_outlived_by_its_date_is_listed_and_released_when_somebody_claims_it(catalogued, program, curriculum):
    member = api.add_course(curriculum, "GTx+A", retired_at=FUTURE)
    api.add_course(curriculum, "GTx+B")
    # Its day comes: nobody writes anything then.
    CurriculumCourseMembership.objects.filter(pk=member.pk).update(retired_at=timezone.now())
    (finding,) = api.audit_external_keys()
    assert (finding.code, finding.severity, finding.fixable) == ("external_key_outlived", "warning", True)
    assert A1 in finding.message
    api.set_external_course_key(B1, KEY)
    assert audit() == []


def test_places_that_nobody_took_are_found_and_taken(catalogued, curriculum):
    api.add_course(curriculum, "GTx+A")
    ExternalKeySlot.objects.all().delete()
    assert audit() == ["external_key_unclaimed"] * 2
    api.repair_slots()
    assert (audit(), ExternalKeySlot.objects.count()) == ([], 2)


def another_key(curriculum):
    ExternalCourseKey.objects.filter(key="another").update(key=KEY.upper())


def another_run(curriculum):
    ExternalCourseKey.objects.filter(key="another").delete()
    of_c = ExternalCourseKey.objects.get(run__catalog_course__course_code="C")
    ExternalCourseKey.objects.filter(pk=of_c.pk).update(run=CourseRun.objects.get(catalog_course__course_code="B"))


def another_curriculum(curriculum):
    curriculum.course_memberships.add(CurriculumCourseMembership.objects.get(catalog_course__course_code="C"))


@pytest.mark.parametrize("past_the_api", [another_key, another_run, another_curriculum])
def test_what_one_statement_changes_is_found_by_the_command(catalogued, curriculum, past_the_api, capsys):
    for code in ("A", "B"):
        api.add_course(curriculum, f"GTx+{code}")
    api.create_curriculum(api.create_program(title="Other", type="masters"), name="Core", courses=["GTx+C"])
    api.set_external_course_key(B1, "another")
    api.set_external_course_key(C1, KEY)
    call_command("audit_external_keys")
    past_the_api(curriculum)
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        call_command("audit_external_keys", "--json")
    assert ended.value.code == 1
    findings = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert "external_key_conflict" in {finding["code"] for finding in findings}


def test_a_key_is_found_by_what_it_says_also_where_only_that_is_saved(catalogued, program, curriculum):
    api.add_course(curriculum, "GTx+A")
    row = ExternalCourseKey.objects.get(key=KEY)
    row.key = "Changed"
    row.save(update_fields=["key"])
    assert str(api.resolve_run(program, "CHANGED").course_key) == A1
    with pytest.raises(CourseRun.DoesNotExist):
        api.resolve_run(program, KEY)


def test_a_run_that_is_deleted_leaves_its_place(catalogued):
    catalog.delete_course_run(A1)
    api.set_external_course_key(A2, KEY)
    assert audit() == []


def test_a_scope_reports_its_own_conflicts_only(catalogued, program, curriculum):
    api.add_course(curriculum, "GTx+A")
    other = api.create_curriculum(api.create_program(title="Other", type="masters"), name="Core", courses=["GTx+C"])
    api.set_external_course_key(B1, KEY)
    by_bulk_create(program, curriculum, catalogued)
    for scope in (program, curriculum, catalogued["A"], catalogued["B"]):
        assert {use.course_key for use in api.find_external_key_conflicts(scope)} == {A1, B1}
    outer = api.create_program(title="Outer", type="masters")
    inner = api.create_curriculum(outer, name="Core")
    CurriculumProgramMembership.objects.bulk_create([CurriculumProgramMembership(curriculum=inner, program=program)])
    assert {use.scope_id for use in api.find_external_key_conflicts(catalogued["B"])} == {program.pk, outer.pk}
    assert {use.scope_id for use in api.find_external_key_conflicts(program)} == {program.pk}
    for scope in (other, other.program, catalogued["C"]):
        assert api.find_external_key_conflicts(scope) == []
    assert {use.scope for use in api.find_external_key_conflicts()} == {"program"}


# Cost


def test_a_run_without_a_key_costs_nothing_and_the_question_at_most_three_queries(
    catalogued, program, curriculum, django_assert_num_queries, django_assert_max_num_queries
):
    api.add_course(curriculum, "GTx+A")
    with django_assert_max_num_queries(3):
        assert api.find_external_key_conflicts(catalogued["A"]) == []
    with django_assert_max_num_queries(3):
        assert api.find_external_key_conflicts(program) == []
    with django_assert_num_queries(1):
        assert api.find_external_key_conflicts(catalogued["C"]) == []


def test_creating_and_changing_runs_costs_no_statement_more_with_programs_installed(curriculum, courses, data_statements):
    api.add_course(curriculum, "GTx+A")
    with data_statements() as log:
        catalog.associate_course_run("course-v1:GTx+A+9")
        catalog.update_course_run("course-v1:GTx+A+9", title="T")
    assert not [statement for statement in log if "programs" in statement]


def test_the_whole_database_is_asked_in_a_constant_number_of_queries(catalogued, django_assert_max_num_queries):
    for n in range(20):
        made = api.create_program(title=f"P{n}", type="masters")
        api.create_curriculum(made, name="Core", courses=["GTx+A"])
    with django_assert_max_num_queries(6):
        assert api.audit_external_keys() == []
    assert Curriculum.objects.count() == 20
