"""
Tokens of restricted applications, where the host has edx-drf-extensions, which reads them; elsewhere there are none.

Every service of Open edX has it, in whatever version: edx-organizations brings it. We take nothing else of it.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

_unreadable: tuple[type[Exception], ...] = ()
try:
    from edx_rest_framework_extensions.permissions import NotJwtRestrictedApplication
    from jwt import InvalidTokenError
except ImportError:
    NotJwtRestrictedApplication = AllowAny
else:
    _unreadable = (InvalidTokenError,)


class NotRestricted(NotJwtRestrictedApplication):
    """
    Refuses tokens that the LMS gave to a restricted application, whatever their scopes: none of them is ours.

    Such an application acts for a user within its scopes only. We define none, so it may do nothing here, not even read.
    """

    message = _("Tokens of restricted applications are not accepted here.")

    def has_permission(self, request: Request, view: Any) -> bool:
        try:
            return super().has_permission(request, view)
        except _unreadable as error:
            # It is read once more, and may have been valid until this very second.
            raise AuthenticationFailed from error
