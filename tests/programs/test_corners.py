"""What an attacker found: unusual orders of calls, values of long ago, and rows that were forced in."""

from datetime import timedelta
from functools import partial
from itertools import cycle, pairwise
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db.models import QuerySet
from django.utils import timezone

from openedx_catalog import api as catalog
from openedx_catalog.contrib.programs import api, exceptions, lms, lms_cache
from openedx_catalog.contrib.programs.models_api import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumProgramMembership,
    ExternalCourseKey,
    ProgramCourseRunExclusion,
)
from openedx_catalog.exceptions import DuplicateValue, InvalidDate, InvalidRequest, InvalidValue, RetryableConflict
from openedx_catalog.lib.transactions import atomically
from openedx_catalog.models_api import CatalogCourse

from .conftest import FUTURE, PAST, codes_of, keys_of, run_of
from .test_lms import SITE, cached

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.two_databases]

A1, B1 = "course-v1:GTx+A+1", "course-v1:GTx+B+1"
DAY = timedelta(days=1)


def audit():
    return [finding.code for finding in api.audit_external_keys()]


def test_a_membership_of_long_ago_is_read_again(courses, program, curriculum):
    other = api.create_program(title="Other", type="masters")
    api.create_curriculum(other, name="X", courses=["GTx+A"])
    api.add_course(curriculum, "GTx+B")
    member = CurriculumCourseMembership.objects.select_related("curriculum__program").get(curriculum=curriculum)
    api.exclude_course_run(member, B1)
    for key in (A1, B1):
        api.set_external_course_key(key, "k")
    api.update_curriculum(curriculum, program=other)
    with pytest.raises(exceptions.ExternalKeyConflict):
        api.include_course_run(member, B1)
    stale = api.retire(member)
    api.reschedule(member, retired_at=None)
    assert not api.retire(stale).is_current()
    with pytest.raises(InvalidRequest):
        api.exclude_course_run(curriculum, B1)


def test_what_comes_back_may_change_what_it_costs_and_nothing_else(program, curriculum):
    member = api.retire(api.add_program(curriculum, api.create_program(title="Q", type="masters")))
    with pytest.raises(InvalidRequest, match="program"):
        api.reintroduce(member, program=program)
    cost = api.retire(api.add_cost(api.create_degree(program), description="T", amount="5", currency="USD"))
    for changes in ({"amount": -5}, {"amount": "1.239"}, {"currency": "dollars"}, {"amount": "9" * 15}):
        with pytest.raises(InvalidValue):
            api.reintroduce(cost, **changes)
    for changes in ({"description": "x"}, {"nope": 1}, {"effective_at": None}):
        with pytest.raises(InvalidRequest):
            api.reintroduce(cost, **changes)
    # A retired program may still change what it costs.
    api.change_program_status(program, "active")
    api.retire_program(program)
    assert str(api.reintroduce(cost, amount="-0").amount) == "0.00"


def test_keys_that_were_saved_past_the_api(courses, program, curriculum):
    run_of("A", "2")
    api.add_course(curriculum, "GTx+A")
    one, two = (catalog.get_course_run(f"course-v1:GTx+A+{n}") for n in (1, 2))
    api.set_external_course_key(A1, "k")
    for key in (" K ", "", "  "):
        with pytest.raises(InvalidValue):
            ExternalCourseKey(run=two, key=key).save()
    # By a queryset that is none of ours: ours would refuse it.
    QuerySet(ExternalCourseKey).bulk_create([ExternalCourseKey(run=two, key=" K ")])
    assert "external_key_conflict" in audit()
    ExternalCourseKey.objects.filter(run=two).update(key="", key_ci="")
    assert audit() == []
    ExternalCourseKey.objects.filter(run=one).update(key="NEW")
    assert "external_key_unfolded" in audit()
    api.repair_slots()
    assert (audit(), str(api.resolve_run(program, "new").course_key)) == ([], A1)


def test_two_conflicts_in_one_program_are_repaired_one_by_one(courses, program, curriculum):
    for code in "AB":
        run_of(code, "2")
    member = api.add_course(curriculum, "GTx+A")
    for code in "AB":
        for number in "12":
            api.set_external_course_key(f"course-v1:GTx+{code}+{number}", f"k{number}")
    CurriculumCourseMembership.objects.bulk_create(
        [CurriculumCourseMembership(curriculum=curriculum, catalog_course=courses["B"])]
    )
    assert audit().count("external_key_conflict") == 2
    api.set_external_course_key(B1, "other")
    api.exclude_course_run(member, "course-v1:GTx+A+2")
    assert audit() == []


