"""When somebody is to find the skills of a program: it is published for the first time, or is described otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from django.db import IntegrityError, router, transaction

from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.lib.changes import record_events
from openedx_catalog.lib.events import Event
from openedx_catalog.lib.routing import reads_from_writer
from openedx_catalog.lib.transactions import atomically, rolled_back

from .. import signals
from ..models import ProgramPublication
from .reading import skills_of_programs

BATCH = 500


class Before(NamedTuple):
    """What was stored of a program before it is saved."""

    status: str
    description: str


def follow_saved_program(pk: int, before: Before | None, *, using: str) -> bool:
    """
    A program was saved, `before` it was so, None if it is new: record ``program.skills_requested`` if it is active for the
    first time, or was active and has another description. Call it in the transaction of the save. Returns whether it did.
    """
    row = Program.objects.using(using).get(pk=pk)
    if not row.live:
        return False
    if before is None or before.status != Program.Status.ACTIVE:
        wanted = _is_first(row, using)
    else:
        wanted = before.description != row.description
    if wanted:
        record_events([_event(row)], using=using)
    return wanted


@reads_from_writer()
def request_program_skills(
    *, without_skills: bool = False, dry_run: bool = False, on_progress: Callable[[int], Any] = lambda programs: None
) -> int:
    """
    Record ``program.skills_requested`` of every active program, or of those `without_skills`, as `skills_of_programs` says.
    Returns how many. 500 programs a transaction, of a dozen statements; a dry run writes none.
    """
    using, found, last = router.db_for_write(Program), 0, 0
    run = rolled_back if dry_run else atomically
    rows = Program.objects.filter(status=Program.Status.ACTIVE)
    while pks := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        found += run(using, partial(_request, pks, without_skills, using))
        on_progress(len(pks))
        last = pks[-1]
    return found


def _request(pks: Sequence[int], without_skills: bool, using: str) -> int:
    # Held: the events of one program are in the order of what they say of it.
    held = Program.objects.using(using).filter(pk__in=pks, status=Program.Status.ACTIVE).order_by("pk")
    rows = list(held.select_for_update())
    known = set(ProgramPublication.objects.filter(program__in=rows).values_list("program_id", flat=True))
    ProgramPublication.objects.using(using).bulk_create(
        [ProgramPublication(program=row) for row in rows if row.pk not in known]
    )
    if without_skills:
        has = skills_of_programs([row.pk for row in rows])
        rows = [row for row in rows if not has[row.pk]]
    record_events(map(_event, rows), using=using)
    return len(rows)


def _is_first(row: Program, using: str) -> bool:
    """Whether it was never active before. The unique column decides between two that do not wait for each other."""
    if ProgramPublication.objects.using(using).filter(program=row).exists():
        return False
    try:
        with transaction.atomic(using=using):
            ProgramPublication(program=row).save(using=using)
    except IntegrityError:
        return False
    return True


def _event(row: Program) -> Event:
    # Who may not see the program is not told of it.
    audience = "everybody" if row.is_public else "viewers"
    values = {"uuid": str(row.uuid), "title": row.title, "overview": row.description}
    return Event(signals.PROGRAM_SKILLS_REQUESTED, str(row.uuid), values, audience)
