"""Curricula, and what stands in them, as resources. Each method is a call of the programs' `api`."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from openedx_catalog.lib.dated import period
from openedx_catalog.lib.rest.base import row_action
from openedx_catalog.models_api import CatalogCourse, CourseRun

from ... import api
from ...exceptions import AmbiguousMember
from ...models_api import Curriculum, CurriculumCourseMembership, CurriculumGroup, CurriculumProgramMembership
from . import filters, readers, writers
from .base import AT, DatedViewSet, ProgramsViewSet


class CurriculumViewSet(ProgramsViewSet):
    """Curricula, by uuid. What was offered is retired by its dates; deleting one is for slips."""

    model = Curriculum
    reader = readers.CurriculumReader
    writer = writers.CurriculumWriter
    fixed_fields = ("courses", "version")
    filterset_class = filters.CurriculumFilter
    lookup_field = "uuid"
    minimal_fields = ("uuid", "name", "program")
    detail_parameters: ClassVar[Any] = (AT,)
    references = {CatalogCourse: "courses"}
    create_row = staticmethod(api.create_curriculum)
    update_row = staticmethod(api.update_curriculum)
    delete_row = staticmethod(api.remove)

    @row_action(writers.AddMemberWriter)
    def add(self, row: Curriculum, values: dict[str, Any]) -> None:
        """Put a course or a program into this curriculum; from now on, where it is in effect and no date is given."""
        if "program" in values:
            api.add_program(row, **values, **self.provenance())
        else:
            runs = [self.target_run("excluded_runs", key) for key in values.pop("excluded_runs", ())]
            api.add_course(row, excluded_runs=runs, **values, **self.provenance())

    @row_action(writers.MemberWriter)
    def retire(self, row: Curriculum, values: dict[str, Any]) -> None:
        """Let a course or a program leave this curriculum at an instant; it stays on record."""
        member = self._member(row, values, lambda member: not member.is_over())
        api.retire(member, **values, **self.provenance())

    @row_action(writers.RemoveWriter)
    def remove(self, row: Curriculum, values: dict[str, Any]) -> None:
        """Take a course or a program out of this curriculum as if it had never been there."""
        api.remove(self._member(row, values, lambda member: True), **values, **self.provenance())

    @row_action(writers.OrderWriter)
    def reorder(self, row: Curriculum, values: dict[str, Any]) -> None:
        """Give the courses of this curriculum another order."""
        api.reorder(row, **values, **self.provenance())

    @row_action(writers.RetireWriter)
    def close(self, row: Curriculum, values: dict[str, Any]) -> Any:
        """Close this curriculum to new learners at an instant; those who are in it go on until it is retired."""
        return api.close_curriculum(row, **values, **self.provenance())

    @row_action(writers.ReintroduceWriter, "add")
    def reintroduce(self, row: Curriculum, values: dict[str, Any]) -> Any:
        """Offer this curriculum again, as another version with all that it had. Answers with that."""
        return api.reintroduce(row, **values, **self.provenance())

    def _member(self, row: Curriculum, values: dict[str, Any], concerns: Any) -> Any:
        """
        The row of this curriculum that is named by its uuid, or by its course or program where that has one row only.

        Those that an action `concerns` are told apart by nothing else: with one until 2027 and one from 2028 a course names
        neither. Raises AmbiguousMember, ValidationError.
        """
        field = next(name for name in writers.RemoveWriter.one_of if name in values)
        given = values.pop(field)
        by = {"uuid": given} if field == "membership" else {field: given}
        managers: dict[str, Any] = {"catalog_course": [row.course_memberships], "program": [row.program_memberships]}
        rows = managers.get(field, [row.course_memberships, row.program_memberships])
        found = [member for manager in rows for member in manager.filter(**by).order_by("pk")]
        if not found:
            raise ValidationError({field: [_("It is not in this curriculum.")]})
        concerned = list(filter(concerns, found)) or found[-1:]
        if len(concerned) > 1:
            rows = ", ".join(f"{member.uuid} ({period(member)})" for member in concerned)
            raise AmbiguousMember(subject=concerned[0].subject, rows=rows)
        return concerned[0]


class CourseMembershipViewSet(DatedViewSet):
    """Courses in curricula, by the uuid of the row: a course that left and came back has several."""

    model = CurriculumCourseMembership
    reader = readers.CourseMembershipReader
    writer = writers.CourseMembershipWriter
    fixed_fields = ("curriculum", "catalog_course", "excluded_runs", "version")
    filterset_class = filters.CourseMembershipFilter
    minimal_fields = ("uuid", "curriculum", "catalog_course")
    references = {CourseRun: "course_key"}
    update_row = staticmethod(api.update_member)
    create_row = staticmethod(api.add_course)

    def do_create(self, values: dict[str, Any]) -> Any:
        runs = [self.target_run("excluded_runs", key) for key in values.pop("excluded_runs", ())]
        return super().do_create({"excluded_runs": runs, **values})

    @row_action(writers.ReintroduceWriter, "add")
    def reintroduce(self, row: Any, values: dict[str, Any]) -> Any:
        """Let the course come back, as another version with the runs that it left out. Answers with that."""
        return self.offer_again(row, values)

    @row_action(writers.RunWriter, path="exclude-run")
    def exclude_run(self, row: Any, values: dict[str, Any]) -> None:
        """Leave a run of the course out of this curriculum."""
        api.exclude_course_run(row, **values, **self.provenance())

    @row_action(writers.RunWriter, path="include-run")
    def include_run(self, row: Any, values: dict[str, Any]) -> None:
        """Let a run that was left out count again."""
        api.include_course_run(row, **values, **self.provenance())


class ProgramMembershipViewSet(DatedViewSet):
    """Programs in curricula of other ones, by the uuid of the row."""

    model = CurriculumProgramMembership
    reader = readers.ProgramMembershipReader
    writer = writers.ProgramMembershipWriter
    fixed_fields = ("curriculum", "program", "version")
    filterset_class = filters.ProgramMembershipFilter
    minimal_fields = ("uuid", "curriculum", "program")
    update_row = staticmethod(api.update_member)
    create_row = staticmethod(api.add_program)

    @row_action(writers.ReintroduceWriter, "add")
    def reintroduce(self, row: Any, values: dict[str, Any]) -> Any:
        """Let the program come back, as another version. Answers with that."""
        return self.offer_again(row, values)


class CurriculumGroupViewSet(DatedViewSet):
    """Groups of curricula, by the uuid of the row: of the courses and programs that name the group, so many are enough."""

    model = CurriculumGroup
    reader = readers.CurriculumGroupReader
    writer = writers.GroupWriter
    fixed_fields = ("curriculum", "name", "version")
    filterset_class = filters.CurriculumGroupFilter
    minimal_fields = ("uuid", "curriculum", "name")
    update_row = staticmethod(api.update_group)
    create_row = staticmethod(api.add_group)

    @row_action(writers.ReintroduceGroupWriter, "add")
    def reintroduce(self, row: Any, values: dict[str, Any]) -> Any:
        """The group from an instant on, with another number. Answers with the new row."""
        return self.offer_again(row, values)
