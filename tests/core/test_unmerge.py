"""A merge is undone: what was before is again, for what nobody touched since."""

import json
from uuid import uuid4

import pytest

from openedx_catalog import api, filters, keys
from openedx_catalog.exceptions import (
    DuplicateCatalogCourse,
    DuplicateUUID,
    InvalidRequest,
    MoveRefused,
    OrganizationNotFound,
    ReasonRequired,
)
from openedx_catalog.models_api import CatalogCourse, CatalogCourseCode, CatalogMerge, CourseRun, OutboxMessage

pytestmark = pytest.mark.django_db

A, B, C = "MITx+14.73x", "MITx+14.100x", "HarvardX+PH1"


def key_of(course, run):
    return f"course-v1:{course}+{run}"


@pytest.fixture
def courses():
    """Three courses of two runs each; one run of A is explicit, and one stands under a code that A had before."""
    for course in (A, B, C):
        for run in (1, 2):
            api.associate_course_run(key_of(course, run), title=f"Run of {course}")
    api.associate_course_run("course-v1:Odd+one+1", catalog_course=A)
    api.rename_catalog_course(A, course_code="14.73y", reason="renumbered")
    api.associate_course_run("course-v1:MITx+14.73y+3")
    return [api.get_catalog_course(key_str=key) for key in (A, B, C)]


def state():
    """All that a merge may change, whoever asks."""
    columns = ("pk", "uuid", "org__short_name", "course_code", "title", "language", "created")
    return (
        sorted(map(str, CatalogCourse.objects.values_list(*columns))),
        sorted(CatalogCourseCode.objects.values_list("pk", "org__short_name", "code", "catalog_course", "for_reruns")),
        sorted(CourseRun.objects.values_list("course_key__text", "catalog_course", "association", "title", "uuid")),
    )


def merge(source, into, reason="by mistake"):
    return api.merge_catalog_courses(source, into=into, reason=reason)


def undo(merged, **more):
    return api.unmerge_catalog_courses(merged, reason="they are two", **more)


def course_of(key):
    return api.get_catalog_course_for_run(key).key_str.removeprefix("catalog-course:")


@pytest.mark.parametrize("name", ["merge", "uuid", "text", "key", "former key", "in another case"])
def test_an_undone_merge_equals_what_was_before(courses, name):
    before = state()
    merge(courses[0], B)
    merged = CatalogMerge.objects.get()
    names = {"merge": merged, "uuid": merged.uuid, "text": str(merged.uuid), "key": "MITx+14.73y", "former key": A}
    result = undo(names.get(name, "mitx+14.73Y"))
    assert state() == before
    assert result.course == courses[0]
    assert result.runs_returned == ("course-v1:MITx+14.73x+1", "course-v1:MITx+14.73x+2", "course-v1:MITx+14.73y+3",
                                    "course-v1:Odd+one+1")  # fmt: skip
    assert result.codes_returned == ("catalog-course:MITx:14.73x", "catalog-course:MITx:14.73y")
    assert (result.runs_left, result.codes_left) == ((), ())
    assert not CatalogMerge.objects.exists()
    assert not list(api.diagnose())


def test_undoing_is_recorded(courses, django_user_model):
    user = django_user_model.objects.create_user("operator")
    merge(courses[0], B)
    latest = OutboxMessage.objects.latest("pk").pk
    seen = api.get_latest_change()
    api.unmerge_catalog_courses(A, reason="they are two", user=user)
    events = OutboxMessage.objects.filter(pk__gt=latest).order_by("pk")
    assert [event.event_type.removeprefix("org.openedx.catalog.") for event in events] == [
        "catalog_course.created.v1",
        *["course_run.moved.v1"] * 4,
    ]
    assert json.loads(events[1].payload)["previous_catalog_course_key"] == "catalog-course:MITx:14.100x"
    told = [(row.kind, row.what) for row in api.iter_changes(seen)]
    assert told == [("catalog_course", "created"), *[("course_run", "moved")] * 4]
    row = courses[0].history.first()
    assert (row.history_type, row.history_change_reason, row.history_user) == ("+", "api: they are two", user)
    assert CourseRun.history.filter(history_change_reason="api: they are two").count() == 4
    assert {row.history_type for row in CatalogCourseCode.history.filter(history_change_reason="api: they are two")} == {"~"}


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_run_that_is_moved_with_others_to_where_it_stands_stays(courses, dry_run):
    merge(A, B)
    report = api.move_course_runs([api.MoveRecord(key_of(A, 1), B)], reason="it belongs here", dry_run=dry_run)
    assert report.outcomes == {"unchanged": 1}
    assert undo(A).runs_left == (() if dry_run else (key_of(A, 1),))


