"""Choosing: at least so many of some courses and programs; and whether somebody has completed a program."""

from __future__ import annotations

import pytest

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api
from openedx_catalog.contrib.programs.models_api import Curriculum, CurriculumGroup, CurriculumProgramMembership, Program
from openedx_catalog.exceptions import CatalogError, DatesOverlap, InvalidRequest, InvalidValue
from openedx_catalog.models_api import CatalogChange

from .conftest import FUTURE, PAST, codes_of, run_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.newest]

CORE, ELECTIVES = ("Core1", "Core2"), ("E1", "E2", "E3")


def key(code, run="1"):
    return f"course-v1:GTx+{code}+{run}"


@pytest.fixture
def masters(program, curriculum):
    """Two required courses, and at least two of three electives (as seed documents have it)."""
    for code in CORE:
        run_of(code)
        api.add_course(curriculum, f"GTx+{code}")
    for code in ELECTIVES:
        run_of(code)
        api.add_course(curriculum, f"GTx+{code}", group="Electives")
    api.add_group(curriculum, name="electives", minimum=2)
    return program


def evaluated(program, *codes, **kwargs):
    return api.evaluate(program, [key(code) for code in codes], **kwargs)


def test_enough_of_the_electives_complete_a_program(masters):
    found = evaluated(masters, *CORE, "E1", "E3")
    (curriculum,) = found.curricula
    (group,) = curriculum.groups
    assert (found.is_complete, curriculum.is_complete, group.is_complete) == (True, True, True)
    assert (group.name, group.minimum, group.passed, codes_of(group.missing_courses)) == ("electives", 2, 2, ["E2"])
    assert (curriculum.curriculum.name, curriculum.missing_courses, curriculum.missing_programs) == ("Core", [], [])


@pytest.mark.parametrize(
    ("passed", "missing", "electives"),
    [((), ["Core1", "Core2"], 0), (("Core1", "E1", "E2", "E3"), ["Core2"], 3), ((*CORE, "E2"), [], 1)],
)
def test_what_is_missing(masters, passed, missing, electives):
    found = evaluated(masters, *passed)
    assert not found.is_complete
    assert codes_of(found.curricula[0].missing_courses) == missing
    assert found.curricula[0].groups[0].passed == electives


def test_a_course_is_passed_by_one_of_its_runs_or_by_its_own_key(masters):
    run_of("Core1", "2")
    passed = [key("CORE1", "2"), "GTx+Core2", "catalog-course:gtx:E1", "GTx+e2"]
    assert api.evaluate(masters, passed).is_complete
    catalog.rename_catalog_course("GTx+Core2", course_code="Core2b", reason="as agreed")
    assert api.evaluate(masters, passed).is_complete
    # What the catalog does not know counts for nothing.
    assert not api.evaluate(masters, ["course-v1:Nowhere+X+1", "Nowhere+X", "GTx/Core1/1"]).is_complete


def test_a_run_that_does_not_count_is_not_passed(masters, curriculum):
    api.exclude_course_run(curriculum.course_memberships.get(catalog_course__course_code="Core1"), key("Core1"))
    api.exclude_course_run(masters, key("E1"))
    found = evaluated(masters, *CORE, *ELECTIVES).curricula[0]
    assert (codes_of(found.missing_courses), found.groups[0].passed) == (["Core1"], 2)


def test_without_a_group_in_effect_its_courses_are_required(masters, curriculum):
    group = api.get_groups(curriculum).get()
    api.retire(group)
    found = evaluated(masters, *CORE, "E1", "E2").curricula[0]
    assert (codes_of(found.missing_courses), found.groups) == (["E3"], [])
    api.reintroduce(group, minimum=1)
    assert evaluated(masters, *CORE, "E2").is_complete
    assert [row.minimum for row in curriculum.groups.order_by("pk")] == [2, 1]


def test_one_complete_curriculum_is_enough_and_an_empty_one_completes_nothing(masters):
    api.create_curriculum(masters, name="Empty")
    assert not evaluated(masters).is_complete
    assert [way.is_complete for way in evaluated(masters, *CORE, "E1", "E2").curricula] == [True, False]
    assert not api.evaluate(api.create_program(title="P", type="masters"), []).is_complete


def test_a_program_in_a_curriculum_is_passed_when_it_is_complete(masters, curriculum):
    micro, deep = (api.create_program(title=title, type="micromasters", status="active") for title in ("Micro", "Deep"))
    for code in "MD":
        run_of(code)
    inner = api.create_curriculum(micro, name="Only", courses=["GTx+M"])
    api.create_curriculum(deep, name="Only", courses=["GTx+D"])
    api.add_program(inner, deep)
    api.add_program(curriculum, micro, group="ELECTIVES")
    assert not evaluated(masters, *CORE, "E1", "M").is_complete
    assert [row.title for row in evaluated(masters, *CORE, "E1", "M").curricula[0].groups[0].missing_programs] == ["Micro"]
    assert evaluated(masters, *CORE, "E1", "M", "D").is_complete
    # A program that is deleted is asked of nobody.
    api.delete_program(deep)
    assert evaluated(masters, *CORE, "E1", "M").is_complete


