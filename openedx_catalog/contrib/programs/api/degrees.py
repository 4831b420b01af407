"""
Degrees: what they cost and when they are due, at any instant.

Nothing here checks permissions; everything that writes emits ``program.updated``.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Unpack
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from openedx_catalog.data import UNSET, Unset
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import Change, Provenance, save_with_history, store_changes
from openedx_catalog.lib.dated import insert_dated
from openedx_catalog.lib.transactions import writes_to

from .. import signals
from ..models import Degree, DegreeCost, DegreeDeadline, Program
from ._changing import record_program_event
from .lookup import id_of
from .programs import lock_program
from .values import parse_amount, parse_currency, parse_due, parse_zone


def get_degree(program: Program | UUID | str) -> Degree:
    """The degree that a program is, the program joined. Raises Degree.DoesNotExist, Program.DoesNotExist, InvalidRequest."""
    return Degree.objects.select_related("program__type").get(program_id=id_of(Program, program))


def get_costs(degree: Degree, *, at: datetime | None = None) -> QuerySet[DegreeCost]:
    """What a degree costs at an instant, now unless given, by description. One query when it is read."""
    return DegreeCost.objects.filter(degree_id=degree.pk).current(values.instant_or_now("at", at)).order_by("description", "pk")


def get_deadlines(degree: Degree, *, at: datetime | None = None) -> QuerySet[DegreeDeadline]:
    """The deadlines that are in effect at an instant, now unless given, passed ones included, the earliest first."""
    return DegreeDeadline.objects.filter(degree_id=degree.pk).current(values.instant_or_now("at", at)).order_by("due_at", "pk")


@writes_to(Degree)
def create_degree(program: Program | UUID | str, *, apply_url: str = "", **provenance: Unpack[Provenance]) -> Degree:
    """
    Make a program a degree. It is listed as the program that it is. One that is a degree already stays so, as it is.

    Raises Program.DoesNotExist, InvalidValue, InvalidRequest.
    """
    url, change = _url(apply_url), Change(**provenance)
    parent = lock_program(id_of(Program, program))
    degree = Degree.objects.filter(program=parent).first()
    if degree is None:
        degree = Degree(program=parent, apply_url=url)
        save_with_history(degree, change)
        record_program_event(signals.PROGRAM_UPDATED, parent, change)
    return degree


@writes_to(Degree)
def update_degree(degree: Degree, *, apply_url: str | Unset = UNSET, **provenance: Unpack[Provenance]) -> Degree:
    """Change what only a degree has. Raises Degree.DoesNotExist, InvalidValue."""
    wanted = {"apply_url": apply_url if apply_url is UNSET else _url(apply_url)}
    change = Change(**provenance)
    parent = _lock_program_of(degree)
    row = Degree.objects.get(pk=degree.pk)
    if store_changes(row, wanted, change):
        record_program_event(signals.PROGRAM_UPDATED, parent, change)
    return row


@writes_to(Degree)
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

    Another amount later is a row of its own: `retire` the old one, or `reintroduce` it with ``amount=…``. Raises DatesOverlap,
    DuplicateVersion, InvalidDates, InvalidValue, InvalidDate, Degree.DoesNotExist.
    """
    row = DegreeCost(
        degree_id=degree.pk,
        description=values.text("description", description, required=True),
        amount=parse_amount(amount),
        currency=parse_currency(currency),
        **_dates(effective_at, retired_at, version),
    )
    _insert(row, degree, Change(**provenance))
    return row


@writes_to(Degree)
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
    Say when something is due: `due_at` (aware, or ISO 8601 with an offset), shown in the time of `zone`, an IANA name.

    Raises as `add_cost`.
    """
    row = DegreeDeadline(
        degree_id=degree.pk,
        semester=values.text("semester", semester, max_length=100, required=True),
        name=values.text("name", name, max_length=100, required=True),
        due_at=parse_due(due_at),
        zone=parse_zone(zone),
        **_dates(effective_at, retired_at, version),
    )
    _insert(row, degree, Change(**provenance))
    return row


def _lock_program_of(degree: Degree) -> Program:
    """Raises Degree.DoesNotExist."""
    return lock_program(Degree.objects.values_list("program_id", flat=True).get(pk=degree.pk))


def _url(value: Any) -> str:
    url = values.text("apply_url", value)
    try:
        if url:
            URLValidator(schemes=["http", "https"])(url)
    except ValidationError as error:
        raise values.invalid("apply_url", value, _("expected an address that starts with http:// or https://")) from error
    return url


def _dates(effective_at: Any, retired_at: Any, version: str) -> dict[str, Any]:
    return {
        "effective_at": values.instant("effective_at", effective_at),
        "retired_at": values.instant("retired_at", retired_at),
        "version": values.text("version", version, max_length=32),
    }


def _insert(row: DegreeCost | DegreeDeadline, degree: Degree, change: Change) -> None:
    # While the program is held: otherwise two versions that overlap could be stored at once.
    parent = _lock_program_of(degree)
    insert_dated(row, row.subject, change)
    record_program_event(signals.PROGRAM_UPDATED, parent, change)