def test_a_program_that_is_saved_back_from_the_deleted_ones_is_asked(courses, program, curriculum):
    for code in "AB":
        api.add_course(curriculum, f"GTx+{code}")
    api.set_external_course_key(A1, "k")
    api.delete_program(program)
    api.set_external_course_key(B1, "k")
    program.refresh_from_db()
    program.status = "unpublished"
    with pytest.raises(exceptions.ExternalKeyConflict):
        program.save()
    assert api.get_program(program.uuid).status == "deleted"


def test_exclusions_of_courses_that_are_gone_hide_nothing_later(courses, program, curriculum):
    member = api.add_course(curriculum, "GTx+A", retired_at=FUTURE)
    api.exclude_course_run(program, A1)
    # Its day comes.
    CurriculumCourseMembership.objects.filter(pk=member.pk).update(retired_at=timezone.now())
    api.add_course(curriculum, "GTx+A")
    assert keys_of(api.program_runs(program)) == [A1]
    api.retire(curriculum)
    with pytest.raises(exceptions.NotAMember):
        api.exclude_course_run(program, A1)
    assert ProgramCourseRunExclusion.objects.count() == 0


def test_a_retired_program_gains_nothing_by_another_date(courses, program, curriculum):
    member = api.add_course(curriculum, "GTx+A", effective_at=FUTURE)
    api.retire_program(program)
    for dates in ({"effective_at": None}, {"effective_at": PAST}):
        with pytest.raises(exceptions.ProgramClosed):
            api.reschedule(member, **dates)
    assert api.reschedule(member, retired_at=FUTURE + DAY).retired_at is not None


def test_a_retired_program_gains_nothing_past_the_api_either(courses, program, curriculum):
    api.retire_program(program)
    for row in (
        CurriculumCourseMembership(curriculum=curriculum, catalog_course=courses["A"]),
        Curriculum(program=program, name="More"),
    ):
        with pytest.raises(exceptions.ProgramClosed, match="retired"):
            row.save()
        assert row.pk is None or not type(row).objects.filter(pk=row.pk).exists()
    curriculum.name = "What was there goes on"
    curriculum.save()


def test_a_curriculum_comes_back_with_the_dates_that_were_planned(courses, program, curriculum):
    first = api.add_course(curriculum, "GTx+A", retired_at=FUTURE)
    api.reintroduce(first, at=FUTURE)
    api.add_course(curriculum, "GTx+B", effective_at=FUTURE)
    api.add_course(curriculum, "GTx+C", retired_at=FUTURE)
    api.retire(curriculum)
    back = api.reintroduce(curriculum)
    assert codes_of(api.program_courses(program)) == ["A", "C"]
    assert codes_of(api.program_courses(program, at=FUTURE)) == ["A", "B"]
    assert sorted(row.version for row in back.course_memberships.filter(catalog_course=courses["A"])) == ["1", "2"]
    excluded = api.retire(back.course_memberships.get(catalog_course=courses["C"]))
    api.exclude_course_run(excluded, "course-v1:GTx+C+1")
    api.reintroduce(excluded)
    assert "course-v1:GTx+C+1" not in keys_of(api.program_runs(program))


def test_what_left_long_ago_closes_no_circle(program, curriculum):
    other = api.create_program(title="Other", type="masters")
    api.retire(api.add_program(curriculum, other))
    api.add_program(api.create_curriculum(other, name="Core"), program)
    assert api.reschedule(curriculum, retired_at=FUTURE).retired_at is not None
    curriculum.refresh_from_db()
    curriculum.save()


def test_a_name_that_was_used_before_becomes_the_next_version(program):
    api.retire(api.create_curriculum(program, name="A"))
    second = api.create_curriculum(program, name="B", effective_at=timezone.now())
    renamed = api.update_curriculum(second, name="A")
    assert (renamed.name, renamed.version) == ("A", "2")


@pytest.mark.parametrize("wrong", ["MITx/DEDP", "..", ".", "\u202e", str(UUID(int=7)), "a b", "a%b", "ß", "x" * 256])
def test_a_readable_id_is_one_part_of_a_url_and_no_uuid(wrong):
    with pytest.raises(InvalidValue):
        api.create_program(title="P", type="masters", readable_id=wrong)


@pytest.mark.parametrize("odd", ["123", "1.0", "program-v1:MITx+DEDP"])
def test_a_readable_id_may_look_like_something_else(odd):
    program = api.create_program(title="P", type="masters", readable_id=odd)
    assert api.get_program(readable_id=odd) == program


