"""What was offered in the past stays what it was: undated adds, closed curricula, and what is asked of an instant."""

from datetime import timedelta

import pytest
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api, exceptions
from openedx_catalog.contrib.programs.models_api import (
    CurriculumCourseMembership,
    CurriculumGroup,
    CurriculumProgramMembership,
    DegreeCost,
    DegreeDeadline,
)
from openedx_catalog.exceptions import DatesOverlap, InvalidDate, InvalidDates, InvalidRequest, InvalidValue
from openedx_catalog.models_api import CourseRun

from .conftest import FUTURE, PAST, codes_of, keys_of, run_of
from .test_programs import events

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.two_databases]

DAY = timedelta(days=1)
A1, B1 = "course-v1:GTx+A+1", "course-v1:GTx+B+1"


def starting(key, start):
    catalog.sync_course_run(key, observed_at=timezone.now(), schedule={"start": start})


@pytest.fixture
def degree(program):
    return api.create_degree(program)


# What is added without a date


def test_what_is_added_to_what_is_offered_already_begins_now(program, curriculum, courses):
    child = api.create_program(title="Child", type="micromasters", status="active")
    before = timezone.now()
    added = [
        api.add_course(curriculum, "GTx+A"),
        api.add_program(curriculum, child),
        api.create_curriculum(program, name="New"),
    ]
    assert all(before <= row.effective_at <= timezone.now() for row in added)
    assert (codes_of(api.program_courses(program)), api.program_courses(program, at=PAST)) == (["A"], [])


def test_what_is_added_to_what_has_not_begun_is_there_as_long_as_that(program, courses):
    later = api.create_curriculum(program, name="Later", courses=["GTx+B"], effective_at=FUTURE)
    planned = api.create_program(title="Planned", type="masters")
    core = api.create_curriculum(planned, name="Core")
    added = [api.add_course(later, "GTx+A"), core, api.add_course(core, "GTx+A"), *later.course_memberships.all()]
    assert [row.effective_at for row in added] == [None] * 5


def test_what_is_taken_back_for_a_while_keeps_its_past(program, curriculum, degree, courses):
    api.update_program(program, status="unpublished")
    added = [
        api.add_course(curriculum, "GTx+A"),
        api.create_curriculum(program, name="New"),
        api.add_group(curriculum, name="Electives", minimum=1),
        api.add_cost(degree, description="Tuition", amount=1, currency="USD"),
    ]
    assert None not in [row.effective_at for row in added]
    api.update_program(program, status="active")
    assert (codes_of(api.program_courses(program)), api.program_courses(program, at=PAST)) == (["A"], [])


def test_since_ever_must_be_asked_for(program, curriculum, degree, courses):
    api.add_course(curriculum, "GTx+A", effective_at=None)
    api.add_cost(degree, description="Tuition", amount=1, currency="USD", effective_at=None)
    assert codes_of(api.program_courses(program, at=PAST)) == ["A"]
    assert api.get_costs(degree, at=PAST).count() == 1


def test_the_courses_of_a_new_curriculum_are_there_as_long_as_it_is(program, courses):
    curriculum = api.create_curriculum(program, name="Core", courses=["GTx+A"])
    assert curriculum.effective_at is not None
    assert curriculum.course_memberships.get().effective_at is None


def test_what_a_degree_costs_from_now_on_it_did_not_cost_before(program, degree):
    due = {"semester": "Spring", "name": "Application", "due_at": FUTURE}
    cost = api.add_cost(degree, description="Tuition", amount=1, currency="USD")
    assert None not in (cost.effective_at, api.add_deadline(degree, **due).effective_at)
    planned = api.create_degree(api.create_program(title="Planned", type="masters"))
    assert api.add_cost(planned, description="Tuition", amount=1, currency="USD").effective_at is None
    api.retire_program(program)
    assert api.add_cost(degree, description="Fee", amount=1, currency="USD").effective_at is not None


def test_what_begins_now_has_not_ended_before(curriculum, courses):
    with pytest.raises(InvalidDates):
        api.add_course(curriculum, "GTx+A", retired_at=PAST)


# Closed to new learners, and over


