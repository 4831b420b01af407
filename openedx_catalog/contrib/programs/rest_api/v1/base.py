"""Shared by the resources of programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db import router
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError

from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib.rest.base import is_uuid, row_action
from openedx_catalog.lib.rest.filters import read_instant
from openedx_catalog.lib.transactions import atomically
from openedx_catalog.rest_api.v1.base import CatalogViewSet

from ... import api
from ...api.dated import hold
from .history import RowHistory
from .writers import RetireWriter

AT = OpenApiParameter("at", datetime, description="What is shown as of this instant; default: now.")
DATES = ("effective_at", "retired_at")


class ProgramsViewSet(RowHistory, CatalogViewSet):
    """What all of them share."""

    # {field of a body: what finds the row that it names by its uuid}
    finders: ClassVar[dict[str, Any]] = {"program": api.get_program, "curriculum": api.get_curriculum}

    def read_body(self, writer: Any) -> dict[str, Any]:
        """With the rows that it names in place of their names, as far as whoever asks may know of them."""
        values = super().read_body(writer)
        for field in self.finders.keys() & values.keys():
            values[field] = self.row_named(field, values[field])
        if "catalog_course" in values:
            values["catalog_course"] = self.target("catalog_course", values["catalog_course"])
        if is_uuid(values.get("course_key", "")):
            values["course_key"] = self.target_run("course_key", values["course_key"])
        return values

    def hold(self, row: Any) -> None:
        """After its courses and programs, as everybody does: two writers would stop each other otherwise."""
        hold(row)
        super().hold(row)

    def row_named(self, field: str, uuid: UUID) -> Any:
        """Raises ValidationError on the field."""
        return self.named(field, lambda: self.seen(self.finders[field](uuid)))

    def parameter(self, name: str) -> str | None:
        """A parameter that may be left out, and not be empty or there twice. Raises ValidationError."""
        given = self.request.query_params.getlist(name)
        if given and (len(given) > 1 or not given[0].strip()):
            raise ValidationError({name: [_("Give exactly one value that is not empty.")]})
        return given[0] if given else None

    def instant(self, name: str = "at") -> datetime | None:
        """The instant that a parameter says, if it is there. Raises ValidationError."""
        text = self.parameter(name)
        try:
            return read_instant(text) if text else None
        except CatalogError as error:
            raise ValidationError({name: [str(error)]}) from error

    def read(self, pks: Any) -> Any:
        """As of the instant that was asked for, where the resource has one."""
        if AT not in self.detail_parameters:
            return super().read(pks)
        return self.reader.read(pks, self.request.user, moment=self.instant())


class DatedViewSet(ProgramsViewSet):
    """
    Rows of a curriculum or degree, by uuid, with their dates: PATCH gives them others, and corrects what was a slip.

    What was offered is retired; deleting it is for what should never have been there.
    """

    lookup_field = "uuid"
    detail_parameters: ClassVar[Any] = (AT,)
    delete_row = staticmethod(api.remove)

    def do_update(self, row: Any, values: dict[str, Any]) -> Any:
        """Values and dates in one step."""
        dates = {name: values.pop(name) for name in DATES if name in values}

        def both() -> Any:
            found = self.update_row(row, **values, **self.provenance()) if values else row
            return api.reschedule(found, **dates, **self.provenance()) if dates else found

        return atomically(router.db_for_write(self.model), both)

    @row_action(RetireWriter)
    def retire(self, row: Any, values: dict[str, Any]) -> Any:
        """Let this be in effect until an instant; it stays on record."""
        return api.retire(row, **values, **self.provenance())

    def offer_again(self, row: Any, values: dict[str, Any]) -> Any:
        """The next version of a row."""
        return api.reintroduce(row, **values, **self.provenance())
