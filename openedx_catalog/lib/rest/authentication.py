"""
How REST knows who asks: as the host's own REST APIs do, unless a setting says otherwise.

The host decides what a session, a token or a password is worth; we decide what its user may do (`permissions`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.module_loading import import_string
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.settings import api_settings

from .. import conf


def authentication_classes() -> Sequence[type[BaseAuthentication]]:
    """
    Those of OPENEDX_CATALOG_REST_AUTHENTICATION_CLASSES, else the host's DEFAULT_AUTHENTICATION_CLASSES.

    Raises ImportError where a path leads nowhere; check E012 says so first.
    """
    paths = conf.rest_authentication_paths()
    of_host: Any = api_settings.DEFAULT_AUTHENTICATION_CLASSES
    return of_host if paths is None else [import_string(path) for path in paths]


def challenges(request: Request, authenticators: Iterable[BaseAuthentication]) -> str:
    """
    The WWW-Authenticate of a 401: what each authenticator that has a scheme would take. Where none has, the answer is 403.

    DRF asks the first one alone: where that is for sessions, whoever has no valid token would read "forbidden".
    """
    headers = (authenticator.authenticate_header(request) for authenticator in authenticators)
    return ", ".join(dict.fromkeys(header for header in headers if header))
