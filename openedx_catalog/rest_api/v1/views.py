"""The resources: organizations, catalog courses, course runs. Each method is a call of `openedx_catalog.api`."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from organizations.models import Organization
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ... import api, keys
from ...exceptions import CatalogError
from ...models_api import CatalogCourse, CourseRun
from . import filters, serializers
from .base import CatalogViewSet
from .schema import SHAPE, action_documented, documented, refusals


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


_ORGANIZATION_WRITERS = {"create": serializers.OrganizationWriter, "partial_update": serializers.OrganizationPatch}
_COURSE_WRITERS = {
    "create": serializers.CatalogCourseWriter,
    "partial_update": serializers.CatalogCoursePatch,
    "merge": serializers.MergeWriter,
    "rename": serializers.RenameWriter,
}
_RUN_WRITERS = {
    "create": serializers.CourseRunWriter,
    "partial_update": serializers.CourseRunPatch,
    "move": serializers.MoveWriter,
    "resolve": serializers.ResolveWriter,
}


@documented(serializers.OrganizationReader, _ORGANIZATION_WRITERS)
class OrganizationViewSet(CatalogViewSet):
    """Organizations, by short_name in any case; inactive ones included."""

    model = Organization
    reader: Any = serializers.OrganizationReader
    serializer_class = serializers.OrganizationReader
    writers = _ORGANIZATION_WRITERS
    filterset_class = filters.OrganizationFilter
    lookup_field = "short_name"
    lookup_value_regex = "[^/]+"
    minimal_fields = ("short_name", "name")
    error_fields = {"title": "name"}

    def rows(self) -> QuerySet:
        return api.get_organizations()

    def find(self, key: str) -> Any:
        organization = api.find_organization_by_code(key)
        if organization is None:
            raise Organization.DoesNotExist(f"No organization {keys.shorten(key, 60)}.")
        return organization

    def lookup_of(self, row: Any) -> str:
        return row.short_name

    def do_create(self, values: dict[str, Any]) -> Any:
        return api.create_organization(**values, **self.change_notes())

    def do_update(self, row: Any, values: dict[str, Any]) -> Any:
        return api.update_organization(row, **values, **self.change_notes())

    def do_delete(self, row: Any) -> None:
        api.delete_organization(row, **self.change_notes())


@documented(serializers.CatalogCourseReader, _COURSE_WRITERS)
class CatalogCourseViewSet(CatalogViewSet):
    """Catalog courses, by uuid or key (``catalog-course:MITx:14.100x`` or ``MITx+14.100x``); former keys answer too."""

    model = CatalogCourse
    reader: Any = serializers.CatalogCourseReader
    serializer_class = serializers.CatalogCourseReader
    writers = _COURSE_WRITERS
    filterset_class = filters.CatalogCourseFilter
    lookup_url_kwarg = "key"
    lookup_value_regex = "[^/]+"
    minimal_fields = ("uuid", "key", "title")
    needed: ClassVar[dict[str, Any]] = {
        "merge": (("change", CatalogCourse), ("delete", CatalogCourse)),
        "rename": (("change", CatalogCourse),),
    }

    def rows(self) -> QuerySet:
        return CatalogCourse.objects.order_by("pk")

    def find(self, key: str) -> Any:
        return api.get_catalog_course(uuid=key) if _is_uuid(key) else api.get_catalog_course(key_str=key)

    def lookup_of(self, row: Any) -> str:
        # A row of another program may have no uuid yet.
        return str(row.uuid or row.key_str)

    def do_create(self, values: dict[str, Any]) -> Any:
        self.error_fields = {"catalog_course": "course_code"}
        return api.create_catalog_course(**values, **self.change_notes())

    def do_update(self, row: Any, values: dict[str, Any]) -> Any:
        return api.update_catalog_course(row, **values, **self.change_notes())

    def do_delete(self, row: Any) -> None:
        api.delete_catalog_course(row, **self.change_notes())

    @extend_schema(parameters=SHAPE, responses={200: serializers.CourseRunReader(many=True), **refusals(404)}, filters=False)
    @action(detail=True)
    def runs(self, request: Request, **kwargs: Any) -> Response:
        """The runs of a catalog course."""
        self.refuse_unknown_parameters(("page", "page_size", "fields", "view"))
        runs = self.found().runs.order_by("pk")
        self.reader, self.minimal_fields = serializers.CourseRunReader, CourseRunViewSet.minimal_fields
        return self.answer_page(runs)

    @action_documented(serializers.MergeWriter, serializers.CatalogCourseReader)
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, **kwargs: Any) -> Response:
        """Move every run of this catalog course to `into`, and delete it. Answers with `into`."""
        self.error_fields = {"catalog_course": "into"}
        values = self.read_body("merge")
        into = self.target("into", values["into"])
        return self.change(
            lambda row: api.merge_catalog_courses(
                row, into=into, reason=values["reason"], user=request.user, change_source=f"rest:{self.request_id}"
            )
        )

    @action_documented(serializers.RenameWriter, serializers.CatalogCourseReader)
    @action(detail=True, methods=["post"])
    def rename(self, request: Request, **kwargs: Any) -> Response:
        """Give this catalog course another code; its present key keeps resolving."""
        self.error_fields = {"catalog_course": "course_code"}
        values = self.read_body("rename")
        return self.change(lambda row: api.rename_catalog_course(row, **values, **self.change_notes()))


@documented(serializers.CourseRunReader, _RUN_WRITERS)
class CourseRunViewSet(CatalogViewSet):
    """Course runs, by uuid or course key (``course-v1:…``, ``ccx-v1:…``, percent-encoded ``Org/Code/Run``)."""

    model = CourseRun
    reader: Any = serializers.CourseRunReader
    serializer_class = serializers.CourseRunReader
    writers = _RUN_WRITERS
    filterset_class = filters.CourseRunFilter
    lookup_url_kwarg = "course_key"
    # The server has decoded %2F; one key is no slash or two of them, and what follows is an action.
    lookup_value_regex = "[^/]+(?:/[^/]+/[^/]+)?"
    minimal_fields = ("uuid", "course_key", "title")
    reading_actions = ("resolve",)
    needed: ClassVar[dict[str, Any]] = {"move": (("change", CourseRun),)}

    def rows(self) -> QuerySet:
        return CourseRun.objects.order_by("pk")

    def find(self, key: str) -> Any:
        return CourseRun.objects.get(uuid=UUID(key)) if _is_uuid(key) else api.get_course_run(key)

    def lookup_of(self, row: Any) -> str:
        return str(row.course_key)

    def do_create(self, values: dict[str, Any]) -> Any:
        language = values.pop("language", None)
        return api.create_course_run(values.pop("course_key"), language_short=language, **values, **self.change_notes())

    def do_update(self, row: Any, values: dict[str, Any]) -> Any:
        return api.update_course_run(str(row.course_key), **values, **self.change_notes())

    def do_delete(self, row: Any) -> None:
        api.delete_course_run(str(row.course_key), **self.change_notes())

    @action_documented(serializers.MoveWriter, serializers.CourseRunReader)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, **kwargs: Any) -> Response:
        """Make `catalog_course` the catalog course of this run, for good."""
        values = self.read_body("move")
        target = self.target("catalog_course", values["catalog_course"])
        return self.change(
            lambda row: api.move_course_run(str(row.course_key), target, reason=values["reason"], **self.change_notes())
        )

    @extend_schema(request=serializers.ResolveWriter, responses={200: serializers.ResolveReader, **refusals()}, filters=False)
    @action(detail=False, methods=["post"])
    def resolve(self, request: Request, **kwargs: Any) -> Response:
        """Up to 1,000 keys at once: which course is each a run of?"""
        self.refuse_unknown_parameters(())
        given = self.read_body("resolve")["course_keys"]
        found = api.resolve_course_runs(given)
        missing = [key for key in dict.fromkeys(given) if key not in found]
        invalid = {key: None for key in missing if not _is_course_key(key)}
        return Response(
            {
                "runs": {key: run._asdict() for key, run in found.items()},
                "unknown": [key for key in missing if key not in invalid],
                "invalid": list(invalid),
            }
        )


def _is_course_key(text: str) -> bool:
    try:
        keys.parse_course_key(text)
    except CatalogError:
        return False
    return True
