"""The resources of programs. Each method is a call of their `api`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from openedx_catalog.lib import permissions
from openedx_catalog.lib.rest.base import is_uuid, row_action
from openedx_catalog.lib.rest.schema import described, refusals
from openedx_catalog.models_api import CatalogCourse, CourseRun
from openedx_catalog.rest_api.v1.base import CatalogViewSet
from openedx_catalog.rest_api.v1.serializers import CourseRunReader

from ... import api
from ...models_api import Curriculum, Degree, DegreeCost, DegreeDeadline, Program, ProgramType
from . import filters, serializers

_KEY = OpenApiParameter("key", str, required=True, description="A course key, or the partner's external key.")


class _ProgramsViewSet(CatalogViewSet):
    """What all of them share."""

    def read_body(self, writer: Any) -> dict[str, Any]:
        """With the program and the catalog course that it names, as far as whoever asks may know of them."""
        values = super().read_body(writer)
        if (uuid := values.get("program")) is not None:
            values["program"] = self.named("program", lambda: self.seen(api.get_program(uuid)))
        if "catalog_course" in values:
            values["catalog_course"] = self.target("catalog_course", values["catalog_course"])
        return values


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
    fixed_fields = ("uuid",)
    filterset_class = filters.ProgramFilter
    lookup_field = "uuid"
    minimal_fields = ("uuid", "title", "status")
    references = {ProgramType: "type", CourseRun: "course_key"}
    create_row = staticmethod(api.create_program)
    update_row = staticmethod(api.update_program)
    delete_row = staticmethod(api.delete_program)

    def find(self, key: str) -> Any:
        return api.get_program(key) if is_uuid(key) else api.get_program(readable_id=key)

    def do_update(self, row: Any, values: dict[str, Any]) -> Any:
        if values.get("status") == Program.Status.DELETED and not permissions.can_write(self.request.user, Program, "delete"):
            # By another name it is the same.
            raise PermissionDenied
        return super().do_update(row, values)

    @described(parameters=[_KEY], responses={200: CourseRunReader, **refusals(404)}, filters=False)
    @action(detail=True, url_path="resolve-run")
    def resolve_run(self, request: Request, **kwargs: Any) -> Response:
        """Which run of this program does a key name: the run's own, or its partner's?"""
        self.refuse_unknown_parameters(("key",))
        given = request.query_params.getlist("key")
        if len(given) != 1 or not given[0].strip():
            raise ValidationError({"key": [_("Give exactly one value that is not empty.")]})
        try:
            run = api.resolve_run(self.found(), given[0])
        except CourseRun.DoesNotExist as error:
            raise NotFound(str(error)) from error
        for data in CourseRunReader.read([run.pk]):
            return Response(data)
        raise NotFound

    @row_action(serializers.RunWriter, path="exclude-run")
    def exclude_run(self, row: Program, values: dict[str, Any]) -> None:
        """Leave a run of one of its courses out of this program."""
        api.exclude_course_run(row, **values, **self.provenance())

    @row_action(serializers.RunWriter, path="include-run")
    def include_run(self, row: Program, values: dict[str, Any]) -> None:
        """Let a run that was left out count again."""
        api.include_course_run(row, **values, **self.provenance())


class CurriculumViewSet(_ProgramsViewSet):
    """Curricula, by uuid. What was offered is retired by its dates; deleting one is for slips."""

    model = Curriculum
    reader = serializers.CurriculumReader
    writer = serializers.CurriculumWriter
    fixed_fields = ("courses", "version")
    filterset_class = filters.CurriculumFilter
    lookup_field = "uuid"
    minimal_fields = ("uuid", "name", "program")
    references = {CatalogCourse: "courses"}
    create_row = staticmethod(api.create_curriculum)
    update_row = staticmethod(api.update_curriculum)
    delete_row = staticmethod(api.remove)

    @row_action(serializers.AddMemberWriter)
    def add(self, row: Curriculum, values: dict[str, Any]) -> None:
        """Put a course or a program into this curriculum."""
        if "program" in values:
            api.add_program(row, **values, **self.provenance())
        else:
            runs = [self.target_run("excluded_runs", key) for key in values.pop("excluded_runs", ())]
            api.add_course(row, excluded_runs=runs, **values, **self.provenance())

    @row_action(serializers.MemberWriter)
    def retire(self, row: Curriculum, values: dict[str, Any]) -> None:
        """Let a course or a program leave this curriculum at an instant; it stays on record."""
        api.retire(self._member(row, values), **values, **self.provenance())

    @row_action(serializers.RemoveWriter)
    def remove(self, row: Curriculum, values: dict[str, Any]) -> None:
        """Take a course or a program out of this curriculum as if it had never been there."""
        api.remove(self._member(row, values), **values, **self.provenance())

    @row_action(serializers.OrderWriter)
    def reorder(self, row: Curriculum, values: dict[str, Any]) -> None:
        """Give the courses of this curriculum another order."""
        api.reorder(row, **values, **self.provenance())

    def _member(self, row: Curriculum, values: dict[str, Any]) -> Any:
        """The row of a course or program in this curriculum that is in effect, else that will be, else the last one."""
        field = "program" if "program" in values else "catalog_course"
        rows: Any = row.program_memberships if field == "program" else row.course_memberships
        if not (found := list(rows.filter(**{field: values.pop(field)}))):
            raise ValidationError({field: [_("It is not in this curriculum.")]})
        return max(found, key=lambda member: (member.is_current(), not member.is_over(), member.pk))


class DegreeViewSet(_ProgramsViewSet):
    """Degrees, by the uuid of the program that each is."""

    model = Degree
    reader = serializers.DegreeReader
    writer = serializers.DegreeWriter
    fixed_fields = ("program",)
    filterset_class = filters.DegreeFilter
    lookup_url_kwarg = "program"
    minimal_fields = ("program", "title")
    create_row = staticmethod(api.create_degree)
    update_row = staticmethod(api.update_degree)
    http_method_names = ["get", "post", "patch", "head"]

    def find(self, key: str) -> Any:
        if not is_uuid(key):
            raise Degree.DoesNotExist(_("Expected the UUID of a program."))
        return api.get_degree(self.seen(api.get_program(key)))

    def lookup_of(self, row: Any) -> str:
        return str(row.program.uuid)

    @row_action(serializers.CostWriter, ("add", DegreeCost))
    def costs(self, row: Degree, values: dict[str, Any]) -> None:
        """Say what a part of this degree costs, from one instant on."""
        api.add_cost(row, **values, **self.provenance())

    @row_action(serializers.DeadlineWriter, ("add", DegreeDeadline))
    def deadlines(self, row: Degree, values: dict[str, Any]) -> None:
        """Say when something about this degree is due."""
        api.add_deadline(row, **values, **self.provenance())
