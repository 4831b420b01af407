"""Search over REST: what everybody may see, however much more whoever asks may see elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from openedx_catalog.lib.rest.base import ResourceViewSet
from openedx_catalog.lib.rest.schema import described, refusals
from openedx_catalog.models_api import CatalogCourse

from ... import api
from ...data import FACETS, KINDS

Q, PAGE_SIZE, CURSOR, COUNTED, LIMIT = "q", "page_size", "cursor", "facets", "limit"
DEFAULT_SIZE, DEFAULT_LIMIT, MAX_LIMIT = 20, 10, 100


class FacetCountReader(serializers.Serializer):
    """How many of what is found have a value."""

    value = serializers.CharField()
    count = serializers.IntegerField()


class SearchReader(serializers.Serializer):
    """What is found, the best first."""

    count = serializers.IntegerField(help_text="Of all that is found.")
    next = serializers.CharField(allow_null=True, help_text="The cursor of the next page.")
    results = serializers.ListField(
        child=serializers.DictField(), help_text="Documents, as `document_of` makes them: `kind`, `uuid`, `key`, `title`, …"
    )
    facets = serializers.DictField(
        child=FacetCountReader(many=True), help_text="Of each facet that was asked for, its values, the most frequent first."
    )


_NARROWING = [
    OpenApiParameter(name, str, many=True, explode=True, description="Only with this value; may be repeated.")
    for name in FACETS
]
_ASKED = [
    OpenApiParameter(Q, str, description='Words that must all be there, e.g. "circuits electronics"; in quotes, a phrase.'),
    *_NARROWING,
    OpenApiParameter(COUNTED, str, description=f"Facets to count, comma-separated: {', '.join(FACETS)}."),
    OpenApiParameter(PAGE_SIZE, int, description=f"Unless given {DEFAULT_SIZE}, at most {MAX_LIMIT}."),
    OpenApiParameter(CURSOR, str, description="`next` of the page before."),
]
_BEGUN = [
    OpenApiParameter(Q, str, required=True, description="What was typed so far, e.g. micro."),
    OpenApiParameter("kind", str, many=True, explode=True, enum=KINDS, description="Only titles of these; may be repeated."),
    OpenApiParameter(LIMIT, int, description=f"Unless given {DEFAULT_LIMIT}, at most {MAX_LIMIT}."),
]


class SearchViewSet(ResourceViewSet):
    """Courses, runs, programs and pathways that everybody may see, by words and by what they have in common."""

    # For who may read.
    model = CatalogCourse
    serializer_class = SearchReader
    pagination_class: Any = None
    http_method_names = ["get", "head"]
    error_fields = {"*": {"size": PAGE_SIZE}}

    @described(
        summary="Search", parameters=_ASKED, responses={200: SearchReader, **refusals(503)}, filters=False
    )  # fmt: skip
    def find_all(self, request: Request, **kwargs: Any) -> Response:
        """
        What has all the words and one of the values of each facet that is named; everything where nothing is asked.

        Exact counts; those of a facet set aside what was chosen of it. As far as the index has followed the catalog: where
        there is none yet, or its engine does not answer, 503.
        """
        self.refuse_unknown_parameters((Q, PAGE_SIZE, CURSOR, COUNTED, *FACETS))
        found = api.search(
            self.one(Q),
            facets={name: request.query_params.getlist(name) for name in FACETS},
            counted=[name for name in self.one(COUNTED).split(",") if name],
            size=self.number(PAGE_SIZE, DEFAULT_SIZE),
            cursor=self.one(CURSOR),
        )
        facets = {name: [{"value": value, "count": count} for value, count in rows] for name, rows in found.facets.items()}
        return Response({"count": found.total, "next": found.cursor or None, "results": found.bodies, "facets": facets})

    @described(
        summary="Suggest titles",
        parameters=_BEGUN,
        responses={200: {"type": "array", "items": {"type": "string"}}, **refusals(503)},
        filters=False,
    )
    @action(detail=False)
    def suggestions(self, request: Request, **kwargs: Any) -> Response:
        """Titles of which a word begins so, the best first, for whoever is typing; none for less than two characters."""
        self.refuse_unknown_parameters((Q, "kind", LIMIT))
        kinds: Sequence[str] = request.query_params.getlist("kind")
        return Response(api.suggest(self.one(Q), kinds=kinds, limit=self.number(LIMIT, DEFAULT_LIMIT)))

    def one(self, name: str) -> str:
        """A parameter that is given at most once; "" where it is not."""
        given = self.request.query_params.getlist(name)
        if len(given) > 1:
            raise ValidationError({name: [_("Expected exactly one value.")]})
        return given[0] if given else ""

    def number(self, name: str, default: int) -> int:
        given = self.one(name) or str(default)
        if not (given.isascii() and given.isdigit() and 1 <= int(given[:9]) <= MAX_LIMIT and len(given) < 9):
            raise ValidationError({name: [_("Expected a whole number from 1 to %(most)s.") % {"most": MAX_LIMIT}]})
        return int(given)
