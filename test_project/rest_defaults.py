"""
What hosts make the defaults of Django REST framework, each in a way that would break our contract if we took it over.

`CoreApiSchema` stands for ``rest_framework.schemas.coreapi.AutoSchema``, which the newest releases have no more.
"""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.renderers import BaseRenderer
from rest_framework.response import Response
from rest_framework.schemas.inspectors import ViewInspector
from rest_framework.throttling import UserRateThrottle
from rest_framework.views import exception_handler


class CoreApiSchema(ViewInspector):
    """Knows nothing of OpenAPI; asked for the link of a route."""

    def get_link(self, path: str, method: str, base_url: str | None) -> tuple[str, str, str]:
        return method, f"{base_url or ''}{path}", type(self.view).__name__


class Pages(LimitOffsetPagination):
    """By limit and offset."""

    default_limit = 20


class TextRenderer(BaseRenderer):
    """No JSON."""

    media_type, format = "text/plain", "txt"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        return str(data).encode()


class OftenEnough(UserRateThrottle):
    """A rate that a test sets."""

    rate = "1000/minute"


def as_the_host_says_it(error: Exception, context: dict[str, Any]) -> Response | None:
    """An envelope of the host's own."""
    response = exception_handler(NotFound() if isinstance(error, LookupError) else error, context)
    if response is not None:
        response.data = {"error_of_the_host": str(error)}
    return response
