"""Move, merge and rename in the admin: a form, a preview that changes nothing, and a confirmation."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse

from openedx_catalog import api
from openedx_catalog.models_api import CatalogCourse, CourseRun
from tests.conftest import RUN_KEY

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

OTHER_RUN = "course-v1:MITx+14.100x+1T2018"
RUNS, COURSES = "admin:openedx_catalog_courserun_", "admin:openedx_catalog_catalogcourse_"


@pytest.fixture
def course():
    api.associate_course_run(RUN_KEY)
    return api.associate_course_run(OTHER_RUN).run.catalog_course


@pytest.fixture
def target():
    return api.create_catalog_course(org_code="MITxT", course_code="14.100x")


def state():
    return (
        list(CourseRun.objects.order_by("pk").values_list("catalog_course", "association")),
        list(CatalogCourse.objects.order_by("pk").values_list("course_code", flat=True)),
        CourseRun.history.count(),
        CatalogCourse.history.count(),
    )


def confirm(client, url, values):
    """Look at the preview, and confirm what it shows."""
    shown = client.post(url, {**values, "_preview": "1"}).context["shown"]
    return client.post(url, {**values, "_shown": shown, "_confirm": "1"})


def test_one_run_is_moved_after_a_preview(admin_client, admin_user, course, target):
    url = reverse(RUNS + "move", args=[api.get_course_run(RUN_KEY).pk])
    values = {"catalog_course": target.pk, "reason": "run of the residency"}
    before = state()
    assert RUN_KEY in admin_client.get(url).content.decode()
    page = admin_client.post(url, {**values, "_preview": "1"}).content.decode()
    assert "catalog-course:MITx:14.100x</td><td>catalog-course:MITxT:14.100x" in page
    assert state() == before
    assert confirm(admin_client, url, values).status_code == 302
    run = api.get_course_run(RUN_KEY)
    assert (run.catalog_course, run.association) == (target, "explicit")
    row = run.history.latest()
    assert (row.history_user, row.history_change_reason) == (admin_user, "admin: run of the residency")


def test_many_runs_are_selected_and_moved(admin_client, course, target):
    pks = [run.pk for run in course.runs.all()]
    selected = {"action": "move_selected", "_selected_action": pks}
    form = admin_client.post(reverse(RUNS + "changelist"), selected)
    assert form.status_code == 302
    confirm(admin_client, form["Location"], {"catalog_course": target.pk, "reason": "all of them"})
    assert target.runs.count() == 2


def test_a_move_may_do_without_a_preview_and_a_merge_may_not(admin_client, course, target):
    ids = ",".join(str(run.pk) for run in course.runs.all())
    url, values = reverse(RUNS + "move_many") + f"?ids={ids}", {"catalog_course": target.pk, "_skip": "1"}
    refused = admin_client.post(url, values)
    assert (refused.status_code, target.runs.count()) == (200, 0)
    assert "This field is required." in refused.content.decode()
    merge, before = reverse(COURSES + "merge", args=[course.pk]), state()
    assert admin_client.post(merge, {**values, "reason": "one course"}).status_code == 200
    assert state() == before
    assert "_skip" not in admin_client.get(merge).content.decode()
    assert admin_client.post(url, {**values, "reason": "all of them"}).status_code == 302
    assert (target.runs.count(), CourseRun.history.latest().history_change_reason) == (2, "admin: all of them")


def test_more_runs_than_a_url_can_carry_are_not_selected_at_once(admin_client, course):
    api.associate_course_runs([api.AssociationRecord(f"course-v1:A+B+{n}") for n in range(201)], source="test")
    selected = {"action": "move_selected", "select_across": 1, "_selected_action": [course.runs.first().pk]}
    assert "Select at most 200 runs" in admin_client.post(reverse(RUNS + "changelist"), selected, follow=True).content.decode()


def test_a_course_is_merged_after_a_preview(admin_client, course, target):
    url = reverse(COURSES + "merge", args=[course.pk])
    values = {"catalog_course": target.pk, "reason": "one course"}
    before = state()
    page = admin_client.post(url, {**values, "_preview": "1"}).content.decode()
    for text in (RUN_KEY, OTHER_RUN, "deleted"):
        assert text in page
    assert state() == before
    confirm(admin_client, url, values)
    assert api.get_catalog_course(key_str="MITx+14.100x") == target
    assert target.runs.count() == 2


def test_a_course_is_renamed_after_a_preview(admin_client, course):
    url = reverse(COURSES + "rename", args=[course.pk])
    values = {"course_code": "15.100x", "reason": "renumbered"}
    before = state()
    assert "catalog-course:MITx:15.100x" in admin_client.post(url, {**values, "_preview": "1"}).content.decode()
    assert state() == before
    confirm(admin_client, url, values)
    assert api.get_catalog_course(key_str="MITx+14.100x").course_code == "15.100x"


def test_a_course_changes_its_organization_after_a_preview(admin_client, course, target):
    url = reverse(COURSES + "move", args=[course.pk])
    values = {"org": target.org.pk, "course_code": "15.100x", "reason": "theirs now"}
    before = state()
    page = admin_client.post(url, {**values, "_preview": "1"}).content.decode()
    assert "catalog-course:MITx:14.100x</td><td>catalog-course:MITxT:15.100x" in page
    assert state() == before
    confirm(admin_client, url, values)
    assert api.get_catalog_course(key_str="MITx+14.100x").key_str == "catalog-course:MITxT:15.100x"


def test_the_preview_of_that_says_what_becomes_of_the_rerun_code(admin_client, course, target):
    api.set_rerun_code(course, "14.100r", reason="what Studio uses")
    values = {"org": target.org.pk, "course_code": "15.100x", "reason": "theirs now", "_preview": "1"}
    page = admin_client.post(reverse(COURSES + "move", args=[course.pk]), values).content.decode()
    assert "Rerun code</th><td>catalog-course:MITx:14.100r</td><td>–" in page


def test_chosen_runs_get_a_course_of_their_own_after_a_preview(admin_client, course):
    url = reverse(COURSES + "split", args=[course.pk])
    values = {"course_keys": [RUN_KEY], "course_code": "14.100r", "reason": "the residency"}
    before = state()
    page = admin_client.post(url, {**values, "_preview": "1"}).content.decode()
    for text in ("catalog-course:MITx:14.100r", f"{RUN_KEY}</th><td>catalog-course:MITx:14.100x"):
        assert text in page
    assert state() == before
    confirm(admin_client, url, values)
    new = api.get_catalog_course_for_run(RUN_KEY)
    assert (new.key_str, new.title) == ("catalog-course:MITx:14.100r", "14.100r")
    assert api.get_catalog_course_for_run(OTHER_RUN) == course


@pytest.fixture
def merged(course, target, admin_user):
    api.merge_catalog_courses(course, into=target, reason="by mistake", user=admin_user)
    return api.get_catalog_merges(target).get()


def test_a_merge_is_undone_on_the_page_of_the_survivor_after_a_preview(admin_client, admin_user, course, target, merged):
    page = admin_client.get(reverse(COURSES + "change", args=[target.pk])).content.decode()
    url = f"{reverse(COURSES + 'unmerge', args=[target.pk])}?merge={merged.pk}"
    for text in (url, "MITx 14.100x (14.100x)", "by mistake", admin_user.username):
        assert text in page
    assert f'value="{merged.pk}" selected' in admin_client.get(url).content.decode()
    api.move_course_run(OTHER_RUN, target, reason="it belongs here")
    values = {"merge": merged.pk, "course_code": "", "reason": "they are two"}
    before = state()
    shown = admin_client.post(url, {**values, "_preview": "1"}).content.decode()
    assert f"{RUN_KEY}</th><td>catalog-course:MITxT:14.100x</td><td>catalog-course:MITx:14.100x" in shown
    assert f"{OTHER_RUN}</th><td>merged</td><td>stays" in shown
    assert state() == before
    confirm(admin_client, url, values)
    assert (api.get_catalog_course_for_run(RUN_KEY), api.get_catalog_course_for_run(OTHER_RUN)) == (course, target)


def test_who_may_only_view_sees_no_button_for_what_changes_the_mapping(client, django_user_model, target, merged):
    user = django_user_model.objects.create_user("viewer", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_catalogcourse"))
    client.force_login(user)
    page = client.get(reverse(COURSES + "change", args=[target.pk])).content.decode()
    assert "by mistake" in page
    for name in ("rename", "move", "merge", "split", "unmerge"):
        url = reverse(COURSES + name, args=[target.pk])
        assert url not in page
        assert client.get(url).status_code == 403


@pytest.mark.parametrize("button", ["_preview", "_confirm"])
@pytest.mark.parametrize(
    ("view", "values", "field"),
    [
        ("merge", {"catalog_course": "self", "reason": "r"}, "catalog_course"),
        ("merge", {"catalog_course": "999999", "reason": "r"}, "catalog_course"),
        ("merge", {"catalog_course": "target", "reason": " "}, "reason"),
        ("rename", {"course_code": "a b", "reason": "r"}, "course_code"),
        ("rename", {"course_code": "Taken", "reason": "r"}, "course_code"),
        ("rename", {"course_code": "x", "reason": ""}, "reason"),
        ("move", {"org": "999999", "reason": "r"}, "org"),
        ("move", {"org": "org", "course_code": "a b", "reason": "r"}, "course_code"),
        ("move", {"org": "org", "reason": "r"}, "course_code"),
        ("split", {"course_code": "x", "reason": "r"}, "course_keys"),
        ("split", {"course_keys": "course-v1:No+such+run", "course_code": "x", "reason": "r"}, "course_keys"),
        ("split", {"course_keys": RUN_KEY, "course_code": "Taken", "reason": "r"}, "course_code"),
        ("unmerge", {"merge": "1", "reason": "r"}, "merge"),
    ],
)
def test_what_the_api_refuses_is_said_on_the_form(admin_client, course, target, button, view, values, field):
    api.create_catalog_course(org_code="MITx", course_code="Taken")
    before = state()
    names = {"self": course.pk, "target": target.pk, "org": target.org.pk}
    data = {name: names.get(value, value) for name, value in values.items()}
    response = admin_client.post(reverse(COURSES + view, args=[course.pk]), {**data, button: "1"})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field or "__all__"]
    assert state() == before


def test_only_what_the_preview_showed_is_confirmed(admin_client, course, target):
    other = api.create_catalog_course(org_code="MITx", course_code="Other")
    url = reverse(RUNS + "move", args=[api.get_course_run(RUN_KEY).pk])
    values = {"catalog_course": target.pk, "reason": "r"}
    shown = admin_client.post(url, {**values, "_preview": "1"}).context["shown"]
    before = state()
    for changed in ({"catalog_course": other.pk}, {"reason": "another"}, {"_shown": ""}, {"_shown": "junk"}):
        again = admin_client.post(url, {**values, "_shown": shown, "_confirm": "1", **changed})
        assert "Check the new preview" in again.content.decode()
        assert state() == before
    # Somebody else moves it meanwhile.
    api.move_course_run(RUN_KEY, other, reason="meanwhile")
    again = admin_client.post(url, {**values, "_shown": shown, "_confirm": "1"})
    assert "catalog-course:MITx:Other</td><td>catalog-course:MITxT:14.100x" in again.content.decode()
    assert admin_client.post(url, {**values, "_shown": again.context["shown"], "_confirm": "1"}).status_code == 302
    assert api.get_catalog_course_for_run(RUN_KEY) == target


def test_what_is_not_there_and_who_may_not(admin_client, client, course):
    for path in (
        reverse(RUNS + "move", args=[0]),
        reverse(RUNS + "move_many"),
        f"{reverse(RUNS + 'move_many')}?ids={course.runs.first().pk},x",
        f"{reverse(RUNS + 'move_many')}?ids={'9' * 40}",
        reverse(RUNS + "move", args=[int("9" * 26)]),
    ):
        assert admin_client.get(path).status_code == 404
    assert admin_client.get(reverse(COURSES + "merge", args=[999])).status_code == 404
    client.force_login(get_user_model().objects.create_user("somebody"))
    assert client.get(reverse(COURSES + "merge", args=[course.pk])).status_code == 302


def test_html_stays_text(admin_client, course):
    api.update_catalog_course(course, title="<script>alert(1)</script>")
    url = reverse(COURSES + "rename", args=[course.pk])
    page = admin_client.post(
        url, {"course_code": "x", "reason": "<script>alert(2)</script>{x}", "_preview": "1"}
    ).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(2)&lt;/script&gt;{x}" in page
