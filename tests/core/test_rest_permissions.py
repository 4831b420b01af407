"""Every user × every route × every method, held to one table; a route that the table does not know fails."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import get_resolver, reverse
from rest_framework.test import APIClient

from openedx_catalog import api
from tests.conftest import RUN_KEY
from tests.rest_permissions import METHODS, RULES, expected, permission

pytestmark = pytest.mark.django_db

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


def test_a_token_of_open_edx_signs_in(catalog, settings):
    import time

    import jwt

    user = get_user_model().objects.create_user("robot")
    claims = {
        "aud": "test_project",
        "iss": "test_project",
        "exp": int(time.time()) + 600,
        "preferred_username": user.username,
        "email": "robot@example.com",
        "scopes": [],
        "version": "1.2.0",
        "user_id": user.pk,
    }
    token = jwt.encode(claims, settings.JWT_AUTH["JWT_SECRET_KEY"], algorithm="HS256")
    assert APIClient().get(address("course-run-list"), HTTP_AUTHORIZATION=f"JWT {token}").status_code == 200
    assert APIClient().get(address("course-run-list"), HTTP_AUTHORIZATION="JWT junk").status_code == 401