def test_programs_in_a_circle_do_not_complete_each_other(masters, curriculum):
    other = api.create_program(title="Other", type="masters", status="active")
    (back,) = Curriculum.objects.bulk_create([Curriculum(program=other, name="Back")])
    api.add_program(curriculum, other)
    CurriculumProgramMembership.objects.bulk_create(
        [CurriculumProgramMembership(curriculum=Curriculum.objects.get(uuid=back.uuid), program=masters)]
    )
    found = evaluated(masters, *CORE, *ELECTIVES)
    assert (found.is_complete, [row.title for row in found.curricula[0].missing_programs]) == (False, ["Other"])


def test_whoever_started_earlier_is_asked_for_what_there_was_then(masters, curriculum):
    run_of("New")
    api.add_course(curriculum, "GTx+New", effective_at=FUTURE)
    assert evaluated(masters, *CORE, "E1", "E2").is_complete
    assert not evaluated(masters, *CORE, "E1", "E2", at=FUTURE).is_complete
    # What was added without a date is asked for from then on.
    assert [way.missing_courses for way in evaluated(masters, started_at=PAST).curricula] == [[]]
    api.update_curriculum(curriculum, effective_at=PAST)
    assert evaluated(masters, *CORE, "E1", "E2", started_at="2020-01-01T00:00:00Z").curricula == []


def test_a_closed_curriculum_goes_on_for_those_who_are_in_it(masters, curriculum):
    Curriculum.objects.filter(pk=curriculum.pk).update(closed_at=PAST)
    assert evaluated(masters, *CORE, "E1", "E2").is_complete
    assert evaluated(masters, *CORE, "E1", "E2", started_at=FUTURE).curricula == []


@pytest.mark.parametrize(
    "call",
    [
        lambda program: api.evaluate(program, "course-v1:GTx+A+1"),
        lambda program: api.evaluate(program, ["course-v1:GTx+A"]),
        lambda program: api.evaluate(program, [7]),
        lambda program: api.evaluate(program, ["x"]),
        lambda program: api.evaluate(program, [], started_at=PAST, at=PAST),
        lambda program: api.evaluate(program, [], at="yesterday"),
    ],
)
def test_what_is_no_key_or_no_instant_is_refused(masters, call):
    with pytest.raises(CatalogError):
        call(masters)


def test_a_group_has_a_name_and_a_number_and_is_there_once(masters, curriculum):
    for values in ({"name": ""}, {"name": "x" * 101}, {"minimum": 0}, {"minimum": "2"}, {"minimum": True}, {"minimum": None}):
        with pytest.raises(InvalidValue):
            api.add_group(curriculum, **{"name": "More", "minimum": 1, **values})
    with pytest.raises(DatesOverlap):
        api.add_group(curriculum, name="ELECTIVES", minimum=1)
    with pytest.raises(InvalidRequest):
        api.get_group("x")
    with pytest.raises(InvalidValue):
        api.add_course(curriculum, "GTx+Core1", group="x" * 101)
    row = api.get_groups(curriculum).get()
    assert api.update_group(row.uuid, minimum=3).minimum == api.get_group(row.uuid).minimum == 3
    assert CurriculumGroup.history.filter(id=row.pk).count() == 2
    api.update_group(row, minimum=3)
    assert CurriculumGroup.history.filter(id=row.pk).count() == 2
    api.remove(row)
    with pytest.raises(CurriculumGroup.DoesNotExist):
        api.update_group(row, minimum=1)


def test_a_group_that_is_saved_past_the_api_is_in_the_change_feed(masters, curriculum):
    for what in (
        CurriculumGroup(curriculum=curriculum, name="More", minimum=1).save,
        api.get_groups(curriculum).first().delete,
    ):
        CatalogChange.objects.all().delete()
        what()
        assert list(CatalogChange.objects.values_list("kind", "key")) == [("program", str(masters.uuid))]


def test_a_retired_program_gains_no_groups(masters, curriculum):
    api.retire_program(masters)
    with pytest.raises(CatalogError) as refused:
        api.add_group(curriculum, name="More", minimum=1)
    assert refused.value.code == "program_closed"


def test_a_curriculum_that_comes_back_has_its_groups(masters, curriculum):
    api.retire(curriculum)
    back = api.reintroduce(curriculum)
    assert [(row.name, row.minimum) for row in api.get_groups(back)] == [("electives", 2)]
    assert evaluated(masters, *CORE, "E1", "E2").is_complete


@pytest.mark.any_database
def test_as_many_queries_whatever_there_is_to_pass(program, curriculum, django_assert_num_queries):
    """Thirty courses in three groups, and two levels of nested programs."""
    outer, passed = curriculum, []
    for level in range(3):
        for number in range(30):
            run_of(f"C{level}{number}")
            api.add_course(outer, f"GTx+C{level}{number}", group=("", "One", "Two", "Three")[number % 4])
            passed += [key(f"C{level}{number}"), f"GTx+C{level}{number}"]
        for name in ("One", "Two", "Three"):
            api.add_group(outer, name=name, minimum=3)
        if level < 2:
            nested = api.create_program(title=f"Level {level}", type="masters", status="active")
            api.add_program(outer, nested)
            outer = api.create_curriculum(nested, name="Core")
    program = Program.objects.get(pk=program.pk)
    # Three levels; curricula, courses, programs and groups; where courses count, runs, and two kinds of exclusions; codes.
    with django_assert_num_queries(12):
        found = api.evaluate(program, passed)
    assert found.is_complete
    assert [len(way.groups) for way in found.curricula] == [3]
