"""Histories of the rows of programs over REST: ``<row>/history/``, also of rows that are gone."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from openedx_catalog.lib import permissions
from openedx_catalog.lib.rest.base import ResourceViewSet, is_uuid
from openedx_catalog.lib.rest.schema import described, refusals
from openedx_catalog.rest_api.v1.history import HistoryEntryReader, HistoryPagination, represent

from ... import api


class RowHistory(ResourceViewSet):
    """``history/`` of whatever has a history."""

    @described(
        parameters=[OpenApiParameter("page_size", int, description="At most 100.")],
        responses={200: HistoryEntryReader(many=True), **refusals(404)},
        filters=False,
    )
    @action(detail=True, pagination_class=HistoryPagination)
    def history(self, request: Request, **kwargs: Any) -> Response:
        """
        What happened to it, the newest first; also of what was deleted, by its former uuid.

        It names users, so it takes the view permission.
        """
        if not permissions.can_view(request.user, self.model):
            self.permission_denied(request)
        self.refuse_unknown_parameters(("page", "page_size"))
        timeline = api.history_of(self.model, self.id_of_history())
        page = self.paginate_queryset(timeline) or ()
        return self.get_paginated_response(list(map(represent, page)))

    def id_of_history(self) -> int:
        """The row number of what the URL names, though it be gone."""
        name = self.kwargs[self.lookup_url_kwarg or self.lookup_field]
        try:
            return self.found().pk
        except NotFound:
            if not (self.lookup_field == "uuid" and is_uuid(name) and permissions.sees_all(self.request.user, self.model)):
                raise
            gone = self.model.history.filter(uuid=name).order_by("-history_id").values_list("id", flat=True).first()
            if gone is None:
                raise
            return gone
