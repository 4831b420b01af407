"""Every user × every route × every method, held to one table; a route that the table does not know fails."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import get_resolver, reverse
from edx_rest_framework_extensions.permissions import NotJwtRestrictedApplication
from jwt import ExpiredSignatureError
from rest_framework.test import APIClient

from openedx_catalog import api
from openedx_catalog.lib.permissions import ModelPermissions
from tests.conftest import RUN_KEY
from tests.rest_permissions import METHODS, RULES, expected, permission
from tests.tokens import RESTRICTED, token

pytestmark = [pytest.mark.django_db, pytest.mark.once]

KEYS = {"organization": "MITx", "catalog-course": "MITx+14.100x", "course-run": RUN_KEY}
BODIES = {
    ("organization-list", "POST"): {"short_name": "New"},
    ("catalog-course-list", "POST"): {"org_code": "MITx", "course_code": "New"},
    ("catalog-course-merge", "POST"): {"into": "MITx+Other", "reason": "r"},
    ("catalog-course-rename", "POST"): {"course_code": "New", "reason": "r"},
    ("course-run-list", "POST"): {"course_key": "course-v1:MITx+New+1"},
    ("course-run-move", "POST"): {"catalog_course": "MITx+Other", "reason": "r"},
    ("course-run-resolve", "POST"): {"course_keys": [RUN_KEY]},
}
PERMISSIONS = sorted({permission(rule) for rule in RULES if rule.action})
USERS = ["anonymous", "inactive", "user", "staff", "superuser", *PERMISSIONS]


def routes():
    """{route: its methods}, as the URL configuration has them."""
    found = {}
    for pattern in get_resolver("openedx_catalog.rest_api.v1.urls").url_patterns:
        found[pattern.name] = {method.upper() for method in pattern.callback.actions if method != "head"}
    return found


def address(route):
    name = next(name for name in KEYS if route.startswith(name))
    needs_key = not route.endswith(("-list", "-resolve"))
    return reverse(f"openedx_catalog:v1:{route}", args=[KEYS[name]] if needs_key else [])


@pytest.fixture
def client(request, sign_in):
    return sign_in(request.param)


@pytest.fixture
def catalog(db):
    api.associate_course_run(RUN_KEY)
    api.create_catalog_course(org_code="MITx", course_code="Other")


def test_the_table_knows_every_route_and_method():
    assert {(route, method) for route, methods in routes().items() for method in methods} == {rule[:2] for rule in RULES}


@pytest.mark.parametrize("client", USERS, indirect=True)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.method} {rule.route}")
def test_who_is_let_in(client, rule, catalog):
    response = client.generic(rule.method, address(rule.route), data="", content_type="application/json")
    if rule.method in ("POST", "PATCH"):
        body = BODIES.get(rule[:2], {})
        response = getattr(client, rule.method.lower())(address(rule.route), body, format="json")
    # What is let in may find a conflict: the organization has courses, the course has runs.
    status = 200 if response.status_code in (200, 201, 204, 409) else response.status_code
    assert status == expected(client.name, rule), response.data


@pytest.mark.parametrize("client", ["anonymous", "superuser"], indirect=True)
def test_methods_that_a_route_does_not_have(client, catalog):
    for route, methods in routes().items():
        for method in set(METHODS) - methods - {"HEAD"}:
            response = client.generic(method, address(route))
            assert response.status_code == (401 if client.name == "anonymous" else 405), (route, method)


def test_a_session_writes_only_with_its_csrf_token(catalog):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(get_user_model().objects.create_superuser("root"))
    for rule in RULES:
        if rule.method != "GET":
            response = client.generic(rule.method, address(rule.route), data="{}", content_type="application/json")
            assert (response.status_code, response.json()["code"]) == (403, "permission_denied"), rule


def test_a_token_of_open_edx_signs_in(catalog):
    user, path = get_user_model().objects.create_user("robot"), address("course-run-list")
    for scopes in ([], ["read", "write", "profile"]):
        given = token(user, is_restricted=False, scopes=scopes)
        assert APIClient().get(path, HTTP_AUTHORIZATION=given).status_code == 200
    assert APIClient().get(path, HTTP_AUTHORIZATION=token(user)).status_code == 200
    assert APIClient().get(path, HTTP_AUTHORIZATION="JWT junk").status_code == 401


@pytest.mark.parametrize("claims", RESTRICTED.values(), ids=RESTRICTED)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.method} {rule.route}")
def test_a_token_of_a_restricted_application_may_nothing(catalog, rule, claims):
    """Whatever its user may, and whatever its scopes are called: none of them is ours."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=token(get_user_model().objects.create_superuser("root"), **claims))
    response = getattr(client, rule.method.lower())(address(rule.route), BODIES.get(rule[:2], {}), format="json")
    assert (response.status_code, response.json()["code"]) == (403, "permission_denied")
    assert "restricted" in response.json()["detail"]


def test_a_token_that_expires_while_it_is_looked_at_is_no_fault_of_ours(catalog, monkeypatch):
    def expired(_token):
        raise ExpiredSignatureError

    monkeypatch.setattr("edx_rest_framework_extensions.permissions.decode_jwt_is_restricted", expired)
    user = get_user_model().objects.create_user("robot")
    assert APIClient().get(address("course-run-list"), HTTP_AUTHORIZATION=token(user)).status_code == 401


def test_the_permission_of_edx_drf_extensions_is_there_for_hosts_that_look_for_it():
    """Their middleware adds it to views that lack it, once for each view class and process."""
    for pattern in get_resolver("openedx_catalog.rest_api.v1.urls").url_patterns:
        classes = pattern.callback.cls.permission_classes
        assert any(issubclass(permission, NotJwtRestrictedApplication) for permission in classes)


@pytest.mark.parametrize("user", ["user", "staff", "superuser", "openedx_catalog.change_courserun"])
@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.action], ids=lambda rule: f"{rule.method} {rule.route}")
def test_a_policy_may_let_staff_write_as_before(user, rule, catalog, sign_in, settings):
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = "openedx_catalog.permissions.StaffMayWrite"
    client = sign_in(user)
    response = getattr(client, rule.method.lower())(address(rule.route), BODIES.get(rule[:2], {}), format="json")
    status = 200 if response.status_code in (200, 201, 204, 409) else response.status_code
    assert status == expected(user, rule, writing=("staff", "superuser")), response.data


class OpenToAll(ModelPermissions):
    """As a host writes it that shows its catalog to everybody."""

    anonymous_may_read = True


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.method} {rule.route}")
def test_a_policy_may_let_everybody_read(rule, catalog, sign_in, settings):
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = "tests.core.test_rest_permissions.OpenToAll"
    for user in ("anonymous", "inactive"):
        client = sign_in(user)
        response = getattr(client, rule.method.lower())(address(rule.route), BODIES.get(rule[:2], {}), format="json")
        assert response.status_code == (401 if rule.action else 200), (user, response.data)
