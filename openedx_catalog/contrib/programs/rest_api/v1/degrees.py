"""Degrees, what they cost and when they are due, as resources. Each method is a call of the programs' `api`."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext as _

from openedx_catalog.lib.rest.base import is_uuid, row_action

from ... import api
from ...models_api import Degree, DegreeCost, DegreeDeadline
from . import filters, readers, writers
from .base import AT, DatedViewSet, ProgramsViewSet


class DegreeViewSet(ProgramsViewSet):
    """Degrees, by the uuid of the program that each is."""

    model = Degree
    reader = readers.DegreeReader
    writer = writers.DegreeWriter
    fixed_fields = ("program",)
    filterset_class = filters.DegreeFilter
    lookup_url_kwarg = "program"
    minimal_fields = ("program", "title")
    detail_parameters: ClassVar[Any] = (AT,)
    create_row = staticmethod(api.create_degree)
    update_row = staticmethod(api.update_degree)
    http_method_names = ["get", "post", "patch", "head"]

    def find(self, key: str) -> Any:
        if not is_uuid(key):
            raise Degree.DoesNotExist(_("Expected the UUID of a program."))
        return api.get_degree(self.seen(api.get_program(key)))

    def lookup_of(self, row: Any) -> str:
        return str(row.program.uuid)

    @row_action(writers.CostWriter, ("add", DegreeCost))
    def costs(self, row: Degree, values: dict[str, Any]) -> None:
        """Say what a part of this degree costs, from one instant on."""
        api.add_cost(row, **values, **self.provenance())

    @row_action(writers.DeadlineWriter, ("add", DegreeDeadline))
    def deadlines(self, row: Degree, values: dict[str, Any]) -> None:
        """Say when something about this degree is due."""
        api.add_deadline(row, **values, **self.provenance())


class _OfDegree(DatedViewSet):
    """What costs and deadlines share."""

    def row_named(self, field: str, uuid: UUID) -> Any:
        return self.named(field, lambda: api.get_degree(self.seen(api.get_program(uuid))))

    finders: ClassVar[dict[str, Any]] = {"degree": api.get_degree}


class DegreeCostViewSet(_OfDegree):
    """What degrees cost, by the uuid of the row. Another amount from now on is another version: retire, or reintroduce."""

    model = DegreeCost
    reader = readers.DegreeCostReader
    writer = writers.DegreeCostWriter
    fixed_fields = ("degree", "version")
    filterset_class = filters.DegreeCostFilter
    minimal_fields = ("uuid", "degree", "description")
    create_row = staticmethod(api.add_cost)
    update_row = staticmethod(api.update_cost)

    @row_action(writers.ReintroduceCostWriter, "add")
    def reintroduce(self, row: Any, values: dict[str, Any]) -> Any:
        """What it costs again from an instant on, or costs then. Answers with that."""
        return self.offer_again(row, values)


class DegreeDeadlineViewSet(_OfDegree):
    """When something about degrees is due, by the uuid of the row."""

    model = DegreeDeadline
    reader = readers.DegreeDeadlineReader
    writer = writers.DegreeDeadlineWriter
    fixed_fields = ("degree", "version")
    filterset_class = filters.DegreeDeadlineFilter
    minimal_fields = ("uuid", "degree", "semester", "name")
    create_row = staticmethod(api.add_deadline)
    update_row = staticmethod(api.update_deadline)

    @row_action(writers.ReintroduceDeadlineWriter, "add")
    def reintroduce(self, row: Any, values: dict[str, Any]) -> Any:
        """The deadline that follows a former one. Answers with that."""
        return self.offer_again(row, values)