def test_what_somebody_has_decided_on_since_stays(courses):
    merge(courses[0], B)
    api.move_course_run(key_of(A, 1), C, reason="it belongs there")
    api.move_course_run(key_of(A, 2), B, reason="it belongs here indeed")
    api.delete_course_run("course-v1:Odd+one+1")
    result = undo(A)
    assert result.runs_returned == ("course-v1:MITx+14.73y+3",)
    assert result.runs_left == (key_of(A, 1), key_of(A, 2), "course-v1:Odd+one+1")
    assert (course_of(key_of(A, 1)), course_of(key_of(A, 2))) == ("HarvardX:PH1", "MITx:14.100x")
    assert not list(api.diagnose())


def test_a_run_that_was_moved_away_and_back_stays(courses):
    merge(courses[0], B)
    for to in (C, B):
        api.move_course_run(key_of(A, 1), to, reason="r")
    assert undo(A).runs_left == (key_of(A, 1),)


def test_a_run_that_was_saved_past_the_api_stays(courses):
    merge(courses[0], B)
    for to in (courses[2], courses[1]):
        run = api.get_course_run(key_of(A, 1))
        run.catalog_course = to
        run.save()
    assert undo(A).runs_left == (key_of(A, 1),)


def test_a_run_that_joined_by_a_code_goes_with_the_code(courses):
    merge(courses[0], B)
    api.associate_course_run(key_of(A, "new"))
    api.associate_course_run(key_of(B, "new"))
    assert key_of(A, "new") in undo(A).runs_returned
    assert api.get_course_run(key_of(A, "new")).association == "implicit"
    assert (course_of(key_of(A, "new")), course_of(key_of(B, "new"))) == ("MITx:14.73y", "MITx:14.100x")
    assert not list(api.diagnose())


def give_away(code, to):
    slot = CatalogCourseCode.objects.get(code=code)
    slot.catalog_course = api.get_catalog_course(key_str=to)
    slot.save()


def test_a_former_code_that_was_given_away_stays_and_its_runs_become_explicit(courses):
    merge(courses[0], B)
    give_away("14.73x", C)
    result = undo("MITx+14.73y")
    assert (result.codes_returned, result.codes_left) == (("catalog-course:MITx:14.73y",), ("catalog-course:MITx:14.73x",))
    assert key_of(A, 1) in result.runs_returned
    assert (course_of(key_of(A, 1)), api.get_course_run(key_of(A, 1)).association) == ("MITx:14.73y", "explicit")
    assert not list(api.diagnose())


def test_a_course_whose_own_code_is_taken_needs_another_one(courses):
    merge(courses[0], B)
    give_away("14.73y", C)
    with pytest.raises(DuplicateCatalogCourse) as caught:
        undo(courses[0].uuid)
    assert caught.value.key_str == "catalog-course:HarvardX:PH1"
    result = undo(courses[0].uuid, course_code="14.73z")
    assert (result.course.key_str, result.course.uuid) == ("catalog-course:MITx:14.73z", courses[0].uuid)
    assert result.codes_left == ("catalog-course:MITx:14.73y",)
    assert not list(api.diagnose())


@pytest.mark.parametrize("code", ["14.73Y", "14.73X", "14.73y", None])
def test_the_code_of_a_course_that_is_back_is_spelled_as_the_course_is(courses, code):
    merge(courses[0], B)
    api.set_rerun_code(B, "14.73Y", reason="another spelling")
    api.set_rerun_code(B, None, reason="no longer")
    restored = undo(courses[0].uuid, course_code=code).course
    slot = restored.codes.get(code_ci=keys.fold(restored.course_code))
    assert slot.code == restored.course_code == (code or "14.73y")
    assert slot.history.latest().code == slot.code
    assert restored.codes.count() == 2
    assert not list(api.diagnose())


def test_a_code_that_the_survivor_was_renamed_to_is_taken(courses):
    merge(courses[0], B)
    api.rename_catalog_course(B, course_code="14.73y", reason="better")
    with pytest.raises(DuplicateCatalogCourse):
        undo(courses[0].uuid)
    assert undo(courses[0].uuid, course_code="14.73x").codes_left == ("catalog-course:MITx:14.73y",)
    assert not list(api.diagnose())


