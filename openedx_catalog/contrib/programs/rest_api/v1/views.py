"""The resources of programs. Each method is a call of their `api`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from openedx_catalog.lib import permissions
from openedx_catalog.lib.rest.base import is_uuid, row_action
from openedx_catalog.lib.rest.schema import refusals
from openedx_catalog.rest_api.v1.base import CatalogViewSet
from openedx_catalog.rest_api.v1.serializers import CourseRunReader

from ... import api
from ...models_api import Curriculum, Degree, DegreeCost, DegreeDeadline, Program, ProgramType
from . import filters, serializers

_KEY = OpenApiParameter("key", str, required=True, description="A course key, or the partner's external key.")


class _ProgramsViewSet(CatalogViewSet):
    """What all of them share: a program that a body names and that is not there is told on its field."""

    def program_of(self, values: dict[str, Any]) -> Program:
        """The program that the body names. Raises ValidationError on the field."""
        return self.named("program", lambda: self.seen(api.get_program(values.pop("program"))))


class ProgramTypeViewSet(_ProgramsViewSet):
    """Kinds of programs, by slug."""

    model = ProgramType
    reader = serializers.ProgramTypeReader
    writer = serializers.ProgramTypeWriter
    filterset_class = filters.ProgramTypeFilter
    lookup_field = "slug"
    minimal_fields = ("slug", "name")
    create_row = staticmethod(api.create_program_type)
    update_row = staticmethod(api.update_program_type)
    delete_row = staticmethod(api.delete_program_type)


class ProgramViewSet(_ProgramsViewSet):
    """
    Programs, by uuid or readable id. Deleting one is a status: the row stays.

    Unpublished, deleted and hidden ones are there for whoever may view programs.
    """

    model = Program
    reader = serializers.ProgramReader
    writer = serializers.ProgramWriter
    patch_writer = serializers.ProgramPatch
    filterset_class = filters.ProgramFilter
    lookup_field = "uuid"
    minimal_fields = ("uuid", "title", "status")
    delete_row = staticmethod(api.delete_program)

    def find(self, key: str) -> Any:
        return api.get_program(UUID(key)) if is_uuid(key) else api.get_program(readable_id=key)

    def do_create(self, values: dict[str, Any]) -> Any:
        return api.create_program(**self._with_type(values), **self.provenance())

    def do_update(self, row: Any, values: dict[str, Any]) -> Any:
        if values.get("status") == Program.Status.DELETED and not permissions.can_write(self.request.user, Program, "delete"):
            # By another name it is the same.
            raise PermissionDenied
        return api.update_program(row, **self._with_type(values), **self.provenance())

    def _with_type(self, values: dict[str, Any]) -> dict[str, Any]:
        if "type" in values:
            values["type"] = self.named("type", lambda: api.get_program_type(values["type"]))
        return values

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

    @row_action(serializers.RunWriter, path="exclude-run")
    def exclude_run(self, row: Program, values: dict[str, Any]) -> None:
        """Leave a run of one of its courses out of this program."""
        key = self.target_run("course_key", values.pop("course_key"))
        api.exclude_course_run(row, key, **values, **self.provenance())

    @row_action(serializers.RunWriter, path="include-run")
    def include_run(self, row: Program, values: dict[str, Any]) -> None:
        """Let a run that was left out count again."""
        key = self.target_run("course_key", values.pop("course_key"))
        api.include_course_run(row, key, **values, **self.provenance())


class CurriculumViewSet(_ProgramsViewSet):
    """Curricula, by uuid. What was offered is retired by its dates; deleting one is for slips."""

    model = Curriculum
    reader = serializers.CurriculumReader
    writer = serializers.CurriculumWriter
    patch_writer = serializers.CurriculumPatch
    filterset_class = filters.CurriculumFilter
    lookup_field = "uuid"
    minimal_fields = ("uuid", "name", "program")
    delete_row = staticmethod(api.remove)

    def do_create(self, values: dict[str, Any]) -> Any:
        program = self.program_of(values)
        courses = [self.target("courses", key) for key in values.pop("courses", ())]
        return api.create_curriculum(program, courses=courses, **values, **self.provenance())

    def do_update(self, row: Any, values: dict[str, Any]) -> Any:
        if "program" in values:
            values["program"] = self.program_of(values)
        return api.update_curriculum(row, **values, **self.provenance())

    @row_action(serializers.AddMemberWriter)
    def add(self, row: Curriculum, values: dict[str, Any]) -> None:
        """Put a course or a program into this curriculum."""
        target = self._member_target(values)
        if isinstance(target, Program):
            api.add_program(row, target, **values, **self.provenance())
        else:
            if "excluded_runs" in values:
                values["excluded_runs"] = [self.target_run("excluded_runs", key) for key in values["excluded_runs"]]
            api.add_course(row, target, **values, **self.provenance())

    @row_action(serializers.MemberWriter)
    def retire(self, row: Curriculum, values: dict[str, Any]) -> None:
        """Let a course or a program leave this curriculum at an instant; it stays on record."""
        api.retire(self._member(row, self._member_target(values)), **values, **self.provenance())

    @row_action(serializers.RemoveWriter)
    def remove(self, row: Curriculum, values: dict[str, Any]) -> None:
        """Take a course or a program out of this curriculum as if it had never been there."""
        api.remove(self._member(row, self._member_target(values)), **values, **self.provenance())

    @row_action(serializers.OrderWriter)
    def reorder(self, row: Curriculum, values: dict[str, Any]) -> None:
        """Give the courses of this curriculum another order."""
        courses = [self.target("courses", key) for key in values.pop("courses")]
        api.reorder(row, courses, **values, **self.provenance())

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
            raise ValidationError({field: ["It is not in this curriculum."]})
        return found[-1]


class DegreeViewSet(_ProgramsViewSet):
    """Degrees, by the uuid of the program that each is."""

    model = Degree
    reader = serializers.DegreeReader
    writer = serializers.DegreeWriter
    patch_writer = serializers.DegreePatch
    filterset_class = filters.DegreeFilter
    lookup_url_kwarg = "program"
    minimal_fields = ("program", "title")
    http_method_names = ["get", "post", "patch", "head"]

    def find(self, key: str) -> Any:
        if not is_uuid(key):
            raise Degree.DoesNotExist("Expected the uuid of a program.")
        return api.get_degree(self.seen(api.get_program(key)))

    def lookup_of(self, row: Any) -> str:
        return str(row.program.uuid)

    def do_create(self, values: dict[str, Any]) -> Any:
        return api.create_degree(self.program_of(values), **values, **self.provenance())

    def do_update(self, row: Any, values: dict[str, Any]) -> Any:
        api.update_degree(row, **values, **self.provenance())
        return row

    @row_action(serializers.CostWriter, ("add", DegreeCost))
    def costs(self, row: Degree, values: dict[str, Any]) -> None:
        """Say what a part of this degree costs, from one instant on."""
        api.add_cost(row, **values, **self.provenance())

    @row_action(serializers.DeadlineWriter, ("add", DegreeDeadline))
    def deadlines(self, row: Degree, values: dict[str, Any]) -> None:
        """Say when something about this degree is due."""
        api.add_deadline(row, **values, **self.provenance())