def test_a_closed_curriculum_goes_on_for_those_who_are_in_it(program, curriculum, courses):
    api.add_course(curriculum, "GTx+A")
    closed = api.close_curriculum(curriculum, reason="too few")
    assert (closed.is_closed(), closed.is_open(), closed.is_current()) == (True, False, True)
    assert (closed.is_open(PAST), closed.history.first().history_change_reason) == (True, "api: too few")
    assert keys_of(api.program_runs(program)) == [A1]
    assert (len(api.curriculum_for(program, PAST)), api.curriculum_for(program, timezone.now())) == (1, [])
    assert api.close_curriculum(curriculum, at=FUTURE).closed_at == closed.closed_at
    assert api.update_curriculum(curriculum, closed_at=None).is_open()
    assert api.update_curriculum(str(curriculum.uuid), closed_at=FUTURE).closed_at == FUTURE


def test_a_curriculum_closes_after_it_begins(program):
    later = api.create_curriculum(program, name="Later", effective_at=FUTURE, closed_at=FUTURE)
    for wrong in (
        lambda: api.close_curriculum(later),
        lambda: api.update_curriculum(later, closed_at=FUTURE - DAY),
        lambda: api.reschedule(later, effective_at=FUTURE + DAY),
        lambda: api.create_curriculum(program, name="Other", effective_at=FUTURE, closed_at=PAST),
    ):
        with pytest.raises(InvalidValue, match="closed_at"):
            wrong()
    with pytest.raises(InvalidDate):
        api.close_curriculum(later, at="soon")


def test_a_curriculum_that_comes_back_is_open(curriculum):
    api.close_curriculum(curriculum)
    assert api.reintroduce(api.retire(curriculum)).is_open()


# Which run a key names


def test_keys_of_former_curricula_still_name_their_runs(program, curriculum, courses):
    api.set_external_course_key(A1, "MATH")
    member = api.add_course(curriculum, "GTx+A", effective_at=PAST)
    api.retire(member)
    for key in ("math", A1):
        assert str(api.resolve_run(program, key).course_key) == A1
    with pytest.raises(CourseRun.DoesNotExist):
        api.resolve_run(program, A1, at=PAST - DAY)
    api.retire(curriculum)
    assert str(api.resolve_run(program, "MATH").course_key) == A1


def test_what_counts_now_goes_before_what_did(program, curriculum, courses):
    api.set_external_course_key(A1, "MATH")
    api.retire(api.add_course(curriculum, "GTx+A", effective_at=PAST))
    api.set_external_course_key(B1, "MATH")
    api.add_course(curriculum, "GTx+B")
    assert str(api.resolve_run(program, "MATH").course_key) == B1
    assert str(api.resolve_run(program, A1).course_key) == A1


def test_what_stood_where_nothing_was_ever_in_effect_is_no_former_run(program, courses):
    never = api.create_curriculum(program, name="Never", courses=["GTx+A"], effective_at=PAST, retired_at=PAST)
    assert not never.is_current(PAST)
    with pytest.raises(CourseRun.DoesNotExist):
        api.resolve_run(program, A1)


def test_a_key_of_two_former_runs_is_not_guessed(program, curriculum, courses):
    for key, code in ((A1, "A"), (B1, "B")):
        api.set_external_course_key(key, "MATH")
        api.retire(api.add_course(curriculum, f"GTx+{code}", effective_at=PAST))
    with pytest.raises(exceptions.AmbiguousKey, match="names several runs") as refusal:
        api.resolve_run(program, "math")
    assert refusal.value.course_keys == [A1, B1]


def test_runs_of_a_program_that_was_in_it_are_found_where_asked_for(program, curriculum, courses):
    child = api.create_program(title="Child", type="micromasters", status="active")
    api.create_curriculum(child, name="Core", courses=["GTx+A"], effective_at=None)
    api.retire(api.add_program(curriculum, child, effective_at=PAST))
    assert str(api.resolve_run(program, A1, nested=True).course_key) == A1
    with pytest.raises(CourseRun.DoesNotExist):
        api.resolve_run(program, A1)


def test_a_run_that_was_left_out_there_or_never_stood_there_is_not_found(program, curriculum, courses):
    member = api.add_course(curriculum, "GTx+A", effective_at=PAST)
    api.exclude_course_run(member, A1)
    api.retire(member)
    api.add_course(curriculum, "GTx+B", effective_at=PAST, retired_at=PAST)
    for key in (A1, B1):
        with pytest.raises(CourseRun.DoesNotExist):
            api.resolve_run(program, key)


