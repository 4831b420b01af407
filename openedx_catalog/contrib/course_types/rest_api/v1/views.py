"""Modes, seat types and the types of runs and courses as resources. Each method is a call of the `api` of course types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import attrs
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from openedx_catalog.keys import fold
from openedx_catalog.lib import permissions
from openedx_catalog.lib.rest.base import needing
from openedx_catalog.lib.rest.schema import described, refusals
from openedx_catalog.models_api import CourseRun
from openedx_catalog.rest_api.v1.base import NamedViewSet

from ... import api
from ...data import CourseMatch
from ...models_api import CourseRunType, CourseRunTyping, CourseType, CourseTyping, Mode, SeatType
from . import filters, readers, writers


class SeatTypeViewSet(NamedViewSet):
    """Kinds of products that a shop sells, by slug."""

    model = SeatType
    reader = readers.SeatTypeReader
    writer = writers.SeatTypeWriter
    create_row = staticmethod(api.create_seat_type)
    update_row = staticmethod(api.update_seat_type)
    delete_row = staticmethod(api.delete_seat_type)


class ModeViewSet(NamedViewSet):
    """Ways to take a run, as the LMS has them, by slug."""

    model = Mode
    reader = readers.ModeReader
    writer = writers.ModeWriter
    create_row = staticmethod(api.create_mode)
    update_row = staticmethod(api.update_mode)
    delete_row = staticmethod(api.delete_mode)


class CourseRunTypeViewSet(NamedViewSet):
    """Which tracks runs have, by slug."""

    model = CourseRunType
    reader = readers.CourseRunTypeReader
    writer = writers.CourseRunTypeWriter
    fixed_fields = ("uuid",)
    references: ClassVar[dict[Any, str]] = {Mode: "tracks", SeatType: "tracks"}
    error_fields: ClassVar[dict[str, dict[str, str]]] = {"*": {"mode": "tracks", "seat_type": "tracks"}}
    create_row = staticmethod(api.create_course_run_type)
    update_row = staticmethod(api.update_course_run_type)
    delete_row = staticmethod(api.delete_course_run_type)

    def read_body(self, writer: Any) -> dict[str, Any]:
        """With tracks as the API takes them."""
        values = super().read_body(writer)
        if "tracks" in values:
            values["tracks"] = [(track["mode"], track["seat_type"]) for track in values["tracks"]]
        return values


class CourseTypeViewSet(NamedViewSet):
    """What courses are sold as, by slug."""

    model = CourseType
    reader = readers.CourseTypeReader
    writer = writers.CourseTypeWriter
    fixed_fields = ("uuid",)
    filterset_class = filters.CourseTypeFilter
    references: ClassVar[dict[Any, str]] = {CourseRunType: "course_run_types", SeatType: "entitlement_types"}
    error_fields: ClassVar[dict[str, dict[str, str]]] = {"*": {"org_code": "organizations"}}
    create_row = staticmethod(api.create_course_type)
    update_row = staticmethod(api.update_course_type)
    delete_row = staticmethod(api.delete_course_type)

    @described(request=writers.MatchWriter, responses={200: readers.MatchReportReader, **refusals(409)}, filters=False)
    @needing(("change", CourseTyping), ("change", CourseRunTyping))
    @action(detail=False, methods=["post"])
    def match(self, request: Request, **kwargs: Any) -> Response:
        """
        Give a type to up to 1,000 courses that have none, and to their runs, by what the LMS and a shop say of them.

        Answers with 200 and what became of them, also where no type fits some.
        """
        self.refuse_unknown_parameters(())
        values = self.read_body(writers.MatchWriter)
        courses = [self.target("courses", name) for name in values.pop("courses")]
        try:
            report = api.match_course_types(courses, **values, **self.provenance())
        except (CourseType.DoesNotExist, CourseRunType.DoesNotExist) as error:
            raise ValidationError({"mismatches": [str(error)]}) from error
        return Response({**attrs.asdict(report), "courses": self._told(report.courses)})

    def _told(self, courses: Sequence[CourseMatch]) -> list[dict[str, Any]]:
        """What is said of these courses, without runs that are kept back from the user."""
        if permissions.sees_all(self.request.user, CourseRun):
            return [attrs.asdict(match) for match in courses]
        named = {key for match in courses for key in (*match.run_types, *match.unfitting)}
        rows = permissions.visible(self.request.user, CourseRun.objects.filter(key_ci__among=list(map(fold, named))))
        seen = set(rows.values_list("course_key__text", flat=True))
        return [_only(match, seen) for match in courses]


def _only(match: CourseMatch, seen: set[str]) -> dict[str, Any]:
    """Its reason names runs, too."""
    told: dict[str, Any] = {"reason": match.reason if seen.issuperset(match.unfitting) else ""}
    for name in ("run_types", "unfitting"):
        told[name] = {key: said for key, said in getattr(match, name).items() if key in seen}
    return {**attrs.asdict(match), **told}
