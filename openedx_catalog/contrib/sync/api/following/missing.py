"""Programs that a source has no longer."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models_api import Program

from ...models import RecordKind, Source, SourceRecord
from .._records import may_write
from .taking import Taking


def follow_missing_program(taking: Taking, values: dict[str, Any]) -> tuple[str, str, str]:
    """
    Mark it, and retire it where that is the source's own choice and it was missing as often as that asks: (outcome, code,
    reason).
    """
    record = taking.memory.find(RecordKind.PROGRAM, values["uuid"])
    reason = _("The source does not have it any more.")
    if record is None:
        return "unchanged", "", ""
    if record.missing_since is None or record.missing_times < taking.source.retire_after:
        taking.memory.miss(record)
    program = programs.find_program(uuid=record.record)
    is_due = record.missing_times >= taking.source.retire_after
    if is_due and program is not None and is_to_retire(record, program, taking.allowed):
        taking.memory.read_pins([program.uuid])
        taking.memory.read_others(RecordKind.PROGRAM, program.uuid)
        retire = partial(programs.retire_program, program, **taking.provenance)
        if winner := taking.memory.winner_of("status", record):
            taking.outrank(winner, "status")
        elif taking.may_change(program.uuid, "status") and taking.attempt(retire) is not None:
            reason = f"{reason} {_('It was retired.')}"
            _remember_retired(record)
    if taking.left or taking.kept:
        reason = f"{reason} {'; '.join(why for _code, why in [*taking.left, *taking.kept])}"
    return "missing", "missing", reason


def is_to_retire(record: SourceRecord, program: Program, allowed: set[str]) -> bool:
    """
    Whether a program that its source has no longer is to be retired, once it was missing often enough: once, since whoever
    has offered it again afterwards has decided so.
    """
    wanted = record.source.retire_missing and not record.fields.get("retired")
    return wanted and program.status == "active" and may_write(allowed, *program.author_codes)


def _remember_retired(record: SourceRecord) -> None:
    """Until the source has it again, and says something new."""
    record.fields = record.fields | {"retired": True}
    record.save(update_fields=["fields"])


def missing_programs(source: Source, listed: set[str], allowed: set[str]) -> list[str]:
    """
    The external ids of the programs that the source had and has not listed: those that are not marked as missing yet, and
    those that are to be retired. A query, and one for each that is marked and still active, if any is to be retired.
    """
    records = SourceRecord.objects.filter(source=source, kind=RecordKind.PROGRAM).select_related("source").order_by("pk")
    gone = [record for record in records if record.external_id not in listed]
    marked = {record.record: record for record in gone if record.missing_since is not None and source.retire_missing}
    active = Program.objects.filter(uuid__in=list(marked), status="active") if marked else ()
    again = {str(program.uuid) for program in active if is_to_retire(marked[str(program.uuid)], program, allowed)}
    return [record.external_id for record in gone if record.missing_since is None or record.record in again]
