"""The history of a course, a run and an organization as one timeline (finding C9)."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from organizations.models import Organization

from openedx_catalog import api
from openedx_catalog.exceptions import CatalogError, InvalidRequest
from openedx_catalog.models import CatalogCourse, CatalogCourseCode, CatalogMerge, CourseRun, DeletedRunKey
from tests.conftest import RUN_KEY

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

KEY, OTHER = "catalog-course:MITx:14.100x", "catalog-course:MITx:Micro"
NOW = datetime(2026, 3, 31, tzinfo=UTC)


@pytest.fixture
def run(db):
    return api.associate_course_run(RUN_KEY, title="Microeconomics", source="file").run


@pytest.fixture
def course(run):
    return run.catalog_course


@pytest.fixture
def other(run):
    return api.create_catalog_course(org_code="MITx", course_code="Micro")


def merge(course, into, reason="one course"):
    """As `merge_catalog_courses` records it, also where this version of it does not."""
    uuid, pk, org = course.uuid, course.pk, course.org
    into = api.merge_catalog_courses(course, into=into, reason=reason)
    values = {"uuid": uuid, "org": org, "course_code": course.course_code, "title": course.title, "into_uuid": into.uuid}
    CatalogMerge.objects.get_or_create(
        course_id=pk, defaults={**values, "created": course.created, "at": timezone.now(), "source": "api", "reason": reason}
    )
    return uuid


def told(subject, **kwargs):
    """What happened, oldest first: ``[(what, key of the row, key of the other one)]``."""
    return [(e.what, e.row.key, e.other.key if e.other else None) for e in reversed(api.history_of(subject, **kwargs))]


# A course


def test_a_course_has_its_own_changes_and_its_runs(course, other):
    api.update_catalog_course(course, title="Microeconomics I")
    api.create_course_run("course-v1:MITx+14.100x+1T2018")
    api.move_course_run(RUN_KEY, other, reason="renumbered")
    api.update_course_run("course-v1:MITx+14.100x+1T2018", title="Its own affair")
    api.delete_course_run("course-v1:MITx+14.100x+1T2018")
    assert told(course) == [
        ("created", KEY, None),
        ("run_created", RUN_KEY, None),
        ("updated", KEY, None),
        ("run_created", "course-v1:MITx+14.100x+1T2018", None),
        ("run_left", RUN_KEY, OTHER),
        ("run_deleted", "course-v1:MITx+14.100x+1T2018", None),
    ]
    assert told(other) == [("created", OTHER, None), ("run_came", RUN_KEY, KEY)]


def test_everything_bears_the_key_that_it_had_then(course, other):
    api.rename_catalog_course(course, course_code="14.101x", reason="renumbered")
    api.move_course_run(RUN_KEY, other, reason="moved")
    api.rename_catalog_course(other, course_code="Macro", reason="renamed")
    renamed, new = "catalog-course:MITx:14.101x", "catalog-course:MITx:Macro"
    assert ("renamed", renamed, None) in told(course)
    assert ("run_left", RUN_KEY, OTHER) in told(course)
    assert told(other)[-2] == ("renamed", new, None) or ("renamed", new, None) in told(other)
    assert ("run_came", RUN_KEY, renamed) in told(other)
    created, moved = (next(e for e in api.history_of(RUN_KEY) if e.what == what) for what in ("created", "moved"))
    assert created.other.key == KEY
    assert moved.text == f"The course run {RUN_KEY} was moved from {renamed} to {OTHER}."
    assert ("catalog_course", renamed, OTHER) in [(v.field, v.before, v.after) for v in moved.changes]


def test_also_of_an_organization_that_was_renamed(course, other):
    api.move_course_run(RUN_KEY, other, reason="so that nothing depends on the name")
    Organization.objects.filter(pk=course.org_id).update(short_name="MIT2")
    org = Organization.objects.get(pk=course.org_id)
    org.save()
    api.update_catalog_course(other, title="Later")
    assert [key for _what, key, _other in told(other)] == [OTHER, RUN_KEY, "MIT2", "catalog-course:MIT2:Micro"]


def test_a_course_is_told_of_the_names_that_its_organization_got_while_it_belonged_to_it(course):
    ada = get_user_model().objects.create_user("ada")
    edx = api.create_organization(short_name="edX")
    api.update_organization(edx, short_name="EdX2")
    api.update_organization("MITx", name="The Institute")
    api.update_organization("MITx", short_name="MIT", reason="shorter", user=ada)
    renamed = api.history_of(course)[0]
    assert (renamed.what, renamed.row.kind, renamed.row.key, renamed.user, renamed.reason) == (
        "renamed", "organization", "MIT", "ada", "shorter",
    )  # fmt: skip
    assert renamed.text == "The organization MITx became MIT."
    api.move_catalog_course(course, org_code=edx, reason="given away")
    api.update_organization("MIT", short_name="MIT3")
    api.update_organization(edx, short_name="edx2", reason="case only")
    api.delete_course_run(RUN_KEY)
    api.delete_catalog_course(course)
    api.update_organization(edx, short_name="Later")
    names = [entry.row.key for entry in api.history_of(course.uuid) if entry.row.kind == "organization"]
    assert names == ["edx2", "MIT"]


def test_a_course_that_another_program_wrote_is_told_of_them_too(course):
    CatalogCourse.history.all().delete()
    api.update_organization("MITx", short_name="MIT")
    assert ("renamed", "MIT", None) in told(course)
    api.update_catalog_course(course, title="New")
    assert [what for what, *_rest in told(course)][-2:] == ["renamed", "updated"]


def test_codes_come_and_go(course, other):
    alias = CatalogCourseCode(org=course.org, code="14.1", catalog_course=course)
    alias.save()
    alias.catalog_course = other
    alias.save()
    alias.code = "14.1X"
    alias.save()
    alias.delete()
    first, second = "catalog-course:MITx:14.1", "catalog-course:MITx:14.1X"
    assert told(course)[2:] == [("code_added", first, KEY), ("code_left", first, OTHER)]
    assert told(other)[1:] == [("code_came", first, KEY), ("code_changed", second, OTHER), ("code_released", second, OTHER)]
    assert {entry.row.kind for entry in api.history_of(other)[:3]} == {"catalog_course_code"}


def test_a_merge_is_told_on_both_sides(course, other):
    gone = merge(course, other)
    survivor, merged = told(other), told(gone)
    assert ("merged_in", KEY, OTHER) in survivor
    assert ("run_came", RUN_KEY, KEY) in survivor
    assert merged[-1] == ("merged", KEY, OTHER)
    assert ("run_left", RUN_KEY, OTHER) in merged
    entry = api.history_of(gone)[0]
    assert (entry.other.uuid, entry.row.uuid, entry.reason) == (other.uuid, gone, "one course")
    assert entry.text == f"The catalog course {KEY} was merged into {OTHER}."
    # Its key leads to the survivor now, and so does the history.
    assert told(KEY) == survivor
    assert told(course) == merged


def test_a_chain_of_merges_names_each_survivor_by_what_it_was(course, other):
    third = api.create_catalog_course(org_code="MITx", course_code="Third")
    first, second = merge(course, other), merge(other, third)
    assert told(first)[-1] == ("merged", KEY, OTHER)
    assert told(second)[-1] == ("merged", OTHER, "catalog-course:MITx:Third")
    assert ("merged_in", KEY, OTHER) in told(second)


def test_also_where_the_survivor_is_gone(course, other):
    gone = merge(course, other)
    api.delete_course_run(RUN_KEY)
    api.delete_catalog_course(other)
    assert told(gone)[-1] == ("merged", KEY, OTHER)


def test_a_merge_that_was_undone_still_says_into_what(course, other):
    gone = merge(course, other)
    CatalogMerge.objects.all().delete()
    assert told(gone)[-1] == ("merged", KEY, OTHER)


def test_a_course_that_was_emptied_before_it_was_deleted_is_not_taken_for_a_merged_one(course, other):
    gone = course.uuid
    api.move_course_run(RUN_KEY, other, reason="elsewhere")
    api.delete_catalog_course(course, reason="empty")
    assert told(gone)[-1] == ("deleted", KEY, None)


@pytest.mark.parametrize("named", ["key", "uuid", "uuid as text", "object"])
def test_a_deleted_course_is_found_by_its_former_names(course, other, named):
    api.move_course_run(RUN_KEY, other, reason="elsewhere")
    names = {"key": KEY, "uuid": course.uuid, "uuid as text": str(course.uuid), "object": course}
    api.delete_catalog_course(api.get_catalog_course(key_str=KEY))
    assert told(names[named])[-1] == ("deleted", KEY, None)


def test_what_is_deleted_with_a_row_is_no_change_of_its_own(course):
    api.update_course_run(RUN_KEY, schedule={"start": NOW})
    api.withdraw_course_run(RUN_KEY, at=NOW)
    api.delete_course_run(RUN_KEY)
    assert [what for what, *_rest in told(RUN_KEY)] == ["created", "scheduled", "withdrawn", "deleted"]
    CatalogCourseCode(org=course.org, code="alias", catalog_course=course).save()
    api.delete_catalog_course(course)
    assert [what for what, *_rest in told(course.uuid)][-2:] == ["code_added", "deleted"]


# A run


def test_a_run_has_titles_dates_and_withdrawals(run):
    ada = get_user_model().objects.create_user("ada")
    api.update_course_run(RUN_KEY, title="New", user=ada, reason="typo")
    api.update_course_run(RUN_KEY, schedule={"start": NOW})
    api.update_course_run(RUN_KEY, schedule={"end": NOW})
    api.withdraw_course_run(RUN_KEY, at=datetime(2026, 1, 1, tzinfo=UTC), source="platform:course_deleted")
    api.withdraw_course_run(RUN_KEY, at=datetime(2026, 2, 1, tzinfo=UTC), reason="again", user=ada)
    assert api.restore_course_run(RUN_KEY, at=NOW, source="lms", reason="it is back", user=ada)
    ada.delete()
    found = list(reversed(api.history_of(run)))
    assert [entry.what for entry in found] == [
        "created", "updated", "scheduled", "rescheduled", "withdrawn", "withdrawn_again", "republished",
    ]  # fmt: skip
    assert {(entry.row.key, entry.row.uuid, entry.row.kind) for entry in found} == {(RUN_KEY, run.uuid, "course_run")}
    updated, rescheduled, withdrawn, restored = found[1], found[3], found[4], found[6]
    assert (updated.user, updated.user_deleted, updated.source, updated.reason) == ("ada", True, "api", "typo")
    assert [(v.field, v.before, v.after) for v in updated.changes] == [("title", "Microeconomics", "New")]
    assert [(v.field, v.before, v.after) for v in rescheduled.changes] == [("end", None, NOW)]
    assert (withdrawn.source, withdrawn.reason) == ("platform:course_deleted", "")
    assert (restored.source, restored.reason, restored.user) == ("lms", "it is back", "ada")


def test_a_withdrawal_that_is_no_news_writes_no_history(run):
    api.withdraw_course_run(RUN_KEY, at=NOW)
    assert not api.withdraw_course_run(RUN_KEY, at=NOW)
    assert not api.restore_course_run(RUN_KEY, at=NOW)
    assert [what for what, *_rest in told(run)] == ["created", "withdrawn"]


def test_a_key_that_was_used_again_tells_of_both_runs(run, other):
    api.move_course_run(RUN_KEY, other, reason="elsewhere")
    api.delete_course_run(RUN_KEY)
    again = api.create_course_run(RUN_KEY)
    assert told(again) == told(RUN_KEY) == told(run.uuid) == [
        ("created", RUN_KEY, KEY), ("moved", RUN_KEY, OTHER), ("deleted", RUN_KEY, OTHER), ("recreated", RUN_KEY, KEY),
    ]  # fmt: skip


def test_also_where_the_first_one_only_ever_stood_elsewhere(run, other):
    key = "course-v1:edX+Guest+1"
    api.create_course_run(key, catalog_course=other)
    api.delete_course_run(key)
    api.create_course_run(key)
    assert [what for what, *_rest in told(key)] == ["created", "deleted", "recreated"]


@pytest.mark.parametrize("named", ["key", "uuid", "object", "course key"])
def test_a_deleted_run_is_found_by_its_former_names(run, named):
    names = {"key": RUN_KEY, "uuid": run.uuid, "object": run, "course key": run.course_key}
    api.delete_course_run(RUN_KEY, reason="never took place")
    assert told(names[named])[-1] == ("deleted", RUN_KEY, KEY)


def test_a_run_that_was_deleted_for_good_is_found_in_any_case(run):
    api.delete_course_run(RUN_KEY)
    DeletedRunKey.objects.get_or_create(
        key_ci=RUN_KEY.lower(), defaults={"course_key": RUN_KEY, "association": "implicit", "run_uuid": run.uuid, "at": NOW}
    )
    assert told(RUN_KEY.upper().replace("COURSE-V1", "course-v1"))[-1] == told(run.uuid)[-1] == ("deleted", RUN_KEY, KEY)


def test_a_run_whose_course_is_gone_still_names_it(run, other):
    merge(run.catalog_course, other)
    assert told(RUN_KEY) == [("created", RUN_KEY, KEY), ("moved", RUN_KEY, OTHER)]


def test_a_run_that_follows_its_key_or_does_not(run):
    api.move_course_run(RUN_KEY, KEY, reason="confirmed")
    entry = api.history_of(run)[0]
    assert (entry.what, entry.other.key) == ("associated", KEY)
    assert [(v.field, v.before, v.after) for v in entry.changes] == [("association", "implicit", "explicit")]


def test_what_another_program_wrote_has_no_beginning(run):
    CourseRun.history.all().delete()
    CatalogCourse.history.all().delete()
    api.update_course_run(RUN_KEY, title="New", schedule={"start": NOW})
    assert told(RUN_KEY) == [("updated", RUN_KEY, None), ("scheduled", RUN_KEY, None)]
    CourseRun.history.all().delete()
    assert told(RUN_KEY) == [("scheduled", RUN_KEY, None)]
    assert told(KEY) == []


# An organization


def test_an_organization_has_its_names_and_courses(course):
    ada = get_user_model().objects.create_user("ada")
    org = course.org
    api.update_organization(org, name="The Institute", user=ada)
    api.create_catalog_course(org_code="MITx", course_code="Other")
    api.delete_catalog_course("MITx+Other")
    moved = api.create_catalog_course(org_code="MITx", course_code="Guest")
    moved.org = api.create_organization(short_name="edX")
    moved.course_code = "Visitor"
    moved.save()
    third = api.create_catalog_course(org_code="MITx", course_code="Third")
    merge(third, KEY)
    assert told("MITx") == told(org) == [
        ("created", "MITx", None),
        ("course_created", KEY, None),
        ("updated", "MITx", None),
        ("course_created", "catalog-course:MITx:Other", None),
        ("course_deleted", "catalog-course:MITx:Other", None),
        ("course_created", "catalog-course:MITx:Guest", None),
        ("course_left", "catalog-course:edX:Visitor", "edX"),
        ("course_created", "catalog-course:MITx:Third", None),
        ("course_merged", "catalog-course:MITx:Third", KEY),
    ]  # fmt: skip
    assert told("edX") == [("created", "edX", None), ("course_came", "catalog-course:edX:Visitor", "MITx")]
    came = api.history_of("edX")[0]
    assert came.text.startswith("The catalog course catalog-course:MITx:Guest came from another organization")
    updated = next(entry for entry in api.history_of("MITx") if entry.what == "updated")
    assert (updated.user, updated.source) == ("ada", "api")
    assert [(v.field, v.before, v.after) for v in updated.changes] == [("name", "MITx", "The Institute")]


def test_an_organization_is_found_by_a_former_name_and_after_it_is_gone(db):
    org = api.create_organization(short_name="Old")
    api.update_organization(org, short_name="New")
    assert told("New") == told("Old") == [("created", "Old", None), ("renamed", "New", None)]
    api.delete_organization("New")
    assert told("Old")[-1] == told("New")[-1] == told(org)[-1] == ("deleted", "New", None)


# How it is read


def test_a_timeline_is_a_sequence_that_is_read_by_pages(run):
    for n in range(5):
        api.update_course_run(RUN_KEY, title=f"T{n}")
    whole = api.history_of(run)
    assert len(whole) == 6
    assert [entry.at for entry in whole] == sorted((entry.at for entry in whole), reverse=True)
    assert whole[-1].what == "created"
    page = api.history_of(run, limit=2, offset=1)
    assert (list(page), len(page), page.total) == (whole[1:3], 2, 6)
    assert list(api.history_of(run, offset=100)) == []
    with pytest.raises(IndexError):
        page[2]


def test_the_text_is_in_the_language_of_the_reader(run):
    with translation.override("es-419"):
        assert api.history_of(run)[0].text
    assert api.history_of(run)[0].text == f"The course run {RUN_KEY} was created under {KEY}."


@pytest.mark.parametrize(
    ("subject", "kind", "error"),
    [
        ("catalog-course:MITx:Nothing", None, CatalogCourse.DoesNotExist),
        ("course-v1:MITx+Nothing+1", None, CourseRun.DoesNotExist),
        ("Nobody", None, Organization.DoesNotExist),
        (uuid.UUID(int=1), None, CourseRun.DoesNotExist),
        (uuid.UUID(int=1), "catalog_course", CatalogCourse.DoesNotExist),
        (5, None, InvalidRequest),
        (10**30, "course_run", InvalidRequest),
        (5, "course_run", CourseRun.DoesNotExist),
        (RUN_KEY, "catalog_course", CatalogError),
        (RUN_KEY, "program", InvalidRequest),
        (None, None, InvalidRequest),
        (CatalogCourse(), None, CatalogCourse.DoesNotExist),
        (CourseRun(), None, CourseRun.DoesNotExist),
        (Organization(), None, Organization.DoesNotExist),
    ],
)
def test_what_is_nobodys_history_is_refused_in_words(db, subject, kind, error):
    with pytest.raises(error):
        api.history_of(subject, kind=kind)


@pytest.mark.parametrize("argument", ["limit", "offset"])
@pytest.mark.parametrize("wrong", [-1, True, "5", 1.5])
def test_a_limit_is_a_whole_number(run, argument, wrong):
    with pytest.raises(InvalidRequest, match=argument):
        api.history_of(run, **{argument: wrong})


def _long_history(length):
    course = api.create_catalog_course(org_code="MITx", course_code=f"Long{length}")
    other = api.create_catalog_course(org_code="MITx", course_code=f"Other{length}")
    records = [api.AssociationRecord(f"course-v1:MITx+Long{length}+{n}") for n in range(length // 2)]
    api.associate_course_runs(records, source="test")
    for n in range(length // 10):
        api.update_catalog_course(course, title=f"T{n}")
        api.update_course_run(f"course-v1:MITx+Long{length}+0", title=f"T{n}")
        api.update_organization("MITx", name=f"T{n}")
    merge(course, other)
    return course.uuid, other, f"course-v1:MITx+Long{length}+0"


def test_a_timeline_costs_the_same_whatever_its_length(db):
    cost = []
    for length in (10, 1000):
        merged, survivor, run = _long_history(length)
        counts = []
        for subject in (merged, survivor, run, "MITx"):
            with CaptureQueriesContext(
                connection,
            ) as captured:
                assert len(list(api.history_of(subject))) >= length // 10
            counts.append(len(captured))
        cost.append(counts)
    assert cost[0] == cost[1]
    assert cost[0] == [9, 7, 6, 6]


# In the admin

PAGES = "/admin/openedx_catalog/"


def page_of(client, path):
    response = client.get(f"{PAGES}{path}/history/")
    assert response.status_code == 200
    return response.content.decode()


def test_the_survivor_leads_to_the_merged_course_and_back(admin_client, course, other):
    merged = course.pk
    merge(course, other)
    survivor, gone = (page_of(admin_client, f"catalogcourse/{pk}") for pk in (other.pk, merged))
    assert f"The catalog course {KEY} was merged into {OTHER}." in survivor
    assert f'<a href="{PAGES}catalogcourse/{merged}/history/">{KEY}</a>' in survivor
    assert f"The catalog course {KEY} was merged into {OTHER}." in gone
    assert f'<a href="{PAGES}catalogcourse/{other.pk}/history/">{OTHER}</a>' in gone
    assert f"{KEY}, which is gone" in gone
    assert f"{PAGES}catalogcourse/{other.pk}/change/" in survivor


def test_a_move_leads_from_each_of_the_three_to_the_others(admin_client, run, other):
    course = run.catalog_course
    api.move_course_run(RUN_KEY, other, reason="renumbered")
    of_run, left, joined = (
        page_of(admin_client, path)
        for path in (f"courserun/{run.pk}", f"catalogcourse/{course.pk}", f"catalogcourse/{other.pk}")
    )
    assert f'<a href="{PAGES}catalogcourse/{other.pk}/history/">{OTHER}</a>' in of_run
    for page in (left, joined):
        assert f'<a href="{PAGES}courserun/{run.pk}/history/">{RUN_KEY}</a>' in page
    assert f"left for {OTHER}." in left
    assert f"came from {KEY}." in joined


def test_whoever_may_not_see_courses_has_no_link_to_them(client, run):
    client.force_login(admin_user_with("view_courserun"))
    page = page_of(client, f"courserun/{run.pk}")
    assert f"was created under {KEY}." in page
    assert "/catalogcourse/" not in page
    assert client.get(f"{PAGES}catalogcourse/{run.catalog_course_id}/history/").status_code == 403


def admin_user_with(*codenames):
    from django.contrib.auth.models import Permission

    user = get_user_model().objects.create_user("limited", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


def test_the_organization_of_a_course_has_a_page(admin_client, course):
    api.update_organization("MITx", name="The Institute", reason="its full name")
    page = page_of(admin_client, f"catalogcourse/{course.pk}/organization")
    assert "The organization MITx was changed." in page
    assert "The Institute" in page
    assert "api: its full name" in page
    assert f"/catalogcourse/{course.pk}/organization/history/" in page_of(admin_client, f"catalogcourse/{course.pk}")
    link = f'(<a href="{PAGES}catalogcourse/{course.pk}/organization/history/">History of its organization</a>)'
    assert link in admin_client.get(f"{PAGES}catalogcourse/{course.pk}/change/").content.decode()
    assert admin_client.get(f"{PAGES}catalogcourse/{10**6}/organization/history/").status_code == 404
    assert admin_client.get(f"{PAGES}catalogcourse/{10**30}/organization/history/").status_code == 404


def test_the_page_of_an_organization_names_it_whatever_has_happened_since(admin_client, course):
    for number in range(50):
        api.create_catalog_course(org_code="MITx", course_code=f"Since{number}")
    page = page_of(admin_client, f"catalogcourse/{course.pk}/organization")
    assert "The organization MITx was" not in page
    assert "<h1>History: MITx</h1>" in page


def test_whoever_may_not_see_organizations_has_no_link_to_their_history(client, course):
    client.force_login(admin_user_with("view_catalogcourse"))
    page = client.get(f"{PAGES}catalogcourse/{course.pk}/change/").content.decode()
    assert "organization/history/" not in page


def test_no_history_page_costs_more_than_ten_queries(admin_client, db):
    merged, survivor, run = _long_history(200)
    third = api.create_catalog_course(org_code="MITx", course_code="Third")
    last = survivor.pk
    merge(survivor, third)
    gone = CatalogMerge.objects.get(uuid=merged).course_id
    paths = [f"catalogcourse/{pk}" for pk in (gone, last, third.pk)] + [f"catalogcourse/{third.pk}/organization"]
    admin_client.get(PAGES)
    for path in [*paths, f"courserun/{api.get_course_run(run).pk}"]:
        with CaptureQueriesContext(connection) as captured:
            page_of(admin_client, path)
        assert len(captured) <= 10, path


def test_the_histories_of_other_models_stay_what_they_are(admin_client, course):
    """No template of ours is found by the name of an app, where a host's own admin would find it."""
    from django.template import TemplateDoesNotExist
    from django.template.loader import get_template

    for name in ("openedx_catalog/object_history.html", "organizations/object_history.html"):
        with pytest.raises(TemplateDoesNotExist):
            get_template(f"admin/{name}")
    assert admin_client.get(f"/admin/organizations/organization/{course.org_id}/history/").status_code == 200


def test_the_page_of_a_history_is_titled_by_the_key_of_now(admin_client, db):
    course = api.associate_course_run(RUN_KEY).run.catalog_course
    api.update_organization("MITx", short_name="MITxPRO")
    page = admin_client.get(f"/admin/openedx_catalog/catalogcourse/{course.pk}/history/")
    assert page.context["title"] == "History: catalog-course:MITxPRO:14.100x"
    assert "The organization MITx became MITxPRO." in page.content.decode()
