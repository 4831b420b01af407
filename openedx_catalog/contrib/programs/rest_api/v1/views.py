"""Program types and programs as resources. Each method is a call of the programs' `api`."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.exceptions import PermissionDenied

from openedx_catalog.lib import permissions
from openedx_catalog.lib.rest.base import is_uuid, row_action
from openedx_catalog.models_api import CourseRun
from openedx_catalog.rest_api.v1.base import NamedViewSet

from ... import api
from ...models_api import Program, ProgramType
from . import filters, readers, writers
from .asking import ProgramQuestions
from .base import AT, ProgramsViewSet


class ProgramTypeViewSet(ProgramsViewSet, NamedViewSet):
    """Kinds of programs, by slug."""

    model = ProgramType
    reader = readers.ProgramTypeReader
    writer = writers.ProgramTypeWriter
    fixed_fields = ("uuid",)
    create_row = staticmethod(api.create_program_type)
    update_row = staticmethod(api.update_program_type)
    delete_row = staticmethod(api.delete_program_type)


class ProgramViewSet(ProgramQuestions):
    """
    Programs, by uuid or readable id. Deleting one is a status: the row stays.

    Unpublished, deleted and hidden ones are there for whoever may view programs.
    """

    model = Program
    reader = readers.ProgramReader
    writer = writers.ProgramWriter
    fixed_fields = ("uuid",)
    filterset_class: Any = filters.narrowed_by_runs(filters.ProgramFilter)
    lookup_field = "uuid"
    minimal_fields = ("uuid", "title", "status")
    detail_parameters: ClassVar[Any] = (AT,)
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

    @row_action(writers.RunWriter, path="exclude-run")
    def exclude_run(self, row: Program, values: dict[str, Any]) -> None:
        """Leave a run of one of its courses out of this program."""
        api.exclude_course_run(row, **values, **self.provenance())

    @row_action(writers.RunWriter, path="include-run")
    def include_run(self, row: Program, values: dict[str, Any]) -> None:
        """Let a run that was left out count again."""
        api.include_course_run(row, **values, **self.provenance())
