"""Listings, subjects and levels as resources. Each method is a call of the `api` of listings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from openedx_catalog.api.for_contrib import hold_courses, locked_run
from openedx_catalog.exceptions import CatalogError, DuplicateValue
from openedx_catalog.keys import shorten
from openedx_catalog.lib import permissions
from openedx_catalog.lib.rest import errors
from openedx_catalog.lib.rest.base import is_uuid, needing
from openedx_catalog.lib.rest.etags import tags_of
from openedx_catalog.lib.rest.parsing import ImageFormParser, StrictJSONParser
from openedx_catalog.lib.rest.schema import IF_MATCH, described, refusals
from openedx_catalog.lib.rest.serializers import with_reason
from openedx_catalog.lib.routing import reads_from_writer
from openedx_catalog.rest_api.v1.base import CatalogViewSet, NamedViewSet, find_course, find_run

from ... import api, states
from ...data import SlugMatch
from ...models_api import CourseListing, CourseRunListing, Level, Subject
from . import filters, readers, writers
from .facets import facets_of
from .rows import OWNERS, ByAddress, known_listings

REF = [OpenApiParameter("ref", str, "path", description="The slug, or the uuid or key of what it is of.")]


class SubjectViewSet(NamedViewSet):
    """Fields of study, by slug."""

    model = Subject
    reader = readers.SubjectReader
    writer = writers.SubjectWriter
    fixed_fields = ("uuid",)
    filterset_class = filters.TranslatedFilter
    create_row = staticmethod(api.create_subject)
    update_row = staticmethod(api.update_subject)
    delete_row = staticmethod(api.delete_subject)


class LevelViewSet(NamedViewSet):
    """How much courses ask of learners, by slug."""

    model = Level
    reader = readers.LevelReader
    writer = writers.LevelWriter
    fixed_fields = ("uuid",)
    filterset_class = filters.TranslatedFilter
    create_row = staticmethod(api.create_level)
    update_row = staticmethod(api.update_level)
    delete_row = staticmethod(api.delete_level)


class Moved(Exception):
    """A former slug was asked for. It is answered with where its listing is now."""

    def __init__(self, slug: str) -> None:
        self.slug = slug


class ListingViewSet(CatalogViewSet):
    """
    Listings, by slug, or by the uuid or key of what they are of.

    Those that are not public are there for whoever may view listings, and are for all others as if they were not.
    """

    http_method_names = ["get", "put", "patch", "delete", "head"]
    lookup_url_kwarg = "ref"
    match: SlugMatch | None = None

    find_owner: Any
    find_slug: Any
    set_listing: Any
    delete_listing: Any

    def get_queryset(self) -> QuerySet:
        return known_listings(self.request.user, self.rows())

    def find(self, key: str) -> Any:
        names_owner = is_uuid(key) or ":" in key or "+" in key
        self.match = None if names_owner else self.find_slug(key)
        owner, _model = OWNERS[self.model]
        try:
            pk = self.match.pk if self.match else self.find_owner(key).pk
        except (ObjectDoesNotExist, CatalogError):
            raise self.missing(key) from None
        row = self.model.objects.select_related(owner).filter(**{owner: pk}).first()
        if row is None:
            raise self.missing(key)
        return row

    def seen(self, row: Any, name: str = "") -> Any:
        if not isinstance(row, self.model):
            return super().seen(row, name)
        if not known_listings(self.request.user, self.rows_by(self.match)).filter(pk=row.pk).exists():
            raise self.missing(name)
        return row

    def rows_by(self, match: SlugMatch | None) -> Any:
        """The rows among which one is looked for that a slug leads to, or that was named otherwise."""
        return self.model.objects.all()

    def missing(self, name: str) -> ObjectDoesNotExist:
        """The same for what is not there at all, has no listing, or has one that is kept back."""
        facts = {"kind": self.model._meta.verbose_name, "name": shorten(name, 60)}
        return self.model.DoesNotExist(_("There is no %(kind)s of %(name)r.") % facts)

    def lookup_of(self, row: Any) -> str:
        return row.slug

    def found(self) -> Any:
        row = super().found()
        if self.action == "retrieve" and self.match and not self.match.is_current:
            raise Moved(row.slug)
        return row

    def list(self, request: Request, **kwargs: Any) -> Any:
        # Without a docstring, which would stand in the document in place of that of the class.
        # As it is usually asked for: indented JSON is another text.
        plain = ";" not in (request.accepted_media_type or "")
        is_public = plain and not request.user.is_authenticated and permissions.can_read(request.user)
        state = states.state_of(request, with_programs=False) if is_public else None
        if state is None:
            return super().list(request, **kwargs)
        kind = request.accepted_renderer.format
        tag = f'{state.etag[:-1]}.{kind}"'
        if tag in tags_of(request.headers.get("If-None-Match", "")):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": tag})
        if (kept := state.kept(kind)) is not None:
            return kept
        # Not from a replica, which may be behind: what is shown would be older than what it is known by.
        with reads_from_writer():
            response = super().list(request, **kwargs)
        response["ETag"] = tag
        response.add_post_render_callback(lambda rendered: state.keep(request, rendered, kind))
        return response

    def read(self, pks: Any) -> Any:
        return self.reader.read(pks, self.request.user, absolute=self.request.build_absolute_uri)

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """
        By its slug, or by the uuid or key of what it is of; unlisted ones by slug alone.

        A former slug is answered with 301, the present address in Location, and `slug` and `url` as the body.
        """
        try:
            return super().retrieve(request, **kwargs)
        except Moved as moved:
            url = self.reverse_action("detail", kwargs={self.lookup_url_kwarg: moved.slug})
            query = urlsplit(request.get_full_path()).query
            url = f"{url}?{query}" if query else url
            # Not to be kept: a slug may come back.
            headers = {"Location": url, "Cache-Control": "no-cache"}
            return Response({"slug": moved.slug, "url": url}, status.HTTP_301_MOVED_PERMANENTLY, headers=headers)

    def handle_exception(self, exc: Exception) -> Response:
        """What has a value already is named where neither the listing nor what it is of is kept back from the user."""
        if isinstance(exc, DuplicateValue) and exc.row is not None:
            hidden = [row for row in self.both(exc.row) if not permissions.known_rows(self.request.user, [row])]
            exc.row = (hidden or [exc.row])[0]
        return super().handle_exception(exc)

    def both(self, row: Any) -> Sequence[Any]:
        """A listing and what it is of, given either."""
        owner, model = OWNERS[self.model]
        if isinstance(row, self.model):
            return [row, getattr(row, owner)]
        listing = self.model.objects.filter(**{owner: row}).first() if isinstance(row, model) else None
        return [row] if listing is None else [row, listing]

    def store(self, values: dict[str, Any]) -> Response:
        """Have what this URL names have a listing. With 201 where it had none."""
        try:
            self.found()
        except NotFound:
            return self._created(values)
        return self.change(lambda row: self.do_update(row, values))

    def _created(self, values: dict[str, Any]) -> Response:
        name = self.kwargs[self.lookup_url_kwarg or ""]
        self.refuse_unknown_parameters(())
        try:
            owner = self.seen(self.find_owner(name), name)
        except (ObjectDoesNotExist, CatalogError) as error:
            raise NotFound(str(error)) from error
        if self.model.objects.filter(**{OWNERS[self.model][0]: owner}).exists():
            # It is kept back: nothing is told of it, and nothing changes.
            raise NotFound(str(self.missing(name)))
        if self.request.headers.get("If-Match"):
            raise errors.PreconditionFailed
        row = self.set_listing(self.name_of(owner), **values, **self.provenance())
        data = self.represent(row)
        location = self.reverse_action("detail", kwargs={self.lookup_url_kwarg: row.slug})
        return Response(data, status.HTTP_201_CREATED, headers={"ETag": self.etag(data), "Location": location})

    def do_update(self, row: Any, values: dict[str, Any]) -> Any:
        return self.set_listing(self.name_of(self.owner_of(row)), **values, **self.provenance())

    def do_delete(self, row: Any) -> None:
        self.delete_listing(self.name_of(self.owner_of(row)), **self.provenance())

    def owner_of(self, row: Any) -> Any:
        """The catalog course or run of a listing."""
        return getattr(row, OWNERS[self.model][0])

    def name_of(self, owner: Any) -> Any:
        """As the API takes a catalog course or run."""
        return owner


def _putting(reader: Any, writer: Any) -> Any:
    """Decorate the PUT of a resource."""
    answers = {200: reader, 201: reader, **refusals(404, 409, 412)}
    return described(parameters=[*REF, IF_MATCH], request=with_reason(writer), responses=answers, filters=False)


class CourseListingViewSet(ListingViewSet):
    """
    What learners read of catalog courses: by slug, or by the uuid or key of the course.

    Lists show what is live and public. What is unlisted is found by its slug alone. Whoever may view listings sees all of them.
    """

    model = CourseListing
    reader = readers.CourseListingReader
    writer = writers.CourseListingWriter
    filterset_class = filters.CourseListingFilter
    minimal_fields = ("uuid", "key", "title", "slug")
    references: ClassVar[dict[Any, str]] = {Subject: "subjects", Level: "level"}
    error_fields: ClassVar[dict[str, dict[str, str]]] = {"*": {"org_code": "owners"}}
    find_owner = staticmethod(find_course)
    find_slug = staticmethod(api.find_course_by_slug)
    set_listing = staticmethod(api.set_course_listing)
    delete_listing = staticmethod(api.delete_course_listing)

    def rows_by(self, match: SlugMatch | None) -> Any:
        return ByAddress(self.model) if match else super().rows_by(match)

    def hold(self, row: Any) -> None:
        hold_courses(row.catalog_course)
        super().hold(row)

    @_putting(readers.CourseListingReader, writers.CourseListingWriter)
    @needing("add", "change")
    def upsert(self, request: Request, **kwargs: Any) -> Response:
        """
        Say what learners read of a catalog course, with or without a listing; what is left out stays as it is.

        Answers with 201 where it had no listing. That is not live unless the body says so.
        """
        return self.store(self.read_body(self.patch_writer))

    @described(
        responses={200: readers.FacetsReader, **refusals()}, summary="Count course listings by subject, level and the like"
    )
    def facets(self, request: Request, **kwargs: Any) -> Response:
        """How many listings of a list, with the same filters, have which subject, level, language and organization."""
        self.refuse_unknown_parameters(set(self.filterset_class.base_filters) - {"ordering"})
        return Response(facets_of(self.filter_queryset(self.get_queryset())))


class CourseImage(CourseListingViewSet):
    """The image of a course."""

    http_method_names = ["put"]
    parser_classes: Any = (StrictJSONParser, ImageFormParser)

    @described(
        parameters=[*REF, IF_MATCH],
        request={"application/json": with_reason(writers.ImageWriter), "multipart/form-data": writers.IMAGE_FORM},
        responses={200: readers.CourseListingReader, **refusals(404, 409, 412)}, filters=False,
    )  # fmt: skip
    @needing("change")
    def upload(self, request: Request, **kwargs: Any) -> Response:
        """Give a course an image, in place of the one that it has. Answers with its listing."""
        values = self.read_body(writers.ImageWriter)
        return self.change(lambda row: self.do_update(row, values))


class CourseRedirects(CourseListingViewSet):
    """The slugs that lead to a course beside its present one."""

    http_method_names = ["get", "post", "head"]
    pagination_class: Any = None

    @described(parameters=REF, responses={200: readers.FormerSlugsReader, **refusals(404)}, filters=False)
    def redirects(self, request: Request, **kwargs: Any) -> Response:
        """The slugs that lead to a course beside its present one. It takes the view permission."""
        if not permissions.can_view(request.user, self.model):
            self.permission_denied(request)
        self.refuse_unknown_parameters(())
        return Response(self._slugs(self.found()))

    @described(
        parameters=REF, request=with_reason(writers.RedirectWriter),
        responses={200: readers.FormerSlugsReader, **refusals(404, 409)}, filters=False,
    )  # fmt: skip
    @needing("change")
    def add_redirect(self, request: Request, **kwargs: Any) -> Response:
        """Have another slug lead to a course. Answers with 200 and all of them, also where it does already."""
        self.refuse_unknown_parameters(())
        values, row = self.read_body(writers.RedirectWriter), self.found()
        api.add_course_redirect(row.catalog_course, values["slug"], **self.provenance())
        return Response(self._slugs(row))

    def _slugs(self, row: CourseListing) -> dict[str, Any]:
        return {"slug": row.slug, "former_slugs": api.get_former_slugs(row.catalog_course)}


class CourseRunListingViewSet(ListingViewSet):
    """
    What learners read of runs beside what they read of their courses: by slug, or by the uuid or course key of the run.

    Shown are those that are live and public, of runs that are there, whose courses are so too. A run without a listing is
    shown as its course is, and is not here.
    """

    model = CourseRunListing
    reader = readers.CourseRunListingReader
    writer = writers.CourseRunListingWriter
    filterset_class = filters.CourseRunListingFilter
    minimal_fields = ("uuid", "course_key", "title", "slug")
    find_owner = staticmethod(find_run)
    find_slug = staticmethod(api.find_course_run_by_slug)
    set_listing = staticmethod(api.set_course_run_listing)
    delete_listing = staticmethod(api.delete_course_run_listing)

    def hold(self, row: Any) -> None:
        locked_run(row.run.course_key)
        super().hold(row)

    def name_of(self, owner: Any) -> Any:
        return str(owner.course_key)

    @_putting(readers.CourseRunListingReader, writers.CourseRunListingWriter)
    @needing("add", "change")
    def upsert(self, request: Request, **kwargs: Any) -> Response:
        """
        Say what learners read of a run, with or without a listing; what is left out stays as it is.

        Answers with 201 where it had no listing. That is live unless the body says otherwise.
        """
        return self.store(self.read_body(self.patch_writer))