def test_odd_values_are_refused_by_name(courses, program, curriculum):
    for source in ("x" * 256, "a\0b", "\ud800", [5]):
        with pytest.raises(InvalidValue):
            api.set_external_course_key(A1, "k", key_source=source)
    api.add_course(curriculum, "GTx+A", position=2**31 - 1)
    assert api.add_course(curriculum, "GTx+B").position == 1
    with pytest.raises(DuplicateValue):
        api.create_curriculum(program, name="X", uuid=curriculum.uuid)
    with pytest.raises(DuplicateValue):
        api.create_program_type(name="X", uuid=program.type.uuid)
    naive = timezone.now().replace(tzinfo=None)
    for ask in (
        lambda at: api.program_runs(program, at=at), lambda at: api.find_external_key_conflicts(program, at=at),
        lambda at: api.resolve_run(program, A1, at=at), lambda at: lms.get_programs(site=1, at=at),
    ):  # fmt: skip
        for at in (naive, "2020", 5):
            with pytest.raises(InvalidDate):
                ask(at)
    catalog.update_organization(catalog.find_organization_by_code("GTx"), name="Georgia Tech")
    api.update_program(program, authoring_organizations=["GTx"])
    assert [len(lms.get_programs(organization=code)) for code in ("GTx", "gtx", "GTx ")] == [1, 0, 0]
    assert [api.get_programs(org_code=code).count() for code in ("GTx", "gtx")] == [1, 0]


def test_exclusions_go_with_who_and_why(program, curriculum, courses):
    api.add_course(curriculum, "GTx+A")
    api.exclude_course_run(program, A1)
    api.retire(curriculum, reason="over")
    gone = ProgramCourseRunExclusion.history.latest()
    assert (gone.history_type, gone.history_change_reason) == ("-", "api: over")


# The cache of the LMS


@pytest.fixture
def filled(courses, program, curriculum):
    cache.clear()
    api.add_course(curriculum, "GTx+A")
    other = api.create_program(title="Other", type="xseries", status="active")
    api.create_curriculum(other, name="Core", courses=["GTx+B"])
    lms_cache.fill([SITE])
    yield other
    cache.clear()


def test_a_run_that_was_moved_is_found_under_its_new_programs(filled, program, courses):
    catalog.move_course_run(A1, courses["B"], reason="r")
    for changed in (filled, program):
        lms_cache.refresh([str(changed.uuid)], [SITE])
        assert cache.get(f"course-programs-{A1}") == [str(filled.uuid)]


def test_types_that_share_a_name_or_lose_it(filled, program):
    kinds = [api.create_program_type(name=name, slug=slug) for name, slug in (("Kind", "kind-1"), ("kind", "kind-2"))]
    for row, kind in zip((program, filled), kinds, strict=True):
        api.update_program(row, type=kind)
        lms_cache.refresh([str(row.uuid)], [SITE])
    assert len(cache.get("programs-by-type-7-kind")) == 2
    api.update_program_type("kind-1", name="Sort")
    lms_cache.refresh([str(program.uuid)], [SITE])
    refreshed = cached()
    cache.clear()
    lms_cache.fill([SITE])
    assert cached() == refreshed
    found = lms.get_programs_with_type(SITE)
    assert [row["type"]["slug"] for row in found] == [row["type_attrs"]["slug"] for row in found] == ["kind-1", "kind-2"]
    assert found[0]["type"] is not found[1]["type"]


def test_a_course_without_a_uuid_breaks_nothing(filled, program, courses):
    CatalogCourse.objects.filter(pk=courses["A"].pk).update(uuid=None)
    lms_cache.fill([SITE])
    lms_cache.refresh([str(program.uuid)], [SITE])
    assert "catalog-course-programs-" not in cached()


def test_a_flat_program_stays_flat_when_its_curriculum_comes_back(program, curriculum, courses):
    api.add_course(curriculum, "GTx+A")
    api.reintroduce(api.retire(curriculum))
    (found,) = lms.get_programs(site=1)
    assert (found["curricula"], len(found["courses"])) == ([], 1)


def test_many_levels_make_no_large_dict(db):
    made = [api.create_program(title=f"P{n}", type="masters", status="active") for n in range(14)]
    for parent, child in pairwise(made):
        for name in ("one", "two"):
            api.add_program(api.create_curriculum(parent, name=name), child)
    found = lms.get_programs(uuid=made[0].uuid)
    assert len(str(found)) < 50_000
    assert len(lms.child_programs(found)) == 13
    CurriculumProgramMembership.objects.bulk_create(
        [CurriculumProgramMembership(curriculum=made[-1].curricula.create(name="x", program=made[-1]), program=made[0])]
    )
    assert len(lms.child_programs(lms.get_programs(uuid=made[5].uuid))) == 13


def test_what_changes_each_time_it_is_read_is_given_up(program, courses):
    """With nobody to stop it, it would be read for ever."""
    from openedx_catalog.contrib.programs.api import _scopes

    reads = cycle([_scopes.Affected(program.pk, {courses["A"].pk}), _scopes.Affected(program.pk, {courses["B"].pk})])
    with pytest.raises(RetryableConflict, match="changed each time"):
        atomically("default", partial(_scopes.lock_affected, partial(next, reads)))
