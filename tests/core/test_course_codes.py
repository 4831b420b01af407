"""The codes of a course: released, given, swapped and reserved for reruns; and the keys of its next runs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import transaction

from openedx_catalog import api, keys
from openedx_catalog.exceptions import (
    CourseCodeHasRuns,
    CourseCodeInUse,
    DuplicateCatalogCourse,
    DuplicateCourseRun,
    InvalidCatalogKey,
    InvalidCourseKey,
    InvalidDate,
    InvalidRequest,
    InvalidValue,
    ReasonRequired,
    UnknownCourseCode,
)
from openedx_catalog.models import DeletedRunKey
from openedx_catalog.models_api import CatalogChange, CatalogCourse, CatalogCourseCode, CourseRun, OutboxMessage

pytestmark = pytest.mark.django_db

WHY = {"reason": "renumbered"}


@pytest.fixture
def course():
    return api.create_catalog_course(org_code="MITx", course_code="101")


def renamed(course, *codes):
    for code in codes:
        course = api.rename_catalog_course(course, course_code=code, reason=f"to {code}")
    return course


def owner(code, org="MITx"):
    found = api.find_catalog_course(org_code=org, course_code=code)
    return found and found.uuid


def events(after=0):
    rows = OutboxMessage.objects.filter(pk__gt=after).order_by("pk").values_list("event_type", "payload")
    return [(kind.split(".", 3)[3].removesuffix(".v1"), json.loads(payload)) for kind, payload in rows]


def last_event():
    return OutboxMessage.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def code_history(code):
    rows = CatalogCourseCode.history.filter(code=code).order_by("history_id")
    return list(rows.values_list("history_type", "history_change_reason"))


def everything():
    tables = (CatalogCourse, CatalogCourseCode, CourseRun, OutboxMessage, CatalogChange)
    found = [list(model.objects.order_by("pk").values()) for model in tables]
    return found + [list(m.history.order_by("history_id").values()) for m in (CatalogCourse, CatalogCourseCode, CourseRun)]


# Release


def test_a_released_code_is_free_for_a_new_course_whose_first_run_joins_it(course):
    old = renamed(course, "102")
    assert api.release_course_code(old, "101", reason="a new course takes it").uuid == course.uuid
    assert owner("101") is None
    new = api.create_catalog_course(org_code="MITx", course_code="101")
    run = api.associate_course_run("course-v1:MITx+101+1T2027").run
    assert (run.catalog_course, run.association) == (new, "implicit")
    assert api.associate_course_run("course-v1:MITx+102+1T2027").run.catalog_course == course
    assert not list(api.diagnose())


def test_a_run_by_a_released_code_creates_a_course_of_its_own(course):
    api.release_course_code(renamed(course, "102"), "101", **WHY)
    run = api.associate_course_run("course-v1:MITx+101+1T2027").run
    assert (run.catalog_course.key_str, run.catalog_course == course) == ("catalog-course:MITx:101", False)


def test_a_typing_error_is_undone_without_a_trace_of_its_code(course):
    course = renamed(course, "Chem1", "Chen1", "Chem1")
    api.release_course_code(course, "chen1", reason="a typing error")
    assert (owner("Chen1"), owner("Chem1")) == (None, course.uuid)
    assert api.create_catalog_course(org_code="MITx", course_code="Chen1")


def test_what_a_course_cannot_do_without_is_not_taken_from_it(course):
    course = api.set_rerun_code(renamed(course, "102"), "101R", **WHY)
    before = everything()
    for code, reason in (("102", "present code"), ("101R", "new runs are keyed with it")):
        for take in (api.release_course_code, give_to(api.create_catalog_course(org_code="MITx", course_code=f"x{code}"))):
            with pytest.raises(CourseCodeInUse, match=reason) as caught:
                take(course, code.lower(), **WHY)
            assert caught.value.facts["key_str"] == "catalog-course:MITx:102"
    assert before[1] == everything()[1][: len(before[1])]


def give_to(receiver):
    return lambda course, code, **more: api.give_course_code(course, code, to=receiver, **more)


@pytest.mark.parametrize("take", ["release", "give"])
def test_a_code_that_places_runs_is_kept_until_they_are_moved_or_made_explicit(course, take):
    keys = [f"course-v1:{org}+101+{n:02}" for n in range(12) for org in ("MITx", "mitx")]
    api.associate_course_runs([api.AssociationRecord(key) for key in keys])
    other = api.create_catalog_course(org_code="MITx", course_code="Other")
    api.associate_course_run("course-v1:MITx+102+own", catalog_course=course)
    course = renamed(course, "102")
    take = {"release": api.release_course_code, "give": give_to(other)}[take]
    before = everything()
    with pytest.raises(CourseCodeHasRuns, match=r"\(12\): course-v1:MITx\+101\+00, .*Move them first") as caught:
        take(course, "101", **WHY)
    assert (caught.value.count, caught.value.course_keys) == (12, keys[::2][:10])
    assert everything() == before
    for number, key in enumerate(keys[::2]):
        api.move_course_run(key, course if number % 2 else other, reason="stays, whatever its key says")
    take(course, "101", **WHY)
    assert owner("101") == {True: None, False: other.uuid}[owner("101") is None]
    assert {run.association for run in course.runs.all()} == {"explicit"}
    assert not list(api.diagnose())


@pytest.mark.parametrize("key", ["MITx/101/2013", "ccx-v1:MITx+101+1+ccx@7", "course-v1:mitX+101+1"])
def test_a_run_of_any_form_of_key_holds_its_code(course, key):
    api.associate_course_run(key)
    with pytest.raises(CourseCodeHasRuns) as caught:
        api.release_course_code(renamed(course, "102"), "101", **WHY)
    assert caught.value.course_keys == [key]


def test_runs_by_another_code_do_not_hold_a_code_back(course):
    api.associate_course_run("course-v1:MITx+101+1T2027")
    course = renamed(course, "102", "103")
    api.associate_course_run("course-v1:MITx+103+1T2027")
    api.release_course_code(course, "102", **WHY)
    assert owner("102") is None


def test_a_code_of_a_merged_course_is_released_also_of_another_organization(course):
    for org, code in (("MITxT", "101"), ("MITxT", "7"), ("HarvardX", "7")):
        api.merge_catalog_courses(api.create_catalog_course(org_code=org, course_code=code), into=course, reason="one course")
    api.release_course_code(course, "101", org_code="mitxt", **WHY)
    with pytest.raises(InvalidRequest, match="in several organizations: HarvardX, MITxT") as caught:
        api.release_course_code(course, "7", **WHY)
    assert caught.value.field == "org_code"
    api.give_course_code(course, "7", to=api.create_catalog_course(org_code="X", course_code="1"), org_code="MITxT", **WHY)
    api.release_course_code(course, "7", **WHY)
    assert [owner("101", "MITxT"), owner("7", "HarvardX")] == [None, None]
    assert owner("7", "MITxT") == owner("1", "X")
    # Its own organization's is meant where it has the code there too.
    with pytest.raises(CourseCodeInUse):
        api.release_course_code(course, "101", **WHY)


def test_only_the_codes_of_a_course_are_taken_from_it(course):
    other = renamed(api.create_catalog_course(org_code="MITx", course_code="201"), "202")
    for code in ("201", "none"):
        with pytest.raises(UnknownCourseCode, match=r"no code of catalog-course:MITx:101. Choose one of its codes: MITx 101"):
            api.release_course_code(course, code, **WHY)
    with pytest.raises(UnknownCourseCode):
        api.release_course_code(other, "201", org_code=api.create_organization(short_name="Elsewhere"), **WHY)
    with pytest.raises(InvalidCatalogKey):
        api.release_course_code(course, "a b", **WHY)


# Give


def test_a_given_code_leads_to_its_receiver_which_may_be_renamed_to_it(course):
    giver = renamed(course, "102")
    receiver = api.create_catalog_course(org_code="MITx", course_code="new")
    assert api.give_course_code(giver, "101", to=receiver, **WHY) == receiver
    assert api.associate_course_run("course-v1:mitx+101+1T2027").run.catalog_course == receiver
    receiver = renamed(receiver, "101")
    assert (receiver.key_str, owner("new")) == ("catalog-course:MITx:101", receiver.uuid)
    assert not list(api.diagnose())


def test_a_code_is_not_given_to_the_course_that_has_it(course):
    with pytest.raises(InvalidRequest, match="given twice") as caught:
        api.give_course_code(renamed(course, "102"), "101", to=course, **WHY)
    assert caught.value.field == "to"


def test_the_change_feed_names_the_courses_whose_codes_change_and_no_run(course):
    run = api.associate_course_run("course-v1:MITx+own+1", catalog_course=course).run
    giver, receiver = renamed(course, "102", "103"), api.create_catalog_course(org_code="X", course_code="1")
    mark, modified = api.get_latest_change(), api.get_course_run(run.course_key).modified
    api.give_course_code(giver, "101", to=receiver, **WHY)
    api.release_course_code(giver, "102", **WHY)
    api.set_rerun_code(giver, "103R", **WHY)
    happened = [(row.kind, row.key, row.what) for row in api.iter_changes(after=mark)]
    told = ("catalog_course", "catalog-course:MITx:103", "updated")
    assert happened == [told, ("catalog_course", "catalog-course:X:1", "updated"), told, told]
    assert api.get_course_run(run.course_key).modified == modified


# Swap


def test_two_courses_swap_their_codes_and_every_run_stays_where_it_is(course):
    other = api.create_catalog_course(org_code="MITx", course_code="202")
    for code in ("101", "202"):
        api.associate_course_run(f"course-v1:MITx+{code}+1T2027")
    mark = last_event()
    first, second = api.swap_course_codes(course, other, reason="the numbers were exchanged")
    assert (first.uuid, first.key_str) == (course.uuid, "catalog-course:MITx:202")
    assert (second.uuid, second.key_str) == (other.uuid, "catalog-course:MITx:101")
    for code, home in (("101", course), ("202", other)):
        run = api.get_course_run(f"course-v1:MITx+{code}+1T2027")
        assert (run.catalog_course, run.association) == (home, "explicit")
        assert run.history.latest().history_change_reason == "api: the numbers were exchanged"
    assert api.associate_course_run("course-v1:MITx+101+new").run.catalog_course == other
    happened = events(mark)
    assert [kind for kind, _data in happened[:4]] == ["course_run.moved", "catalog_course.renamed"] * 2
    moved, renaming = happened[0][1], happened[1][1]
    assert (moved["catalog_course_uuid"], moved["association"]) == (str(course.uuid), "explicit")
    assert (moved["previous_catalog_course_key"], moved["catalog_course_key"]) == (
        "catalog-course:MITx:101", "catalog-course:MITx:202",
    )  # fmt: skip
    assert (renaming["key"], renaming["previous_key"]) == ("catalog-course:MITx:202", "catalog-course:MITx:101")
    assert not list(api.diagnose())


def test_a_swap_back_restores_both_keys(course):
    other = api.create_catalog_course(org_code="MITx", course_code="202")
    for _ in range(2):
        api.swap_course_codes(course, other, **WHY)
    assert (owner("101"), owner("202")) == (course.uuid, other.uuid)
    assert CatalogCourseCode.objects.count() == 2


@pytest.mark.parametrize(("org", "code"), [("MITxT", "202"), ("MITxT", "101"), ("MITx", "101a")])
def test_a_swap_takes_organizations_along(course, org, code):
    other = api.create_catalog_course(org_code=org, course_code=code)
    first, second = api.swap_course_codes(course, other, **WHY)
    for row, key in ((first, f"catalog-course:{org}:{code}"), (second, "catalog-course:MITx:101")):
        row.refresh_from_db()
        assert (row.key_str, api.get_catalog_course(key_str=key)) == (key, row)
        assert row.course_code_ci == row.course_code.casefold()
    assert not list(api.diagnose())


def test_a_swap_leaves_former_codes_and_what_stands_by_them_alone(course):
    api.associate_course_run("course-v1:MITx+101+by-former")
    first, second = renamed(course, "102"), api.create_catalog_course(org_code="MITx", course_code="202")
    api.swap_course_codes(first, second, **WHY)
    run = api.get_course_run("course-v1:MITx+101+by-former")
    assert (run.catalog_course, run.association, owner("101")) == (first, "implicit", first.uuid)


def test_a_rerun_code_that_is_swapped_is_one_no_more(course):
    other = api.create_catalog_course(org_code="MITx", course_code="202")
    api.set_rerun_code(course, "101", **WHY)
    api.set_rerun_code(other, "202R", **WHY)
    first, second = api.swap_course_codes(course, other, **WHY)
    assert api.next_run_key(first, term="T") == "course-v1:MITx+202+T"
    assert api.next_run_key(second, term="T") == "course-v1:MITx+202R+T"


def test_a_course_does_not_swap_with_itself(course):
    with pytest.raises(InvalidRequest, match="given twice"):
        api.swap_course_codes(course, "mitx+101", **WHY)


def test_statements_of_a_swap_do_not_grow_with_the_runs(course, data_statements):
    other = api.create_catalog_course(org_code="MITx", course_code="202")
    # These show another key of their course, and are not moved.
    for number, owner in enumerate((course, other)):
        api.associate_course_run(f"course-v1:MITx+Other+{number}", catalog_course=owner)
    counts = []
    for runs in (2, 30):
        keys = [f"course-v1:MITx+{code}+{runs}-{n}" for n in range(runs) for code in ("101", "202")]
        api.associate_course_runs([api.AssociationRecord(key) for key in keys])
        with data_statements() as statements:
            api.swap_course_codes(course, other, **WHY)
        counts.append(len(statements))
    assert counts[0] == counts[1]


# Rerun codes


def test_new_runs_are_keyed_with_the_rerun_code_and_join_the_course(course):
    assert api.set_rerun_code(course, "101R", reason="the number is fixed") == course
    key = api.next_run_key(course, term="1T2027")
    assert key == "course-v1:MITx+101R+1T2027"
    run = api.associate_course_run(key.upper().replace("COURSE-V1", "course-v1")).run
    assert (run.catalog_course, run.association) == (course, "implicit")
    assert (owner("101r"), course.key_str) == (course.uuid, "catalog-course:MITx:101")


def test_another_rerun_code_takes_the_place_of_the_first_which_keeps_leading_here(course):
    for code in ("A", "B", None, "", "101"):
        api.set_rerun_code(course, code, **WHY)
        assert api.next_run_key(course, term="T") == f"course-v1:MITx+{code or '101'}+T"
    assert owner("A") == owner("B") == course.uuid
    api.release_course_code(course, "B", **WHY)
    assert code_history("B") == [("+", "api: renumbered"), ("~", "api: renumbered"), ("-", "api: renumbered")]


def test_a_rerun_code_stays_when_the_course_is_renamed(course):
    api.set_rerun_code(course, "101", **WHY)
    assert api.next_run_key(renamed(course, "102"), term="T") == "course-v1:MITx+101+T"


def marked():
    slots = CatalogCourseCode.objects.filter(for_reruns=True).order_by("pk")
    return [keys.format_key_str(*names) for names in slots.values_list("org__short_name", "code")]


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_course_that_moves_leaves_its_rerun_code_to_its_former_organization(course, dry_run):
    api.set_rerun_code(course, "101R", **WHY)
    moved = api.move_catalog_course(course, org_code="edX", dry_run=dry_run, reason="they teach it now")
    assert [slot.code for slot in moved.codes.all() if slot.for_reruns] == []
    assert marked() == (["catalog-course:MITx:101R"] if dry_run else [])
    if not dry_run:
        assert api.next_run_key(moved, term="T") == "course-v1:edX+101+T"
        assert owner("101R") == course.uuid
        assert code_history("101R") == [("+", "api: renumbered"), ("~", "api: they teach it now")]


@pytest.mark.parametrize("dry_run", [True, False])
def test_where_its_new_organization_has_the_same_code_for_it_that_is_its_rerun_code(course, dry_run):
    course = renamed(api.move_catalog_course(course, org_code="edX", reason="r"), "101R", "101")
    course = api.move_catalog_course(course, org_code="MITx", reason="back")
    api.set_rerun_code(course, "101r", **WHY)
    moved = api.move_catalog_course(course, org_code="edX", dry_run=dry_run, reason="again")
    assert [(slot.org.short_name, slot.code) for slot in moved.codes.all() if slot.for_reruns] == [("edX", "101R")]
    assert marked() == [f"catalog-course:{'MITx:101r' if dry_run else 'edX:101R'}"]
    key = "course-v1:MITx+101r+T" if dry_run else "course-v1:edX+101R+T"
    assert api.next_run_key("edX+101", term="T") == key


def test_a_rerun_code_stays_with_a_course_whose_organization_is_only_renamed(course):
    api.set_rerun_code(course, "101R", **WHY)
    api.update_organization("MITx", short_name="MIT")
    assert api.next_run_key("MIT+101", term="T") == "course-v1:MIT+101R+T"


def test_a_swap_across_organizations_leaves_rerun_codes_behind_too(course):
    other = api.create_catalog_course(org_code="edX", course_code="202")
    api.set_rerun_code(course, "101R", **WHY)
    first, second = api.swap_course_codes(course, other, **WHY)
    assert (api.next_run_key(first, term="T"), marked()) == ("course-v1:edX+202+T", [])
    assert api.next_run_key(second, term="T") == "course-v1:MITx+101+T"


def test_a_code_of_another_course_is_no_rerun_code(course):
    renamed(api.create_catalog_course(org_code="MITx", course_code="201"), "202")
    for code in ("201", "202"):
        with pytest.raises(DuplicateCatalogCourse, match="belongs to catalog-course:MITx:202"):
            api.set_rerun_code(course, code, **WHY)
    api.create_catalog_course(org_code="Other", course_code="101R")
    api.set_rerun_code(course, "101R", **WHY)


def test_the_same_rerun_code_is_set_once(course):
    api.set_rerun_code(course, "101R", **WHY)
    before = everything()
    api.set_rerun_code(course, "101R", **WHY)
    api.set_rerun_code(api.create_catalog_course(org_code="X", course_code="1"), None, **WHY)
    assert everything()[1][:2] == before[1][:2]
    assert len(code_history("101R")) == 1
    # Another spelling is a change, but not of the course's own code.
    api.set_rerun_code(course, "101r", **WHY)
    assert api.next_run_key(course, term="T") == "course-v1:MITx+101r+T"


def test_a_run_cannot_create_a_course_by_a_rerun_code(course):
    api.set_rerun_code(course, "101R", **WHY)
    with pytest.raises(DuplicateCatalogCourse):
        api.create_catalog_course(org_code="MITx", course_code="101r")


# History, previews, reasons


def test_the_history_of_a_code_says_what_became_of_it_and_why(course, django_user_model):
    user = django_user_model.objects.create_user("operator")
    assert code_history("101") == []
    course = renamed(course, "Chen1", "101")
    other = api.create_catalog_course(org_code="MITx", course_code="other")
    api.give_course_code(course, "Chen1", to=other, reason="it was theirs", user=user, source="admin")
    assert code_history("101") == [("~", "api: to Chen1"), ("~", "api: to 101")]
    assert code_history("Chen1") == [("+", "api: to Chen1"), ("~", "api: to 101"), ("~", "admin: it was theirs")]
    last = CatalogCourseCode.history.filter(code="Chen1").latest()
    assert (last.history_user, last.history_user_name, last.catalog_course_id) == (user, "operator", other.pk)
    api.release_course_code(other, "Chen1", reason="nobody's", user=user)
    last = CatalogCourseCode.history.filter(code="Chen1").latest()
    assert (last.history_type, last.history_change_reason, last.history_user_name) == ("-", "api: nobody's", "operator")


def test_the_codes_of_a_deleted_course_say_who_deleted_it_and_why(course):
    api.delete_catalog_course(renamed(course, "102"), reason="nobody's", source="admin")
    assert [code_history(code)[-1] for code in ("101", "102")] == [("-", "admin: nobody's")] * 2


def test_another_spelling_stands_in_the_history_of_the_code(course):
    course = renamed(api.create_catalog_course(org_code="MITx", course_code="abc"), "ABC")
    assert code_history("ABC") == [("~", "api: to ABC")]
    api.rename_catalog_course(course, course_code="ABC", reason="nothing changes")
    assert len(code_history("ABC")) == 1


WRITES = {
    "release": lambda course, **more: api.release_course_code(course, "101", **more),
    "give": lambda course, **more: api.give_course_code(course, "101", to="MITx+202", **more),
    "swap": lambda course, **more: api.swap_course_codes(course, "MITx+202", **more),
    "rerun code": lambda course, **more: api.set_rerun_code(course, "R", **more),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_dry_run_returns_the_same_and_leaves_nothing(course, write, django_capture_on_commit_callbacks):
    course = renamed(course, "102")
    api.create_catalog_course(org_code="MITx", course_code="202")
    api.associate_course_run("course-v1:MITx+102+1")
    before = everything()
    with django_capture_on_commit_callbacks() as waiting:
        dry = write(course, dry_run=True, **WHY)
    assert (everything(), waiting) == (before, [])
    with transaction.atomic():
        write(course, dry_run=True, **WHY)
    assert everything() == before
    wet = write(course, **WHY)
    assert str(dry) == str(wet)
    assert everything() != before


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("dry_run", [False, True])
def test_each_change_of_codes_needs_a_reason(course, write, dry_run):
    api.create_catalog_course(org_code="MITx", course_code="202")
    before = everything()
    with pytest.raises(ReasonRequired):
        write(renamed(course), reason=" ", dry_run=dry_run)
    assert everything() == before


# Keys of next runs


@pytest.mark.parametrize(
    ("start", "run"),
    [
        (datetime(2027, 1, 31, tzinfo=UTC), "1T2027"),
        (datetime(2027, 4, 30, 23, 59, tzinfo=UTC), "1T2027"),
        (datetime(2027, 5, 1, tzinfo=UTC), "2T2027"),
        (datetime(2027, 9, 1, tzinfo=UTC), "3T2027"),
        # 22:00 of the 31st in UTC.
        (datetime(2027, 9, 1, 0, 0, tzinfo=timezone(timedelta(hours=2))), "2T2027"),
        ("2028-12-31T23:00:00-02:00", "1T2029"),
    ],
)
def test_the_run_of_a_key_is_the_third_of_the_year_in_utc(course, start, run):
    assert api.next_run_key(course, start=start) == f"course-v1:MITx+101+{run}"
    assert api.next_run_key("mitx+101", start=start) == f"course-v1:MITx+101+{run}"
    assert api.next_run_key(course.uuid, start=start, term="Fall") == "course-v1:MITx+101+Fall"


def test_without_a_start_it_is_the_present_third(course):
    now = datetime.now(UTC)
    assert api.next_run_key(course) == f"course-v1:MITx+101+{(now.month + 3) // 4}T{now.year}"


def test_letters_are_appended_until_the_key_is_free_whatever_its_case(course):
    def taken(*runs):
        api.associate_course_runs([api.AssociationRecord(f"course-v1:MITx+101+{run}") for run in runs])
        return api.next_run_key(course, term="1T2027").removeprefix("course-v1:MITx+101+")

    # Of other runs, and of a course whose code begins so.
    api.associate_course_run("course-v1:MITx+1012+1T2027")
    assert taken("1T20271", "1T2027-a", "1T2027ab") == "1T2027"
    assert taken("1t2027") == "1T2027a"
    assert taken("1T2027A", "1T2027c") == "1T2027b"
    assert taken(*(f"1T2027{letter}" for letter in "bdefghijklmnopqrstuvwxyz")) == "1T2027aa"
    assert taken("1T2027aa") == "1T2027ac"


def test_a_key_that_was_deleted_for_good_is_not_proposed(course):
    DeletedRunKey.objects.create(
        course_key="course-v1:mitx+101+1t2027", association="implicit", at=datetime(2027, 1, 1, tzinfo=UTC)
    )
    assert api.next_run_key(course, term="1T2027") == "course-v1:MITx+101+1T2027a"


def test_a_row_of_another_program_has_its_key(course):
    api.associate_course_run("course-v1:MITx+101+1T2027")
    CourseRun.objects.update(key_ci=None)
    assert api.next_run_key(course, term="1T2027") == "course-v1:MITx+101+1T2027a"


@pytest.mark.parametrize("runs", [10, 1000])
def test_a_proposal_costs_three_queries(course, django_assert_num_queries, runs):
    records = [api.AssociationRecord(f"course-v1:MITx+101+{n}") for n in range(runs // 2)]
    records += [api.AssociationRecord(f"course-v1:MITx+101+1T2027{'' if n == 0 else n}") for n in range(runs // 2)]
    api.associate_course_runs(records)
    course = api.get_catalog_course(key_str="MITx+101")
    with django_assert_num_queries(3):
        assert api.next_run_key(course, term="1T2027") == "course-v1:MITx+101+1T2027a"
    with django_assert_num_queries(4):
        api.next_run_key("MITx+101", term="1T2027")


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"term": "a b"}, InvalidValue),
        ({"term": "a+b"}, InvalidValue),
        ({"term": "a/b"}, InvalidValue),
        ({"term": 5}, InvalidValue),
        ({"term": "x" * 129}, InvalidCourseKey),
        ({"start": datetime(2027, 1, 1)}, InvalidDate),
        ({"start": "soon"}, InvalidDate),
        ({"start": 5}, InvalidDate),
    ],
)
def test_what_is_no_term_or_start_is_refused(course, given, error):
    for propose in (api.next_run_key, lambda course, **more: api.create_course_run(next_for=course, **more)):
        with pytest.raises(error):
            propose(course, **given)


def test_the_next_run_is_created_under_its_course(course):
    api.set_rerun_code(course, "101R", **WHY)
    created = [api.create_course_run(next_for=name, start="2027-05-01T00:00:00Z") for name in (course, "MITx+101", course.uuid)]
    assert [str(run.course_key) for run in created] == [f"course-v1:MITx+101R+2T2027{suffix}" for suffix in ("", "a", "b")]
    assert {(run.catalog_course_id, run.association) for run in created} == {(course.pk, "implicit")}
    run = api.create_course_run(next_for=course, schedule={"start": "2028-10-01T00:00:00Z"}, title="T", reason="again")
    assert (run.run_code, run.title, run.schedule.start.year) == ("3T2028", "T", 2028)
    assert run.history.latest().history_change_reason == "api: again"
    assert api.create_course_run(next_for=course, term="Fall").run_code == "Fall"


def test_a_run_is_given_by_its_key_or_as_the_next_of_a_course(course):
    for wrong in ({"next_for": course}, {"start": datetime(2027, 1, 1, tzinfo=UTC)}, {"term": "Fall"}):
        with pytest.raises(InvalidRequest) as caught:
            api.create_course_run("course-v1:MITx+101+1T2027", **wrong)
        assert caught.value.field == "next_for"
    with pytest.raises(InvalidCourseKey):
        api.create_course_run()
    api.create_course_run("course-v1:MITx+101+1T2027")
    with pytest.raises(DuplicateCourseRun):
        api.create_course_run("course-v1:MITx+101+1t2027")
