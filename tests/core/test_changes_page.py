"""Changes: what was changed over the whole catalog, newest first, by whom and why; what was done stands in Django's log too."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from openedx_catalog import api
from openedx_catalog.models_api import CatalogCourse, CourseRun
from tests.conftest import granted

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

PAGE = reverse("admin:openedx_catalog_catalogcourse_changes")
KEY, OTHER = "course-v1:A+B+1", "course-v1:A+B+2"


def entries(client, **asked):
    return [(entry.what, entry.why) for entry in client.get(PAGE, asked).context["entries"]]


@pytest.fixture
def changed(admin_user):
    api.associate_course_run(KEY, title="One", source="backfill:march")
    api.update_course_run(KEY, title="Two", source="admin", user=admin_user, reason="a typo")
    api.associate_course_run(OTHER, schedule={"pacing": "self"}, source="sync:discovery")
    api.delete_course_run(OTHER, source="admin", user=admin_user, reason="not ours")


def test_everything_is_there_newest_first_deleted_rows_too(changed, admin_client, admin_user):
    page = admin_client.get(PAGE)
    found = page.context["entries"]
    assert [entry.what for entry in found[:3]] == ["Course Run deleted", "Course Schedule deleted", "Course Schedule created"]
    [retitled] = [entry for entry in found if entry.what == "Course Run changed"]
    assert (retitled.who, retitled.why) == (str(admin_user), "admin: a typo")
    assert [(change.label, change.before, change.after) for change in retitled.changes] == [("Title", "One", "Two")]
    run = api.get_course_run(KEY)
    assert retitled.links == [f'<a href="{reverse("admin:openedx_catalog_courserun_history", args=[run.pk])}">{KEY}</a>']
    assert OTHER in page.content.decode()


@pytest.mark.parametrize(
    ("asked", "whats"),
    [
        ({"kind": "openedx_catalog.courserun", "why": "typo"}, ["Course Run changed"]),
        ({"why": "SYNC:discovery", "kind": "openedx_catalog.courserun"}, ["Course Run created"]),
        ({"who": "ADMIN", "kind": "openedx_catalog.courserun"}, ["Course Run deleted", "Course Run changed"]),
        ({"who": "nobody"}, []),
        ({"since": "2999-01-01"}, []),
        ({"until": "1999-01-01"}, []),
    ],
    ids=str,
)
def test_what_is_asked_for_is_shown(changed, admin_client, asked, whats):
    assert [what for what, _why in entries(admin_client, **asked)] == whats


@pytest.mark.parametrize(
    "asked", [{"since": "soon"}, {"kind": "auth.user"}, {"older": "x-1,y,z-99999999999999999999"}], ids=str
)
def test_what_makes_no_sense_is_said_or_passed_over(changed, admin_client, asked):
    page = admin_client.get(PAGE, asked)
    assert page.status_code == 200
    assert bool(page.context["form"].errors) == ("older" not in asked)


def test_pages_have_each_change_once(admin_client):
    api.associate_course_runs([api.AssociationRecord(f"course-v1:A+B{n}+{n}", title="T") for n in range(40)], source="x")
    api.associate_course_runs([api.AssociationRecord(f"course-v1:A+B{n}+{n}", title="U") for n in range(40)], source="y")
    texts, query = [], ""
    for _page in range(9):
        page = admin_client.get(f"{PAGE}?{query}")
        texts += [(entry.what, *entry.links, tuple(entry.changes)) for entry in page.context["entries"]]
        query = page.context["older"]
        if not query:
            break
    kinds = (CatalogCourse, CourseRun)
    expected = sum(model.history.count() for model in kinds) + CatalogCourse.codes.rel.related_model.history.count()
    assert len([text for text in texts if "organization" not in text[0].lower()]) == expected
    assert len(set(texts)) == len(texts)
    assert "older" not in page.context["newest"]


def test_a_query_for_each_kind_and_few_for_the_names(changed, admin_client, django_assert_max_num_queries):
    with django_assert_max_num_queries(24):
        admin_client.get(PAGE)


def test_it_shows_what_somebody_may_view_and_no_more(changed, client, django_user_model):
    viewer = django_user_model.objects.create_user("viewer", is_staff=True)
    client.force_login(granted(viewer, "openedx_catalog.view_catalogcourse", "openedx_catalog.view_courserun"))
    page = client.get(PAGE)
    assert {entry.what.rpartition(" ")[0] for entry in page.context["entries"]} == {"Course Run", "Catalog Course"}
    client.force_login(django_user_model.objects.create_user("nobody", is_staff=True))
    assert client.get(PAGE).status_code == 403


# After a move


def confirmed(client, url, **values):
    page = client.post(url, {**values, "_preview": "1"})
    return client.post(url, {**values, "_shown": page.context["shown"], "_confirm": "1"})


def logged(model):
    rows = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
    return list(rows.values_list("object_id", "change_message"))


def test_after_a_move_one_is_on_the_page_of_the_run_and_recent_actions_name_it(admin_client):
    api.associate_course_run(KEY)
    target, run = api.create_catalog_course(org_code="A", course_code="New"), api.get_course_run(KEY)
    url = reverse("admin:openedx_catalog_courserun_move", args=[run.pk])
    page = reverse("admin:openedx_catalog_courserun_change", args=[run.pk])
    assert f'<a href="{page}" class="closelink">Cancel</a>' in admin_client.get(url).content.decode()
    assert "Now under catalog-course:A:B." in admin_client.get(url).content.decode()
    assert confirmed(admin_client, url, catalog_course=target.pk, reason="because")["Location"] == page
    assert logged(CourseRun) == [(str(run.pk), f"Move {KEY}: because")]


def test_after_a_move_of_many_one_is_on_the_list_of_the_course(admin_client):
    for key in (KEY, OTHER):
        api.associate_course_run(key)
    target = api.create_catalog_course(org_code="A", course_code="New")
    ids = ",".join(str(api.get_course_run(key).pk) for key in (KEY, OTHER))
    url = f"{reverse('admin:openedx_catalog_courserun_move_many')}?ids={ids}"
    after = confirmed(admin_client, url, catalog_course=target.pk, reason="because")
    assert after["Location"].endswith(f"courserun/?catalog_course__id__exact={target.pk}")
    assert len(logged(CourseRun)) == 2


def test_after_a_merge_one_is_on_the_page_of_the_survivor(admin_client):
    api.associate_course_run(KEY)
    target, merged = api.create_catalog_course(org_code="A", course_code="New"), api.get_course_run(KEY).catalog_course
    url = reverse("admin:openedx_catalog_catalogcourse_merge", args=[merged.pk])
    after = confirmed(admin_client, url, catalog_course=target.pk, reason="because")
    assert after["Location"] == reverse("admin:openedx_catalog_catalogcourse_change", args=[target.pk])
    [(pk, message)] = logged(CatalogCourse)
    assert (pk, message) == (str(merged.pk), "Merge catalog-course:A:B: because")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
def test_the_first_page_of_the_api_is_only_read(admin_client, method):
    assert getattr(admin_client, method)("/api/catalog/v1/").status_code == 405


def test_the_first_page_of_the_api_lists_what_there_is(admin_client):
    found = admin_client.get("/api/catalog/v1/").json()
    assert {"organizations", "catalog-courses", "course-runs", "deleted-course-runs", "changes"} <= set(found)
    assert list(found) == sorted(found)
    for url in found.values():
        assert re.match(r"http://testserver/api/catalog/v1/[a-z-]+/$", url)
        assert admin_client.get(url).status_code == 200
