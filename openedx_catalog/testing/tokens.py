"""Tokens as the LMS makes them, signed with the key of the host's JWT_AUTH."""

from __future__ import annotations

import time
from typing import Any

import jwt
from django.conf import settings

RESTRICTED: dict[str, dict[str, Any]] = {
    "no scope": {"is_restricted": True, "scopes": []},
    "scopes of others": {
        "is_restricted": True,
        "scopes": ["grades:read", "certificates:read"],
        "filters": ["content_org:MITx"],
    },
    "scopes that sound like all": {"is_restricted": True, "scopes": ["read", "write", "catalog:write"], "filters": ["user:me"]},
    "no claim about scopes": {"is_restricted": True},
}
"""What tokens of restricted applications say."""


def token(user: Any, **claims: Any) -> str:
    """The header that signs a user in: ``HTTP_AUTHORIZATION=token(user)``; with claims, another token than that of a person."""
    host: dict[str, Any] = settings.JWT_AUTH
    issuer = host["JWT_ISSUERS"][0]
    said = {
        "aud": issuer["AUDIENCE"],
        "iss": issuer["ISSUER"],
        "exp": int(time.time()) + 600,
        "iat": int(time.time()) - 1,
        "preferred_username": user.username,
        "email": f"{user.username}@example.com",
        "version": "1.2.0",
        "user_id": user.pk,
        **claims,
    }
    return "JWT " + jwt.encode(said, host["JWT_SECRET_KEY"], algorithm="HS256")
