"""The codes of a catalog course over REST: actions of its resource. Each method is a call of `openedx_catalog.api`."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter
from organizations.models import Organization
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ... import api
from ...lib.rest.base import row_action
from ...lib.rest.schema import described, refusals
from ...lib.rest.serializers import Text
from ...models_api import CatalogCourse
from .base import CatalogViewSet
from .serializers import CatalogCourseReader, MoveWriter, ReasonedWriter

_NEXT_RUN = [
    OpenApiParameter("start", str, description="When the run starts: ISO 8601 with an offset. Default: now."),
    OpenApiParameter("term", str, description="The run part of the key, instead of the third of the year and the year."),
]


class ReleaseCodeWriter(ReasonedWriter):
    """The former code that the course lets go of, and why; its organization, if there are several."""

    code = Text(max_length=255)
    org_code = Text(max_length=255, required=False)


class GiveCodeWriter(ReleaseCodeWriter):
    """The former code, the course that it leads to from now on, and why."""

    to = Text(max_length=600)


class SwapCodesWriter(MoveWriter):
    """The course to swap codes with, and why."""


class RerunCodeWriter(ReasonedWriter):
    """The code that new runs are keyed with, null or "" for the course's own, and why."""

    code = Text(max_length=255, allow_null=True, allow_blank=True)


class NextRunKeyReader(serializers.Serializer):
    """A key that no run has."""

    course_key = serializers.CharField()


class CourseCodeActions(CatalogViewSet):
    """What the resource of catalog courses does with their codes."""

    model = CatalogCourse
    reader: Any = CatalogCourseReader
    error_fields: ClassVar[dict[str, Any]] = {
        "release_code": {"catalog_course": "code"},
        "give_code": {"catalog_course": "code"},
        "swap_codes": {"second": "catalog_course"},
        "set_rerun_code": {"catalog_course": "code"},
        "next_run_key": {"course_key": "term"},
    }
    references: ClassVar[dict[Any, str]] = {Organization: "org_code"}

    @row_action(ReleaseCodeWriter, path="release-code")
    def release_code(self, row: CatalogCourse, values: dict[str, Any]) -> CatalogCourse:
        """Let go of a former code: it is free for a new catalog course."""
        self.refuse_unseen_organization(values.get("org_code"), creates=False)
        return api.release_course_code(row, values.pop("code"), **values, **self.provenance())

    @row_action(GiveCodeWriter, path="give-code")
    def give_code(self, row: CatalogCourse, values: dict[str, Any]) -> CatalogCourse:
        """Let a former code lead to another catalog course. Answers with that one."""
        to = self.target("to", values.pop("to"))
        self.refuse_unseen_organization(values.get("org_code"), creates=False)
        return api.give_course_code(row, values.pop("code"), to=to, **values, **self.provenance())

    @row_action(SwapCodesWriter, path="swap-codes")
    def swap_codes(self, row: CatalogCourse, values: dict[str, Any]) -> CatalogCourse:
        """Swap codes with another catalog course; all runs stay where they are. Answers with this one."""
        other = self.target("catalog_course", values.pop("catalog_course"))
        return api.swap_course_codes(row, other, **values, **self.provenance())[0]

    @row_action(RerunCodeWriter, path="set-rerun-code")
    def set_rerun_code(self, row: CatalogCourse, values: dict[str, Any]) -> CatalogCourse:
        """Reserve the code that new runs of this catalog course are keyed with."""
        return api.set_rerun_code(row, values.pop("code"), **values, **self.provenance())

    @described(parameters=_NEXT_RUN, responses={200: NextRunKeyReader, **refusals(404)}, filters=False)
    @action(detail=True, url_path="next-run-key")
    def next_run_key(self, request: Request, **kwargs: Any) -> Response:
        """Propose a key for the next run of this catalog course: no run has it, whatever its case. Reserves nothing."""
        self.refuse_unknown_parameters(("start", "term"))
        given = request.query_params
        key = api.next_run_key(self.found(), start=given.get("start"), term=given.get("term"))
        return Response({"course_key": key})
