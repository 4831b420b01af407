"""
Learner pathways as resources, which are read. What of them is there for whom, `doors` says.

Everybody, whoever may change them included, sees active pathways alone: what is being prepared stands in the admin.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from openedx_catalog.lib import texts
from openedx_catalog.lib.rest.base import ResourceViewSet
from openedx_catalog.lib.rest.schema import IF_NONE_MATCH, SHAPE, described, refusals
from openedx_catalog.lib.values import parse_uuid

from ... import api, doors
from ...models_api import LearnerPathway
from . import filters, readers

COURSE_KEYS, PROGRAM_UUIDS = "course_keys", "program_uuids"
_UUIDS = {"type": "array", "items": {"type": "string", "format": "uuid"}}
_ASKED = [
    OpenApiParameter(COURSE_KEYS, str, description="Keys of catalog courses or of runs, comma-separated; at most 100."),
    OpenApiParameter(PROGRAM_UUIDS, str, description="Comma-separated; at most 100."),
]


class LearnerPathwayViewSet(ResourceViewSet):
    """
    Steps that lead learners to a goal, by uuid, and how long they take.

    Only those that are active, and for the user: for everybody, for one of his organizations, or for one of his groups. What is
    unlisted is in no list, and found by its uuid. Whoever may view learner pathways sees those for others, too.
    """

    http_method_names = ["get", "head"]
    model = LearnerPathway
    reader: Any = readers.LearnerPathwayReader
    filterset_class = filters.LearnerPathwayFilter
    lookup_field = "uuid"
    minimal_fields = ("uuid", "title")

    def get_queryset(self) -> Any:
        return doors.seen_by(self.request.user)

    def seen(self, row: Any, name: str = "") -> Any:
        found = doors.seen_by(self.request.user, unlisted=True).filter(pk=row.pk).first()
        if found is None:
            raise self.model.DoesNotExist
        return found

    def found(self) -> Any:
        """The same answer for what is not there, is inactive, or for others."""
        name = self.kwargs[self.lookup_field]
        try:
            return self.seen(self.find(name), name)
        except ObjectDoesNotExist as error:
            facts = {"kind": self.model._meta.verbose_name, "name": texts.shorten(name, 60)}
            raise NotFound(_("There is no %(kind)s %(name)r.") % facts) from error

    def read(self, pks: Any) -> Any:
        return self.reader.read(pks, self.request.user, absolute=self.request.build_absolute_uri)

    @described(
        summary="Read a learner pathway in short",
        parameters=[*SHAPE, IF_NONE_MATCH],
        responses={200: readers.LearnerPathwaySnapshotReader, 304: None, **refusals(404)},
        filters=False,
    )
    @action(detail=True)
    def snapshot(self, request: Request, **kwargs: Any) -> Response:
        """A learner pathway in short: how much its steps offer, and not what."""
        self.reader = readers.LearnerPathwaySnapshotReader
        return self.retrieve(request, **kwargs)

    @described(
        summary="Find the learner pathways that offer a course or a program",
        parameters=_ASKED,
        responses={200: _UUIDS, **refusals()},
        filters=False,
    )
    @action(detail=False, pagination_class=None)
    def uuids(self, request: Request, **kwargs: Any) -> Response:
        """
        The uuids of the learner pathways of the list that offer one of these courses, a part of one, or one of these programs.

        The oldest pathway comes first. Keys and uuids of nothing are nothing; malformed ones are refused.
        """
        self.refuse_unknown_parameters((COURSE_KEYS, PROGRAM_UUIDS))
        courses = filters.several(request, COURSE_KEYS, filters.read_key)
        programs = filters.several(request, PROGRAM_UUIDS, parse_uuid)
        if not courses and not programs:
            raise ValidationError({COURSE_KEYS: [_("Give course_keys or program_uuids.")]})
        course_ids = filters.known_courses(request.user, courses)
        program_ids = filters.known_programs(request.user, programs)
        rows = api.pathways_with(course_ids, program_ids, among=self.get_queryset())
        return Response([str(uuid) for uuid in rows.values_list("uuid", flat=True)])
