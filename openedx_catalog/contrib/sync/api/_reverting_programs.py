"""How a program gets its former values back, where contrib.programs is installed; what stands in it: `_reverting_parts`."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from organizations.models import Organization

from openedx_catalog import keys
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models_api import ExternalCourseKey, Program, ProgramOrganization
from openedx_catalog.lib.changes import Change
from openedx_catalog.lib.routing import rows_of
from openedx_catalog.models_api import CourseRun

from ..models import RecordKind, SourceRecord
from ._reverting_parts import revert_parts
from .following.program import chains
from .reverting import Changes, Reverting, made_by

FIELDS = ("title", "subtitle", "hidden", "status", "retired_at")
MORE = ("description", "type")


def revert_program(reverting: Reverting, uuid: str) -> bool:
    """A program: its values, its status, its organizations, and what stands in it. As those of `Reverting`."""
    record = f"program:{uuid}"
    known = SourceRecord.objects.filter(source=reverting.job.source, kind=RecordKind.PROGRAM, external_id_ci=uuid.casefold())
    program = Program.objects.filter(uuid=UUID(known.values_list("record", flat=True).first() or uuid)).first()
    if program is None:
        return reverting.leave(record, _("it has been deleted since"))
    if _history(Program).filter(made_by(reverting.job.provenance), id=program.pk, history_type="+").exists():
        # The job created it, and it stays.
        return True
    changes = reverting.changes_of(Program, FIELDS, id=program.pk)
    retired_at = changes.pop("retired_at", (None, None))[0]
    changes |= _organizations(reverting, program.pk, "authoring")
    write = partial(programs.restore_program, program, retired_at=retired_at, **reverting.provenance)
    restored = reverting.restore(record, changes, write)
    more = reverting.changes_of(Program, MORE, id=program.pk)
    restored |= reverting.restore(record, more, partial(reverting.restore_row, Program, program.pk, programs.update_program))
    if slug := reverting.changes_of(Program, ("marketing_slug",), id=program.pk):
        reverting.slugs[program.pk] = (record, *slug["marketing_slug"])
        restored = True
    credit = _organizations(reverting, program.pk, "credit")
    restored |= reverting.restore(record, credit, partial(_restore_credit, reverting, program))
    return revert_parts(reverting, program, record) or restored


def revert_external_key(reverting: Reverting, course_key: str) -> bool:
    """What a partner called a run before the job."""
    run = CourseRun.objects.filter(course_key__text=course_key).first()
    record = f"external_key:{course_key}"
    if run is None:
        return reverting.leave(record, _("its run has been deleted since"))
    rows = _history(ExternalCourseKey).filter(run_id=run.pk).order_by("history_id")
    own = list(rows.filter(made_by(reverting.job.provenance)))
    if not own:
        return False
    last = rows.filter(history_id__lt=own[0].history_id).last()
    before, made = (("" if row is None or row.history_type == "-" else row.key) for row in (last, own[-1]))
    if before != made:
        reverting.external_keys[course_key] = (record, before, made)
    return True


def restore_addresses(reverting: Reverting) -> None:
    """Addresses that the job has changed, once all programs are known: those that were passed on go back at once."""
    now = {row.pk: row for row in Program.objects.filter(pk__in=reverting.slugs).order_by("pk")}
    same = {pk: each for pk, each in reverting.slugs.items() if pk in now and now[pk].marketing_slug == each[2]}
    reverting.report.kept.extend((reverting.slugs[pk][0], "marketing_slug") for pk in reverting.slugs.keys() - same.keys())
    folded = {pk: (now[pk].marketing_slug_ci, keys.fold(before or "")) for pk, (_record, before, _made) in same.items()}
    for chain in chains(folded):
        slugs = {now[pk]: same[pk][1] for pk in sorted(chain)}
        write = partial(programs.exchange_marketing_slugs, slugs, **reverting.provenance)
        reverting.attempt([same[pk][0] for pk in sorted(chain)], "marketing_slug", write)
    for pk in same.keys() - {pk for chain in chains(folded) for pk in chain}:
        reverting.leave(same[pk][0], _("another program had it before, too"), "marketing_slug")


def restore_external_keys(reverting: Reverting) -> None:
    """What partners called runs, all at once, since runs may have taken over each other's keys."""
    now = programs.get_external_course_keys(reverting.external_keys)
    wanted = {}
    for key, (record, before, made) in reverting.external_keys.items():
        if now.get(key, "") == made:
            wanted[key] = before or None
        else:
            reverting.report.kept.append((record, "external_key"))
    for row in programs.set_external_course_keys(wanted, **reverting.provenance).rows if wanted else ():
        record = reverting.external_keys[row.course_key][0]
        if row.outcome in ("created", "updated", "removed", "unchanged"):
            reverting.report.restored.append((record, "external_key"))
        else:
            reverting.leave(record, row.reason, "external_key")


def _history(model: Any) -> Any:
    return rows_of(model.history.model)


def _organizations(reverting: Reverting, program: int, role: str) -> Changes:
    """Those of a role before the job and after it, in order; only the history knows which of their rows the job wrote."""
    rows = _history(ProgramOrganization).filter(program_id=program, role=role).order_by("history_id")
    job, now = Change(reverting.job.provenance), dict[int, tuple[int, int]]()
    first: list[int] | None = None
    last: list[int] = []
    for row in rows:
        is_own = job.is_source_of(row.history_change_reason or "")
        if is_own and first is None:
            first = _in_order(now)
        if row.history_type == "-":
            now.pop(row.id, None)
        else:
            now[row.id] = (row.position, row.organization_id)
        if is_own:
            last = _in_order(now)
    if first is None:
        return {}
    codes = dict(rows_of(Organization).filter(pk__in={*first, *last}).values_list("pk", "short_name"))
    before, made = ([codes[pk] for pk in state if pk in codes] for state in (first, last))
    return {f"{role}_organizations": (before, made)} if before != made else {}


def _in_order(rows: dict[int, tuple[int, int]]) -> list[int]:
    return [organization for _position, organization in sorted(rows.values())]


def _restore_credit(reverting: Reverting, program: Program, changes: Changes) -> set[str]:
    rows = ProgramOrganization.objects.filter(program=program, role="credit").order_by("position", "pk")
    [(field, (before, made))] = changes.items()
    if list(rows.values_list("organization__short_name", flat=True)) != made:
        return set()
    programs.update_program(program, credit_organizations=before, **reverting.provenance)
    return {field}
