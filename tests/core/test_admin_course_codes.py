"""The codes of a catalog course in the admin: what its page says of them, and the forms that change them."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from openedx_catalog import api
from openedx_catalog.models_api import CatalogCourse, CatalogCourseCode, CourseRun
from tests.conftest import granted
from tests.core.test_admin_curation import confirm

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

COURSES = "admin:openedx_catalog_catalogcourse_"


@pytest.fixture
def course(admin_user):
    course = api.create_catalog_course(org_code="MITx", course_code="101")
    return api.rename_catalog_course(course, course_code="102", reason="renumbered", user=admin_user, source="admin")


@pytest.fixture
def other():
    return api.create_catalog_course(org_code="MITx", course_code="202")


def page(name, course):
    return reverse(COURSES + name, args=[course.pk])


def slot(code="101"):
    return CatalogCourseCode.objects.get(code=code)


def state():
    return (
        list(CatalogCourseCode.objects.order_by("pk").values_list("code", "catalog_course", "for_reruns")),
        list(CatalogCourse.objects.order_by("pk").values_list("course_code", flat=True)),
        list(CourseRun.objects.order_by("pk").values_list("association", flat=True)),
        CatalogCourseCode.history.count(),
    )


def test_the_page_says_since_when_a_code_is_a_former_one_and_why(admin_client, course):
    shown = admin_client.get(page("change", course)).content.decode()
    row = re.search(r'<th scope="row">catalog-course:MITx:101</th>(.*?)</tr>', shown, re.DOTALL)[1]
    for text in ("admin: renumbered", "admin", "UTC", page("release_code", course), page("give_code", course)):
        assert text in row


def test_whoever_may_only_look_finds_no_button(client, course):
    viewer = get_user_model().objects.create_user("viewer", is_staff=True)
    client.force_login(granted(viewer, "openedx_catalog.view_catalogcourse"))
    shown = client.get(page("change", course)).content.decode()
    assert "catalog-course:MITx:101" in shown
    for name in ("release_code", "give_code", "swap_codes", "rerun_code"):
        assert page(name, course) not in shown
        assert client.get(page(name, course)).status_code == 403
    assert "Add run" not in shown


def test_a_code_is_released_after_a_preview(admin_client, admin_user, course):
    url = f"{page('release_code', course)}?code={slot().pk}"
    assert f'<option value="{slot().pk}" selected>catalog-course:MITx:101</option>' in admin_client.get(url).content.decode()
    values, before = {"code": slot().pk, "reason": "a typing error"}, state()
    preview = admin_client.post(url, {**values, "_preview": "1"}).content.decode()
    assert "<td>catalog-course:MITx:102</td><td>free for a new course</td>" in preview
    assert state() == before
    assert confirm(admin_client, url, values).status_code == 302
    assert api.find_catalog_course(key_str="MITx+101") is None
    last = CatalogCourseCode.history.latest()
    assert (last.history_user, last.history_change_reason) == (admin_user, "admin: a typing error")


def test_a_code_is_given_after_a_preview(admin_client, course, other):
    url, values, before = (
        page("give_code", course),
        {"code": slot().pk, "catalog_course": other.pk, "reason": "theirs"},
        state(),
    )
    preview = admin_client.post(url, {**values, "_preview": "1"}).content.decode()
    assert "<td>catalog-course:MITx:102</td><td>catalog-course:MITx:202</td>" in preview
    assert state() == before
    confirm(admin_client, url, values)
    assert api.get_catalog_course(key_str="MITx+101") == other
    assert "theirs" in admin_client.get(page("change", other)).content.decode()


def test_codes_are_swapped_after_a_preview_that_names_the_runs(admin_client, course, other):
    for code in ("101", "102", "202"):
        api.associate_course_run(f"course-v1:MITx+{code}+1")
    url, values, before = page("swap_codes", course), {"catalog_course": other.pk, "reason": "exchanged"}, state()
    preview = admin_client.post(url, {**values, "_preview": "1"}).content.decode()
    for text in (
        "<td>catalog-course:MITx:102</td><td>catalog-course:MITx:202</td>",
        "<td>catalog-course:MITx:202</td><td>catalog-course:MITx:102</td>",
        "course-v1:MITx+102+1</th><td>Implicit</td><td>Explicit</td>",
        "course-v1:MITx+202+1</th><td>Implicit</td><td>Explicit</td>",
    ):
        assert text in preview
    assert "course-v1:MITx+101+1" not in preview
    assert state() == before
    confirm(admin_client, url, values)
    assert api.get_catalog_course(key_str="MITx+202") == course


def test_a_rerun_code_is_set_and_cleared_after_a_preview(admin_client, course):
    url = page("rerun_code", course)
    for code, now in (("R", "R"), ("", "–")):
        values, before = {"code": code, "reason": "fixed"}, state()
        preview = admin_client.post(url, {**values, "_preview": "1"}).content.decode()
        assert f"<td>{now}</td></tr>" in preview
        assert f"course-v1:MITx+{code or '102'}+" in preview
        assert state() == before
        confirm(admin_client, url, values)
        assert ("R (" in admin_client.get(page("change", course)).content.decode()) is bool(code)
        assert (f'value="{code}"' if code else 'name="code"') in admin_client.get(url).content.decode()
    assert page("release_code", course) in admin_client.get(page("change", course)).content.decode()


@pytest.mark.parametrize("button", ["_preview", "_confirm"])
@pytest.mark.parametrize(
    ("view", "values", "field"),
    [
        ("release_code", {"code": "101"}, "code"),
        ("release_code", {"code": "102"}, "code"),
        ("give_code", {"code": "101", "catalog_course": "other"}, "code"),
        ("give_code", {"code": "103", "catalog_course": "self"}, "catalog_course"),
        ("give_code", {"code": "103", "catalog_course": "other", "reason": " "}, "reason"),
        ("swap_codes", {"catalog_course": "self"}, "catalog_course"),
        ("rerun_code", {"code": "202"}, "code"),
        ("rerun_code", {"code": "a b"}, "code"),
    ],
)
def test_what_is_refused_is_said_on_the_form(admin_client, course, other, button, view, values, field):
    api.associate_course_run("course-v1:MITx+101+1")
    for code in ("103", "102"):
        api.rename_catalog_course(course, course_code=code, reason="r")
    names, before = {"self": course.pk, "other": other.pk}, state()
    data = {"reason": "r", **{name: names.get(value, value) for name, value in values.items()}}
    if view != "rerun_code" and "code" in values:
        data["code"] = slot(values["code"]).pk
    response = admin_client.post(page(view, course), {**data, button: "1"})
    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])
    assert state() == before


def test_a_run_is_added_from_the_page_of_its_course_under_the_next_key(admin_client, course):
    api.set_rerun_code(course, "R", reason="r")
    key = api.next_run_key(course)
    shown = admin_client.get(page("change", course)).content.decode()
    url = re.search(r'<a href="([^"]+)">Add run course-v1', shown)[1]
    form = admin_client.get(url)
    assert form.context["adminform"].form.initial["key"] == key
    data = {"key": key, "title": "", **dict.fromkeys(("start", "end", "enrollment_start", "enrollment_end", "pacing"), "")}
    assert admin_client.post(url, data).status_code == 302
    assert api.get_course_run(key).catalog_course == course
    assert f"Add run {key}a" in admin_client.get(page("change", course)).content.decode()


def test_a_course_that_no_key_can_name_has_no_next_run(admin_client, admin_user):
    course = api.create_catalog_course(org_code="MITx", course_code="x" * 250)
    shown = admin_client.get(page("change", course))
    assert shown.status_code == 200
    assert "Add run" not in shown.content.decode()
    # A code for its reruns is the remedy.
    confirm(admin_client, page("rerun_code", course), {"code": "R", "reason": "too long for a key"})
    assert "Add run course-v1:MITx+R+" in admin_client.get(page("change", course)).content.decode()
