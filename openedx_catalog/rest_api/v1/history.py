"""Histories over REST: ``<row>/history/``, also of rows that are gone."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from organizations.models import Organization
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from ... import api
from ...data import HistoryEntry, HistoryRow
from ...exceptions import CatalogError
from ...lib import permissions
from ...lib.rest.base import ResourceViewSet
from ...lib.rest.schema import described, refusals
from ...lib.values import iso_instant
from ...models_api import CatalogCourse, CourseRun

MODELS = {"organization": Organization, "catalog_course": CatalogCourse, "course_run": CourseRun}
KINDS = {model._meta.model_name: kind for kind, model in MODELS.items()}


class HistoryRowReader(serializers.Serializer):
    """A row, as it was called then."""

    kind = serializers.CharField(help_text="organization, catalog_course, catalog_course_code or course_run.")
    uuid = serializers.UUIDField(allow_null=True, help_text="Organizations and codes have none.")
    key = serializers.CharField(help_text="The key that it had then.")


class HistoryValueReader(serializers.Serializer):
    """A value before and after."""

    field = serializers.CharField(help_text="The name of the field.")
    before = serializers.JSONField(allow_null=True, help_text="null where there was none.")
    after = serializers.JSONField(allow_null=True, help_text="null where it was emptied.")


class HistoryEntryReader(HistoryRowReader):
    """One change. `kind`, `uuid` and `key` are those of the row that changed."""

    at = serializers.DateTimeField(help_text="When (UTC).")
    what = serializers.CharField(help_text="What happened, for example moved: stable.")
    text = serializers.CharField(help_text="What happened, for people, in the language of the request.")
    other = HistoryRowReader(allow_null=True, help_text="Where a run went or came from, into what a course was merged.")
    user = serializers.CharField(help_text="The username of who did it; empty for nobody.")
    # DRF takes the fields out of the class: `source` of a serializer stays what it is.
    source = serializers.CharField(help_text="Where it came from, for example admin.")  # type: ignore[assignment]
    reason = serializers.CharField(help_text="Why, as the person gave it.")
    changes = HistoryValueReader(many=True)


class HistoryPagination(PageNumberPagination):
    """Pages of 50, at most 100, of a sequence that is no table: it knows its length, and is read page by page."""

    page_size, max_page_size, page_size_query_param = 50, 100, "page_size"

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        numbers = (self.page_query_param, self.page_size_query_param)
        if wrong := [name for name in numbers if not _is_number(request.query_params.get(name, "1"))]:
            raise ValidationError({name: [_("Expected a whole number of 1 or more.")] for name in wrong})
        return super().paginate_queryset(queryset, request, view)


def _is_number(given: str) -> bool:
    return given.isascii() and given.isdigit() and len(given) <= 18 and int(given) > 0


class HistoryActions(ResourceViewSet):
    """``history/`` of organizations, catalog courses and course runs."""

    @described(
        parameters=[OpenApiParameter("page_size", int, description="At most 100.")],
        responses={200: HistoryEntryReader(many=True), **refusals(404)},
        filters=False,
    )
    @action(detail=True, pagination_class=HistoryPagination)
    def history(self, request: Request, **kwargs: Any) -> Response:
        """
        What happened to it, the newest first; also of what was deleted or merged, by its former key or uuid.

        It names users, so it takes the view permission.
        """
        if not permissions.can_view(request.user, self.model):
            self.permission_denied(request)
        self.refuse_unknown_parameters(("page", "page_size"))
        if not permissions.sees_all(request.user, self.model):
            # Whether a row that is gone was one of those that a host's own policy shows, can no longer be known.
            self.found()
        key = self.kwargs[self.lookup_url_kwarg or self.lookup_field]
        try:
            timeline = api.history_of(key, kind=KINDS[self.model._meta.model_name])
        except (ObjectDoesNotExist, CatalogError) as error:
            raise NotFound(str(error)) from error
        entries = permissions.known_entries(request.user, self.paginate_queryset(timeline) or (), MODELS)
        return self.get_paginated_response(list(map(represent, entries)))


def represent(entry: HistoryEntry) -> dict[str, Any]:
    """An entry as REST answers with it."""
    return {
        "at": iso_instant(entry.at),
        "what": entry.what,
        "text": entry.text,
        **_row(entry.row),
        "other": _row(entry.other) if entry.other else None,
        "user": entry.user,
        "source": entry.source,
        "reason": entry.reason,
        "changes": [
            {"field": change.field, "before": _value(change.before), "after": _value(change.after)} for change in entry.changes
        ],
    }


def _row(row: HistoryRow) -> dict[str, Any]:
    return {"kind": row.kind, "uuid": row.uuid and str(row.uuid), "key": row.key}


def _value(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return iso_instant(value)
    return value if value is None or isinstance(value, bool | int | str) else str(value)