def test_a_code_that_was_released_is_taken_anew_while_it_is_free(courses):
    merge(courses[0], B)
    api.move_course_run("course-v1:MITx+14.73y+3", B, reason="it stays")
    CatalogCourseCode.objects.filter(code__startswith="14.73").delete()
    result = undo(courses[0].uuid)
    assert result.codes_returned == ("catalog-course:MITx:14.73y",)
    assert result.codes_left == ("catalog-course:MITx:14.73x",)
    assert api.get_course_run(key_of(A, 1)).association == "explicit"
    assert not list(api.diagnose())


def test_a_rerun_code_is_one_again(courses):
    for code in ("14.73x", "14.100x"):
        CatalogCourseCode.objects.filter(code=code).update(for_reruns=True)
    before = state()
    merge(courses[0], B)
    assert list(CatalogCourseCode.objects.filter(for_reruns=True).values_list("code", flat=True)) == ["14.100x"]
    undo(A)
    assert state() == before


# One merge after another


def test_the_second_merge_is_undone_and_then_the_first(courses):
    before = state()
    merge(courses[0], B)
    between = state()
    merge(B, C)
    assert api.get_catalog_course(uuid=courses[0].uuid) == courses[2]
    assert [str(found) for found in api.get_catalog_merges(C)] == [str(found) for found in CatalogMerge.objects.order_by("-pk")]
    undo(B)
    assert state() == between
    undo(courses[0].uuid)
    assert state() == before
    assert not list(api.diagnose())


def test_the_first_merge_is_undone_while_the_second_stands(courses):
    before = state()
    merge(courses[0], B)
    merge(B, C)
    result = undo(courses[0].uuid)
    assert len(result.runs_returned) == 4
    assert (course_of(key_of(A, 1)), course_of(key_of(B, 1))) == ("MITx:14.73y", "HarvardX:PH1")
    assert not list(api.diagnose())
    result = undo(courses[1].uuid)
    assert (result.runs_returned, result.runs_left) == ((key_of(B, 1), key_of(B, 2)), ())
    assert state() == before


def test_a_merge_of_what_was_merged_into_is_undone_from_within(courses):
    """The course that is brought back had taken in another one itself."""
    before = state()
    merge(courses[0], B)
    merge(B, C)
    undo(B)
    api.move_course_run(key_of(A, 1), B, reason="it belongs here")
    assert undo(courses[0].uuid).runs_left == (key_of(A, 1),)
    api.move_course_run(key_of(A, 1), courses[0], reason="back")
    CourseRun.objects.filter(course_key__text=key_of(A, 1)).update(association="implicit")
    assert state() == before


def test_what_was_undone_can_be_merged_again(courses):
    before = state()
    for _ in range(2):
        merge(courses[0], B)
        undo(courses[0].uuid)
    assert state() == before


# What cannot be


def test_what_cannot_be_undone(courses):
    with pytest.raises(CatalogCourse.DoesNotExist):
        undo(A)
    merge(courses[0], B)
    stale = CatalogMerge.objects.get()
    for wrong in (None, 7, courses[0]):
        with pytest.raises(InvalidRequest):
            undo(wrong)
    for unknown in (uuid4(), B, "No+such", str(uuid4())):
        with pytest.raises(CatalogCourse.DoesNotExist):
            undo(unknown)
    with pytest.raises(ReasonRequired):
        api.unmerge_catalog_courses(A, reason=" ")
    undo(A)
    with pytest.raises(CatalogCourse.DoesNotExist):
        undo(stale)


def test_a_merge_into_what_is_deleted_cannot_be_undone(courses):
    merge(courses[0], B)
    for run in list(courses[1].runs.all()):
        api.delete_course_run(run.course_key)
    api.delete_catalog_course(B)
    with pytest.raises(CatalogCourse.DoesNotExist, match="deleted"):
        undo(courses[0].uuid)
    with pytest.raises(CatalogCourse.DoesNotExist):
        api.get_catalog_course(uuid=courses[0].uuid)
    with pytest.raises(DuplicateUUID):
        api.create_catalog_course(org_code="MITx", course_code="new", uuid=courses[0].uuid)


def test_a_course_whose_organization_is_gone_cannot_come_back():
    api.create_catalog_course(org_code="Gone", course_code="a")
    api.create_catalog_course(org_code="Here", course_code="b")
    merge("Gone+a", "Here+b")
    CatalogCourseCode.objects.filter(org__short_name="Gone").delete()
    api.delete_organization("Gone")
    with pytest.raises(OrganizationNotFound):
        undo(CatalogMerge.objects.get())


# The uuid


