"""In a host that is shaped like a real service no route of REST fails, and whoever the host knows is known."""

import json

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from organizations.models import Organization
from rest_framework.settings import api_settings
from rest_framework.test import APIClient

from openedx_catalog import api
from openedx_catalog.lib.permissions import ModelPermissions
from openedx_catalog.testing.tokens import token
from openedx_catalog.testing.users import rest_client, undone

from .pages import rest_routes, url_of

NONSENSE = ["", "{", "[]", '"text"', "null", "{}", json.dumps({"title": 1, "course_key": [], "into": {}, "program": -1})]
QUERIES = ["", "?page=x", "?unknown=1", "?ordering=x", "?format=x", "?version=1"]
# Of edx-organizations, under the pages that most hosts have.
pytestmark = pytest.mark.filterwarnings("ignore:Pagination may yield inconsistent results")
LIST = "/api/catalog/v1/course-runs/"
FOREIGN = "/api/organizations/v0/organizations/"


class OpenToAll(ModelPermissions):
    """As a host writes it that shows its catalog to everybody."""

    anonymous_may_read = True


@pytest.fixture(autouse=True)
def no_requests_yet():
    """Throttles count them in the cache."""
    cache.clear()


@pytest.fixture
def root(db):
    return rest_client("superuser")


@pytest.mark.parametrize("who", ["superuser", "user", "anonymous", "anonymous, who may read"])
def test_no_route_fails(everything, settings, who):
    if "may read" in who:
        settings.OPENEDX_CATALOG_PERMISSION_POLICY = f"{OpenToAll.__module__}.OpenToAll"
    client, failed, asked = rest_client(who.partition(",")[0]), [], set()
    client.raise_request_exception = False
    for name, view, actions in rest_routes():
        ours = view.__module__.startswith("openedx_catalog")
        url = url_of(name, view)
        # There are more requests than a host allows in an hour.
        cache.clear()
        requests = [("GET", query, "") for query in QUERIES] + [("OPTIONS", "", ""), ("HEAD", "", "")]
        # What edx-organizations makes of nonsense is its own affair.
        bodies = NONSENSE if who == "superuser" else NONSENSE[-1:]
        requests += [(method.upper(), "", body) for method in actions for body in bodies if ours and method != "get"]
        for method, query, body in requests:
            with undone():
                answer = client.generic(method, url + query, body, content_type="application/json")
            asked.add((name, method, answer.status_code < 300))
            if answer.status_code >= 500:
                failed.append((method, url + query, body, answer.status_code))
    assert failed == []
    if who == "superuser":
        # Without what they need to be asked, these answer that.
        asking = [
            name
            for name, _view, actions in rest_routes()
            if "get" in actions and not name.endswith(("resolve", "resolve-run", "diff"))
        ]
        assert {(name, "GET", True) for name in asking} <= asked


def test_there_are_routes_of_every_app():
    names = {name for name, _view, _actions in rest_routes()}
    assert {"openedx_catalog:v1:course-run-move", "openedx_catalog:programs:degree-costs"} <= names
    assert {name.split(":")[0] for name in names} == {"openedx_catalog", "organizations"}


def test_what_an_answer_looks_like_is_ours_whatever_the_defaults_of_the_host(everything, root):
    listed = root.get(LIST, HTTP_ACCEPT="*/*; version=3")
    assert listed["Content-Type"] == "application/json"
    page = {"next", "previous", "count", "num_pages", "current_page", "start", "results"}
    assert (set(listed.json()), listed.json()["count"]) == (page, 1)
    api.create_catalog_course(org_code="MITx", course_code="Fr", language="fr-ca")
    assert root.get("/api/catalog/v1/catalog-courses/?language=fr").json()["count"] == 0
    refused = root.get(f"{LIST}?search=x")
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_request")
    assert set(refused.json()["errors"]) == {"search"}
    none = root.get(f"{LIST}course-v1:A+B+C/")
    assert (none.status_code, none.json()["code"]) == (404, "not_found")
    made = root.post(LIST, {"course_key": "course-v1:MITx+New+1"}, format="json")
    assert (made.status_code, made["Location"]) == (201, f"http://testserver{LIST}course-v1:MITx+New+1/")
    assert root.post(LIST, {"course_key": "course-v1:MITx+Form+1"}, format="multipart").status_code == 415
    wrong = root.post(LIST, {"course_key": ["x"], "schedule": 1}, format="json").json()
    assert {"course_key", "schedule.non_field_errors"} >= set(wrong["errors"]) > set()


@pytest.mark.parametrize("is_known", [True, False], ids=["known", "unknown"])
def test_tokens_of_the_host_are_worth_here_what_they_are_worth_there(everything, settings, is_known):
    classes = settings.REST_FRAMEWORK["DEFAULT_AUTHENTICATION_CLASSES"]
    user = get_user_model().objects.create_user("reader")
    headers = {"JWT": token(user), "Bearer": "Bearer reader"}
    if not is_known:
        headers = {"JWT": "JWT a.b.c", "Bearer": "Bearer nobody"}
    taken = {name for name in headers if any(name.lower() in path.lower() for path in classes)}
    assert taken
    for name in taken:
        answer = APIClient().get(LIST, HTTP_AUTHORIZATION=headers[name])
        assert answer.status_code == (200 if is_known else 401), name
        assert is_known or name in answer["WWW-Authenticate"]


def test_whoever_is_not_known_is_told_how_to_be(everything):
    answer = APIClient().get(LIST)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert "JWT" in answer["WWW-Authenticate"]


@pytest.mark.skipif(not settings.REST_FRAMEWORK.get("DEFAULT_THROTTLE_CLASSES"), reason="a host that lets ask without end")
def test_how_often_one_may_ask_is_the_hosts_affair(everything, root, monkeypatch):
    (throttle,) = api_settings.DEFAULT_THROTTLE_CLASSES
    monkeypatch.setattr(throttle, "rate", "2/minute")
    first, second, third = (root.get(LIST) for _number in range(3))
    assert (first.status_code, second.status_code, third.status_code) == (200, 200, 429)
    assert (third.json()["code"], int(third["Retry-After"]) > 0) == ("throttled", True)


def test_whoever_is_known_and_may_not_is_told_so(everything):
    answer = rest_client("user").post(LIST, {"course_key": "course-v1:MITx+New+1"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    assert not answer.has_header("WWW-Authenticate")


def test_a_session_writes_only_with_its_csrf_token(everything, root):
    client = APIClient(enforce_csrf_checks=True)
    client.cookies = root.cookies
    assert client.get(LIST).status_code == 200
    assert client.post(LIST, {"course_key": "course-v1:MITx+New+1"}, format="json").status_code == 403


def test_a_name_that_another_one_had_is_a_conflict_in_rest_of_others(everything):
    Organization.objects.create(name="Old", short_name="Old")
    api.update_organization("Old", short_name="Later")
    user = get_user_model().objects.create_user("root", is_staff=True, is_superuser=True)
    client = APIClient()
    client.force_login(user)
    body = {"name": "MIT", "short_name": "OLD"}
    answer = client.put(f"{FOREIGN}MITx/", body, format="json")
    assert answer.status_code == 409
    assert "Later" in answer.content.decode()
    assert Organization.objects.filter(short_name="MITx").exists()
    assert client.put(f"{FOREIGN}MITx/", {**body, "short_name": "MITx"}, format="json").status_code == 200
    assert Organization.objects.get(short_name="MITx").name == "MIT"