def test_a_key_is_looked_up_by_the_same_number_of_queries_however_many_runs_there_are(
    program, curriculum, courses, django_assert_max_num_queries
):
    many(curriculum)
    with django_assert_max_num_queries(12), pytest.raises(CourseRun.DoesNotExist):
        api.resolve_run(program, "course-v1:GTx+B+1", nested=True)


# Retired programs


def test_a_retired_program_has_the_runs_that_started_before(program, curriculum, courses):
    api.add_course(curriculum, "GTx+A")
    starting(A1, FUTURE)
    api.retire_program(program)
    for number, start in (("2", PAST), ("3", FUTURE), ("4", None)):
        run_of("A", number)
        starting(f"course-v1:GTx+A+{number}", start)
    assert keys_of(api.program_runs(program)) == ["course-v1:GTx+A+2"]


def test_what_a_retired_program_did_not_gain_is_let_in_by_hand(program, curriculum, courses):
    api.add_course(curriculum, "GTx+A")
    api.retire_program(program)
    run_of("A", "2")
    api.change_program_status(program, "active", reason="again")
    (excluded,) = program.run_exclusions.all()
    assert (keys_of(api.program_runs(program)), excluded.history.get().history_change_reason) == ([A1], "api: again")
    run_of("A", "3")
    assert api.include_course_run(program, "course-v1:GTx+A+2")
    assert len(api.program_runs(program)) == 3


# The order


def places(curriculum):
    rows = curriculum.course_memberships.select_related("catalog_course").order_by("position", "pk")
    return [(row.position, row.catalog_course.course_code) for row in rows]


def test_a_course_comes_to_a_place_and_the_others_make_room(curriculum, courses):
    for code, position in (("A", None), ("B", 0), ("C", 1)):
        api.add_course(curriculum, f"GTx+{code}", position=position)
    assert places(curriculum) == [(0, "B"), (1, "C"), (2, "A")]
    member = curriculum.course_memberships.get(catalog_course=courses["A"])
    moved = api.update_member(member.uuid, position=1, reason="earlier")
    assert (moved.position, places(curriculum)) == (1, [(0, "B"), (1, "A"), (2, "C")])
    pushed = curriculum.course_memberships.get(catalog_course=courses["C"])
    assert (pushed.history.first().position, pushed.history.first().history_change_reason) == (2, "api: earlier")
    assert api.update_member(member, position=99).position == 2
    assert api.update_member(member, position=0).position == 0
    before = (len(events()), member.history.count())
    assert api.update_member(member, position=0, group="").position == 0
    assert (len(events()), member.history.count()) == before


def test_what_is_over_keeps_its_place_in_the_past(program, curriculum, courses):
    for code in "CBA":
        api.add_course(curriculum, f"GTx+{code}", effective_at=PAST)
    for code in "BC":
        api.retire(curriculum.course_memberships.get(catalog_course=courses[code]))
        assert codes_of(api.program_courses(program, at=PAST)) == ["C", "B", "A"]
    api.add_course(curriculum, "GTx+C", position=0)
    assert codes_of(api.program_courses(program)) == ["C", "A"]
    assert codes_of(api.program_courses(program, at=PAST)) == ["C", "B", "A"]
    assert [position for position, _code in places(curriculum)] == [0, 1, 2, 3]


def test_programs_have_an_order_of_their_own(curriculum, courses):
    api.add_course(curriculum, "GTx+A")
    first, second = (api.create_program(title=title, type="masters") for title in ("First", "Second"))
    api.add_program(curriculum, first)
    assert api.add_program(curriculum, second, position=0).position == 0
    rows = curriculum.program_memberships.order_by("position")
    assert [row.program.title for row in rows] == ["Second", "First"]


def test_a_save_past_the_api_leaves_no_tie(curriculum, courses):
    api.add_course(curriculum, "GTx+A")
    CurriculumCourseMembership(curriculum=curriculum, catalog_course=courses["B"]).save()
    assert places(curriculum) == [(0, "B"), (1, "A")]


def test_a_member_counts_of_a_group_or_is_required(curriculum, courses):
    member = api.add_course(curriculum, "GTx+A", group=" Electives ")
    assert (member.group, api.update_member(member, group="").group) == ("Electives", "")
    with pytest.raises(InvalidValue, match="group"):
        api.update_member(member, group="x" * 101)


