"""Curricula: dated rows that never overlap, their order, exclusions, nesting, and which runs a program has."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api, exceptions
from openedx_catalog.contrib.programs.models_api import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumProgramMembership,
    Program,
    ProgramCourseRunExclusion,
    ProgramType,
)
from openedx_catalog.exceptions import (
    DatesOverlap,
    DuplicateVersion,
    HasDependents,
    InvalidDate,
    InvalidDates,
    InvalidRequest,
    InvalidValue,
)
from openedx_catalog.models_api import CatalogCourse

from .conftest import FUTURE, PAST, codes_of, keys_of, run_of
from .test_programs import events

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.two_databases]

DAY = timedelta(days=1)


def test_a_program_has_the_courses_of_its_curricula_in_order_and_each_once(program, courses):
    api.create_curriculum(program, name="First", courses=["GTx+B", "GTx+A"])
    api.create_curriculum(program, name="Second", courses=["GTx+A", "GTx+C"])
    assert codes_of(api.program_courses(program)) == ["B", "A", "C"]
    assert keys_of(api.program_runs(program)) == [f"course-v1:GTx+{code}+1" for code in "BAC"]


def test_courses_are_named_by_object_uuid_or_key(program, courses):
    a, b, c = (catalog.get_catalog_course(key_str=f"GTx+{code}") for code in "ABC")
    curriculum = api.create_curriculum(program, name="Named", courses=[a, b.uuid])
    api.add_course(curriculum, str(c.uuid))
    api.reorder(curriculum, [str(c.uuid), a.key_str, b])
    assert codes_of(api.program_courses(program)) == ["C", "A", "B"]


def test_several_curricula_are_current_at_once_and_each_answers_for_any_instant(program, courses):
    old = api.create_curriculum(program, name="Tools", courses=["GTx+A"], effective_at=PAST, retired_at=FUTURE)
    new = api.create_curriculum(program, name="Quantum", courses=["GTx+B"], effective_at=FUTURE)
    assert (old.is_current(), new.is_current(), old.is_current(FUTURE), new.is_current(FUTURE)) == (True, False, False, True)
    assert (old.is_current(PAST), old.is_current(PAST - DAY)) == (True, False)
    assert codes_of(api.program_courses(program)) == ["A"]
    assert codes_of(api.program_courses(program, at=FUTURE)) == ["B"]
    assert list(Curriculum.objects.current(PAST)) == [old]


@pytest.mark.parametrize(
    ("start", "end", "error"),
    [
        (None, None, DatesOverlap),
        (PAST, None, DatesOverlap),
        (None, PAST + DAY, DatesOverlap),
        (FUTURE - DAY, None, DatesOverlap),
        (FUTURE, None, None),
        (None, PAST, None),
        (PAST + DAY, PAST + DAY, None),
        (FUTURE, PAST, InvalidDates),
        ("tomorrow", None, InvalidDate),
    ],
)
def test_rows_of_one_pair_never_overlap(curriculum, courses, start, end, error):
    api.add_course(curriculum, courses["A"], effective_at=PAST, retired_at=FUTURE)
    if error:
        with pytest.raises(error):
            api.add_course(curriculum, courses["A"], effective_at=start, retired_at=end)
        assert curriculum.course_memberships.count() == 1
    else:
        assert api.add_course(curriculum, courses["A"], effective_at=start, retired_at=end).version == "2"


def test_what_was_retired_comes_back_as_another_version_and_both_are_kept(curriculum, courses):
    member = api.add_course(curriculum, "GTx+A", effective_at=PAST)
    with pytest.raises(DatesOverlap, match=r"catalog-course:GTx:A in the curriculum 'Core' is already in effect"):
        api.reintroduce(member)
    gone = api.retire(member, at=timezone.now() - DAY)
    assert (gone.is_current(), api.retire(gone).retired_at) == (False, gone.retired_at)
    back = api.reintroduce(member, reason="asked for")
    assert [(row.version, row.is_current()) for row in curriculum.course_memberships.order_by("pk")] == [
        ("1", False),
        ("2", True),
    ]
    with pytest.raises(DatesOverlap):
        api.reschedule(gone, retired_at=None)
    with pytest.raises(DuplicateVersion):
        api.add_course(curriculum, "GTx+A", effective_at=FUTURE, retired_at=FUTURE + DAY, version="2")
    assert back.history.latest().history_change_reason == "api: asked for"
    with pytest.raises(InvalidDates):
        api.retire(back, at=PAST - DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        CurriculumCourseMembership.objects.filter(pk=back.pk).update(retired_at=PAST - DAY, effective_at=PAST)


def test_a_curriculum_comes_back_with_what_it_had(program, courses):
    first = api.create_curriculum(program, name="Core", courses=["GTx+A", "GTx+B"], effective_at=PAST)
    member_a, member_b = first.course_memberships.order_by("pk")
    api.exclude_course_run(member_a, "course-v1:GTx+A+1")
    api.retire(member_b, at=PAST + DAY)
    api.retire(first, at=PAST + 2 * DAY)
    assert api.program_courses(program) == []
    second = api.reintroduce(first)
    assert (second.version, second.name) == ("2", "Core")
    assert codes_of(api.program_courses(program)) == ["A"]
    assert api.program_runs(program) == []
    with pytest.raises(DatesOverlap):
        api.create_curriculum(program, name="CORE")


def test_unchanged_dates_write_nothing(curriculum, courses):
    member = api.add_course(curriculum, "GTx+A", effective_at=PAST)
    before = (member.history.count(), len(events()))
    api.reschedule(member, effective_at=PAST)
    api.reorder(curriculum, ["GTx+A"])
    api.update_curriculum(curriculum, name="Core")
    assert (member.history.count(), len(events())) == before


def test_courses_are_put_in_order(curriculum, program, courses):
    for code in "ABC":
        api.add_course(curriculum, f"GTx+{code}")
    api.reorder(curriculum, ["GTx+C", "GTx+A", "GTx+B"])
    assert codes_of(api.program_courses(program)) == ["C", "A", "B"]
    for wrong in (["GTx+C"], ["GTx+C", "GTx+A", "GTx+A"], ["GTx+C", "GTx+A", "GTx+B", "GTx+B"]):
        with pytest.raises(InvalidRequest, match="each course"):
            api.reorder(curriculum, wrong)
    with pytest.raises(CatalogCourse.DoesNotExist):
        api.add_course(curriculum, "GTx+none")
    for wrong in (-1, True, "1", 2**31):
        with pytest.raises(InvalidValue):
            api.add_course(curriculum, "GTx+A", position=wrong)


def test_an_excluded_run_belongs_to_the_course_or_program_it_is_excluded_from(curriculum, program, courses):
    member = api.add_course(curriculum, "GTx+A")
    run_of("A", "2")
    for subject in (program, member):
        with pytest.raises(exceptions.NotAMember):
            api.exclude_course_run(subject, "course-v1:GTx+B+1")
        assert api.exclude_course_run(subject, "course-v1:GTx+A+1")
        assert not api.exclude_course_run(subject, "course-v1:GTx+A+1")
        assert keys_of(api.program_runs(program)) == ["course-v1:GTx+A+2"]
        assert api.include_course_run(subject, "course-v1:GTx+A+1")
        assert not api.include_course_run(subject, "course-v1:GTx+A+1")
        assert len(api.program_runs(program)) == 2


def test_a_run_that_one_curriculum_excludes_counts_through_another(program, courses):
    first = api.create_curriculum(program, name="First", courses=["GTx+A"])
    api.create_curriculum(program, name="Second", courses=["GTx+A"])
    api.exclude_course_run(first.course_memberships.get(), "course-v1:GTx+A+1")
    assert keys_of(api.program_runs(program)) == ["course-v1:GTx+A+1"]
    api.exclude_course_run(program, "course-v1:GTx+A+1")
    assert api.program_runs(program) == []


def test_an_exclusion_goes_when_the_course_leaves_the_program(program, courses):
    first = api.create_curriculum(program, name="First", courses=["GTx+A"])
    second = api.create_curriculum(program, name="Second", courses=["GTx+A"])
    api.exclude_course_run(program, "course-v1:GTx+A+1")
    api.retire(first)
    assert ProgramCourseRunExclusion.objects.count() == 1
    api.remove(second.course_memberships.get())
    assert ProgramCourseRunExclusion.objects.count() == 0


def test_an_exclusion_goes_when_the_run_moves_away(curriculum, program, courses):
    member = api.add_course(curriculum, "GTx+A")
    api.exclude_course_run(program, "course-v1:GTx+A+1")
    api.exclude_course_run(member, "course-v1:GTx+A+1")
    catalog.move_course_run("course-v1:GTx+A+1", courses["B"], reason="r")
    assert (ProgramCourseRunExclusion.objects.count(), member.run_exclusions.count()) == (0, 0)


def test_a_retired_program_gains_neither_courses_nor_runs(curriculum, program, courses):
    member = api.add_course(curriculum, "GTx+A")
    dropped = api.retire(api.add_course(curriculum, "GTx+C", effective_at=PAST), at=PAST + DAY)
    api.retire_program(program)
    run_of("A", "2")
    catalog.move_course_run("course-v1:GTx+B+1", courses["A"], reason="r")
    assert keys_of(api.program_runs(program)) == ["course-v1:GTx+A+1"]
    for gain in (
        lambda: api.add_course(curriculum, "GTx+B"),
        lambda: api.add_program(curriculum, api.create_program(title="Q", type="masters")),
        lambda: api.create_curriculum(program, name="More", courses=["GTx+B"]),
        lambda: api.reintroduce(dropped),
        lambda: api.reschedule(dropped, retired_at=None),
    ):
        with pytest.raises(exceptions.ProgramClosed, match="retired"):
            gain()
    # Losing is not gaining.
    api.retire(member)
    api.change_program_status(program, "active")
    api.reintroduce(api.retire(member))
    assert "course-v1:GTx+A+2" in keys_of(api.program_runs(program))


def test_a_course_that_stands_in_a_curriculum_is_not_deleted(curriculum, courses):
    api.add_course(curriculum, "GTx+A")
    catalog.delete_course_run("course-v1:GTx+A+1")
    with pytest.raises(HasDependents, match=r"curriculum courses|Curriculum Courses"):
        catalog.delete_catalog_course(courses["A"])


def test_where_a_course_stood_that_is_merged_stands_the_other_one_then(curriculum, program, courses):
    api.retire(api.add_course(curriculum, "GTx+A", effective_at=PAST))
    there = api.add_course(curriculum, "GTx+A", excluded_runs=["course-v1:GTx+A+1"])
    api.add_course(curriculum, "GTx+C")
    catalog.merge_catalog_courses("GTx+A", into="GTx+B", reason="one course")
    assert codes_of(program.courses) == ["B", "C"]
    assert keys_of(api.program_runs(program)) == ["course-v1:GTx+B+1", "course-v1:GTx+C+1"]
    there.refresh_from_db()
    assert (there.catalog_course.course_code, there.version) == ("B", "2")
    assert "GTx:A was merged into" in there.history.first().history_change_reason
    assert "program.updated.v1" in events()[-3:]


def test_two_courses_of_one_curriculum_that_are_merged_are_one_row_for_as_long_as_either_was_there(
    curriculum, program, courses
):
    run_of("B", "2")
    one = api.add_course(curriculum, "GTx+A", effective_at=PAST, retired_at=FUTURE, excluded_runs=["course-v1:GTx+A+1"])
    two = api.add_course(curriculum, "GTx+B", effective_at=PAST + DAY, excluded_runs=["course-v1:GTx+B+2"])
    catalog.merge_catalog_courses("GTx+A", into="GTx+B", reason="one course")
    (row,) = curriculum.course_memberships.all()
    assert (row.pk, row.effective_at, row.retired_at) == (two.pk, PAST, None)
    assert keys_of(api.program_runs(program)) == ["course-v1:GTx+B+1"]
    assert type(one).history.filter(id=one.pk).first().catalog_course_id == courses["A"].pk


def test_a_merge_adds_no_run_to_a_retired_program(curriculum, program, courses):
    theirs = api.create_program(title="Theirs", type="masters", status="active")
    api.create_curriculum(theirs, name="Core", courses=["GTx+B"])
    api.add_course(curriculum, "GTx+A")
    for each in (program, theirs):
        api.retire_program(each)
    catalog.merge_catalog_courses("GTx+A", into="GTx+B", reason="one course")
    assert keys_of(api.program_runs(program)) == ["course-v1:GTx+A+1"]
    assert keys_of(api.program_runs(theirs)) == ["course-v1:GTx+B+1"]
    assert (codes_of(program.courses), codes_of(theirs.courses)) == (["B"], ["B"])


def test_a_merge_is_refused_where_a_program_would_know_one_key_twice(curriculum, courses):
    for key in ("course-v1:GTx+B+1", "course-v1:GTx+C+1"):
        api.set_external_course_key(key, "MATH")
    api.add_course(curriculum, "GTx+A")
    api.add_course(curriculum, "GTx+C")
    with pytest.raises(exceptions.ExternalKeyConflict, match="GTx"):
        catalog.merge_catalog_courses("GTx+A", into="GTx+B", reason="r")
    assert codes_of(curriculum.program.courses) == ["A", "C"]
    assert api.audit_external_keys() == []


def test_programs_are_found_by_a_former_name_of_their_organization(program, courses):
    api.update_program(program, authoring_organizations=["GTx"])
    catalog.update_organization("GTx", short_name="GTxPRO")
    for name in ("GTx", "GTxPRO"):
        assert list(api.get_programs(org_code=name)) == [program]
    assert list(api.get_programs(org_code="gtx")) == []


def test_an_undone_merge_leaves_the_place_in_the_curriculum_to_the_survivor(curriculum, program, courses):
    """Somebody gives the course that is back a place of its own (ADR 0028)."""
    api.add_course(curriculum, "GTx+A")
    catalog.merge_catalog_courses("GTx+A", into="GTx+B", reason="one course")
    catalog.unmerge_catalog_courses("GTx+A", reason="two courses")
    assert (codes_of(program.courses), keys_of(api.program_runs(program))) == (["B"], ["course-v1:GTx+B+1"])
    assert api.audit_external_keys() == []
    api.add_course(curriculum, "GTx+A")
    assert "course-v1:GTx+A+1" in keys_of(api.program_runs(program))


def test_a_course_comes_with_runs_that_do_not_count(curriculum, program, courses):
    run_of("A", "2")
    api.set_external_course_key("course-v1:GTx+A+2", "MATH")
    api.set_external_course_key("course-v1:GTx+B+1", "MATH")
    api.add_course(curriculum, "GTx+B")
    with pytest.raises(exceptions.NotAMember, match="GTx:A"):
        api.add_course(curriculum, "GTx+A", excluded_runs=["course-v1:GTx+C+1"])
    with pytest.raises(InvalidValue, match="expected a list"):
        api.add_course(curriculum, "GTx+A", excluded_runs="course-v1:GTx+A+2")
    with pytest.raises(exceptions.ExternalKeyConflict):
        api.add_course(curriculum, "GTx+A")
    api.add_course(curriculum, "GTx+A", excluded_runs=["course-v1:GTx+A+2", "course-v1:gtx+a+2"])
    assert keys_of(api.program_runs(program)) == ["course-v1:GTx+B+1", "course-v1:GTx+A+1"]


def test_several_courses_come_in_this_order_with_one_event_and_one_reason(curriculum, program, courses):
    run_of("D")
    api.add_course(curriculum, "GTx+D")
    before = len(events())
    rows = api.add_courses(
        curriculum, ["GTx+C", courses["A"], "GTx+B"], position=0, group="Electives",
        excluded_runs=["course-v1:GTx+B+1"], reason="The senate's plan",
    )  # fmt: skip
    assert len(events()) == before + 1
    assert codes_of(api.program_courses(program)) == ["C", "A", "B", "D"]
    assert [(row.position, row.group, row.history.get().history_change_reason) for row in rows] == [
        (position, "Electives", "api: The senate's plan") for position in range(3)
    ]
    assert "course-v1:GTx+B+1" not in keys_of(api.program_runs(program))
    assert api.add_courses(curriculum, []) == []


@pytest.mark.parametrize(
    ("names", "error"),
    [
        (["GTx+A", "GTx+No"], CatalogCourse.DoesNotExist),
        (["GTx+A", "catalog-course:gtx:a"], InvalidRequest),
        (["GTx+A", "GTx+B"], DatesOverlap),
        ("GTx+A", InvalidValue),
    ],
    ids=["unknown", "twice", "there already", "no list"],
)
def test_of_several_courses_all_are_added_or_none(curriculum, program, courses, names, error):
    api.add_course(curriculum, "GTx+B")
    before = len(events())
    with pytest.raises(error):
        api.add_courses(curriculum, names)
    assert (codes_of(api.program_courses(program)), len(events())) == (["B"], before)


def test_a_name_and_dates_that_only_go_together_change_together(program, curriculum):
    api.update_curriculum(curriculum, name="Old", retired_at=PAST)
    api.create_curriculum(program, name="Core", effective_at=FUTURE)
    back = api.update_curriculum(curriculum, name="Core", retired_at=FUTURE)
    assert (back.name, back.version, back.retired_at) == ("Core", "2", FUTURE)
    with pytest.raises(DatesOverlap):
        api.update_curriculum(curriculum, retired_at=None)


def test_what_was_deleted_meanwhile_is_reported_by_name(curriculum, courses):
    catalog.delete_course_run("course-v1:GTx+A+1")
    catalog.delete_catalog_course(catalog.get_catalog_course(key_str="GTx+A"))
    with pytest.raises(CatalogCourse.DoesNotExist, match="no longer exists"):
        api.add_course(curriculum, courses["A"])
    kind = api.create_program_type(name="Short")
    api.delete_program_type("short")
    with pytest.raises(ProgramType.DoesNotExist):
        api.create_program(title="T", type=kind)
    for wrong in (None, "GTx+B"):
        with pytest.raises(InvalidValue, match="expected a list"):
            api.create_curriculum(curriculum.program, name="N", courses=wrong)


# Programs in programs


def test_runs_of_nested_programs_come_only_when_asked_for(curriculum, program, courses):
    api.add_course(curriculum, "GTx+A")
    child = api.create_program(title="Child", type="micromasters", status="active")
    api.create_curriculum(child, name="Core", courses=["GTx+B", "GTx+A"])
    api.add_program(curriculum, child)
    assert codes_of(api.program_courses(program)) == ["A"]
    assert codes_of(api.program_courses(program, nested=True)) == ["A", "B"]
    assert keys_of(api.program_runs(program, nested=True)) == ["course-v1:GTx+A+1", "course-v1:GTx+B+1"]
    assert api.resolve_run(program, "course-v1:GTx+B+1", nested=True)
    api.delete_program(child)
    assert codes_of(api.program_courses(program, nested=True)) == ["A"]


def chain(length):
    """Programs, each of which contains the next; returns them with their curricula."""
    made = [api.create_program(title=f"P{n}", type="masters") for n in range(length)]
    curricula = [api.create_curriculum(program, name="Core") for program in made]
    for curriculum, child in zip(curricula, made[1:], strict=False):
        api.add_program(curriculum, child)
    return made, curricula


@pytest.mark.parametrize("depth", [1, 2, 5])
def test_no_program_contains_itself_at_any_depth(depth):
    made, curricula = chain(depth)
    with pytest.raises(exceptions.ProgramCycle, match="P0"):
        api.add_program(curricula[-1], made[0])


def test_no_other_way_closes_a_circle():
    made, curricula = chain(3)
    other = api.create_program(title="Other", type="masters")
    link = api.create_curriculum(other, name="Whole")
    # Whose curriculum it is.
    api.add_program(link, made[0])
    with pytest.raises(exceptions.ProgramCycle):
        api.update_curriculum(link, program=made[2])
    link.refresh_from_db()
    link.program = made[2]
    with pytest.raises(exceptions.ProgramCycle):
        link.save()
    assert type(link).objects.get(pk=link.pk).program == other
    # What was retired and comes back.
    member = curricula[0].program_memberships.get()
    api.retire(member)
    api.add_program(curricula[2], made[0])
    for back in (lambda: api.reintroduce(member), lambda: api.reschedule(member, retired_at=None)):
        with pytest.raises(exceptions.ProgramCycle):
            back()
    # A deleted program may come back as well.
    api.delete_program(made[1])
    with pytest.raises(exceptions.ProgramCycle):
        api.reintroduce(member)
    # And a model's own save.
    with pytest.raises(exceptions.ProgramCycle):
        CurriculumProgramMembership(curriculum=curricula[0], program=made[2], version="2").save()
    assert not CurriculumProgramMembership.objects.filter(program=made[2], curriculum=curricula[0]).exists()


def test_no_reader_loops_on_a_circle_that_was_forced_in(courses):
    made, curricula = chain(2)
    api.add_course(curricula[1], "GTx+A")
    CurriculumProgramMembership.objects.bulk_create([CurriculumProgramMembership(curriculum=curricula[1], program=made[0])])
    assert codes_of(api.program_courses(made[0], nested=True)) == ["A"]
    assert len(api.program_runs(made[1], nested=True)) == 1
    assert api.find_external_key_conflicts(made[0]) == []
    api.add_course(curricula[0], "GTx+B")


def test_a_save_past_the_api_is_held_to_the_dates(curriculum, courses):
    api.add_course(curriculum, "GTx+A")
    with pytest.raises(DatesOverlap):
        CurriculumCourseMembership(curriculum=curriculum, catalog_course=courses["A"], version="2").save()
    assert curriculum.course_memberships.count() == 1


# Cost


def test_the_runs_of_a_large_program_cost_four_queries(program, django_assert_max_num_queries):
    records = [catalog.AssociationRecord(f"course-v1:Big+C{course}+R{run}") for course in range(200) for run in range(20)]
    catalog.associate_course_runs(records, source="test")
    names = [f"Big+C{course}" for course in range(200)]
    api.create_curriculum(program, name="Core", courses=names)
    with django_assert_max_num_queries(4):
        runs = api.program_runs(program)
    assert len(runs) == 4000
    assert [run.catalog_course.key_str for run in runs[::20]] == [f"catalog-course:Big:C{course}" for course in range(200)]


def test_a_course_is_added_by_the_same_number_of_statements_however_many_there_are(curriculum, courses, data_statements):
    def cost(code):
        with data_statements() as log:
            api.add_course(curriculum, f"GTx+{code}")
        return len(log)

    few = cost("A")
    for n in range(10):
        run_of(f"D{n}")
        api.add_course(curriculum, f"GTx+D{n}")
    assert cost("B") == few


def test_what_is_not_there_is_said_by_name(program):
    with pytest.raises(Program.DoesNotExist):
        api.create_curriculum("00000000-0000-0000-0000-000000000000", name="X")
    with pytest.raises(Curriculum.DoesNotExist):
        api.get_curriculum("00000000-0000-0000-0000-000000000000")
    made = api.create_curriculum(program, name="X")
    assert api.get_curriculum(str(made.uuid)).program.title == "Analytics"