def test_the_uuid_of_a_merged_course_leads_to_the_survivor_and_is_never_given_again(courses, django_assert_num_queries):
    gone = courses[0].uuid
    merge(courses[0], B)
    assert api.get_catalog_course(uuid=gone) == api.get_catalog_course(uuid=str(gone)) == courses[1]
    assert api.find_catalog_course(uuid=gone) == courses[1]
    assert api.move_course_run(key_of(C, 1), gone, reason="r").catalog_course == courses[1]
    assert set(api.get_course_runs(catalog_course=gone)) == set(courses[1].runs.all())
    with pytest.raises(DuplicateUUID) as caught:
        api.create_catalog_course(org_code="MITx", course_code="new", uuid=gone)
    assert caught.value.key_str == courses[1].key_str
    with django_assert_num_queries(1):
        api.get_catalog_course(uuid=courses[1].uuid)
    with django_assert_num_queries(4):
        api.get_catalog_course(uuid=gone)


# A preview


def test_a_preview_says_the_same_and_changes_nothing(courses):
    before, messages = state(), OutboxMessage.objects.count()
    assert api.merge_catalog_courses(A, into=B, reason="r", dry_run=True) == courses[1]
    assert (state(), OutboxMessage.objects.count()) == (before, messages)
    merge(courses[0], B)
    between, seen = state(), api.get_latest_change()
    preview = undo(A, dry_run=True)
    assert (state(), api.get_latest_change(), CatalogMerge.objects.count()) == (between, seen, 1)
    assert preview == undo(A)


def test_statements_do_not_grow_with_the_runs(data_statements):
    counts = []
    for number, size in (("1", 3), ("2", 60)):
        records = [api.AssociationRecord(f"course-v1:A+a{number}+{n}") for n in range(size)]
        api.associate_course_runs([*records, api.AssociationRecord(f"course-v1:A+b{number}+1")], source="test")
        with data_statements() as merging:
            merge(f"A+a{number}", f"A+b{number}")
        with data_statements() as undoing:
            assert len(undo(f"A+a{number}").runs_returned) == size
        counts.append((len(merging), len(undoing)))
    assert counts[1][0] <= counts[0][0] + 2
    assert counts[1][1] <= counts[0][1] + 2


def test_a_filter_may_refuse(settings):
    for key in ("course-v1:MIT+a+1", "course-v1:Other+b+1"):
        api.associate_course_run(key)
    merge("Other+b", "MIT+a")
    step = "tests.core.test_filters.StayAtMIT"
    moves = filters.AssociationMoveRequested.filter_type
    settings.OPEN_EDX_FILTERS_CONFIG = {moves: {"pipeline": [step], "fail_silently": False}}
    before = state()
    with pytest.raises(MoveRefused):
        undo("Other+b")
    assert state() == before


def test_the_history_of_a_rerun_code_says_that_it_is_one_again(courses):
    a, b, _c = courses
    api.set_rerun_code(a, "14.73r", reason="r")
    merge(a, b)
    undo(a.uuid)
    code = CatalogCourseCode.objects.get(code="14.73r")
    assert code.for_reruns
    assert code.history.first().for_reruns


@pytest.mark.parametrize("association", ["implicit", "explicit"])
def test_a_run_that_was_deleted_for_good_is_restored_where_it_had_been(courses, association):
    a, b, _c = courses
    key = key_of(A, 1)
    if association == "explicit":
        api.move_course_run(key, a, reason="r")
    merge(a, b)
    api.delete_course_run(key, for_good=True)
    assert undo(a.uuid).runs_left == (key,)
    run = api.restore_deleted_course_run(key, reason="it took place")
    assert (run.catalog_course.uuid, run.association) == (a.uuid, association)


def test_a_run_that_was_moved_before_it_was_deleted_for_good_is_restored_where_it_was_moved_to(courses):
    a, b, _c = courses
    key = key_of(A, 1)
    merge(a, b)
    api.move_course_run(key, b, reason="it belongs here")
    api.delete_course_run(key, for_good=True)
    undo(a.uuid)
    assert api.restore_deleted_course_run(key, reason="r").catalog_course == b


def test_a_run_that_was_deleted_for_good_under_the_first_survivor_is_restored_where_it_had_been(courses):
    a, b, c = courses
    key = key_of(A, 1)
    merge(a, b)
    api.delete_course_run(key, for_good=True)
    merge(b, c)
    undo(a.uuid)
    run = api.restore_deleted_course_run(key, reason="it took place")
    assert (run.catalog_course.uuid, run.association) == (a.uuid, "implicit")
