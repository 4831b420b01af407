"""REST knows its users as the host does, unless a setting names others; the answers to the others say what would be taken."""

import pytest
from django.contrib.auth import get_user_model
from edx_rest_framework_extensions.auth.jwt.authentication import JwtAuthentication
from rest_framework.test import APIClient

from openedx_catalog.host_checks import check_authentication
from openedx_catalog.testing.tokens import RESTRICTED, token

LIST = "/api/catalog/v1/course-runs/"
SETTING = "OPENEDX_CATALOG_REST_AUTHENTICATION_CLASSES"
SESSION, BASIC = (f"rest_framework.authentication.{name}Authentication" for name in ("Session", "Basic"))
BEARER = "test_project.authentication.BearerAuthentication"
JWT = "edx_rest_framework_extensions.auth.jwt.authentication.JwtAuthentication"


class TokensOfTheHost(JwtAuthentication):
    """As credentials has one."""


@pytest.fixture
def user(db):
    return get_user_model().objects.create_user("reader")


@pytest.fixture
def host(settings):
    """``host(*classes)``: a host whose own REST knows its users by these."""

    def set_classes(*classes):
        settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_AUTHENTICATION_CLASSES": list(classes)}

    return set_classes


def asked(header=None, user=None):
    client = APIClient()
    if user is not None:
        client.force_login(user)
    return client.get(LIST, **({"HTTP_AUTHORIZATION": header} if header else {}))


@pytest.mark.parametrize("classes", [(BEARER,), (SESSION, BEARER), (JWT, SESSION, BASIC, BEARER)])
def test_a_valid_token_of_the_host_signs_in(host, user, classes):
    host(*classes)
    assert asked("Bearer reader").status_code == 200


def test_what_the_host_does_not_know_is_not_known_here(host, user):
    host(BEARER)
    assert asked(user=user).status_code == 401
    assert asked(token(user)).status_code == 401


def test_a_setting_of_ours_wins(host, settings, user):
    host(SESSION)
    setattr(settings, SETTING, [BEARER])
    assert asked("Bearer reader").status_code == 200
    assert asked(user=user).status_code == 401


@pytest.mark.parametrize(
    ("classes", "status", "header"),
    [
        ((SESSION,), 403, None),
        ((BEARER, SESSION), 401, 'Bearer realm="api"'),
        ((SESSION, BEARER), 401, 'Bearer realm="api"'),
        ((JWT, SESSION), 401, 'JWT realm="api"'),
        ((SESSION, JWT, BEARER), 401, 'JWT realm="api", Bearer realm="api"'),
    ],
    ids=["sessions only", "token first", "token second", "JWT", "two kinds of tokens"],
)
@pytest.mark.parametrize("method", ["get", "post", "put"])
def test_whoever_is_not_known_reads_what_would_be_taken(db, host, classes, status, header, method):
    host(*classes)
    answer = getattr(APIClient(), method)(LIST, {}, format="json")
    assert (answer.status_code, answer.get("WWW-Authenticate")) == (status, header)
    assert answer.json()["code"] == "not_authenticated"


def test_a_token_that_is_not_valid_reads_the_same(db, host):
    host(SESSION, BEARER)
    answer = asked("Bearer nobody")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="api"')
    assert answer.json()["code"] == "authentication_failed"


def test_whoever_is_known_and_may_not_reads_so(host, user):
    host(SESSION, BEARER)
    client = APIClient()
    answer = client.post(LIST, {"course_key": "course-v1:A+B+C"}, format="json", HTTP_AUTHORIZATION="Bearer reader")
    assert (answer.status_code, answer.get("WWW-Authenticate")) == (403, None)


def test_a_token_needs_no_csrf_token_and_a_session_does(host, admin_user):
    host(SESSION, BEARER)
    body = {"course_key": "course-v1:A+B+C"}
    by_session, by_token = APIClient(enforce_csrf_checks=True), APIClient(enforce_csrf_checks=True)
    by_session.force_login(admin_user)
    assert by_session.post(LIST, body, format="json").status_code == 403
    assert by_token.post(LIST, body, format="json", HTTP_AUTHORIZATION=f"Bearer {admin_user.username}").status_code == 201


@pytest.mark.parametrize("claims", RESTRICTED.values(), ids=list(RESTRICTED))
@pytest.mark.parametrize("kind", [JWT, f"{__name__}.TokensOfTheHost"])
def test_a_token_of_a_restricted_application_may_nothing_however_the_host_reads_it(host, admin_user, claims, kind):
    host(kind)
    assert asked(token(admin_user)).status_code == 200
    answer = asked(token(admin_user, **claims))
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


@pytest.mark.parametrize(
    ("paths", "reported"),
    [
        (None, ""),
        ([], ""),
        ([SESSION, BEARER], ""),
        (["nowhere.Authentication"], "nowhere"),
        (["test_project.routers.PrimaryReplicaRouter"], "PrimaryReplicaRouter"),
        (SESSION, "cannot be read"),
    ],
    ids=["unset", "none", "right", "not there", "another class", "no list"],
)
def test_a_setting_that_leads_nowhere_is_an_error_of_the_check(settings, paths, reported):
    setattr(settings, SETTING, paths)
    found = check_authentication()
    assert [message.id for message in found] == (["openedx_catalog.E012"] if reported else [])
    assert reported in "".join(str(message) for message in found)
