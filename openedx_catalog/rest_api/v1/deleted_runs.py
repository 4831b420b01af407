"""Runs that were deleted for good over REST: for those who may see that, and with restoring."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import permissions as drf_permissions
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ... import api, keys, permissions
from ...lib.rest.base import CatalogPermission
from ...lib.rest.restricted import NotRestricted
from ...lib.rest.schema import described, refusals
from ...models_api import CatalogCourse, CourseRun, DeletedRunKey
from . import serializers
from .base import CatalogViewSet, no_such


class ViewersOnly(CatalogPermission):
    """Who deleted what, and why, is not for everybody."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method in drf_permissions.SAFE_METHODS and not permissions.can_view(request.user, view.model):
            return False
        return super().has_permission(request, view)


class DeletedRunViewSet(CatalogViewSet):
    """Runs that were deleted for good, by course key in any case, the latest first."""

    model = DeletedRunKey
    reader: Any = serializers.DeletedRunReader
    permission_classes = (NotRestricted, ViewersOnly)
    lookup_url_kwarg = "course_key"
    lookup_value_regex = "[^/]+(?:/[^/]+/[^/]+)?"
    minimal_fields = ("course_key", "title")
    http_method_names = ["get", "post", "head"]
    left_out: ClassVar[tuple[str, ...]] = ("create", "partial_update", "destroy")

    def rows(self) -> QuerySet:
        return api.get_deleted_run_keys()

    def find(self, key: str) -> Any:
        return api.get_deleted_run_key(key)

    def lookup_of(self, row: Any) -> str:
        return str(row.course_key)

    @described(
        request=serializers.RestoreWriter,
        responses={200: serializers.CourseRunReader, 204: None, **refusals(404, 409)},
        filters=False,
    )
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **kwargs: Any) -> Response:
        """Create the run again where it stood, and answer with it; `recreate` false only forgets that it was deleted (204)."""
        self.refuse_unknown_parameters(())
        values = self.read_body(serializers.RestoreWriter)
        deleted = self.found()
        restore = partial(api.restore_deleted_course_run, deleted.course_key, **values, **self.provenance())
        run = self.led(restore, lambda: no_such(CatalogCourse, _course_of(deleted)))
        if run is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        return Response(serializers.CourseRunReader.read([run.pk], request.user)[0])

    restore.needs = (("add", CourseRun),)  # type: ignore[attr-defined]


def _course_of(deleted: DeletedRunKey) -> str:
    """What the course is called that is missing where the run cannot come back."""
    if deleted.association == CourseRun.Association.EXPLICIT and deleted.catalog_course_uuid:
        return str(deleted.catalog_course_uuid)
    key = keys.parse_course_key(deleted.course_key)
    return keys.format_key_str(key.org, key.course)
