"""Shared by all our views: permissions, parameters, the shape of answers, and that two writers lose nothing."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ClassVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import models, router
from django.utils.functional import cached_property, classproperty
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import permissions as drf_permissions
from rest_framework import status, viewsets
from rest_framework.authentication import BaseAuthentication
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from .. import permissions, texts
from ..exceptions import CatalogError
from ..routing import reads_from_writer
from ..transactions import atomically, rolled_back
from . import errors
from .authentication import authentication_classes, challenges
from .etags import etag_of, state_of, tags_of
from .filters import CatalogFilterBackend
from .pagination import PARAMETERS as PAGING
from .pagination import CatalogPagination
from .parsing import MAX_BODY as MAX_BODY
from .parsing import StrictJSONParser
from .restricted import NotRestricted
from .schema import CatalogSchema, action_documented, documented
from .serializers import MAX_NAMED, Writer, patch_of, with_reason

_SHAPE = ("fields", "view")
# What every list takes beside its filters.
LIST_PARAMETERS = (*PAGING, *_SHAPE)
# A hundred course keys in one parameter.
MAX_PARAMETER = 32_768
_REQUEST_ID = re.compile(r"[\w.-]{1,64}\Z")
_ACTIONS = {"POST": "add", "PUT": "change", "PATCH": "change", "DELETE": "delete"}


class CatalogPermission(drf_permissions.BasePermission):
    """`openedx_catalog.permissions`, by method, unless the action names what it needs (`row_action`)."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not permissions.can_read(request.user):
            return False
        verb = _ACTIONS.get(request.method or "")
        if verb is None or view.action in view.reading_actions:
            return True
        needed = getattr(getattr(view, view.action or "", None), "needs", None) or ((verb, None),)
        return all(permissions.can_write(request.user, model or view.model, verb) for verb, model in needed)


class SignedIn(drf_permissions.BasePermission):
    """Whoever is signed in may ask; the view decides what he sees and may do, for which Django may have no permission."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.user.is_authenticated) and permissions.can_read(request.user)


def needing(*needs: tuple[str, Any] | str) -> Callable[[Callable[..., Any]], Any]:
    """Decorate an action that needs all these permissions: ``"change"`` of the resource's own model, or ``("add", Model)``."""

    def decorate(method: Any) -> Any:
        method.needs = tuple(need if isinstance(need, tuple) else (need, None) for need in needs)
        return method

    return decorate


def row_action(writer: type[Writer], *needs: tuple[str, Any] | str, path: str = "") -> Callable[[Callable[..., Any]], Any]:
    """
    Decorate ``method(self, row, values) -> row or None``: a POST to ``<row>/<path>/``, answered with the row as it is then.

    With ``?dry_run=true`` the answer is the row as it would be, the header ``X-Dry-Run: true`` says so, and nothing changes.
    `needs` are those of `needing`; the default is ``"change"``. `values` are those of the body, as `writer` reads them. The
    method runs as `change` has it: under If-Match in a transaction.
    """

    def decorate(method: Callable[..., Any]) -> Any:
        @wraps(method)
        def view(self: ResourceViewSet, request: Request, **kwargs: Any) -> Response:
            values = self.read_body(writer)
            return self.change(lambda row: method(self, row, values) or row, may_preview=True)

        found: Any = action(detail=True, methods=["post"], url_path=path or method.__name__)(view)
        found.writer = writer
        return needing(*(needs or ("change",)))(found)

    return decorate


