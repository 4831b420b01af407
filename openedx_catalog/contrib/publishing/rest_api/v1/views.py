"""Courses to work on, and what stands under each. Each method is a call of the `api` of publishing."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from openedx_catalog.contrib.listings.models_api import Level, Subject
from openedx_catalog.contrib.listings.rest_api.v1.writers import IMAGE_FORM, ImageWriter
from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.lib.rest.schema import described, refusals
from openedx_catalog.lib.rest.serializers import with_reason
from openedx_catalog.models_api import CatalogCourse, CourseRun
from openedx_catalog.rest_api.v1.base import find_run, no_such

from ... import api, workflow
from ...models_api import Review
from ...workflow import Action
from . import filters, readers, writers
from .base import OfCourse, WithCopies, adding, changing, reading

TO_CREATE = ("org", "course_code", "title")


class CourseViewSet(WithCopies):
    """
    Catalog courses that you may work on, by uuid or key: those that you edit; for staff and legal reviewers all.

    Values are those that learners read; with `editable` those of the working copy, where there is one.
    """

    reader: Any = readers.WorkableCourseReader
    writer: Any = writers.OpenedCourseWriter
    patch_writer: Any = writers.WorkingCopyWriter
    filterset_class: Any = filters.CourseFilter
    minimal_fields = ("uuid", "key", "title", "state")
    references: ClassVar[dict[Any, str]] = {Subject: "subjects", Level: "level"}
    error_fields: ClassVar[dict[str, dict[str, str]]] = {
        "*": {"org_code": "owners"},
        "create": {"org_code": "org", "organization": "org"},
    }

    @described(
        request=with_reason(writers.OpenedCourseWriter),
        responses={200: readers.WorkableCourseReader, 201: readers.WorkableCourseReader, **refusals(409)},
    )
    def create(self, request: Request, **kwargs: Any) -> Response:
        """
        Create a catalog course, of which you are the first editor; or open the working copy of one that is there.

        Answers with 200 where there was a working copy already.
        """
        self.refuse_unknown_parameters(())
        values = self.read_body(self.writer)
        given = set(values)
        if given not in ({"catalog_course"}, set(TO_CREATE)):
            raise InvalidRequest(reason=_('Give either "catalog_course", or "org", "course_code" and "title".'))
        if "catalog_course" in given:
            course = self.target("catalog_course", values["catalog_course"])
            is_new = api.find_working_copy(course) is None
            self.acting(course, Action.EDIT, partial(api.open_working_copy, course, **self.provenance()))
        else:
            course, is_new = self._created(values), True
        data = self.represent(course)
        headers = {"ETag": self.etag(data), "Location": self.reverse_action("detail", args=[self.lookup_of(course)])}
        return Response(data, status.HTTP_201_CREATED if is_new else status.HTTP_200_OK, headers=headers)

    def _created(self, values: dict[str, Any]) -> CatalogCourse:
        self.refuse_unseen_organization(values["org"])
        if not api.may_create(self.request.user, values["org"]):
            self.permission_denied(self.request)
        copy = api.create_course(org_code=values.pop("org"), **values, **self.provenance())
        return copy.catalog_course

    def do_update(self, row: Any, values: dict[str, Any]) -> None:
        # A body may say nothing.
        self.acting(row, Action.EDIT, lambda: values and api.set_working_copy(row, **values, **self.provenance()))

    def do_delete(self, row: Any) -> None:
        self.acting(row, Action.DISCARD, lambda: api.perform(row, Action.DISCARD, **self.provenance()))

    @changing({"application/json": with_reason(ImageWriter), "multipart/form-data": IMAGE_FORM}, readers.WorkableCourseReader)
    def upload(self, request: Request, **kwargs: Any) -> Response:
        """Give the working copy of a course an image, in place of the one that it has. Answers with the course."""
        values = self.read_body(ImageWriter)
        return self.change(lambda row: self.do_update(row, values))

    @reading(readers.ActionsReader)
    def actions(self, request: Request, **kwargs: Any) -> Response:
        """What you may do with a course now."""
        self.refuse_unknown_parameters(())
        state = api.state_of(self.course)
        return Response({"state": state, "actions": list(workflow.allowed(state, self.roles(self.course)))})

    @changing(with_reason(writers.ActionWriter), readers.WorkableCourseReader)
    def act(self, request: Request, **kwargs: Any) -> Response:
        """
        Take a course a step further, or back. A rejection needs a reason. Answers with the course as it is then.

        What its state does not allow is refused with 409, and so is publishing what needs a review first.
        """
        values = self.read_body(writers.ActionWriter)
        if values["action"] not in api.STEPS:
            raise InvalidRequest(field="action", reason=_("Expected one of %(names)s.") % {"names": ", ".join(api.STEPS)})
        step = Action(values["action"])
        return self.change(lambda row: self.acting(row, step, lambda: api.perform(row, **values, **self.provenance())))

    @reading(readers.ComparisonReader)
    def compare(self, request: Request, **kwargs: Any) -> Response:
        """What publishing a course would change of what learners read, value by value: of the course, then of its runs."""
        self.refuse_unknown_parameters(())
        found = api.compare(self.course)
        return Response({"differences": [readers.difference(each, request.build_absolute_uri) for each in found]})


class CourseLegalFields(WithCopies):
    """In which countries a course may not be taken; legal reviewers say so."""

    reader: Any = readers.LegalFieldsReader
    minimal_fields = ("restricted_countries",)

    @changing(with_reason(writers.LegalFieldsWriter), readers.LegalFieldsReader)
    def say(self, request: Request, **kwargs: Any) -> Response:
        """Say in the working copy of a course in which countries it may not be taken, and why."""
        values = self.read_body(writers.LegalFieldsWriter)

        def work(row: CatalogCourse) -> None:
            self.acting(row, Action.EDIT_LEGAL, lambda: values and api.set_legal_fields(row, **values, **self.provenance()))

        return self.change(work)


class CourseRuns(WithCopies):
    """The runs of a course, by course key or uuid: what learners read of them, or are to read, and their dates."""

    model = CourseRun
    reader: Any = readers.WorkableRunReader
    patch_writer = writers.RunWorkingCopyWriter
    filterset_class: Any = filters.RunFilter
    minimal_fields = ("uuid", "course_key", "title")
    lookup_url_kwarg = "course_key"

    def rows(self) -> QuerySet:
        return CourseRun.objects.filter(catalog_course=self.course).order_by("key_ci", "pk")

    def find(self, key: str) -> Any:
        # First, so that nothing is told of runs of a course that is kept back.
        course, run = self.course, find_run(key)
        if run.catalog_course_id != course.pk:
            raise no_such(CourseRun, key)
        return run

    def lookup_of(self, row: Any) -> str:
        return str(row.course_key)

    def hold(self, row: Any) -> None:
        super().hold(self.course)

    def do_update(self, row: Any, values: dict[str, Any]) -> None:
        work = partial(api.set_run_working_copy, row.course_key, **values, **self.provenance())
        self.acting(self.course, Action.EDIT, lambda: values and work())


class CourseReviews(OfCourse):
    """The steps that a course has taken on its way to learners, the oldest first."""

    model = Review
    reader: Any = readers.ReviewReader
    minimal_fields = ("action", "at")

    def known(self) -> QuerySet:
        return api.get_reviews(self.course)


class CourseComments(OfCourse):
    """What those who work on a course say to each other. Not there where the site has no comments."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not api.takes_comments():
            raise NotFound

    @reading(readers.CommentsReader)
    def comments(self, request: Request, **kwargs: Any) -> Response:
        """The comments on a course, the oldest first."""
        self.refuse_unknown_parameters(())
        found = api.get_comments(self.course)
        return Response({"comments": list(map(readers.comment, found.comments)), "is_complete": found.is_complete})

    @adding(writers.CommentWriter, readers.CommentReader)
    def comment(self, request: Request, **kwargs: Any) -> Response:
        """Comment on a course, or on one of its runs: for its editors, legal reviewers and staff."""
        self.refuse_unknown_parameters(())
        values = self.read_body(writers.CommentWriter)
        if not self.roles(self.course):
            self.permission_denied(request)
        row = api.add_comment(self.course, **values, **self.provenance())
        return Response(readers.comment(row.shown), status.HTTP_201_CREATED)
