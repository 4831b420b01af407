"""How every change of a program ends up in a row: locked, held against the rules, recorded as an event."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import attrs
from django.utils import timezone
from django.utils.translation import gettext as _

from openedx_catalog.keys import format_key_str
from openedx_catalog.lib.changes import Change, record_event
from openedx_catalog.lib.dated import other_versions
from openedx_catalog.lib.values import format_utc, invalid

from .. import signals
from ..exceptions import ProgramClosed, ProgramCycle
from ..models import Curriculum, CurriculumCourseMembership, CurriculumProgramMembership, Program
from ..models.bases import PUBLIC_STATUSES
from . import _feed, _scopes, external_keys


@attrs.define
class HeldProgram:
    """
    A program that is held while it is changed. `changed` is set to False where nothing was, `releases_only` to True where
    no external key can come by it.
    """

    program: Program
    changed: bool = True
    releases_only: bool = False


@contextmanager
def changing_program(
    read: Callable[[], _scopes.Affected], change: Change, *, releases_only: bool = False
) -> Iterator[HeldProgram]:
    """
    Hold a program and all that `read` names while it is changed; afterwards its external keys are held against the rule,
    the curriculum in which something changed is dated, and ``program.updated`` is recorded, unless nothing was changed.

    Call it within `atomically`. `releases_only` says that no key can come. Raises ExternalKeyConflict, Program.DoesNotExist,
    and what `read` raises.
    """
    affected, programs = _scopes.lock_affected(read)
    held = HeldProgram(Program.objects.select_related("type").get(pk=affected.program), releases_only=releases_only)
    # A course may have left on its date, which nobody wrote: an exclusion of then must not hide its runs when it returns.
    has_turned = external_keys.drop_stale_exclusions(change, program_id=affected.program)
    yield held
    if held.changed:
        external_keys.drop_stale_exclusions(change, program_id=affected.program)
        external_keys.claim(affected.courses, programs, releases_only=held.releases_only)
        if affected.curriculum is not None:
            Curriculum.objects.filter(pk=affected.curriculum).update(modified=timezone.now())
    if held.changed or has_turned:
        record_program_event(signals.PROGRAM_UPDATED, held.program, change)


def record_program_event(signal: Any, program: Program, change: Change, *, was_public: bool | None = None) -> None:
    """
    Record an event about a program, which is locked, as it now stands, and date the program: all that is part of it counts.

    `was_public`: whether everybody could know of it before, unless it is as now. Three queries, one UPDATE and two INSERTs.
    """
    now = timezone.now()
    Program.objects.filter(pk=program.pk).update(modified=now)
    program.modified = now
    courses = CurriculumCourseMembership.objects.counting(now).filter(curriculum__program=program)
    codes = courses.values_list("catalog_course__org__short_name", "catalog_course__course_code")
    values = {
        "uuid": str(program.uuid),
        "title": program.title,
        "subtitle": program.subtitle,
        "type": program.type.slug,
        "status": str(program.status),
        "hidden": program.hidden,
        "marketing_slug": program.marketing_slug or "",
        "readable_id": program.readable_id or "",
        "organizations": program.author_codes,
        "catalog_courses": list(dict.fromkeys(format_key_str(org, code) for org, code in codes)),
        "reason": change.reason,
    }
    record_event(signal, program, str(program.uuid), values, audience=_feed.audience(program, was_public))


def stored(row: Any) -> Any:
    """A row as it is now. Raises its DoesNotExist."""
    return type(row).objects.get(pk=row.pk)


def begin_now(row: Any, program: Program, *, within: Any = None) -> None:
    """
    Let a new row for which no date was given begin now, where it would otherwise change what was offered in the past: in a
    program that is or was offered, itself or within another one, and `within` a row that has begun, if any; or where it was
    there before.

    Else it is in effect as long as that is. Call it while the program is held.
    """
    now = timezone.now()
    has_begun = within is None or within.effective_at is None or within.effective_at <= now
    if (has_begun and _was_offered(program)) or other_versions(row):
        row.effective_at = now


def _was_offered(program: Program) -> bool:
    """
    Whether a program, or one that contains it, is or was offered, also where it was taken back since. At most two queries.
    """
    if program.status in PUBLIC_STATUSES:
        return True
    around = _scopes.ProgramGraph().ancestors([program.pk])
    return Program.history.filter(id__in=around, status__in=PUBLIC_STATUSES).exists()


def refuse_closed(program: Program) -> None:
    """Raise ProgramClosed for a program that gains nothing any more."""
    if program.status in (Program.Status.RETIRED, Program.Status.DELETED):
        raise ProgramClosed(program=program.title, status=program.status)


def refuse_closed_early(row: Any) -> None:
    """Raise InvalidValue for a curriculum that would close to new learners before it begins."""
    if isinstance(row, Curriculum) and row.closed_at and row.effective_at and row.closed_at < row.effective_at:
        reason = _("it is before the curriculum begins, %(since)s") % {"since": format_utc(row.effective_at)}
        raise invalid("closed_at", format_utc(row.closed_at), reason)


def refuse_cycle(program: Program, row: Any) -> None:
    """Raise ProgramCycle where a row, unless it is over, would bring `program` into itself, at any depth. Two queries."""
    if isinstance(row, CurriculumProgramMembership):
        name, nested = row.curriculum.name, [row.program_id]
    elif isinstance(row, Curriculum):
        members = CurriculumProgramMembership.objects.not_over().filter(curriculum_id=row.pk)
        name, nested = row.name, list(members.values_list("program_id", flat=True))
    else:
        return
    graph = _scopes.ProgramGraph() if nested and not row.is_over() else None
    for pk in nested:
        if graph is not None and program.pk in graph.descendants([pk]):
            raise ProgramCycle(program=Program.objects.get(pk=pk).title, curriculum=name)
