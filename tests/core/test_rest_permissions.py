"""Who is let in by which token; the table of permissions is in `test_rest_contracts`."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import get_resolver
from edx_rest_framework_extensions.permissions import NotJwtRestrictedApplication
from jwt import ExpiredSignatureError
from rest_framework.test import APIClient

from openedx_catalog.testing.tokens import token

pytestmark = [pytest.mark.django_db, pytest.mark.once]

RUNS = "/api/catalog/v1/course-runs/"


def test_a_token_of_open_edx_signs_in():
    user = get_user_model().objects.create_user("robot")
    for scopes in ([], ["read", "write", "profile"]):
        given = token(user, is_restricted=False, scopes=scopes)
        assert APIClient().get(RUNS, HTTP_AUTHORIZATION=given).status_code == 200
    assert APIClient().get(RUNS, HTTP_AUTHORIZATION=token(user)).status_code == 200
    assert APIClient().get(RUNS, HTTP_AUTHORIZATION="JWT junk").status_code == 401


def test_a_token_that_expires_while_it_is_looked_at_is_no_fault_of_ours(monkeypatch):
    def expired(_token):
        raise ExpiredSignatureError

    monkeypatch.setattr("edx_rest_framework_extensions.permissions.decode_jwt_is_restricted", expired)
    user = get_user_model().objects.create_user("robot")
    assert APIClient().get(RUNS, HTTP_AUTHORIZATION=token(user)).status_code == 401


def test_the_permission_of_edx_drf_extensions_is_there_for_hosts_that_look_for_it():
    """Their middleware adds it to views that lack it, once for each view class and process."""
    for pattern in get_resolver("openedx_catalog.rest_api.v1.urls").url_patterns:
        classes = pattern.callback.cls.permission_classes
        assert any(issubclass(permission, NotJwtRestrictedApplication) for permission in classes)
