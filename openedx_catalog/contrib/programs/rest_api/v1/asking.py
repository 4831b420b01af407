"""What programs are asked: their runs, which of them a key names. Each action is a call of the programs' `api`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from openedx_catalog.lib import permissions
from openedx_catalog.lib.rest.schema import described, refusals
from openedx_catalog.models_api import CourseRun
from openedx_catalog.rest_api.v1.history import HistoryPagination
from openedx_catalog.rest_api.v1.serializers import CourseRunReader

from ... import api
from ...models_api import Program
from . import answers
from .base import AT, ProgramsViewSet
from .readers import ProgramRunReader
from .writers import EvaluateWriter

_KEY = OpenApiParameter("key", str, required=True, description="A course key, or the partner's external key.")
_NESTED = OpenApiParameter("nested", bool, description="With the programs that it contains.")
_STARTED = OpenApiParameter("started_at", datetime, description="When somebody starts, or started; default: now.")
_FROM = OpenApiParameter("from", datetime, required=True, description="The first instant.")
_TO = OpenApiParameter("to", datetime, description="The second instant, which may be the earlier one; default: now.")
_PAGE_SIZE = OpenApiParameter("page_size", int, description="At most 100.")


class ProgramQuestions(ProgramsViewSet):
    """Actions of a program that change nothing."""

    reading_actions = ("evaluate",)

    def asked(self) -> Any:
        """The program that is asked. One that was deleted has nothing to say any more. Raises NotFound."""
        program = self.found()
        if program.status == Program.Status.DELETED:
            raise NotFound(_("The program was deleted."))
        return program

    def nested(self) -> dict[str, Any]:
        """Whether ``?nested`` asks for the programs in it too: for those that the user may know of."""
        user, nested = self.request.user, self.is_asked("nested")
        keeps = nested and not permissions.sees_all(user, Program)
        return {"nested": nested, "among": permissions.visible(user, Program.objects.all()) if keeps else None}

    @described(
        parameters=[AT, _NESTED, _PAGE_SIZE], responses={200: ProgramRunReader(many=True), **refusals(404)}, filters=False
    )
    @action(detail=True, pagination_class=HistoryPagination)
    def runs(self, request: Request, **kwargs: Any) -> Response:
        """The runs that count in this program, now or at ?at, in the order of its courses, with their partners' keys."""
        self.refuse_unknown_parameters(("at", "nested", "page", "page_size"))
        at = self.instant() or timezone.now()
        pks = [run.pk for run in api.program_runs(self.asked(), at=at, **self.nested())]
        if not permissions.sees_all(request.user, CourseRun):
            seen = set(permissions.visible(request.user, CourseRun.objects.filter(pk__in=pks)).values_list("pk", flat=True))
            pks = [pk for pk in pks if pk in seen]
        return self.get_paginated_response(ProgramRunReader.read(self.paginate_queryset(pks) or ()))

    @described(parameters=[AT], responses={200: answers.RunElsewhereReader(many=True), **refusals(404)}, filters=False)
    @action(detail=True, url_path="runs-elsewhere", pagination_class=None)
    def runs_elsewhere(self, request: Request, **kwargs: Any) -> Response:
        """The runs that its courses, now or at ?at, have on other platforms, as far as their sources list them."""
        self.refuse_unknown_parameters(("at",))
        courses = api.program_courses(self.asked(), at=self.instant() or timezone.now())
        return Response(answers.runs_elsewhere(courses, request.user))

    @described(parameters=[_KEY, AT, _NESTED], responses={200: CourseRunReader, **refusals(404, 409)}, filters=False)
    @action(detail=True, url_path="resolve-run")
    def resolve_run(self, request: Request, **kwargs: Any) -> Response:
        """Which run of this program does a key name: the run's own, or its partner's?"""
        self.refuse_unknown_parameters(("key", "at", "nested"))
        if (key := self.parameter("key")) is None:
            raise ValidationError({"key": [_("Give exactly one value that is not empty.")]})
        try:
            run = self.seen(api.resolve_run(self.asked(), key, at=self.instant(), **self.nested()))
        except CourseRun.DoesNotExist as error:
            raise NotFound(str(error)) from error
        return Response(CourseRunReader.read([run.pk])[0])

    @described(request=EvaluateWriter, responses={200: answers.EvaluationReader, **refusals(404)}, filters=False)
    @action(detail=True, methods=["post"])
    def evaluate(self, request: Request, **kwargs: Any) -> Response:
        """Has somebody who passed these runs completed this program, and what is missing?"""
        self.refuse_unknown_parameters(())
        values = self.read_body(EvaluateWriter)
        return Response(answers.evaluation(api.evaluate(self.asked(), **values), request.user))

    @described(parameters=[_STARTED], responses={200: answers.RequirementsReader, **refusals(404)}, filters=False)
    @action(detail=True, url_path="curriculum-for")
    def curriculum_for(self, request: Request, **kwargs: Any) -> Response:
        """What has somebody to take who starts, or started, at an instant: one of these curricula, as they stood then."""
        self.refuse_unknown_parameters(("started_at",))
        started_at = self.instant("started_at") or timezone.now()
        found = api.curriculum_for(self.asked(), started_at)
        return Response(answers.requirements(started_at, found, request.user))

    @described(parameters=[_FROM, _TO], responses={200: answers.DiffReader, **refusals(404)}, filters=False)
    @action(detail=True)
    def diff(self, request: Request, **kwargs: Any) -> Response:
        """What this program has at one instant, and not at another."""
        self.refuse_unknown_parameters(("from", "to"))
        if (begin := self.instant("from")) is None:
            raise ValidationError({"from": [_("Give exactly one value that is not empty.")]})
        found = api.diff_program(self.asked(), from_=begin, to=self.instant("to") or timezone.now())
        return Response(answers.diff(found, request.user))
