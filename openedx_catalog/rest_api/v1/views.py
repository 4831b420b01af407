"""The resources: organizations, catalog courses, course runs. Each method is a call of `openedx_catalog.api`."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from organizations.models import Organization
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ... import api, keys
from ...data import SCHEDULE_FIELDS
from ...exceptions import CatalogError
from ...lib.rest.base import is_uuid, row_action
from ...lib.rest.schema import SHAPE, described, refusals
from ...models_api import CatalogCourse, CourseRun
from . import filters, serializers
from .base import CatalogViewSet, find_course


class OrganizationViewSet(CatalogViewSet):
    """Organizations, by short_name in any case; inactive ones included."""

    model = Organization
    reader: Any = serializers.OrganizationReader
    writer = serializers.OrganizationWriter
    filterset_class = filters.OrganizationFilter
    lookup_field = "short_name"
    minimal_fields = ("short_name", "name")
    error_fields: ClassVar[dict[str, Any]] = {"*": {"title": "name"}}
    create_row = staticmethod(api.create_organization)
    update_row = staticmethod(api.update_organization)
    delete_row = staticmethod(api.delete_organization)

    def rows(self) -> QuerySet:
        return api.get_organizations()

    def find(self, key: str) -> Any:
        organization = api.find_organization_by_code(key)
        if organization is None:
            text = _("There is no organization %(short_name)s.")
            raise Organization.DoesNotExist(text % {"short_name": keys.shorten(key, 60)})
        return organization


class CatalogCourseViewSet(CatalogViewSet):
    """Catalog courses, by uuid or key (``catalog-course:MITx:14.100x`` or ``MITx+14.100x``); former keys answer too."""

    model = CatalogCourse
    reader: Any = serializers.CatalogCourseReader
    writer = serializers.CatalogCourseWriter
    patch_writer = serializers.CatalogCoursePatch
    filterset_class = filters.CatalogCourseFilter
    lookup_url_kwarg = "key"
    minimal_fields = ("uuid", "key", "title")
    error_fields: ClassVar[dict[str, Any]] = {
        "create": {"catalog_course": "course_code"},
        "merge": {"catalog_course": "into"},
        "rename": {"catalog_course": "course_code"},
    }
    create_row = staticmethod(api.create_catalog_course)
    update_row = staticmethod(api.update_catalog_course)
    delete_row = staticmethod(api.delete_catalog_course)

    def find(self, key: str) -> Any:
        return find_course(key)

    def lookup_of(self, row: Any) -> str:
        # A row of another program may have no uuid yet.
        return str(row.uuid or row.key_str)

    @described(parameters=SHAPE, responses={200: serializers.CourseRunReader(many=True), **refusals(404)}, filters=False)
    @action(detail=True)
    def runs(self, request: Request, **kwargs: Any) -> Response:
        """The runs of a catalog course."""
        self.refuse_unknown_parameters(("page", "page_size", "fields", "view"))
        runs = self.found().runs.order_by("pk")
        self.reader, self.minimal_fields = serializers.CourseRunReader, CourseRunViewSet.minimal_fields
        return self.answer_page(runs)

    @row_action(serializers.MergeWriter, "change", "delete")
    def merge(self, row: CatalogCourse, values: dict[str, Any]) -> CatalogCourse:
        """Move every run of this catalog course to `into`, and delete it. Answers with `into`."""
        into = self.target("into", values.pop("into"))
        return api.merge_catalog_courses(row, into=into, **values, **self.provenance())

    @row_action(serializers.RenameWriter)
    def rename(self, row: CatalogCourse, values: dict[str, Any]) -> CatalogCourse:
        """Give this catalog course another code; its present key keeps resolving."""
        return api.rename_catalog_course(row, **values, **self.provenance())


class CourseRunViewSet(CatalogViewSet):
    """Course runs, by uuid or course key (``course-v1:…``, ``ccx-v1:…``, percent-encoded ``Org/Code/Run``)."""

    model = CourseRun
    reader: Any = serializers.CourseRunReader
    writer = serializers.CourseRunWriter
    patch_writer = serializers.CourseRunPatch
    filterset_class = filters.CourseRunFilter
    lookup_url_kwarg = "course_key"
    # The server has decoded %2F; one key is no slash or two of them, and what follows is an action.
    lookup_value_regex = "[^/]+(?:/[^/]+/[^/]+)?"
    minimal_fields = ("uuid", "course_key", "title")
    reading_actions = ("resolve",)
    error_fields: ClassVar[dict[str, Any]] = {"*": {name: f"schedule.{name}" for name in SCHEDULE_FIELDS}}

    def find(self, key: str) -> Any:
        return CourseRun.objects.get(uuid=UUID(key)) if is_uuid(key) else api.get_course_run(key)

    def lookup_of(self, row: Any) -> str:
        return str(row.course_key)

    def do_create(self, values: dict[str, Any]) -> Any:
        language = values.pop("language", None)
        return api.create_course_run(values.pop("course_key"), language_short=language, **values, **self.provenance())

    def do_update(self, row: Any, values: dict[str, Any]) -> Any:
        return api.update_course_run(str(row.course_key), **values, **self.provenance())

    def do_delete(self, row: Any) -> None:
        api.delete_course_run(str(row.course_key), **self.provenance())

    @row_action(serializers.MoveWriter)
    def move(self, row: CourseRun, values: dict[str, Any]) -> CourseRun:
        """Make `catalog_course` the catalog course of this run, for good."""
        to = self.target("catalog_course", values.pop("catalog_course"))
        return api.move_course_run(str(row.course_key), to, **values, **self.provenance())

    @described(request=serializers.ResolveWriter, responses={200: serializers.ResolveReader, **refusals()}, filters=False)
    @action(detail=False, methods=["post"])
    def resolve(self, request: Request, **kwargs: Any) -> Response:
        """Up to 1,000 keys at once: which course is each a run of?"""
        self.refuse_unknown_parameters(())
        given = self.read_body(serializers.ResolveWriter)["course_keys"]
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