class ResourceViewSet(viewsets.GenericViewSet):
    """
    One resource: list, detail, create, PATCH and delete, each a call of a function of an API.

    A subclass names `model`, `reader`, `writer` (of which a PATCH refuses the `fixed_fields` and may leave out each other one,
    unless it has a `patch_writer`), `filterset_class`, `lookup_field`, `minimal_fields` (what ``?view=minimal`` leaves), and
    the functions: ``create_row = staticmethod(api.…)``, called with the values of the body and the provenance,
    ``update_row`` and ``delete_row``, called with the row before. What differs is overridden.
    """

    # Who somebody is, and how often one may ask, is the host's affair: its authentication and its throttles. What a request and
    # an answer look like is ours, whatever the host's defaults are.
    permission_classes = (NotRestricted, CatalogPermission)
    parser_classes: Any = (StrictJSONParser,)
    renderer_classes = (JSONRenderer,)
    filter_backends = (CatalogFilterBackend,)
    pagination_class = CatalogPagination
    content_negotiation_class = DefaultContentNegotiation
    versioning_class = None
    schema = CatalogSchema()
    http_method_names = ["get", "post", "patch", "delete", "head"]
    metadata_class = None
    lookup_value_regex = "[^/]+"

    model: Any = None
    reader: Any = None
    writer: Any = None
    patch_writer: Any = None
    fixed_fields: ClassVar[tuple[str, ...]] = ()
    filterset_class: Any = FilterSet
    minimal_fields: tuple[str, ...]
    create_row: Any = None
    update_row: Any = None
    delete_row: Any = None
    reading_actions: ClassVar[tuple[str, ...]] = ()
    delete_parameters: ClassVar[tuple[str, ...]] = ("reason",)
    # Why this request changes something; of an action whose body has a reason of its own it is among the values.
    reason = ""
    # What a detail takes beside ?fields and ?view, as OpenAPI has it.
    detail_parameters: ClassVar[tuple[OpenApiParameter, ...]] = ()
    # {model: field of the body} of what bodies name: where it is not there, the field is refused.
    references: ClassVar[dict[Any, str]] = {}
    # {action: {field of the API's error: field of the body}}
    error_fields: ClassVar[dict[str, dict[str, str]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.reader is None:
            return
        cls.serializer_class = cls.reader
        if "writer" in cls.__dict__ and "patch_writer" not in cls.__dict__:
            cls.patch_writer = patch_of(cls.writer, cls.fixed_fields)
        create, patch = (writer and with_reason(writer) for writer in (cls.writer, cls.patch_writer))
        documented(cls.reader, create, patch, cls.detail_parameters)(cls)
        # Its own actions, and those of what it mixes in.
        mixed_in = [base for base in cls.__bases__ if not issubclass(base, ResourceViewSet)]
        for name, method in [member for part in (*mixed_in, cls) for member in vars(part).items()]:
            if written := getattr(method, "writer", None):
                setattr(cls, name, action_documented(with_reason(written), cls.reader)(method))

    @classproperty
    def authentication_classes(cls) -> Sequence[type[BaseAuthentication]]:  # noqa: N805
        """Looked up at each request; middleware of edx-drf-extensions asks the class for it."""
        return authentication_classes()

    # What a subclass may override

    def rows(self) -> Any:
        """All rows, in the order of the list."""
        return self.model.objects.order_by("pk")

    def find(self, key: str) -> Any:
        """The row of a URL, whoever asks. Raises DoesNotExist, or a CatalogError where the URL names nothing."""
        field = self.model._meta.get_field(self.lookup_field)
        if (isinstance(field, models.UUIDField) and not is_uuid(key)) or texts.names_nothing(key):
            text = _("Nothing here has the %(field)s %(value)r.")
            raise self.model.DoesNotExist(text % {"field": field.verbose_name, "value": texts.shorten(key, 60)})
        return self.model._default_manager.get(**{self.lookup_field: key})

    def lookup_of(self, row: Any) -> str:
        """The name of the row in its URL."""
        return str(getattr(row, self.lookup_field))

    def do_create(self, values: dict[str, Any]) -> Any:
        return self.create_row(**values, **self.provenance())

    def do_update(self, row: Any, values: dict[str, Any]) -> Any:
        """Returns the row as it is afterwards."""
        return self.update_row(row, **values, **self.provenance())

    def do_delete(self, row: Any) -> None:
        self.delete_row(row, **self.provenance())

    def hold(self, row: Any) -> None:
        """Lock a row until the transaction ends, and first whatever its writers lock before it."""
        list(self.model.objects.filter(pk=row.pk).order_by().select_for_update().values_list("pk"))

    # The actions

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """What a request that writes looks up, and is answered with, is what is stored, however late a replica is."""
        name = self.action_map.get(request.method.lower())
        if request.method in drf_permissions.SAFE_METHODS or name in self.reading_actions:
            return super().dispatch(request, *args, **kwargs)
        with reads_from_writer():
            return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> Any:
        """The rows that the user may see."""
        return permissions.visible(self.request.user, self.rows())

    def list(self, request: Request, **kwargs: Any) -> Response:
        return self.answer_page(self.filter_queryset(self.get_queryset()))

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        self.refuse_unknown_parameters((*_SHAPE, *(parameter.name for parameter in self.detail_parameters)))
        data = self.represent(self.found())
        tag = self.etag(data)
        if tags_of(request.headers.get("If-None-Match", "")) & {tag, "*"}:
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": tag})
        return Response(self.shape()(data), headers={"ETag": tag})

    def create(self, request: Request, **kwargs: Any) -> Response:
        self.refuse_unknown_parameters(())
        row = self.do_create(self.read_body(self.writer))
        data = self.represent(self.find(self.lookup_of(row)))
        location = self.reverse_action("detail", args=[self.lookup_of(row)])
        return Response(data, status.HTTP_201_CREATED, headers={"ETag": self.etag(data), "Location": location})

    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        values = self.read_body(self.patch_writer)
        return self.change(lambda row: self.do_update(row, values))

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        self.reason = request.query_params.get("reason", "")
        self.change(self.do_delete, gone=True, parameters=self.delete_parameters)
        return Response(status=status.HTTP_204_NO_CONTENT)

    # What they are made of

    def change(
        self, work: Callable[[Any], Any], *, gone: bool = False, parameters: Sequence[str] = (), may_preview: bool = False
    ) -> Response:
        """
        Do `work` on the row, if it still has the ETag of If-Match; the answer is the row as it is afterwards.

        Without If-Match there is no transaction around it, so that the API itself retries after a conflict with another writer.
        Where it `may_preview`, ``?dry_run=true`` rolls it back once the answer is made.
        """
        self.refuse_unknown_parameters((*parameters, "dry_run") if may_preview else parameters)
        if may_preview and self.is_asked("dry_run"):
            response = rolled_back(router.db_for_write(self.model), lambda: self._changed(work, gone=gone))
            response["X-Dry-Run"] = "true"
            return response
        return self._changed(work, gone=gone)

    def _changed(self, work: Callable[[Any], Any], *, gone: bool) -> Response:
        row = self.found()
        expected = self.request.headers.get("If-Match", "").strip()

        def if_unchanged() -> Any:
            # Hold the row, then look at it again: the second of two writers sees what the first one stored.
            self.hold(row)
            known = {state_of(tag) for tag in tags_of(expected)}
            if expected != "*" and state_of(self.etag(self.represent(self.found()))) not in known:
                raise errors.PreconditionFailed
            return work(row)

        changed = atomically(router.db_for_write(self.model), if_unchanged) if expected else work(row)
        if gone:
            return Response()
        data = self.represent(self.find(self.lookup_of(changed or row)))
        return Response(data, headers={"ETag": self.etag(data)})

    def found(self) -> Any:
        """The row of this URL. Not found is also what is not a key at all, and what the user may not see."""
        name = self.kwargs[self.lookup_url_kwarg or self.lookup_field]
        try:
            return self.seen(self.find(name), name)
        except (ObjectDoesNotExist, CatalogError) as error:
            raise NotFound(str(error)) from error

    def seen(self, row: Any, name: str = "") -> Any:
        """A row that was named so, if the user may see it. Raises its DoesNotExist, with the message for one that is none."""
        if permissions.sees_all(self.request.user, type(row)):
            return row
        return permissions.visible(self.request.user, type(row)._default_manager.all()).get(pk=row.pk)

    def read_body(self, writer: type[Writer]) -> dict[str, Any]:
        """The request's values by name, their types checked; what it says of why goes into `provenance`."""
        writer = writer if self.action in self.reading_actions else with_reason(writer)
        body = writer(data=self.request.data)
        body.is_valid(raise_exception=True)
        values = dict(body.validated_data)
        if writer.takes_reason:
            self.reason = values.pop("reason", "")
        return values

    def named(self, field: str, find: Callable[[], Any]) -> Any:
        """The row that a field of the body names. Raises ValidationError on that field where there is none, or no such name."""
        try:
            return find()
        except CatalogError as error:
            if not isinstance(error, ObjectDoesNotExist):
                error.field = field
                raise
            raise ValidationError({field: [str(error)]}) from error
        except ObjectDoesNotExist as error:
            raise ValidationError({field: [str(error)]}) from error

    def represent(self, row: Any) -> dict[str, Any]:
        """As it is stored now. Raises NotFound where it was deleted meanwhile."""
        for data in self.read([row.pk]):
            return data
        raise NotFound

    def etag(self, data: dict[str, Any]) -> str:
        """The ETag of a representation by this resource's reader."""
        return etag_of(data, self.reader.told_by_the_clock)

    def read(self, pks: Sequence[int]) -> Sequence[dict[str, Any]]:
        """The representations of these rows, in this order."""
        return self.reader.read(pks, self.request.user)

    def answer_page(self, queryset: Any) -> Response:
        shape = self.shape()
        page: Any = self.paginate_queryset(queryset)
        return self.get_paginated_response([shape(data) for data in self.read(page)])

    def filter_queryset(self, queryset: Any) -> Any:
        """Narrow a list; every parameter must be one that we know."""
        filters = self.filterset_class.base_filters
        self.refuse_unknown_parameters({*filters, *LIST_PARAMETERS})
        asked = {name: sent for name, sent in self.request.query_params.lists() if name in filters}
        # Otherwise a client whose list of keys happens to be empty would get the whole catalog.
        if wrong := [name for name, sent in asked.items() if len(sent) > 1 or not sent[0].strip(" ,")]:
            raise ValidationError({name: [_("Expected exactly one value that is not empty.")] for name in wrong})
        # django-filter copies all filters of a list, and makes a form of them, before it looks which are asked for.
        return super().filter_queryset(queryset) if asked else queryset

    def refuse_unknown_parameters(self, known: Any) -> None:
        """Raise ValidationError for a parameter that is none of `known`, or that is too long to be looked at."""
        given = self.request.query_params
        if unknown := sorted(set(given) - set(known))[:MAX_NAMED]:
            raise ValidationError(
                {texts.shorten(name, 60): [_("There is no such parameter. Check its spelling.")] for name in unknown}
            )
        if long := [name for name, sent in given.lists() if max(map(len, sent)) > MAX_PARAMETER]:
            limit = {"limit": f"{MAX_PARAMETER:,}"}
            raise ValidationError({name: [_("Expected at most %(limit)s characters.") % limit] for name in long})

    def is_asked(self, name: str) -> bool:
        """Whether a parameter is ``true``; it may be left out. Raises ValidationError for all else."""
        given = self.request.query_params.getlist(name) or ["false"]
        if given not in (["true"], ["false"]):
            raise ValidationError({name: [_("Expected true or false.")]})
        return given == ["true"]

    def shape(self) -> Callable[[dict[str, Any]], dict[str, Any]]:
        """What ``?view=minimal`` and ``?fields=a,b`` make of a representation."""
        parameters = self.request.query_params
        if parameters.get("view", "minimal") != "minimal":
            raise ValidationError({"view": [_('Expected "minimal", which is the only view.')]})
        names = [name.strip() for name in parameters.get("fields", "").split(",") if name.strip()]
        if unknown := sorted(set(names) - set(self.reader._declared_fields)):
            text = _("There are no such fields: %(names)s. Check their spelling.")
            raise ValidationError({"fields": [text % {"names": texts.shorten(", ".join(unknown))}]})
        kept = set(names or self.reader._declared_fields)
        if "view" in parameters:
            kept &= set(self.minimal_fields)
        return lambda data: {name: value for name, value in data.items() if name in kept}

    def get_exception_handler(self) -> Any:
        return errors.handle

    def get_authenticate_header(self, request: Request) -> str:
        return challenges(request, self.get_authenticators())

    def provenance(self) -> dict[str, Any]:
        """Who, through which request and why: ``source``, ``user`` and ``reason``, if any, of every call that writes."""
        why = {"reason": self.reason} if self.reason else {}
        return {"source": f"rest:{self.request_id}", "user": self.request.user, **why}

    @cached_property
    def request_id(self) -> str:
        """The caller's X-Request-ID, or one of ours; every answer carries it."""
        given = self.request.headers.get("X-Request-ID", "")
        return given if _REQUEST_ID.match(given) else uuid.uuid4().hex

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["X-Request-ID"] = self.request_id
        return response


def is_uuid(text: str) -> bool:
    """Whether a text is a UUID."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
