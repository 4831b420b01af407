"""
Pages of a list: by number, or by a cursor (`lib.rest.keyset`).

By number a page costs a COUNT(*), and rows that are deleted or inserted meanwhile push others over its edge. ``?cursor=first``
begins a walk that has neither fault; ``?count=false`` spares a numbered page the count.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from .keyset import FIRST, Keyset

PAGE, PAGE_SIZE, CURSOR, COUNT = "page", "page_size", "cursor", "count"
PARAMETERS = (PAGE, PAGE_SIZE, CURSOR, COUNT)
# No database skips more rows.
MAX_OFFSET = 2**63 - 1


class CatalogPagination(PageNumberPagination):
    """Pages of 10, at most 100, as services of Open edX count them; what makes no sense is refused by name."""

    page_size, max_page_size = 10, 100
    page_query_param, page_size_query_param = PAGE, PAGE_SIZE
    # What an answer says of its place: null where nobody counted.
    place: ClassVar[tuple[str, ...]] = ("count", "num_pages", "current_page", "start")
    # Of the page: its place, and where the next and the previous one are.
    said: Mapping[str, int] = MappingProxyType({})
    links: tuple[str | None, str | None] = (None, None)

    request: Any

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        """The ids of one page of a list of models, in its order."""
        given = request.query_params
        for name in (PAGE, PAGE_SIZE):
            _refuse_unless_number(name, given.get(name, "1"))
        if given.get(COUNT, "true") not in ("true", "false"):
            raise ValidationError({COUNT: [_("Expected true or false.")]})
        self.request = request
        if CURSOR in given:
            return self._by_cursor(queryset, given)
        if given.get(COUNT) == "false":
            return self._uncounted(queryset, int(given.get(PAGE, "1")))
        found: Any = super().paginate_queryset(queryset.values_list("pk", flat=True), request, view)
        page: Any = self.page
        self.links = (self.get_next_link(), self.get_previous_link())
        start = (page.number - 1) * page.paginator.per_page
        counted = {"count": page.paginator.count, "num_pages": page.paginator.num_pages}
        self.said = {**counted, "current_page": page.number, "start": start}
        return found

    def _by_cursor(self, queryset: Any, given: Any) -> list[int]:
        if together := [name for name in (PAGE, COUNT) if name in given]:
            raise ValidationError({name: [_("Give either cursor or this, not both.")] for name in together})
        try:
            page = Keyset(queryset).page(given[CURSOR], self._size())
        except ValueError as error:
            text = _('The cursor is not one of this list and ordering. Begin again with "%(first)s".')
            raise ValidationError({CURSOR: [text % {"first": FIRST}]}) from error
        self.links = (self._link(CURSOR, page.next), self._link(CURSOR, page.previous))
        return page.pks

    def _uncounted(self, queryset: Any, number: int) -> list[int]:
        """A page, and one row more, which says whether another one follows."""
        size = self._size()
        start = (number - 1) * size
        found = [] if start + size >= MAX_OFFSET else list(queryset.values_list("pk", flat=True)[start : start + size + 1])
        if not found and number > 1:
            raise NotFound(_("There is no such page."))
        self.links = (
            self._link(PAGE, number + 1 if len(found) > size else None),
            self._link(PAGE, number - 1 if number > 1 else None),
        )
        self.said = {"current_page": number, "start": start}
        return found[:size]

    def _size(self) -> int:
        return self.get_page_size(self.request) or self.page_size

    def _link(self, name: str, value: Any) -> str | None:
        url = self.request.build_absolute_uri()
        if value == 1:
            return remove_query_param(url, name)
        return None if value is None else replace_query_param(url, name, value)

    def get_paginated_response(self, data: Any) -> Response:
        following, previous = self.links
        place = {name: self.said.get(name) for name in self.place}
        return Response({"next": following, "previous": previous, **place, "results": data})

    # For OpenAPI

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The two of the page number, and ours."""
        cursor = 'Walk the list without a count: "first" begins, `next` and `previous` lead on. No row that stays is skipped.'
        more = {CURSOR: (cursor, {"type": "string"}), COUNT: ("Whether the rows are counted.", {"type": "boolean"})}
        return super().get_schema_operation_parameters(view) + [
            {"name": name, "in": "query", "required": False, "description": text, "schema": schema}
            for name, (text, schema) in more.items()
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """What `get_paginated_response` gives."""
        other = {"next": "https://catalog.example.org/api/catalog/v1/course-runs/?page=2", "previous": None}
        links = {name: {"type": "string", "format": "uri", "nullable": True, "example": url} for name, url in other.items()}
        numbers = dict(zip(self.place, (123, 13, 1, 0), strict=True))
        place = {name: {"type": "integer", "nullable": True, "example": number} for name, number in numbers.items()}
        properties = {**links, **place, "results": schema}
        return {"type": "object", "required": list(properties), "properties": properties}


def _refuse_unless_number(name: str, given: str) -> None:
    if not given.isascii() or not given.isdigit() or len(given) > 18 or int(given) < 1:
        raise ValidationError({name: [_("Expected a whole number of 1 or more.")]})
