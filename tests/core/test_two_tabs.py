"""Two who edit one row: the second is told what the first has made of it, and chooses; nobody's value goes unseen."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from openedx_catalog import api

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

KEY = "course-v1:A+B+1"


@pytest.fixture
def run(db):
    api.associate_course_run(KEY, title="First", schedule={"start": "2026-09-01T00:00:00Z", "pacing": "self"}, source="test")
    return api.get_course_run(KEY)


@pytest.fixture
def url(run):
    return reverse("admin:openedx_catalog_courserun_change", args=[run.pk])


def fields(page):
    """What a browser sends of a form that nobody has touched."""
    form, values = page.context["adminform"].form, {}
    for bound in form:
        widget = bound.field.widget
        values[bound.html_name] = widget.format_value(bound.value()) or ""
        if bound.field.show_hidden_initial:
            name = bound.html_initial_name
            given = form.data.get(name) if form.is_bound else bound.field.hidden_widget().format_value(bound.value())
            values[name] = given or ""
    return values


def test_the_second_is_told_and_may_overwrite(admin_client, url):
    mine = fields(admin_client.get(url)) | {"title": "Mine"}
    api.update_course_run(KEY, title="Theirs")
    page = admin_client.post(url, mine)
    [error] = page.context["adminform"].form.errors["title"]
    assert error == "Somebody has changed this meanwhile: it was “First”, and is “Theirs”. Save again to set yours."
    assert api.get_course_run(KEY).title == "Theirs"
    again = fields(page)
    assert again["title"] == "Mine"
    assert admin_client.post(url, again).status_code == 302
    assert api.get_course_run(KEY).title == "Mine"


def test_who_is_told_and_somebody_changes_it_once_more_is_told_once_more(admin_client, url):
    mine = fields(admin_client.get(url)) | {"title": "Mine"}
    api.update_course_run(KEY, title="Theirs")
    again = fields(admin_client.post(url, mine))
    api.update_course_run(KEY, title="Others'")
    assert "Others" in str(admin_client.post(url, again).context["adminform"].form.errors["title"])


@pytest.mark.parametrize(
    ("name", "value", "theirs", "said"),
    [
        ("start", "2027-01-01T00:00:00", {"start": "2028-01-01T00:00:00Z"}, "2028-01-01 00:00:00"),
        ("end", "2027-01-01T00:00:00", {"end": "2028-01-01T00:00:00Z"}, "it was empty"),
        ("pacing", "", {"pacing": "instructor"}, "“self”, and is “instructor”"),
    ],
)
def test_so_it_is_with_dates_and_the_pacing(admin_client, url, name, value, theirs, said):
    mine = fields(admin_client.get(url)) | {name: value}
    api.update_course_run(KEY, schedule=theirs)
    page = admin_client.post(url, mine)
    assert said in page.context["adminform"].form.errors[name][0]
    assert admin_client.post(url, fields(page)).status_code == 302


def test_what_nobody_else_has_touched_is_saved_and_what_one_does_not_touch_stays(admin_client, url):
    mine = fields(admin_client.get(url)) | {"title": "Mine"}
    api.update_course_run(KEY, schedule={"start": "2028-01-01T00:00:00Z"})
    assert admin_client.post(url, mine).status_code == 302
    run = api.get_course_run(KEY)
    assert (run.title, run.schedule.start.year) == ("Mine", 2028)


def test_two_who_do_the_same_do_not_meet(admin_client, url):
    mine = fields(admin_client.get(url)) | {"title": "Same"}
    api.update_course_run(KEY, title="Same")
    assert admin_client.post(url, mine).status_code == 302


def test_a_course_has_it_too(admin_client, run):
    url = reverse("admin:openedx_catalog_catalogcourse_change", args=[run.catalog_course_id])
    mine = fields(admin_client.get(url)) | {"title": "Mine"}
    api.update_catalog_course("A+B", title="Theirs")
    assert "Theirs" in str(admin_client.post(url, mine).context["adminform"].form.errors["title"])


@pytest.mark.parametrize(
    ("values", "warnings"),
    [
        ({"end": "2026-08-01T00:00:00"}, ["End (Aug. 1, 2026, 00:00:00 UTC) is before Start (Sept. 1, 2026, 00:00:00 UTC)."]),
        ({"end": "2026-10-01T00:00:00", "enrollment_start": "2026-11-01T00:00:00"}, ["End (Oct. 1, 2026"]),
        ({"end": "2026-10-01T00:00:00"}, []),
    ],
)
def test_dates_that_make_no_sense_are_stored_and_said(admin_client, url, values, warnings):
    response = admin_client.post(url, fields(admin_client.get(url)) | values)
    assert response.status_code == 302
    said = [str(message) for message in get_messages(response.wsgi_request) if message.level_tag == "warning"]
    assert [text.startswith(start) for text, start in zip(said, warnings, strict=True)] == [True] * len(warnings)
    assert api.get_course_run(KEY).schedule.end.month == int(values["end"][5:7])
