"""Who may do what with course catalogs over REST, and in the admin: each of them, each action."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test.utils import override_settings

from openedx_catalog.contrib.search import api
from openedx_catalog.testing.users import rest_client, undone

from .catalogs import course, courses, stored  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
CATALOGS = "/api/catalog/v1/catalogs/"
MODEL = "openedx_catalog_search.{}_coursecatalog"

# What each may: list all or see one, ask it, and write. 404 is the answer for what is for others.
ACTIONS = {
    "list": lambda client, at: client.get(CATALOGS),
    "detail": lambda client, at: client.get(at),
    "courses": lambda client, at: client.get(f"{at}courses/"),
    "contains": lambda client, at: client.get(f"{at}contains/?course_id=MITx%2BA"),
    "contains many": lambda client, at: client.post(f"{at}contains/", {"course_ids": ["MITx+A"]}, format="json"),
    "csv": lambda client, at: client.get(f"{at}csv/"),
    "filter": lambda client, at: client.get(f"/api/catalog/v1/course-runs/?catalog={at.rstrip('/').rpartition('/')[2]}"),
    "preview": lambda client, at: client.get(f"{CATALOGS}preview/?query=*"),
    "create": lambda client, at: client.post(CATALOGS, {"name": "New", "query": "*"}, format="json"),
    "update": lambda client, at: client.patch(at, {"name": "New"}, format="json"),
    "viewers": lambda client, at: client.patch(at, {"viewers": []}, format="json"),
    "delete": lambda client, at: client.delete(at),
}
READS = {"detail": 200, "courses": 200, "contains": 200, "contains many": 200, "csv": 200, "filter": 200}
HIDDEN = {**dict.fromkeys(READS, 404), "filter": 400}
REFUSED = dict.fromkeys(("preview", "create", "update", "viewers", "delete"), 403)
MATRIX = {
    "anonymous": dict.fromkeys(ACTIONS, 401) | {"filter": 401},
    "inactive": dict.fromkeys(ACTIONS, 401),
    "user": HIDDEN | REFUSED,
    "staff": HIDDEN | REFUSED,
    "viewer": READS | REFUSED,
    "member": READS | REFUSED,
    MODEL.format("view"): READS | REFUSED,
    MODEL.format("add"): HIDDEN | REFUSED | {"preview": 200, "create": 201},
    MODEL.format("change"): READS | REFUSED | {"preview": 200, "update": 200, "viewers": 200},
    # Whoever may only delete does not see what.
    MODEL.format("delete"): HIDDEN | REFUSED | {"delete": 404},
    "superuser": READS | {"preview": 200, "create": 201, "update": 200, "viewers": 200, "delete": 204},
}
LISTED = {"viewer": 1, "member": 1, MODEL.format("view"): 2, MODEL.format("change"): 2, "superuser": 2}


@pytest.mark.parametrize("who", MATRIX)
def test_each_may_do_what_is_his_to_do(courses, who):  # noqa: F811
    client = rest_client("user" if who in ("viewer", "member") else who)
    row = stored()
    stored(name="Other")
    user = get_user_model().objects.first()
    if who == "viewer":
        api.set_viewers(row, viewers=[user], viewer_groups=[])
    if who == "member":
        group = Group.objects.create(name="Customers")
        user.groups.add(group)
        api.set_viewers(row, viewers=[], viewer_groups=[group])
    found = {}
    for name, ask in ACTIONS.items():
        with undone():
            found[name] = ask(client, f"{CATALOGS}{row.uuid}/").status_code
    assert found == {"list": 200} | MATRIX[who]
    if found["list"] == 200:
        assert client.get(CATALOGS).json()["count"] == LISTED.get(who, 0)


def test_a_policy_may_let_staff_do_all_of_it(courses):  # noqa: F811
    client, row, found = rest_client("staff"), stored(), {}
    with override_settings(OPENEDX_CATALOG_PERMISSION_POLICY="openedx_catalog.permissions.StaffMayWrite"):
        for name, ask in ACTIONS.items():
            with undone():
                found[name] = ask(client, f"{CATALOGS}{row.uuid}/").status_code
    assert found == {"list": 200} | MATRIX["superuser"]


def test_a_viewer_is_not_told_of_the_others(courses):  # noqa: F811
    client, row = rest_client("user"), stored()
    api.set_viewers(row, viewers=["user"], viewer_groups=[])
    said = client.get(f"{CATALOGS}{row.uuid}/").json()
    assert (said["viewers"], said["viewer_groups"], said["count"]) == (None, None, 4)
    assert client.get(CATALOGS).json()["results"][0]["viewers"] is None
    assert rest_client(MODEL.format("view")).get(f"{CATALOGS}{row.uuid}/").json()["viewers"] == ["user"]


def test_where_everybody_reads_the_catalog_there_is_no_course_catalog_for_who_has_no_account(courses):  # noqa: F811
    client, row = rest_client("anonymous"), stored(viewer_groups=[Group.objects.create(name="Of nobody")])
    with override_settings(OPENEDX_CATALOG_ANONYMOUS_READ=True):
        assert client.get("/api/catalog/v1/course-runs/").status_code == 200
        assert client.get(CATALOGS).json()["count"] == 0
        assert client.get(f"{CATALOGS}{row.uuid}/").status_code == 404
        assert client.get(f"/api/catalog/v1/course-runs/?catalog={row.uuid}").status_code == 400
