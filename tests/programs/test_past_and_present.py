"""What comes later changes nothing of the past; what is saved past the API is held against the same rules, and is dated."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api, exceptions
from openedx_catalog.contrib.programs.models_api import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumGroup,
    DegreeCost,
    ExternalCourseKey,
    ProgramCourseRunExclusion,
)
from openedx_catalog.exceptions import DatesOverlap, InvalidValue

from .conftest import FUTURE, PAST, codes_of, keys_of, run_of
from .test_programs import events

pytestmark = [pytest.mark.django_db, pytest.mark.newest]

A1, B1 = "course-v1:GTx+A+1", "course-v1:GTx+B+1"
DAY = timedelta(days=1)


@pytest.mark.parametrize("leave", ["its membership is retired", "its curriculum is retired", "its day comes"])
def test_a_run_that_was_left_out_stays_so_for_the_time_before_its_course_left(courses, program, curriculum, leave):
    run_of("A", "2")
    member = api.add_course(curriculum, "GTx+A", effective_at=PAST, retired_at=FUTURE if leave == "its day comes" else None)
    api.exclude_course_run(program, A1)
    before = keys_of(api.program_runs(program, at=PAST + DAY))
    if leave == "its day comes":
        CurriculumCourseMembership.objects.filter(pk=member.pk).update(retired_at=timezone.now())
        api.add_course(curriculum, "GTx+B")
    else:
        api.retire(member if leave == "its membership is retired" else curriculum, reason="over")
    assert keys_of(api.program_runs(program, at=PAST + DAY)) == before == ["course-v1:GTx+A+2"]
    assert not ProgramCourseRunExclusion.objects.exists()
    # And hides nothing of what comes back.
    again = api.create_curriculum(program, name="Again", courses=["GTx+A"])
    assert A1 in keys_of(api.program_runs(program))
    assert not again.course_memberships.get().run_exclusions.exists()


def test_a_run_that_comes_under_a_course_that_was_there_once_changes_nothing_of_that_time(courses, program, curriculum):
    api.add_course(curriculum, "GTx+A", effective_at=PAST)
    api.retire(api.add_course(curriculum, "GTx+B", effective_at=PAST))
    api.exclude_course_run(program, A1)
    catalog.move_course_run(A1, "GTx+B", reason="r")
    assert keys_of(api.program_runs(program, at=PAST + DAY)) == [B1]


def test_a_move_that_changes_what_is_left_out_is_an_event_of_the_program(courses, program, curriculum):
    api.add_course(curriculum, "GTx+A")
    api.exclude_course_run(program, A1)
    before, modified = len(events()), api.get_program(program.uuid).modified
    catalog.move_course_run(A1, "GTx+B", reason="r")
    assert "program.updated.v1" in events()[before:]
    assert api.get_program(program.uuid).modified > modified


def test_what_was_planned_and_called_off_does_not_come_back_with_its_curriculum(courses, program, curriculum):
    api.add_course(curriculum, "GTx+A")
    planned = api.add_course(curriculum, "GTx+B", effective_at=FUTURE)
    api.reschedule(planned, retired_at=FUTURE)
    api.retire(curriculum)
    back = api.reintroduce(curriculum)
    assert [row.catalog_course.course_code for row in back.course_memberships.all()] == ["A"]


def test_a_course_that_comes_into_a_part_of_what_is_offered_begins_now(courses, program, curriculum):
    inner = api.create_program(title="Inner", type="masters")
    inside = api.create_curriculum(inner, name="Core", courses=["GTx+A"])
    api.add_program(curriculum, inner, effective_at=PAST)
    api.change_program_status(program, "active")
    hour_ago = timezone.now() - timedelta(hours=1)
    api.add_course(inside, "GTx+B")
    assert codes_of(api.program_courses(program, nested=True)) == ["A", "B"]
    assert codes_of(api.program_courses(program, nested=True, at=hour_ago)) == ["A"]


def test_what_is_taken_away_makes_room_where_conflicts_were_forced_in(courses, program, curriculum):
    run_of("A", "2")
    member = api.add_course(curriculum, "GTx+A")
    other = api.add_course(curriculum, "GTx+B")
    ExternalCourseKey.objects.all()._raw_delete(ExternalCourseKey.objects.db)
    rows = [ExternalCourseKey(run=run, key="k", key_ci="k") for run in member.catalog_course.runs.all()]
    super(type(ExternalCourseKey.objects.all()), ExternalCourseKey.objects.all()).bulk_create(rows)
    assert api.find_external_key_conflicts(program)
    api.retire(other)
    with pytest.raises(exceptions.ExternalKeyConflict):
        api.reschedule(member, effective_at=PAST)
    assert api.retire(member).is_over()


# Saved past the API


def saved(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    return row


def test_another_course_of_a_membership_has_none_of_the_runs_that_were_left_out(courses, program, curriculum):
    member = api.add_course(curriculum, "GTx+A", excluded_runs=[A1])
    saved(member, catalog_course=courses["B"])
    assert not member.run_exclusions.exists()
    assert keys_of(api.program_runs(program)) == [B1]


def test_a_retired_program_gains_nothing_by_a_date_that_is_saved(courses, program, curriculum):
    member = api.retire(api.add_course(curriculum, "GTx+A", effective_at=PAST), at=PAST + DAY)
    api.change_program_status(program, "active")
    api.retire_program(program)
    with pytest.raises(exceptions.ProgramClosed):
        saved(member, retired_at=None)
    assert CurriculumCourseMembership.objects.get(pk=member.pk).retired_at == PAST + DAY
    assert saved(member, retired_at=PAST).retired_at == PAST


def test_dates_that_contradict_each_other_are_not_saved(courses, program, curriculum):
    with pytest.raises((InvalidValue, ValidationError)):
        saved(curriculum, effective_at=FUTURE, closed_at=PAST)
    degree = api.create_degree(program)
    api.add_cost(degree, description="Tuition", amount="5", currency="USD")
    api.add_group(curriculum, name="Electives", minimum=1)
    for row in (
        DegreeCost(degree=degree, description="TUITION", amount="6", currency="USD", version="2"),
        CurriculumGroup(curriculum=curriculum, name="electives", minimum=2, version="2"),
    ):
        with pytest.raises(DatesOverlap):
            row.save()


@pytest.mark.parametrize("values", [{"status": "retired"}, {"status": "active", "retired_at": PAST}])
def test_a_status_is_not_saved_without_its_date(program, values):
    with pytest.raises(InvalidValue, match="retired_at"):
        saved(program, **values)


def test_what_is_saved_dates_the_curriculum_and_the_program(courses, program, curriculum):
    member = api.add_course(curriculum, "GTx+A")
    for row, values in ((member, {"group": "Electives"}), (member, {"position": 0, "group": ""})):
        before = api.get_program(program.uuid).modified, Curriculum.objects.get().modified
        saved(row, **values)
        after = api.get_program(program.uuid).modified, Curriculum.objects.get().modified
        assert all(new > old for new, old in zip(after, before, strict=True))


def test_a_key_that_is_stored_in_bulk_is_found_by_its_folded_form(courses, program, curriculum):
    row = api.set_external_course_key(A1, "One")
    row.key = "Two"
    ExternalCourseKey.objects.bulk_update([row], ["key"])
    api.add_course(curriculum, "GTx+A")
    assert str(api.resolve_run(program, "TWO").course_key) == A1
    with pytest.raises(exceptions.ExternalKeyConflict):
        api.set_external_course_key(run_of("A", "2").course_key, "two")


@pytest.mark.parametrize("text", ["2020-01-01T00:00:00+00:00", "2020-01-01 00:00:00Z"])
def test_a_date_may_be_saved_as_a_text(courses, program, curriculum, text):
    member = api.add_course(curriculum, "GTx+A", effective_at=PAST)
    saved(member, effective_at=text)
    assert CurriculumCourseMembership.objects.get().effective_at.year == 2020


def test_what_was_wrong_before_may_be_saved_with_another_title(program):
    type(program).objects.filter(pk=program.pk).update(status="retired")
    program.refresh_from_db()
    assert saved(program, title="Other").title == "Other"


def test_runs_stay_left_out_of_a_curriculum_that_goes_to_another_program(courses, program, curriculum):
    api.add_course(curriculum, "GTx+A", effective_at=PAST)
    api.exclude_course_run(program, A1)
    other = api.create_program(title="Other", type="masters")
    api.update_curriculum(curriculum, program=other)
    assert keys_of(api.program_runs(other)) == keys_of(api.program_runs(other, at=PAST + DAY)) == []


def test_the_program_is_told_where_a_date_has_come_and_nothing_else_changes(courses, program, curriculum):
    member = api.add_course(curriculum, "GTx+A", effective_at=PAST, retired_at=FUTURE)
    api.exclude_course_run(program, A1)
    CurriculumCourseMembership.objects.filter(pk=member.pk).update(retired_at=timezone.now())
    before = len(events())
    # It is over already.
    api.retire(member)
    assert (ProgramCourseRunExclusion.objects.count(), events()[before:]) == (0, ["program.updated.v1"])
