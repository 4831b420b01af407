"""Degrees: what they cost and when they are due, at any instant."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Unpack
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import router
from django.db.models import QuerySet

from openedx_catalog.data import UNSET, Unset
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import Change, Provenance, save_with_history, store_changes
from openedx_catalog.lib.dated import insert_dated
from openedx_catalog.lib.transactions import atomically

from .. import signals
from ..models import Degree, DegreeCost, DegreeDeadline, Program
from . import _writing
from .programs import locked_program, program_id
from .values import parse_amount, parse_currency, parse_due, parse_zone

__all__ = ["add_cost", "add_deadline", "create_degree", "get_costs", "get_deadlines", "get_degree", "update_degree"]


def get_degree(program: Program | UUID | str) -> Degree:
    """The degree that a program is, the program joined. Raises Degree.DoesNotExist, Program.DoesNotExist, InvalidRequest."""
    return Degree.objects.select_related("program__type").get(program_id=program_id(program))


def get_costs(degree: Degree, *, at: datetime | None = None) -> QuerySet[DegreeCost]:
    """What a degree costs at an instant, now unless given, by description. One query when it is read."""
    return DegreeCost.objects.filter(degree_id=degree.pk).current(_writing.at_or_now(at)).order_by("description", "pk")


def get_deadlines(degree: Degree, *, at: datetime | None = None) -> QuerySet[DegreeDeadline]:
    """The deadlines that are in effect at an instant, now unless given, passed ones included, the earliest first."""
    return DegreeDeadline.objects.filter(degree_id=degree.pk).current(_writing.at_or_now(at)).order_by("due_at", "pk")


def create_degree(program: Program | UUID | str, *, apply_url: str = "", **provenance: Unpack[Provenance]) -> Degree:
    """
    Make a program a degree. It is listed as the program that it is. One that is a degree already stays so, as it is.

    Emits ``program.updated``. Does not check permissions. Raises Program.DoesNotExist, InvalidValue, InvalidRequest.
    """
    url, change = _url(apply_url), Change(**provenance)

    def work() -> Degree:
        parent = locked_program(program)
        degree = Degree.objects.filter(program=parent).first()
        if degree is None:
            degree = Degree(program=parent, apply_url=url)
            save_with_history(degree, change)
            _writing.record_program_event(signals.PROGRAM_UPDATED, parent, change)
        return degree

    return atomically(router.db_for_write(Degree), work)


def update_degree(degree: Degree, *, apply_url: str | Unset = UNSET, **provenance: Unpack[Provenance]) -> Degree:
    """Change what only a degree has. Emits ``program.updated``. Raises Degree.DoesNotExist, InvalidValue."""
    wanted = {"apply_url": apply_url if apply_url is UNSET else _url(apply_url)}
    change = Change(**provenance)

    def work() -> Degree:
        parent = locked_program(_program_of(degree))
        row = Degree.objects.get(pk=degree.pk)
        if store_changes(row, wanted, change):
            _writing.record_program_event(signals.PROGRAM_UPDATED, parent, change)
        return row

    return atomically(router.db_for_write(Degree), work)


def add_cost(
    degree: Degree,
    *,
    description: str,
    amount: Decimal | str | int,
    currency: str,
    effective_at: datetime | str | None = None,
    retired_at: datetime | str | None = None,
    version: str = "",
    **provenance: Unpack[Provenance],
) -> DegreeCost:
    """
    Say what a part of a degree costs: an exact `amount` (no float) of a `currency` such as "USD", from one instant on.

    Another amount later is a row of its own: `retire` the old one, or `reintroduce` it with ``amount=…``. Emits
    ``program.updated``. Does not check permissions. Raises DatesOverlap, DuplicateVersion, InvalidDates, InvalidValue,
    InvalidDate, Degree.DoesNotExist.
    """
    row = DegreeCost(
        description=values.text("description", description, required=True),
        amount=parse_amount(amount),
        currency=parse_currency(currency),
    )
    _date(row, effective_at, retired_at, version)
    return _add(degree, row, f"{row.description!r}", Change(**provenance))


def add_deadline(
    degree: Degree,
    *,
    semester: str,
    name: str,
    due_at: datetime | str,
    zone: str = "UTC",
    effective_at: datetime | str | None = None,
    retired_at: datetime | str | None = None,
    version: str = "",
    **provenance: Unpack[Provenance],
) -> DegreeDeadline:
    """
    Say when something is due: `due_at` (aware, or ISO 8601 with an offset), shown by the clock of `zone`, an IANA name.

    Emits ``program.updated``. Does not check permissions. Raises as `add_cost`.
    """
    row = DegreeDeadline(
        semester=values.text("semester", semester, max_length=100, required=True),
        name=values.text("name", name, max_length=100, required=True),
        due_at=parse_due(due_at),
        zone=parse_zone(zone),
    )
    _date(row, effective_at, retired_at, version)
    return _add(degree, row, f"{row.semester}, {row.name}", Change(**provenance))


def _program_of(degree: Degree) -> Program:
    """Raises Degree.DoesNotExist."""
    return Degree.objects.select_related("program").get(pk=degree.pk).program


def _url(value: Any) -> str:
    url = values.text("apply_url", value)
    try:
        if url:
            URLValidator(schemes=["http", "https"])(url)
    except ValidationError as error:
        raise values.invalid("apply_url", value, "it is no http address") from error
    return url


def _date(row: Any, effective_at: Any, retired_at: Any, version: str) -> None:
    row.effective_at = values.instant("effective_at", effective_at)
    row.retired_at = values.instant("retired_at", retired_at)
    row.version = values.text("version", version, max_length=32)


def _add(degree: Degree, row: Any, subject: str, change: Change) -> Any:
    def work() -> Any:
        parent = locked_program(_program_of(degree))
        row.pk, row._state.adding, row.degree_id = None, True, degree.pk
        insert_dated(row, subject, change)
        _writing.record_program_event(signals.PROGRAM_UPDATED, parent, change)
        return row

    return atomically(router.db_for_write(Degree), work)
