"""
Our part of an OpenAPI document: authentication, request bodies of actions, error responses.

drf-spectacular writes it. A host may use another tool, or none: our view sets bring their schema along, so that they start
under any DEFAULT_SCHEMA_CLASS, and tools of the host's find what they look for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.utils.translation import override
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.settings import api_settings

from .examples import examples_of

Method = TypeVar("Method", bound=Callable[..., Any])

_of_host: Any = api_settings.DEFAULT_SCHEMA_CLASS
# A host that writes its documents with drf-spectacular has its own ways there, and they hold for ours too.
_Spectacular: Any = _of_host if issubclass(_of_host, AutoSchema) else AutoSchema

SHAPE = [
    OpenApiParameter("fields", str, description="Only these fields, comma-separated."),
    OpenApiParameter("view", str, enum=["minimal"], description="Only what identifies a row, and its name."),
]
DRY_RUN = OpenApiParameter("dry_run", bool, description="Answer as a real request would be answered, and write nothing.")
IF_MATCH = OpenApiParameter("If-Match", str, "header", description="The ETag that was read; another one now: 412.")
REASON = OpenApiParameter("reason", str, description="Why, for the history; at most 1,000 characters.")
IF_NONE_MATCH = OpenApiParameter("If-None-Match", str, "header", description="The ETag that is known; the same now: 304.")


def _for_all_tools(schema: Any) -> Any:
    """A schema of drf-spectacular that hands on what the generators of Django REST framework ask."""

    class ForAllTools(schema):
        def get_operation(self, path: str, *others: Any) -> Any:
            if len(others) > 1:
                return super().get_operation(path, *others)
            # With the method alone: not drf-spectacular's.
            return self.of_host().get_operation(path, *others)

    return ForAllTools


# What the operations that every resource has are called, by its name, or the plural of that.
_SUMMARIES = {
    "list": "List %(plural)s",
    "retrieve": "Read a %(name)s",
    "create": "Create a %(name)s",
    "partial_update": "Change a %(name)s",
    "destroy": "Delete a %(name)s",
}


class _Schema(_Spectacular):
    def get_summary(self) -> str | None:
        """A line for every operation: of its own, or the first sentence of what is said of it."""
        said: str | None = super().get_summary()
        if said:
            return said
        model, name = getattr(self.view, "model", None), getattr(self.view, "action", "")
        if model is not None and name in _SUMMARIES:
            options = model._meta
            with override(None):
                return _SUMMARIES[name] % {"name": options.verbose_name, "plural": options.verbose_name_plural}
        return str(self.get_description() or "").partition("\n")[0].partition(". ")[0].rstrip(".:") or None

    def get_examples(self) -> list[Any]:
        """Those that a view names, or what was played."""
        named: list[Any] = super().get_examples()
        return named or examples_of(self.view, self.method, self.path, listed=self._is_list_view())

    def __set__(self, instance: Any, other: Any) -> None:
        # Routes of actions hand over the class. drf-spectacular makes an instance of it later, others do not.
        super().__set__(instance, other() if isinstance(other, type) else other)

    def of_host(self) -> Any:
        """What the host's DEFAULT_SCHEMA_CLASS makes of this view."""
        inspector: Any = _of_host()
        inspector.view = self.view
        return inspector

    def get_components(self, path: str, method: str) -> Any:
        """For DRF's own OpenAPI generator."""
        return self.of_host().get_components(path, method)

    def get_link(self, path: str, method: str, base_url: str | None) -> Any:
        """For DRF's former generator, of coreapi."""
        return self.of_host().get_link(path, method, base_url)


CatalogSchema = _for_all_tools(_Schema)
"""The schema of our view sets: drf-spectacular's, and whatever another generator of the host's asks of its own."""


def described(**said: Any) -> Callable[[Method], Method]:
    """Decorate an action or a method of a view set, as drf-spectacular's ``extend_schema``, on any host."""

    def decorate(method: Method) -> Method:
        options = vars(method).setdefault("kwargs", {})
        options.setdefault("schema", CatalogSchema)
        extend_schema(**said)(method)
        options["schema"] = _for_all_tools(options["schema"])
        return method

    return decorate


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


def documented(reader: Any, writer: Any, patch_writer: Any, detail: Sequence[OpenApiParameter] = ()) -> Any:
    """Decorate a view set with the bodies of its five actions."""
    return extend_schema_view(
        list=described(parameters=SHAPE, responses={200: reader(many=True), **refusals(404)}),
        retrieve=described(parameters=[*SHAPE, *detail, IF_NONE_MATCH], responses={200: reader, 304: None, **refusals(404)}),
        create=described(request=writer, responses={201: reader, **refusals(409)}),
        partial_update=described(
            parameters=[IF_MATCH], request=patch_writer, responses={200: reader, **refusals(404, 409, 412)}
        ),
        destroy=described(parameters=[IF_MATCH, REASON], responses={204: None, **refusals(404, 409, 412)}),
    )


def action_documented(writer: Any, reader: Any) -> Any:
    """Decorate an action that changes a row."""
    parameters = [IF_MATCH, DRY_RUN]
    return described(parameters=parameters, request=writer, responses={200: reader, **refusals(404, 409, 412)}, filters=False)
