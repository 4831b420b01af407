"""Values that are set in many rows at once: previewed, in one transaction, with a reason."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils.html import strip_tags

from openedx_catalog import api
from openedx_catalog.models_api import CatalogCourse, CourseRun
from openedx_catalog.testing import CourseRunFactory

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

KEYS = ("course-v1:A+B+1", "course-v1:A+B+2", "course-v1:A+C+1")


@pytest.fixture
def runs(db):
    for number, key in enumerate(KEYS, 1):
        start = f"2027-0{number}-01T00:00:00Z"
        api.associate_course_run(key, title=f"Run {number}", schedule={"start": start, "pacing": "self"}, source="test")
    return [api.get_course_run(key) for key in KEYS]


def address(model, rows):
    url = reverse(f"admin:openedx_catalog_{model._meta.model_name}_edit_many")
    return f"{url}?ids={','.join(str(row.pk) for row in rows)}"


def effects(page):
    return [tuple(strip_tags(str(part)) for part in effect) for effect in page.context["effects"]]


def test_the_action_leads_to_a_form_of_the_selected_rows(admin_client, runs):
    url = reverse("admin:openedx_catalog_courserun_changelist")
    sent = {"action": "edit_selected", "_selected_action": [run.pk for run in runs]}
    page = admin_client.post(url, sent, follow=True)
    assert page.context["title"] == "Edit 3 rows"
    assert list(page.context["form"].fields) == [
        "start", "end", "enrollment_start", "enrollment_end", "pacing", "emptied", "reason",
    ]  # fmt: skip


def test_nothing_is_written_before_the_preview_is_confirmed_and_then_what_it_showed(admin_client, admin_user, runs):
    url, sent = address(CourseRun, runs), {"end": "2027-06-30T12:00:00", "emptied": ["pacing"], "reason": "a calendar"}
    page = admin_client.post(url, sent)
    assert effects(page)[:2] == [
        (f"{KEYS[0]}: End", "–", "June 30, 2027, 12:00:00 UTC"),
        (f"{KEYS[0]}: Pacing", "Self-paced", "–"),
    ]
    assert [run.schedule.end for run in map(api.get_course_run, KEYS)] == [None] * 3
    answer = admin_client.post(url, {**sent, "_confirm": "1", "_shown": page.context["shown"]})
    assert answer.status_code == 302
    schedules = [api.get_course_run(key).schedule for key in KEYS]
    assert [(schedule.pacing, schedule.end.isoformat()) for schedule in schedules] == [("", "2027-06-30T12:00:00+00:00")] * 3
    # What was left blank stays.
    assert [schedule.start.month for schedule in schedules] == [1, 2, 3]
    last = schedules[0].history.latest()
    assert (last.history_user, last.history_change_reason) == (admin_user, "admin: a calendar")


def test_what_somebody_else_changes_meanwhile_is_shown_before_it_is_overwritten(admin_client, runs):
    url, sent = address(CourseRun, runs), {"pacing": "instructor"}
    shown = admin_client.post(url, sent).context["shown"]
    api.update_course_run(KEYS[1], schedule={"pacing": None})
    page = admin_client.post(url, {**sent, "_confirm": "1", "_shown": shown})
    assert page.context["form"].non_field_errors() == ["The preview no longer matches. Check the new preview, then confirm."]
    assert (f"{KEYS[1]}: Pacing", "–", "Instructor-paced") in effects(page)
    assert api.get_course_run(KEYS[0]).schedule.pacing == "self"


def test_dates_that_contradict_each_other_are_said_in_the_preview(admin_client, runs):
    page = admin_client.post(address(CourseRun, runs), {"end": "2027-01-15T00:00:00"})
    assert [effect[:2] for effect in effects(page) if effect[1] == "⚠"] == [(KEYS[1], "⚠"), (KEYS[2], "⚠")]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Enter at least one value."),
        ({"pacing": "self"}, "All selected rows have these values already."),
        ({"pacing": "self", "emptied": ["pacing"]}, "Give a value, or set it to empty: not both."),
        ({"start": "soon"}, "Enter a valid date/time."),
    ],
)
def test_what_makes_no_sense_is_said(admin_client, runs, sent, said):
    page = admin_client.post(address(CourseRun, runs), {"reason": "x", **sent})
    assert [error for errors in page.context["form"].errors.values() for error in errors] == [said]
    assert effects(page) == []


def test_languages_of_courses(admin_client, runs):
    courses = CatalogCourse.objects.order_by("pk")
    url, sent = address(CatalogCourse, courses), {"language": "es-419"}
    page = admin_client.post(url, sent)
    assert [effect[1:] for effect in effects(page)] == [("–", "es-419")] * 2
    admin_client.post(url, {**sent, "_confirm": "1", "_shown": page.context["shown"]})
    assert set(courses.values_list("language", flat=True)) == {"es-419"}
    page = admin_client.post(url, {"emptied": ["language"]})
    admin_client.post(url, {"emptied": ["language"], "_confirm": "1", "_shown": page.context["shown"]})
    assert set(courses.values_list("language", flat=True)) == {""}


def test_more_rows_than_an_address_can_carry_are_refused(admin_client, db):
    CourseRunFactory.create_batch(201)
    url = reverse("admin:openedx_catalog_courserun_changelist")
    sent = {"action": "edit_selected", "_selected_action": [CourseRun.objects.first().pk], "select_across": "1"}
    answer = admin_client.post(url, sent)
    assert [str(message) for message in get_messages(answer.wsgi_request)] == ["Select at most 200 rows."]


def test_what_can_be_done_with_rows_is_a_button_above_them(admin_client, runs):
    url = reverse("admin:openedx_catalog_courserun_changelist")
    assert '<button type="submit" class="button" name="action" value="edit_selected">' in admin_client.get(url).content.decode()
    # The choice below it is sent along, empty.
    sent = {"action": ["edit_selected", ""], "_selected_action": [runs[0].pk], "select_across": "0"}
    assert admin_client.post(url, sent)["Location"] == address(CourseRun, runs[:1]).replace(",", "%2C")
    answer = admin_client.post(url, {"action": ["edit_selected", ""], "select_across": "0"})
    assert [str(message) for message in get_messages(answer.wsgi_request)] == ["Select the rows first."]
