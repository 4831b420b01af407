"""The resources of programs. Each method is a call of their `api`."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from openedx_catalog import api as catalog
from openedx_catalog import keys, permissions
from openedx_catalog.rest_api.v1.base import CatalogViewSet
from openedx_catalog.rest_api.v1.schema import action_documented, documented, refusals
from openedx_catalog.rest_api.v1.serializers import CourseRunReader

from ... import api
from ...models_api import Curriculum, Degree, DegreeCost, DegreeDeadline, Program, ProgramType
from . import filters, serializers

_TYPE_WRITERS = {"create": serializers.ProgramTypeWriter, "partial_update": serializers.ProgramTypePatch}
_PROGRAM_WRITERS = {
    "create": serializers.ProgramWriter,
    "partial_update": serializers.ProgramPatch,
    "exclude_run": serializers.RunWriter,
    "include_run": serializers.RunWriter,
}
_CURRICULUM_WRITERS = {
    "create": serializers.CurriculumWriter,
    "partial_update": serializers.CurriculumPatch,
    "add": serializers.AddMemberWriter,
    "retire": serializers.MemberWriter,
    "remove": serializers.MemberWriter,
    "reorder": serializers.OrderWriter,
}
_DEGREE_WRITERS = {
    "create": serializers.DegreeWriter,
    "partial_update": serializers.DegreePatch,
    "costs": serializers.CostWriter,
    "deadlines": serializers.DeadlineWriter,
}
_KEY = OpenApiParameter("key", str, required=True, description="A course key, or the partner's external key.")


def _uuid(text: str, model: Any) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise model.DoesNotExist(f"{keys.shorten(text, 60)!r} is not a UUID.") from None


class _ProgramsViewSet(CatalogViewSet):
    """What all of them share: rows by uuid, and a target in the body that is not there is told on its field."""

    lookup_value_regex = "[^/]+"

    def program_of(self, values: dict[str, Any]) -> Program:
        """The program that the body names. Raises ValidationError on the field."""
        try:
            return self.seen(api.get_program(values.pop("program")))
        except ObjectDoesNotExist as error:
            raise ValidationError({"program": [str(error)]}) from error

    def target_run(self, field: str, key: str) -> Any:
        """The course key of a run that the body names. Raises ValidationError on the field."""
        try:
            return catalog.get_course_run(key).course_key
        except ObjectDoesNotExist as error:
            raise ValidationError({field: [str(error)]}) from error


@documented(serializers.ProgramTypeReader, _TYPE_WRITERS)
class ProgramTypeViewSet(_ProgramsViewSet):
    """Kinds of programs, by slug."""

    model = ProgramType
    reader: Any = serializers.ProgramTypeReader
    serializer_class = serializers.ProgramTypeReader
    writers = _TYPE_WRITERS
    filterset_class = filters.ProgramTypeFilter
    lookup_field = "slug"
    minimal_fields = ("slug", "name")

    def rows(self) -> QuerySet:
        return ProgramType.objects.order_by("pk")

    def find(self, key: str) -> Any:
        return api.get_program_type(key)

    def lookup_of(self, row: Any) -> str:
        return row.slug

    def do_create(self, values: dict[str, Any]) -> Any:
        return api.create_program_type(**values, **self.change_notes())

    def do_update(self, row: Any, values: dict[str, Any]) -> Any:
        return api.update_program_type(row, **values, **self.change_notes())

    def do_delete(self, row: Any) -> None:
        api.delete_program_type(row, **self.change_notes())


@documented(serializers.ProgramReader, _PROGRAM_WRITERS)
class ProgramViewSet(_ProgramsViewSet):
    """
    Programs, by uuid or readable id. Deleting one is a status: the row stays.

    Unpublished, deleted and hidden ones are there for whoever may view programs.
    """

    model = Program
    reader: Any = serializers.ProgramReader
    serializer_class = serializers.ProgramReader
    writers = _PROGRAM_WRITERS
    filterset_class = filters.ProgramFilter
    lookup_url_kwarg = "uuid"
    minimal_fields = ("uuid", "title", "status")
    needed: ClassVar[dict[str, Any]] = dict.fromkeys(("exclude_run", "include_run"), (("change", Program),))

    def rows(self) -> QuerySet:
        return Program.objects.order_by("pk")

    def find(self, key: str) -> Any:
        try:
            return api.get_program(UUID(key))
        except ValueError:
            return api.get_program(readable_id=key)

    def lookup_of(self, row: Any) -> str:
        return str(row.uuid)

    def do_create(self, values: dict[str, Any]) -> Any:
        values["type"] = self._type(values["type"])
        return api.create_program(**values, **self.change_notes())

    def do_update(self, row: Any, values: dict[str, Any]) -> Any:
        if "type" in values:
            values["type"] = self._type(values["type"])
        if values.get("status") == Program.Status.DELETED and not permissions.can_write(self.request.user, Program, "delete"):
            # By another name it is the same.
            raise PermissionDenied
        return api.update_program(row, **values, **self.change_notes())

    def do_delete(self, row: Any) -> None:
        api.delete_program(row, **self.change_notes())

    def _type(self, slug: str) -> ProgramType:
        try:
            return api.get_program_type(slug)
        except ObjectDoesNotExist as error:
            raise ValidationError({"type": [f"There is no program type {keys.shorten(slug, 60)!r}."]}) from error

    @extend_schema(parameters=[_KEY], responses={200: CourseRunReader, **refusals(404)}, filters=False)
    @action(detail=True, url_path="resolve-run")
    def resolve_run(self, request: Request, **kwargs: Any) -> Response:
        """Which run of this program does a key name: the run's own, or its partner's?"""
        self.refuse_unknown_parameters(("key",))
        given = request.query_params.getlist("key")
        if len(given) != 1 or not given[0].strip():
            raise ValidationError({"key": ["Exactly one value, which is not empty."]})
        run = api.resolve_run(self.found(), given[0])
        for data in CourseRunReader.read([run.pk]):
            return Response(data)
        raise NotFound

    @action_documented(serializers.RunWriter, serializers.ProgramReader)
    @action(detail=True, methods=["post"], url_path="exclude-run")
    def exclude_run(self, request: Request, **kwargs: Any) -> Response:
        """Leave a run of one of its courses out of this program."""
        return self._change_run("exclude_run", api.exclude_course_run)

    @action_documented(serializers.RunWriter, serializers.ProgramReader)
    @action(detail=True, methods=["post"], url_path="include-run")
    def include_run(self, request: Request, **kwargs: Any) -> Response:
        """Let a run that was left out count again."""
        return self._change_run("include_run", api.include_course_run)

    def _change_run(self, name: str, change: Any) -> Response:
        values = self.read_body(name)
        key = self.target_run("course_key", values.pop("course_key"))

        def work(row: Program) -> Program:
            change(row, key, **values, **self.change_notes())
            return row

        return self.change(work)


@documented(serializers.CurriculumReader, _CURRICULUM_WRITERS)
class CurriculumViewSet(_ProgramsViewSet):
    """Curricula, by uuid. What was offered is retired by its dates; deleting one is for slips."""

    model = Curriculum
    reader: Any = serializers.CurriculumReader
    serializer_class = serializers.CurriculumReader
    writers = _CURRICULUM_WRITERS
    filterset_class = filters.CurriculumFilter
    lookup_url_kwarg = "uuid"
    minimal_fields = ("uuid", "name", "program")
    needed: ClassVar[dict[str, Any]] = dict.fromkeys(("add", "retire", "remove", "reorder"), (("change", Curriculum),))

    def rows(self) -> QuerySet:
        return Curriculum.objects.order_by("pk")

    def find(self, key: str) -> Any:
        return api.get_curriculum(_uuid(key, Curriculum))

    def lookup_of(self, row: Any) -> str:
        return str(row.uuid)

    def do_create(self, values: dict[str, Any]) -> Any:
        program = self.program_of(values)
        courses = [self.target("courses", key) for key in values.pop("courses", ())]
        return api.create_curriculum(program, courses=courses, **values, **self.change_notes())

    def do_update(self, row: Any, values: dict[str, Any]) -> Any:
        if "program" in values:
            values["program"] = self.program_of(values)
        return api.update_curriculum(row, **values, **self.change_notes())

    def do_delete(self, row: Any) -> None:
        api.remove(row, **self.change_notes())

    @action_documented(serializers.AddMemberWriter, serializers.CurriculumReader)
    @action(detail=True, methods=["post"])
    def add(self, request: Request, **kwargs: Any) -> Response:
        """Put a course or a program into this curriculum."""
        values = self.read_body("add")
        target, put = self._member_target(values), api.add_course
        if isinstance(target, Program):
            put = api.add_program  # type: ignore[assignment]
        elif "excluded_runs" in values:
            values["excluded_runs"] = [self.target_run("excluded_runs", key) for key in values["excluded_runs"]]
        return self._changed(lambda row: put(row, target, **values, **self.change_notes()))

    @action_documented(serializers.MemberWriter, serializers.CurriculumReader)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, **kwargs: Any) -> Response:
        """Let a course or a program leave this curriculum at an instant; it stays on record."""
        values = self.read_body("retire")
        target = self._member_target(values)
        return self._changed(lambda row: api.retire(self._member(row, target), **values, **self.change_notes()))

    @action_documented(serializers.MemberWriter, serializers.CurriculumReader)
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, **kwargs: Any) -> Response:
        """Take a course or a program out of this curriculum as if it had never been there."""
        values = self.read_body("remove")
        if "at" in values:
            raise ValidationError({"at": ["What is removed goes at once; retire it at an instant."]})
        target = self._member_target(values)
        return self._changed(lambda row: api.remove(self._member(row, target), **values, **self.change_notes()))

    @action_documented(serializers.OrderWriter, serializers.CurriculumReader)
    @action(detail=True, methods=["post"])
    def reorder(self, request: Request, **kwargs: Any) -> Response:
        """Give the courses of this curriculum another order."""
        values = self.read_body("reorder")
        courses = [self.target("courses", key) for key in values.pop("courses")]
        return self._changed(lambda row: api.reorder(row, courses, **values, **self.change_notes()))

    def _member_target(self, values: dict[str, Any]) -> Any:
        if "program" in values:
            return self.program_of(values)
        return self.target("catalog_course", values.pop("catalog_course"))

    def _member(self, row: Curriculum, target: Any) -> Any:
        """The row of a course or program in this curriculum that is in effect, else that will be, else the last one."""
        rows = row.program_memberships if isinstance(target, Program) else row.course_memberships
        field = "program" if isinstance(target, Program) else "catalog_course"
        found = sorted(
            rows.filter(**{field: target}), key=lambda member: (member.is_current(), not member.is_over(), member.pk)
        )
        if not found:
            raise ValidationError({field: ["It does not stand in this curriculum."]})
        return found[-1]

    def _changed(self, work: Any) -> Response:
        def then_this(row: Curriculum) -> Curriculum:
            work(row)
            return row

        return self.change(then_this)


@documented(serializers.DegreeReader, _DEGREE_WRITERS)
class DegreeViewSet(_ProgramsViewSet):
    """Degrees, by the uuid of the program that each is."""

    model = Degree
    reader: Any = serializers.DegreeReader
    serializer_class = serializers.DegreeReader
    writers = _DEGREE_WRITERS
    filterset_class = filters.DegreeFilter
    lookup_url_kwarg = "program"
    minimal_fields = ("program", "title")
    needed: ClassVar[dict[str, Any]] = {"costs": (("add", DegreeCost),), "deadlines": (("add", DegreeDeadline),)}
    http_method_names = ["get", "post", "patch", "head"]

    def rows(self) -> QuerySet:
        return Degree.objects.order_by("pk")

    def find(self, key: str) -> Any:
        program = self.seen(api.get_program(_uuid(key, Program)))
        return api.get_degree(program)

    def lookup_of(self, row: Any) -> str:
        return str(row.program.uuid)

    def do_create(self, values: dict[str, Any]) -> Any:
        return api.create_degree(self.program_of(values), **values, **self.change_notes())

    def do_update(self, row: Any, values: dict[str, Any]) -> Any:
        api.update_degree(row, **values, **self.change_notes())
        return row

    @action_documented(serializers.CostWriter, serializers.DegreeReader)
    @action(detail=True, methods=["post"])
    def costs(self, request: Request, **kwargs: Any) -> Response:
        """Say what a part of this degree costs, from one instant on."""
        return self._add("costs", api.add_cost)

    @action_documented(serializers.DeadlineWriter, serializers.DegreeReader)
    @action(detail=True, methods=["post"])
    def deadlines(self, request: Request, **kwargs: Any) -> Response:
        """Say when something about this degree is due."""
        return self._add("deadlines", api.add_deadline)

    def _add(self, name: str, add: Any) -> Response:
        values = self.read_body(name)

        def work(row: Degree) -> Degree:
            add(row, **values, **self.change_notes())
            return row

        return self.change(work)