# Rows by uuid, and slips


def test_rows_are_found_by_uuid(curriculum, degree, courses):
    child = api.create_program(title="Child", type="micromasters")
    cost = api.add_cost(degree, description="Tuition", amount=1, currency="USD")
    due = api.add_deadline(degree, semester="Spring", name="Application", due_at=FUTURE)
    for get, row in (
        (api.get_membership, api.add_course(curriculum, "GTx+A")),
        (api.get_membership, api.add_program(curriculum, child)),
        (api.get_cost, cost),
        (api.get_deadline, due),
    ):
        assert (get(row.uuid), get(str(row.uuid))) == (row, row)
    none = "00000000-0000-0000-0000-000000000000"
    missing = CurriculumCourseMembership.DoesNotExist, DegreeCost.DoesNotExist, DegreeDeadline.DoesNotExist
    for get, error in zip((api.get_membership, api.get_cost, api.get_deadline), missing, strict=True):
        with pytest.raises(error):
            get(none)
        with pytest.raises(InvalidRequest):
            get("nonsense")


def test_a_slip_in_a_cost_or_deadline_is_corrected_and_kept_in_the_history(degree):
    cost = api.add_cost(degree, description="Tution", amount=9900, currency="USD", effective_at=PAST)
    fee = api.add_cost(degree, description="Fee", amount=1, currency="USD", effective_at=PAST)
    fixed = api.update_cost(cost.uuid, description="Tuition", amount="9901", reason="slip")
    assert (fixed.pk, str(fixed), fixed.effective_at) == (cost.pk, "Tuition: 9901.00 USD", PAST)
    assert [row.description for row in fixed.history.all()] == ["Tuition", "Tution"]
    with pytest.raises(DatesOverlap):
        api.update_cost(fee, description="TUITION")
    due = api.add_deadline(degree, semester="Spring", name="Application", due_at=FUTURE)
    assert api.update_deadline(due, due_at=FUTURE + DAY, zone="America/New_York").due_at == FUTURE + DAY
    before = len(events())
    api.update_deadline(due, zone="America/New_York")
    assert len(events()) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda c, m: api.add_course(c, "GTx+B"),
        lambda c, m: api.retire(m),
        lambda c, m: api.remove(m),
        lambda c, m: api.exclude_course_run(m, A1),
        lambda c, m: api.update_member(m, group="Electives"),
        lambda c, m: api.close_curriculum(c),
        lambda c, m: catalog.merge_catalog_courses("GTx+A", into="GTx+B", reason="one course"),
    ],
    ids=["added", "retired", "removed", "excluded", "grouped", "closed", "merged"],
)
def test_a_curriculum_is_modified_when_what_stands_in_it_changes(curriculum, courses, change):
    member = api.add_course(curriculum, "GTx+A")
    before = api.get_curriculum(curriculum.uuid).modified
    change(curriculum, member)
    assert api.get_curriculum(curriculum.uuid).modified > before


# What somebody who started on a day has to take


def many(curriculum):
    """30 courses of 10 runs."""
    records = [catalog.AssociationRecord(f"course-v1:Big+C{course}+R{run}") for course in range(30) for run in range(10)]
    catalog.associate_course_runs(records, source="test")
    api.create_curriculum(curriculum.program, name="Big", courses=[f"Big+C{n}" for n in range(30)], effective_at=None)


def test_what_has_to_be_taken_is_what_stood_there_on_the_day(program, curriculum, courses):
    api.add_course(curriculum, "GTx+A", effective_at=None)
    api.add_course(curriculum, "GTx+C", effective_at=None, group="electives")
    api.add_course(curriculum, "GTx+B", effective_at=None, group="No such group")
    child, gone = (api.create_program(title=title, type="micromasters", status="active") for title in ("Child", "Gone"))
    for each in (child, gone):
        api.add_program(curriculum, each, effective_at=None, group="Electives")
    api.delete_program(gone)
    CurriculumGroup.objects.create(curriculum=curriculum, name="Electives", minimum=1)
    (found,) = api.curriculum_for(program, PAST)
    (group,) = found.groups
    assert (found.curriculum, codes_of(found.courses), found.programs) == (curriculum, ["A", "B"], [])
    assert (group.name, group.minimum, codes_of(group.courses), group.programs) == ("Electives", 1, ["C"], [child])
    api.retire(curriculum.course_memberships.get(catalog_course=courses["A"]))
    api.create_curriculum(program, name="New", courses=["GTx+A"])
    (then,) = api.curriculum_for(str(program.uuid), PAST)
    now = api.curriculum_for(program, timezone.now())
    assert codes_of(then.courses) == ["A", "B"]
    assert [(each.curriculum.name, codes_of(each.courses)) for each in now] == [("Core", ["B"]), ("New", ["A"])]
    with pytest.raises(InvalidDate):
        api.curriculum_for(program, "2020")


