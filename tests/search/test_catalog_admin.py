"""Course catalogs in the admin: their form, what their queries find, errors at the field, history, and who may do what."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import reverse

from openedx_catalog.contrib.search import api
from openedx_catalog.contrib.search.models_api import CourseCatalog
from openedx_catalog.testing.users import admin_client as client_with

from .catalogs import course, courses, stored  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
MODEL = "openedx_catalog_search.{}_coursecatalog"


def url(view, *args, **query):
    return reverse(f"admin:openedx_catalog_search_coursecatalog_{view}", args=args, query=query or None)


def text(response):
    return " ".join(response.content.decode().split())


def sent(page, **changes):
    """What a browser sends of a form that was shown."""
    form = page.context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    hidden = {form[name].html_initial_name: value for name, value in values.items() if form.fields[name].show_hidden_initial}
    return {name: value for name, value in {**values, **hidden, **changes}.items() if value not in (None, False)}


@pytest.fixture
def ann(db):
    return get_user_model().objects.create_user("ann")


def test_a_course_catalog_is_created_changed_and_deleted(courses, ann, admin_client):  # noqa: F811
    group = Group.objects.create(name="Customers")
    assert "Try a query" in text(admin_client.get(url("changelist")))
    values = {"name": "MITx", "query": "org:MITx", "viewers": "ann", "viewer_groups": [group.pk], "reason": "asked for"}
    assert admin_client.post(url("add"), values).status_code == 302
    row = CourseCatalog.objects.get()
    assert (row.name, row.query, row.include_archived) == ("MITx", "org:MITx", False)
    assert api.viewers_of([row.pk])[row.pk] == (["ann"], ["Customers"])
    assert row.history.get().history_change_reason == "admin: asked for"
    page = admin_client.get(url("change", row.pk))
    assert "3 courses" in text(page)
    assert url("preview", catalog=row.pk) in text(page)
    assert admin_client.post(url("change", row.pk), sent(page, include_archived="on", viewers="")).status_code == 302
    row.refresh_from_db()
    assert (row.query, row.include_archived) == ("org:MITx", True)
    assert api.viewers_of([row.pk])[row.pk] == ([], ["Customers"])
    history = text(admin_client.get(url("history", row.pk)))
    assert all(said in history for said in ("asked for", "ann", "Customers"))
    assert admin_client.post(url("delete", row.pk), {"post": "yes", "reason": "over"}).status_code == 302
    assert CourseCatalog.history.latest("history_id").history_change_reason == "admin: over"


def test_a_username_with_a_blank_in_it_is_one(ann, admin_client):
    get_user_model().objects.create_user("joe smith")
    row = stored(viewers=["joe smith"])
    page = admin_client.get(url("change", row.pk))
    assert admin_client.post(url("change", row.pk), sent(page, name="Other")).status_code == 302
    assert api.viewers_of([row.pk])[row.pk] == (["joe smith"], [])
    for given in ("joe smith, ann", "ann\r\n joe smith\r\n"):
        api.set_viewers(row, viewers=[], viewer_groups=[])
        page = admin_client.get(url("change", row.pk))
        assert admin_client.post(url("change", row.pk), sent(page, viewers=given)).status_code == 302
        assert api.viewers_of([row.pk])[row.pk] == (["ann", "joe smith"], [])


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"query": "org:("}, "query", "at character "),
        ({"query": ""}, "query", "required"),
        ({"name": "ALL"}, "name", "already used"),
        ({"viewers": "nobody"}, "viewers", "there is no such user"),
        ({"viewer_groups": "7"}, "viewer_groups", "Select a valid choice"),
    ],
)
def test_what_is_refused_is_said_at_its_field(admin_client, values, field, said):
    row = stored()
    page = admin_client.post(url("add"), {"name": "New", "query": "*", **values})
    errors = page.context["adminform"].form.errors
    assert (list(errors), said in errors[field][0]) == ([field], True)
    assert CourseCatalog.objects.get() == row


def test_a_query_is_tried_before_it_is_stored(courses, admin_client):  # noqa: F811
    assert "courses</h2>" not in text(admin_client.get(url("preview")))
    page = admin_client.post(url("preview"), {"query": "org:MITx", "include_archived": "on"})
    assert "4 courses</h2>" in text(page)
    assert [bool(address) for _row, address in page.context["rows"]] == [True] * 4
    assert "1 course</h2>" in text(admin_client.post(url("preview"), {"query": "org:HarvardX"}))
    wrong = admin_client.post(url("preview"), {"query": "org:("})
    assert "at character " in wrong.context["form"].errors["query"][0]
    assert "courses</h2>" not in text(wrong)
    assert not CourseCatalog.objects.exists()


def test_that_of_a_course_catalog_shows_what_it_has(courses, admin_client):  # noqa: F811
    row = stored("org:MITx")
    page = text(admin_client.get(url("preview", catalog=row.pk)))
    assert "3 courses</h2>" in page
    assert "catalog-course:MITx:A" in page
    assert "HarvardX" not in page.partition("</form>")[2]
    for nothing in ("7777", "nonsense", str(2**70)):
        assert admin_client.get(url("preview", catalog=nothing)).status_code == 404


def test_a_stored_query_that_is_broken_is_said_to_be(admin_client):
    row = stored()
    CourseCatalog.objects.update(query="org:(")
    assert "at character " in text(admin_client.get(url("change", row.pk)))
    assert "at character " in text(admin_client.get(url("preview", catalog=row.pk)))


PAGES = {
    "list": lambda client, row: client.get(url("changelist")),
    "page": lambda client, row: client.get(url("change", row.pk)),
    "history": lambda client, row: client.get(url("history", row.pk)),
    "preview": lambda client, row: client.get(url("preview", catalog=row.pk)),
    "try": lambda client, row: client.post(url("preview"), {"query": "*"}),
    "add": lambda client, row: client.get(url("add")),
    "change": lambda client, row: client.post(url("change", row.pk), {"name": "New", "query": "*"}),
    "delete": lambda client, row: client.post(url("delete", row.pk), {"post": "yes"}),
}
VIEWED = {"list": 200, "page": 200, "history": 200, "preview": 200}


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("staff", {}),
        (MODEL.format("view"), VIEWED),
        (MODEL.format("add"), {"add": 200}),
        (MODEL.format("change"), {**VIEWED, "try": 200, "change": 302}),
        # Whoever may only delete sees nothing that he could.
        (MODEL.format("delete"), {}),
        ("superuser", {**VIEWED, "try": 200, "add": 200, "change": 302, "delete": 302}),
    ],
)
def test_each_page_is_for_whom_it_is(courses, who, may):  # noqa: F811
    client, row = client_with(who), stored()
    found = {name: ask(client, row).status_code for name, ask in PAGES.items()}
    assert found == {name: may.get(name, 403) for name in PAGES}


def test_who_may_only_view_tries_no_queries_of_his_own(courses):  # noqa: F811
    client, row = client_with(MODEL.format("view")), stored("org:MITx")
    page = text(client.get(url("preview", catalog=row.pk)))
    assert "3 courses</h2>" in page
    assert "<pre>org:MITx</pre>" in page
    assert "Try a query" not in text(client.get(url("changelist")))
    assert client.get(url("preview")).status_code == 403
    CourseCatalog.objects.update(query="org:(")
    assert "at character " in text(client.get(url("preview", catalog=row.pk)))


def test_who_may_only_view_reads_who_sees_it(ann):
    row = stored(viewers=["ann"], viewer_groups=[Group.objects.create(name="Customers")])
    page = text(client_with(MODEL.format("view")).get(url("change", row.pk)))
    assert all(said in page for said in ("ann", "Customers"))


def test_lists_cost_as_much_with_many_rows_as_with_few(admin_client, django_assert_max_num_queries):
    for number in range(30):
        stored(name=f"C{number}")
    with django_assert_max_num_queries(10):
        assert "C29" in text(admin_client.get(url("changelist", q="c")))
    with django_assert_max_num_queries(10):
        admin_client.get(url("change", CourseCatalog.objects.first().pk))
