"""Course catalogs as a resource. Each method is a call of the `api` of search; what of it is there for whom, `doors` says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.core.exceptions import ObjectDoesNotExist
from django.http import StreamingHttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from openedx_catalog.lib import permissions, texts
from openedx_catalog.lib.rest.base import LIST_PARAMETERS
from openedx_catalog.lib.rest.schema import SHAPE, described, refusals
from openedx_catalog.lib.tables import FORMATS
from openedx_catalog.models_api import CatalogCourse, CourseRun
from openedx_catalog.rest_api.v1.base import CatalogViewSet
from openedx_catalog.rest_api.v1.serializers import CatalogCourseReader

from ... import api
from ...doors import seen_by
from ...exceptions import InvalidQuery
from ...models_api import CourseCatalog
from . import filters, readers, tables, writers

COURSE_IDS, RUN_IDS, QUERY, ARCHIVED = "course_id", "course_run_id", "query", "include_archived"
_CONTAINED = [
    OpenApiParameter(COURSE_IDS, str, description="Keys of courses, comma-separated."),
    OpenApiParameter(RUN_IDS, str, description="Course keys of runs, comma-separated. Both together at most 500."),
]
_PREVIEWED = [
    *SHAPE,
    OpenApiParameter(QUERY, str, required=True, description="A catalog query."),
    OpenApiParameter(ARCHIVED, bool, description="Also courses of which every run has ended."),
]


class CourseCatalogViewSet(CatalogViewSet):
    """
    Stored catalog queries, by uuid, sorted by name: each names the courses that it finds at that moment.

    Whoever may view course catalogs sees all; others those of which they, or a group of theirs, are viewers, and of each the
    courses that they may see. Which courses and runs are in one says ``?catalog=`` of their lists, too.
    """

    model = CourseCatalog
    reader: Any = readers.CourseCatalogReader
    writer = writers.CourseCatalogWriter
    fixed_fields: ClassVar[tuple[str, ...]] = ("uuid",)
    filterset_class = filters.CourseCatalogFilter
    lookup_field = "uuid"
    minimal_fields: tuple[str, ...] = ("uuid", "name")
    reading_actions: ClassVar[tuple[str, ...]] = ("contains_many",)
    error_fields: ClassVar[dict[str, dict[str, str]]] = {
        "contains": {"catalog_keys": COURSE_IDS, "run_keys": RUN_IDS},
        "contains_many": {"catalog_keys": "course_ids", "run_keys": "course_run_ids"},
    }
    create_row = staticmethod(api.create_course_catalog)
    update_row = staticmethod(api.update_course_catalog)
    delete_row = staticmethod(api.delete_course_catalog)

    def get_queryset(self) -> Any:
        return seen_by(self.request.user)

    def seen(self, row: Any, name: str = "") -> Any:
        if isinstance(row, CourseCatalog):
            return seen_by(self.request.user).get(pk=row.pk)
        return super().seen(row, name)

    def found(self) -> CourseCatalog:
        """The same answer for one that is not there, and one that is for others."""
        name = self.kwargs[self.lookup_field]
        try:
            return self.seen(self.find(name), name)
        except ObjectDoesNotExist as error:
            raise NotFound(_("There is no course catalog %(uuid)s.") % {"uuid": texts.shorten(name, 60)}) from error

    def represent(self, row: CourseCatalog) -> dict[str, Any]:
        """With the count, which costs one query."""
        data = super().represent(row)
        try:
            data["count"] = api.courses_for(data["query"], include_archived=data["include_archived"], **self._seen()).count()
        except InvalidQuery:
            # Stored by a release that understood more; the courses say what is wrong.
            data["count"] = None
        return data

    @described(parameters=SHAPE, responses={200: CatalogCourseReader(many=True), **refusals(404)}, filters=False)
    @action(detail=True)
    def courses(self, request: Request, **kwargs: Any) -> Response:
        """The catalog courses that this course catalog has now, and that you may see."""
        self.refuse_unknown_parameters(LIST_PARAMETERS)
        return self._answer_courses(api.courses_in(self.found(), **self._seen()))

    @described(parameters=_CONTAINED, responses={200: readers.ContainsReader, **refusals(404)}, filters=False)
    @action(detail=True, pagination_class=None)
    def contains(self, request: Request, **kwargs: Any) -> Response:
        """Whether each of these courses and runs is in this course catalog."""
        self.refuse_unknown_parameters((COURSE_IDS, RUN_IDS))
        several = request.query_params.getlist
        given = {name: [part for text in several(name) for part in text.split(",")] for name in (COURSE_IDS, RUN_IDS)}
        return self._answer_contains(given, COURSE_IDS, RUN_IDS)

    @described(
        summary="Whether each of many courses and runs is in a course catalog",
        request=writers.ContainsWriter,
        responses={200: readers.ContainsReader, **refusals(404)},
        filters=False,
    )
    @contains.mapping.post
    def contains_many(self, request: Request, **kwargs: Any) -> Response:
        """The same for keys that are too many for an address."""
        self.refuse_unknown_parameters(())
        return self._answer_contains(self.read_body(writers.ContainsWriter), "course_ids", "course_run_ids")

    @described(responses={(200, "text/csv"): OpenApiTypes.STR, **refusals(404)}, filters=False)
    @action(detail=True, pagination_class=None, renderer_classes=[JSONRenderer, readers.CsvRenderer])
    def csv(self, request: Request, **kwargs: Any) -> StreamingHttpResponse:
        """The runs of its courses as a file, a line each; courses without a run have one, too."""
        self.refuse_unknown_parameters(())
        catalog = self.found()
        runs = permissions.visible(request.user, CourseRun.objects.all())
        table = tables.table_of_courses(api.courses_in(catalog, **self._seen()), runs)
        name = slugify(catalog.name) or catalog.uuid
        return StreamingHttpResponse(
            FORMATS["csv"].write(tables.COLUMNS, table),
            content_type=FORMATS["csv"].content_type,
            headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
        )

    @described(parameters=_PREVIEWED, responses={200: CatalogCourseReader(many=True), **refusals()}, filters=False)
    @action(detail=False)
    def preview(self, request: Request, **kwargs: Any) -> Response:
        """The courses that a course catalog with this query would have, for whoever may write one."""
        if not any(permissions.can_write(request.user, CourseCatalog, verb) for verb in ("add", "change")):
            raise PermissionDenied
        self.refuse_unknown_parameters((*LIST_PARAMETERS, QUERY, ARCHIVED))
        query = request.query_params.getlist(QUERY)
        if len(query) != 1 or not query[0].strip():
            raise ValidationError({QUERY: [_("Expected exactly one value that is not empty.")]})
        return self._answer_courses(api.courses_for(query[0], include_archived=self.is_asked(ARCHIVED), **self._seen()))

    def _answer_courses(self, courses: Any) -> Response:
        self.reader, self.minimal_fields = CatalogCourseReader, ("uuid", "key", "title")
        return self.answer_page(courses.order_by("pk"))

    def _answer_contains(self, given: Mapping[str, list[str]], courses: str, runs: str) -> Response:
        """Of the keys by these names."""
        course_ids, run_ids = (_keys(given.get(name, ())) for name in (courses, runs))
        if not course_ids and not run_ids:
            raise ValidationError({courses: [_("Give %(courses)s or %(runs)s.") % {"courses": courses, "runs": runs}]})
        seen = permissions.seen_parts(self.request.user, courses=CatalogCourse, runs=CourseRun)
        found = api.contains(self.found(), catalog_keys=course_ids, run_keys=run_ids, **seen)
        return Response({"courses": found})

    def _seen(self) -> dict[str, Any]:
        """Which courses the user may know of, where these are not all."""
        return permissions.seen_parts(self.request.user, courses=CatalogCourse)


def _keys(given: Iterable[str]) -> list[str]:
    """Those that are not empty; a space is the "+" of a key that a client forgot to encode."""
    return [key for each in given if (key := each.strip().replace(" ", "+"))]