def test_what_has_to_be_taken_costs_four_queries(program, curriculum, courses, django_assert_num_queries):
    many(curriculum)
    with django_assert_num_queries(4):
        found = api.curriculum_for(program, PAST)
        assert [course.key_str for course in found[1].courses][::29] == ["catalog-course:Big:C0", "catalog-course:Big:C29"]


# What became of a program


def told(differences):
    return [(each.kind, each.name, each.before, each.after) for each in differences]


def test_a_diff_names_what_came_went_and_changed(program, curriculum, degree, courses):
    api.set_external_course_key("course-v1:GTx+C+1", "MATH 1")
    for code in "AB":
        api.add_course(curriculum, f"GTx+{code}", effective_at=None)
    child = api.create_program(title="Child", type="micromasters", status="active")
    tuition = {"description": "Tuition", "currency": "USD"}
    cost = api.add_cost(degree, **tuition, amount="9900", effective_at=None)
    api.add_deadline(degree, semester="Spring", name="Application", due_at=FUTURE, effective_at=None, retired_at=PAST + DAY)
    before = api.diff_program(program, from_=PAST - DAY, to=PAST)
    assert (before.added, before.removed, before.changed) == ([], [], [])
    api.retire(curriculum.course_memberships.get(catalog_course=courses["A"]))
    api.add_course(curriculum, "GTx+C")
    api.add_program(curriculum, child)
    api.retire(cost)
    api.reintroduce(cost, amount="10500")
    api.close_curriculum(curriculum)
    found = api.diff_program(str(program.uuid), from_=PAST, to=timezone.now())
    member = {"version": "1", "group": ""}
    assert told(found.added) == [
        ("course", "Course C", None, member),
        ("program", "Child", None, member),
        ("run", "Course C", None, {"external_course_key": "MATH 1"}),
    ]
    removed = [(each.kind, each.key, each.curriculum) for each in found.removed]
    assert removed == [("course", "catalog-course:GTx:A", "Core"), ("deadline", "Spring, Application", ""), ("run", A1, "")]
    assert told(found.changed) == [
        ("curriculum", "Core", {"version": "1", "is_open": True}, {"version": "1", "is_open": False}),
        ("cost", "Tuition", {"amount": "9900.00", "currency": "USD"}, {"amount": "10500.00", "currency": "USD"}),
    ]
    back = api.diff_program(program, from_=found.to, to=found.from_)
    assert (len(back.added), len(back.removed), len(back.changed)) == (3, 3, 2)


def test_deadlines_whose_names_read_alike_are_two(program, degree):
    for semester, name in (("Fall, late", "Application"), ("Fall", "late, Application")):
        api.add_deadline(degree, semester=semester, name=name, due_at=FUTURE, effective_at=None)
    was = api.diff_program(program, from_=PAST, to=timezone.now())
    assert (was.added, was.changed) == ([], [])
    gone = api.retire(degree.deadlines.get(semester="Fall"))
    found = api.diff_program(program, from_=PAST, to=gone.retired_at)
    assert [(each.kind, each.key) for each in found.removed] == [("deadline", "Fall, late, Application")]


def test_a_diff_costs_the_same_however_large_a_program_is(program, curriculum, courses, django_assert_max_num_queries):
    many(curriculum)
    with django_assert_max_num_queries(16):
        found = api.diff_program(program, from_=PAST, to=timezone.now())
    assert found.added == []


def test_a_circle_that_was_forced_in_ends(program, curriculum):
    CurriculumProgramMembership.objects.bulk_create([CurriculumProgramMembership(curriculum=curriculum, program=program)])
    assert [each.programs for each in api.curriculum_for(program, timezone.now())] == [[program]]
    with pytest.raises(CourseRun.DoesNotExist):
        api.resolve_run(program, A1, nested=True)
