"""Course runs over REST: many moved at once, following their keys again, and deleted for good."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ... import api, keys
from ...exceptions import KeyLeadsNowhere
from ...lib.rest.base import row_action
from ...lib.rest.schema import DRY_RUN, IF_MATCH, REASON, described, refusals
from ...models_api import CatalogCourse, CourseRun
from . import serializers
from .base import CatalogViewSet

_FOR_GOOD = OpenApiParameter(
    "for_good", bool, description="true: no sync, file or event creates the run again, until it is restored."
)


class MovesRuns(CatalogViewSet):
    """What the resource of course runs has besides the usual."""

    delete_parameters: ClassVar[tuple[str, ...]] = ("reason", "for_good")

    @described(parameters=[IF_MATCH, REASON, _FOR_GOOD], responses={204: None, **refusals(404, 409, 412)})
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        return super().destroy(request, **kwargs)

    def do_delete(self, row: Any) -> None:
        api.delete_course_run(str(row.course_key), for_good=self.is_asked("for_good"), **self.provenance())

    @described(
        request=serializers.FollowWriter,
        parameters=[IF_MATCH, DRY_RUN],
        responses={200: serializers.CourseRunReader, **refusals(404, 409, 412)},
        filters=False,
    )
    @row_action(serializers.FollowWriter, path="follow-key")
    def follow_key(self, row: CourseRun, values: dict[str, Any]) -> CourseRun:
        """Let this run follow its key again: under the catalog course that its key leads to, implicitly."""
        if self.keeps_back():
            self._refuse_unseen(str(row.course_key))
        return api.follow_key(str(row.course_key), **values, **self.provenance())

    def _refuse_unseen(self, course_key: str) -> None:
        """Raise KeyLeadsNowhere where a key leads to a course that is kept back from the user."""
        key = keys.parse_course_key(course_key)
        course = api.find_catalog_course(org_code=key.org, course_code=key.course)
        if course is not None and not self.knows(course):
            raise KeyLeadsNowhere(course_key=key.text, key_str=keys.format_key_str(key.org, key.course))

    @described(
        operation_id="course_runs_move_many",
        request=serializers.MoveManyWriter,
        parameters=[DRY_RUN],
        responses={200: serializers.MoveReportReader, **refusals()},
        filters=False,
    )
    @action(detail=False, methods=["post"], url_path="move")
    def move_many(self, request: Request, **kwargs: Any) -> Response:
        """Make catalog courses those of up to 1,000 runs, for good. Answers 200 with an outcome for each, whatever it is."""
        self.refuse_unknown_parameters(("dry_run",))
        values = self.read_body(serializers.MoveManyWriter)
        moves = values.pop("moves")
        records = [api.MoveRecord(**move, line=line) for line, move in enumerate(moves, 1)]
        unseen = self._unseen(records)
        seen = [record for record in records if record.line not in unseen]
        report = api.move_course_runs(seen, dry_run=self.is_asked("dry_run"), **values, **self.provenance())
        report = api.MoveReport(sorted([*unseen.values(), *report.rows], key=lambda row: row.line))
        return Response({"outcomes": report.outcomes, "rows": [row._asdict() for row in report.rows]})

    move_many.needs = (("change", None),)  # type: ignore[attr-defined]

    def _unseen(self, records: list[api.MoveRecord]) -> dict[int, api.MoveOutcome]:
        """What is answered to those that name a row that is kept back from the user, by line: as if there were none."""
        runs = self.hidden(CourseRun, [record.course_run for record in records])
        courses = self.hidden(CatalogCourse, [record.catalog_course for record in records])
        found = {}
        for record in records:
            error = runs.get(record.course_run) or courses.get(record.catalog_course)
            if error:
                code = "course_run_not_found" if record.course_run in runs else "catalog_course_not_found"
                shown = keys.shorten(record.course_run)
                found[record.line] = api.MoveOutcome(record.line, shown, "invalid", code=code, reason=str(error))
        return found
