"""The first page of the API: what lists there are, those of optional apps too."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.urls import NoReverseMatch, URLResolver
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from ...lib.rest.base import ResourceViewSet
from ...lib.rest.schema import described, refusals
from ...models_api import CatalogCourse

LIST = "-list"
EXAMPLE = OpenApiExample(
    "Answer",
    {
        "catalog-courses": "https://lms.example.org/api/catalog/v1/catalog-courses/",
        "course-runs": "https://lms.example.org/api/catalog/v1/course-runs/",
    },
    response_only=True,
)


class ListsReader(serializers.Serializer):
    """For generators of documents, which ask every view for one: the names of the fields are those of the lists."""


class RootViewSet(ResourceViewSet):
    """The addresses of the lists, by what follows the address of this page in each."""

    # What is not offered here is asked for as if it were a catalog course.
    model = CatalogCourse
    serializer_class = ListsReader
    pagination_class: Any = None
    filter_backends: Any = ()
    http_method_names = ["get", "head"]

    @described(
        summary="What there is",
        responses={200: OpenApiTypes.OBJECT, **refusals()},
        # Not played: what is there depends on the optional apps.
        examples=[EXAMPLE],
        filters=False,
    )
    def lists(self, request: Request) -> Response:
        """The addresses of all lists of the catalog, sorted by their names: `{"catalog-courses": "https://…", …}`."""
        match = request.resolver_match
        # The namespace of version 1 is its own, which the host's stands before.
        outer = match.namespaces[:-1] if match else []
        patterns = import_module("openedx_catalog.urls").urlpatterns
        here = request.build_absolute_uri(request.path)
        found = {}
        for name in _lists(patterns, outer):
            try:
                url = reverse(name, request=request)
            except NoReverseMatch:
                # Of something that stands in something else.
                continue
            name = url.removeprefix(here) if url.startswith(here) else url.rstrip("/").rpartition("/")[2]
            found[name.strip("/")] = url
        return Response(dict(sorted(found.items())))


def _lists(patterns: Any, within: list[str]) -> Iterator[str]:
    """The names of the routes of lists, with the namespaces they stand in."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _lists(pattern.url_patterns, [*within, pattern.namespace] if pattern.namespace else within)
        elif (pattern.name or "").endswith(LIST):
            yield ":".join([*within, pattern.name])
