"""Shared by all that stands at or under the address of a catalog course: who sees it, and who may do what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import NotFound

from openedx_catalog.api.for_contrib import hold_courses
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib import permissions
from openedx_catalog.lib.rest.base import SignedIn
from openedx_catalog.lib.rest.restricted import NotRestricted
from openedx_catalog.lib.rest.schema import IF_MATCH, described, refusals
from openedx_catalog.models_api import CatalogCourse
from openedx_catalog.rest_api.v1.base import CatalogViewSet, find_course, no_such

from ... import api
from ...doors import acting
from ...workflow import Action, Role

EDITABLE = OpenApiParameter(
    "editable", bool, description="The values of the working copy, where there is one. Its ETag is the one for If-Match."
)
_REF = OpenApiParameter("ref", str, "path", description="The uuid or key of a catalog course.")


def reading(reader: Any) -> Any:
    """Decorate what answers with something that stands under a course."""
    return described(parameters=[_REF], responses={200: reader, **refusals(404)}, filters=False)


def changing(request: Any, reader: Any) -> Any:
    """Decorate what changes something under a course, and answers with it as it is then."""
    return described(
        parameters=[_REF, IF_MATCH], request=request, responses={200: reader, **refusals(404, 409, 412)}, filters=False
    )


def adding(request: Any, reader: Any) -> Any:
    """Decorate what adds something to a course, and answers with that."""
    return described(parameters=[_REF], request=request, responses={201: reader, **refusals(404)}, filters=False)


class OfCourse(CatalogViewSet):
    """A catalog course that the user may work on, or what stands under it. All other courses are as if they were not there."""

    model: Any = CatalogCourse
    permission_classes: Any = (NotRestricted, SignedIn)
    # Of these each URL has those that its route names.
    http_method_names = [*CatalogViewSet.http_method_names, "put"]
    lookup_url_kwarg: Any = "ref"

    def rows(self) -> QuerySet:
        return api.workable_courses(self.request.user).order_by("pk")

    def get_queryset(self) -> Any:
        # Those who write documents have neither a user nor a course.
        return self.model.objects.none() if getattr(self, "swagger_fake_view", False) else self.known()

    def known(self) -> QuerySet:
        """The rows that the user may see."""
        return permissions.visible(self.request.user, self.rows())

    def find(self, key: str) -> Any:
        return find_course(key)

    def lookup_of(self, row: Any) -> str:
        return str(row.uuid or row.key_str)

    def seen(self, row: Any, name: str = "") -> Any:
        if isinstance(row, CatalogCourse) and not api.workable_courses(self.request.user).filter(pk=row.pk).exists():
            raise no_such(CatalogCourse, name)
        return super().seen(row, name)

    @cached_property
    def course(self) -> CatalogCourse:
        """The course of this URL. Raises NotFound, with the same message whether it is not there or not shown."""
        name = self.kwargs["ref"]
        try:
            return self.seen(find_course(name), name)
        except (ObjectDoesNotExist, CatalogError) as error:
            raise NotFound(str(error)) from error

    def hold(self, row: Any) -> None:
        hold_courses(row)

    def roles(self, course: CatalogCourse) -> frozenset[Role]:
        """What the user is to a course."""
        return api.roles_of(self.request.user, [course])[course.pk]

    def acting(self, course: CatalogCourse, action: Action, work: Callable[[], Any]) -> None:
        """Do `work`, which takes an action, if it is for the user to take. Raises PermissionDenied."""
        acting(self.request.user, course, action, lambda _held: work())


class WithCopies(OfCourse):
    """What has the values that learners read, and with `editable` those of working copies, where there are such."""

    detail_parameters = (EDITABLE,)

    def read(self, pks: Sequence[int]) -> Sequence[dict[str, Any]]:
        # Answers to changes of working copies show these.
        editable = self.action not in ("list", "retrieve") or self.is_asked("editable")
        return self.reader.read(pks, self.request.user, editable=editable, absolute=self.request.build_absolute_uri)
