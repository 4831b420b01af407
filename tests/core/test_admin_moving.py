"""In the admin: runs that follow their keys again, are deleted for good and restored; and why, with every change."""

import pytest
from django.urls import reverse

from openedx_catalog import api
from openedx_catalog.models_api import CatalogCourse, CourseRun, DeletedRunKey
from tests.conftest import RUN_KEY

pytestmark = pytest.mark.django_db

ADMIN = "admin:openedx_catalog_"


@pytest.fixture
def moved():
    """A run that stands under another course than its key names."""
    api.associate_course_run(RUN_KEY)
    return api.move_course_run(RUN_KEY, api.create_catalog_course(org_code="X", course_code="Y"), reason="r")


def run_page(name, run):
    return reverse(f"{ADMIN}courserun_{name}", args=[run.pk])


def confirmed(client, url, data):
    """Send a form for its preview, and confirm that."""
    page = client.post(url, data)
    assert page.context["effects"], page.context["form"].errors
    assert CourseRun.objects.filter(association="explicit").exists() or DeletedRunKey.objects.exists()
    done = client.post(url, {**data, "_confirm": "1", "_shown": page.context["shown"]})
    assert done.status_code == 302
    return page.context["effects"]


def test_a_run_follows_its_key_again_after_a_preview(admin_client, admin_user, moved):
    assert run_page("follow", moved) in admin_client.get(run_page("change", moved)).content.decode()
    effects = confirmed(admin_client, run_page("follow", moved), {"reason": "a mistake"})
    assert effects == [(RUN_KEY, "catalog-course:X:Y, Explicit", "catalog-course:MITx:14.100x, Implicit")]
    run = api.get_course_run(RUN_KEY)
    assert (run.catalog_course.key_str, run.association) == ("catalog-course:MITx:14.100x", "implicit")
    row = run.history.latest()
    assert (row.history_change_reason, row.history_user) == ("admin: a mistake", admin_user)
    assert run_page("follow", moved) not in admin_client.get(run_page("change", moved)).content.decode()


def test_selected_runs_follow_their_keys_again(admin_client, moved):
    other = api.associate_course_run("course-v1:MITx+14.100x+1", catalog_course="X+Y").run
    chosen = {"action": "follow_selected", "_selected_action": [moved.pk, other.pk]}
    url = admin_client.post(reverse(f"{ADMIN}courserun_changelist"), chosen)["Location"]
    assert len(confirmed(admin_client, url, {"reason": ""})) == 2
    assert {run.association for run in CourseRun.objects.all()} == {"implicit"}


def test_a_key_that_leads_nowhere_is_said_above_the_form(admin_client, moved):
    run = api.create_course_run("course-v1:No+Such+1", catalog_course=moved.catalog_course)
    page = admin_client.post(run_page("follow", run), {"reason": ""})
    assert "there is no such catalog course" in str(page.context["form"].non_field_errors())


@pytest.mark.parametrize("for_good", [False, True])
def test_the_page_that_confirms_a_delete_asks_for_how_long_and_why(admin_client, admin_user, moved, for_good):
    url = run_page("delete", moved)
    page = admin_client.get(url).content.decode()
    form = page[page.index('<form method="post">', page.index('id="deleted-objects"')) :]
    assert form.index('name="for_good"') < form.index('name="reason"') < form.index('type="submit"')
    data = {"post": "yes", "reason": "never took place", **({"for_good": "on"} if for_good else {})}
    assert admin_client.post(url, data).status_code == 302
    assert CourseRun.history.latest("history_id").history_change_reason == "admin: never took place"
    rows = [(row.course_key, row.reason, row.user_name) for row in DeletedRunKey.objects.all()]
    assert rows == ([(RUN_KEY, "never took place", admin_user.username)] if for_good else [])


def test_so_does_the_page_that_confirms_many(admin_client, moved):
    url = reverse(f"{ADMIN}courserun_changelist")
    chosen = {"action": "delete_selected", "_selected_action": [moved.pk]}
    assert 'name="for_good"' in admin_client.post(url, chosen).content.decode()
    admin_client.post(url, {**chosen, "post": "yes", "for_good": "on", "reason": "duplicates"})
    assert DeletedRunKey.objects.get().reason == "duplicates"


def test_a_page_that_does_not_let_delete_asks_nothing(admin_client, moved):
    page = admin_client.get(reverse(f"{ADMIN}catalogcourse_delete", args=[moved.catalog_course_id])).content.decode()
    assert "would require deleting" in page
    assert 'name="reason"' not in page


def test_a_deleted_run_is_restored_after_a_preview(admin_client, moved):
    api.delete_course_run(RUN_KEY, for_good=True, reason="never took place")
    deleted = DeletedRunKey.objects.get()
    listed = admin_client.get(reverse(f"{ADMIN}deletedrunkey_changelist")).content.decode()
    assert "never took place" in listed
    url = reverse(f"{ADMIN}deletedrunkey_restore", args=[deleted.pk])
    assert url in admin_client.get(reverse(f"{ADMIN}deletedrunkey_change", args=[deleted.pk])).content.decode()
    assert confirmed(admin_client, url, {"reason": "it did"}) == [(RUN_KEY, "deleted", "catalog-course:X:Y")]
    run = api.get_course_run(RUN_KEY)
    assert (run.uuid, run.catalog_course, run.association) == (moved.uuid, moved.catalog_course, "explicit")
    assert run.history.latest().history_change_reason == "admin: it did"


# Why, with every change


def test_adding_changing_and_deleting_ask_why(admin_client, moved):
    add = reverse(f"{ADMIN}courserun_add")
    assert 'name="reason"' in admin_client.get(add).content.decode()
    admin_client.post(add, {"key": "course-v1:A+B+1", "title": "T", "reason": "new"})
    run = api.get_course_run("course-v1:A+B+1")
    assert 'name="reason"' in admin_client.get(run_page("change", run)).content.decode()
    admin_client.post(run_page("change", run), {"title": "New", "initial-title": "T", "reason": "corrected"})
    assert [row.history_change_reason for row in run.history.all()] == ["admin: corrected", "admin: new"]
    course = api.create_catalog_course(org_code="X", course_code="Empty")
    admin_client.post(reverse(f"{ADMIN}catalogcourse_delete", args=[course.pk]), {"post": "yes", "reason": "empty"})
    assert CatalogCourse.history.latest("history_id").history_change_reason == "admin: empty"


def test_nobody_has_to_say_why(admin_client):
    admin_client.post(reverse(f"{ADMIN}courserun_add"), {"key": "course-v1:A+B+1", "title": ""})
    assert api.get_course_run("course-v1:A+B+1").history.get().history_change_reason == "admin"


def test_a_reason_that_is_too_long_is_said_at_its_field(admin_client):
    page = admin_client.post(reverse(f"{ADMIN}courserun_add"), {"key": "course-v1:A+B+1", "reason": "x" * 1001})
    assert list(page.context["adminform"].form.errors) == ["reason"]
    assert not CourseRun.objects.exists()
