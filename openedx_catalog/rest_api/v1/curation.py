"""What changes the mapping of a catalog course, beside `merge` and `rename`: another organization, a merge undone, a split."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from ... import api, keys, permissions
from ...lib.rest.base import is_uuid, row_action
from ...lib.rest.schema import described, refusals
from ...lib.rest.serializers import MAX_KEY, Text, Texts
from ...models_api import CatalogCourse, CatalogMerge, CourseRun
from .serializers import ReasonedWriter


class MoveCourseWriter(ReasonedWriter):
    """Which organization a catalog course goes to, with another code if one is given, and why."""

    org_code = Text(max_length=255)
    course_code = Text(max_length=255, required=False)


class UnmergeWriter(ReasonedWriter):
    """Which merge is undone, by the uuid or a key that the merged course had, and why."""

    merged = Text(max_length=600)
    course_code = Text(max_length=255, required=False, help_text="Where the code that it had is another course's by now.")


class SplitWriter(ReasonedWriter):
    """Which runs get a catalog course of their own, how it is called, and why."""

    course_keys = Texts(max_items=1000, max_length=MAX_KEY)
    course_code = Text(max_length=255)
    org_code = Text(max_length=255, required=False)
    title = Text(allow_blank=True, required=False)


class MergeReader(serializers.Serializer):
    """A catalog course that was merged into this one: what it was, and who merged it, when and why."""

    uuid = serializers.UUIDField()
    key = serializers.SerializerMethodField(help_text="The key that it had; null where its organization was deleted.")
    title = serializers.CharField()
    into_uuid = serializers.UUIDField(help_text="Which course it was merged into, which may be merged itself by now.")
    at = serializers.DateTimeField()
    # DRF takes the fields out of the class: `source` of a serializer stays what it is.
    source = serializers.CharField()  # type: ignore[assignment]
    reason = serializers.CharField()
    user_name = serializers.CharField()

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_key(self, merge: CatalogMerge) -> str | None:
        return keys.format_key_str(merge.org.short_name, merge.course_code) if merge.org else None


class CurationActions:
    """Actions of catalog courses, for their view set."""

    references: ClassVar[dict[Any, str]] = {CourseRun: "course_keys"}
    error_fields: ClassVar[dict[str, Any]] = {
        "move": {"catalog_course": "course_code"},
        "split": {"catalog_course": "course_code", "course_key": "course_keys"},
        "unmerge": {"catalog_course": "merged"},
    }

    @row_action(MoveCourseWriter)
    def move(self: Any, row: CatalogCourse, values: dict[str, Any]) -> CatalogCourse:
        """Give this catalog course to another organization; its present key keeps resolving."""
        self.refuse_unseen_organization(values["org_code"])
        return api.move_catalog_course(row, **values, **self.provenance())

    @row_action(SplitWriter, "change", "add")
    def split(self: Any, row: CatalogCourse, values: dict[str, Any]) -> CatalogCourse:
        """Give some runs of this catalog course a new one. Answers with the new one."""
        if hidden := self.hidden(CourseRun, values["course_keys"]):
            raise ValidationError({"course_keys": [str(next(iter(hidden.values())))]})
        self.refuse_unseen_organization(values.get("org_code"))
        return api.split_catalog_course(row, values.pop("course_keys"), **values, **self.provenance())

    @row_action(UnmergeWriter, "change", "add")
    def unmerge(self: Any, row: CatalogCourse, values: dict[str, Any]) -> CatalogCourse:
        """Bring back a catalog course that was merged into this one. Answers with the one that is back."""
        merged = values.pop("merged")
        unmerge = partial(api.unmerge_catalog_courses, merged, into=row, **values, **self.provenance())
        try:
            return self.led(lambda: unmerge().course, lambda: _no_such_merge(merged))
        except CatalogCourse.DoesNotExist as error:
            raise ValidationError({"merged": [str(error)]}) from error

    @described(responses={200: MergeReader(many=True), **refusals(404)}, filters=False)
    @action(detail=True, pagination_class=None)
    def merges(self: Any, request: Request, **kwargs: Any) -> Response:
        """
        What was merged into this catalog course, newest first, and can be taken apart again.

        It names users, so it takes the view permission.
        """
        if not permissions.can_view(request.user, self.model):
            self.permission_denied(request)
        self.refuse_unknown_parameters(())
        return Response(MergeReader(api.get_catalog_merges(self.found()), many=True).data)


def _no_such_merge(name: str) -> CatalogCourse.DoesNotExist:
    """What the API says of a name that is that of no merged course."""
    text = _("No catalog course %(name)s was merged into another one, or that was undone already.")
    return CatalogCourse.DoesNotExist(text % {"name": str(UUID(name)) if is_uuid(name) else keys.shorten(name, 60)})
