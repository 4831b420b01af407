"""How a host may know who asks: OAuth2, as its own library reads it, beside sessions and tokens of the LMS."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request


class BearerAuthentication(BaseAuthentication):
    """``Authorization: Bearer <username>``: a token that is valid as long as there is such a user."""

    def authenticate(self, request: Request) -> tuple | None:
        scheme, _blank, token = get_authorization_header(request).decode().partition(" ")
        if scheme != "Bearer":
            return None
        user = get_user_model().objects.filter(username=token, is_active=True).first()
        if user is None:
            raise AuthenticationFailed
        return user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'
