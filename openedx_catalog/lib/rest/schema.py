"""Additions to the generated OpenAPI document: authentication, request bodies of actions, error responses."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers

SHAPE = [
    OpenApiParameter("fields", str, description="Only these fields, comma-separated."),
    OpenApiParameter("view", str, enum=["minimal"], description="Only what identifies a row, and its name."),
]
IF_MATCH = OpenApiParameter("If-Match", str, "header", description="The ETag that was read; another one now: 412.")
IF_NONE_MATCH = OpenApiParameter("If-None-Match", str, "header", description="The ETag that is known; the same now: 304.")


class JwtScheme(OpenApiAuthenticationExtension):
    """Open edX's own prefix: ``Authorization: JWT …``."""

    target_class = "edx_rest_framework_extensions.auth.jwt.authentication.JwtAuthentication"
    name = "jwt"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "JWT {token}"}


class CatalogErrorReader(serializers.Serializer):
    """An error: the envelope of Open edX with our stable code."""

    type = serializers.URLField(help_text="The kind of error; about:blank where the status says it all.")
    title = serializers.CharField(help_text="The kind of error, for people.")
    status = serializers.IntegerField(help_text="The HTTP status.")
    detail = serializers.CharField(help_text="What is wrong, and what was expected.")
    instance = serializers.CharField(help_text="The path that was asked for.")
    # DRF takes the fields out of the class: `errors` of a serializer stays what it is.
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="What is wrong with which field of the request, where the request is at fault.",
    )
    code = serializers.CharField(help_text="Stable: what a program may compare, e.g. invalid_course_key.")


def refusals(*statuses: int) -> dict[int, Any]:
    """The error answers that everything may give, and `statuses`."""
    return dict.fromkeys((400, 401, 403, *statuses), CatalogErrorReader)


def documented(reader: Any, writer: Any, patch_writer: Any) -> Any:
    """Decorate a view set with the bodies of its five actions."""
    return extend_schema_view(
        list=extend_schema(parameters=SHAPE, responses={200: reader(many=True), **refusals(404)}),
        retrieve=extend_schema(parameters=[*SHAPE, IF_NONE_MATCH], responses={200: reader, 304: None, **refusals(404)}),
        create=extend_schema(request=writer, responses={201: reader, **refusals(409)}),
        partial_update=extend_schema(
            parameters=[IF_MATCH], request=patch_writer, responses={200: reader, **refusals(404, 409, 412)}
        ),
        destroy=extend_schema(parameters=[IF_MATCH], responses={204: None, **refusals(404, 409, 412)}),
    )


def action_documented(writer: Any, reader: Any) -> Any:
    """Decorate an action that changes a row."""
    return extend_schema(
        parameters=[IF_MATCH], request=writer, responses={200: reader, **refusals(404, 409, 412)}, filters=False
    )
