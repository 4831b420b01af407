"""How a program gets its former values back. Imported only where contrib.programs is installed."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from organizations.models import Organization

from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models_api import Curriculum, CurriculumCourseMembership, Program, ProgramOrganization
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib.routing import rows_of

from .reverting import Changes, Reverting

FIELDS = ("title", "subtitle", "hidden", "marketing_slug", "status", "retired_at")


def revert_program(reverting: Reverting, uuid: str) -> bool:
    """A program: its values, its status, its organizations, and the courses that were added to it. As those of `Reverting`."""
    record, own = f"program:{uuid}", _list_reason(reverting)
    program = Program.objects.filter(uuid=UUID(uuid)).first()
    if program is None:
        return reverting.leave(record, _("it has been deleted since"))
    if _history(Program).filter(id=program.pk, history_type="+", history_change_reason=own).exists():
        # The job created it, and it stays.
        return True
    changes = reverting.changes_of(Program, FIELDS, id=program.pk)
    retired_at = changes.pop("retired_at", (None, None))[0]
    changes |= _authors(reverting, program.pk)
    write = partial(programs.restore_program, program, retired_at=retired_at, **reverting.provenance)
    restored = reverting.restore(record, changes, write)
    return _remove_courses(reverting, program, record) or restored


def _list_reason(reverting: Reverting) -> str:
    """What the history says of a program's courses: the list that they are of, and the job."""
    return f"sync-{reverting.job.source.name}: {reverting.job.provenance}"


def _history(model: Any) -> Any:
    return rows_of(model.history.model)


def _authors(reverting: Reverting, program: int) -> Changes:
    """The authors before the job and after it, in order; only the history knows which of their rows the job wrote."""
    rows = _history(ProgramOrganization).filter(program_id=program, role="authoring").order_by("history_id")
    now: dict[int, tuple[int, int]] = {}
    first: list[int] | None = None
    last: list[int] = []
    for row in rows:
        is_own = row.history_change_reason == reverting.job.provenance
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
    return {"authoring_organizations": (before, made)} if before != made else {}


def _in_order(rows: dict[int, tuple[int, int]]) -> list[int]:
    return [organization for _position, organization in sorted(rows.values())]


def _remove_courses(reverting: Reverting, program: Program, record: str) -> bool:
    """What the job added to the curricula of a program that was there before, unless somebody has worked on it since."""
    added = {"history_change_reason": _list_reason(reverting), "history_type": "+"}
    of_program = list(Curriculum.objects.filter(program=program).values_list("pk", flat=True))
    curricula = list(_history(Curriculum).filter(program_id=program.pk, **added).values_list("id", flat=True))
    courses = _history(CurriculumCourseMembership)
    ids = courses.filter(curriculum_id__in=of_program, **added).values_list("id", flat=True)
    members = CurriculumCourseMembership.objects.filter(pk__in=list(ids)).order_by("pk")
    for member in members:
        _remove(reverting, record, member, courses.filter(id=member.pk).count() > 1 or member.run_exclusions.exists())
    for curriculum in Curriculum.objects.filter(pk__in=curricula).order_by("pk"):
        used = curriculum.course_memberships.exists() or curriculum.program_memberships.exists()
        _remove(reverting, record, curriculum, used)
    return bool(members or curricula)


def _remove(reverting: Reverting, record: str, row: Any, used: bool) -> None:
    reverting.found = True
    if used:
        reverting.report.kept.append((record, "courses"))
        return
    try:
        programs.remove(row, **reverting.provenance)
    except CatalogError as error:
        reverting.leave(record, str(error), "courses")
    else:
        reverting.report.restored.append((record, "courses"))
