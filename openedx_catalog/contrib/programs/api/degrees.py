"""
Degrees: what they cost and when they are due, at any instant.

Nothing here checks permissions; everything that writes emits ``program.updated``.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any, Unpack
from uuid import UUID

from django.db.models import QuerySet

from openedx_catalog.data import UNSET, Unset
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import Change, Provenance, save_with_history, store_changes
from openedx_catalog.lib.dated import DatedProvenance, check_dates, dates_and_change, insert_dated, renumber, revised
from openedx_catalog.lib.transactions import writes_to

from .. import signals
from ..models import Degree, DegreeCost, DegreeDeadline, Program
from ._changing import begin_now, changing_program, record_program_event, stored
from ._scopes import affected_by
from .lookup import id_of
from .programs import lock_program
from .values import checked


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
    wanted, change = checked(Degree, apply_url=apply_url), Change(**provenance)
    parent = lock_program(id_of(Program, program))
    degree = Degree.objects.filter(program=parent).first()
    if degree is None:
        degree = Degree(program=parent, **wanted)
        save_with_history(degree, change)
        record_program_event(signals.PROGRAM_UPDATED, parent, change)
    return degree


@writes_to(Degree)
def update_degree(degree: Degree, *, apply_url: str | Unset = UNSET, **provenance: Unpack[Provenance]) -> Degree:
    """Change what only a degree has. Raises Degree.DoesNotExist, InvalidValue."""
    wanted, change = checked(Degree, apply_url=apply_url), Change(**provenance)
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
    **dated: Unpack[DatedProvenance],
) -> DegreeCost:
    """
    Say what a part of a degree costs: an exact `amount` (no float) of a `currency` such as "USD", from one instant on.

    Without `effective_at` from now on, where the program is or was offered; None is always, and so is another program's.
    Another amount later is a row of its own: `retire` the old one, or `reintroduce` it with ``amount=…``. Raises DatesOverlap,
    DuplicateVersion, InvalidDates, InvalidValue, InvalidDate, Degree.DoesNotExist.
    """
    dates, change = dates_and_change(dated)
    wanted = checked(DegreeCost, description=description, amount=amount, currency=currency, **dates)
    return _insert(DegreeCost(**wanted), degree, change, is_dated="effective_at" in wanted)


@writes_to(Degree)
def update_cost(
    cost: DegreeCost | UUID | str,
    *,
    description: str | Unset = UNSET,
    amount: Decimal | str | int | Unset = UNSET,
    currency: str | Unset = UNSET,
    **provenance: Unpack[Provenance],
) -> DegreeCost:
    """
    Correct a slip in what a part of a degree costs, for all the time that it does; the history keeps what was there before.

    Another amount from some instant on is a row of its own: `retire` and `reintroduce`. Returns the row. Raises
    DatesOverlap where it would be another cost that is in effect, DegreeCost.DoesNotExist, InvalidValue, InvalidRequest.
    """
    wanted = checked(DegreeCost, description=description, amount=amount, currency=currency)
    return _correct(DegreeCost, cost, wanted, Change(**provenance))


@writes_to(Degree)
def add_deadline(
    degree: Degree,
    *,
    semester: str,
    name: str,
    due_at: datetime | str,
    zone: str = "UTC",
    **dated: Unpack[DatedProvenance],
) -> DegreeDeadline:
    """
    Say when something is due: `due_at` (aware, or ISO 8601 with an offset), shown in the time of `zone`, an IANA name.

    Raises as `add_cost`.
    """
    dates, change = dates_and_change(dated)
    wanted = checked(DegreeDeadline, semester=semester, name=name, due_at=due_at, zone=zone, **dates)
    return _insert(DegreeDeadline(**wanted), degree, change, is_dated="effective_at" in wanted)


@writes_to(Degree)
def update_deadline(
    deadline: DegreeDeadline | UUID | str,
    *,
    semester: str | Unset = UNSET,
    name: str | Unset = UNSET,
    due_at: datetime | str | Unset = UNSET,
    zone: str | Unset = UNSET,
    **provenance: Unpack[Provenance],
) -> DegreeDeadline:
    """Correct a slip in a deadline, as `update_cost` does. Raises DegreeDeadline.DoesNotExist, InvalidDate, and as that."""
    wanted = checked(DegreeDeadline, semester=semester, name=name, due_at=due_at, zone=zone)
    return _correct(DegreeDeadline, deadline, wanted, Change(**provenance))


def _lock_program_of(degree: Degree) -> Program:
    """Raises Degree.DoesNotExist."""
    return lock_program(Degree.objects.values_list("program_id", flat=True).get(pk=degree.pk))


def _correct(model: Any, given: Any, wanted: dict[str, Any], change: Change) -> Any:
    row = given if isinstance(given, model) else model.objects.get(pk=id_of(model, given))
    with changing_program(partial(affected_by, row), change) as held:
        row = stored(row)
        new = revised(row, wanted)
        # Under another description it may be a further version of something else.
        renumber(new)
        check_dates(new)
        held.changed = store_changes(row, {**wanted, "version": new.version}, change)
    return row


def _insert(row: Any, degree: Degree, change: Change, *, is_dated: bool) -> Any:
    # While the program is held: otherwise two versions that overlap could be stored at once.
    parent = _lock_program_of(degree)
    row.degree_id = degree.pk
    if not is_dated:
        begin_now(row, parent)
    insert_dated(row, change)
    record_program_event(signals.PROGRAM_UPDATED, parent, change)
    return row
