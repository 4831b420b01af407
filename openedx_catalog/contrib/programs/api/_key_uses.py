"""
Where external course keys count, read from the tables themselves, and the slots that make the database hold the rule.

A key counts in its run's course, in every program that has the course and does not exclude the run, and in all programs that
contain one of those. A slot is a key within one of these: the unique constraint of the slot table makes the database refuse
what two writers would do at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openedx_catalog import keys
from openedx_catalog.keys import format_key_str
from openedx_catalog.lib import values

from ..data import ExternalKeyUse
from ..models import (
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    ExternalCourseKey,
    ExternalKeySlot,
    Program,
    ProgramCourseRunExclusion,
)
from . import _scopes

MAX_NAMED = 10
Slot = tuple[str, str]


def uses_of(
    course_ids: Iterable[int] | None, program_ids: Iterable[int] | None, at: datetime | None = None
) -> list[ExternalKeyUse]:
    """Every key in every one of these courses and programs, or in all (None)."""
    return [*_uses_in_courses(course_ids), *uses_in_programs(program_ids, at)]


def _uses_in_courses(course_ids: Iterable[int] | None) -> list[ExternalKeyUse]:
    rows = ExternalCourseKey.objects.order_by("run_id")
    if course_ids is not None:
        if not (wanted := list(course_ids)):
            return []
        rows = rows.filter(run__catalog_course_id__in=wanted)
    course = "run__catalog_course__"
    columns = ("key", "run__course_key__text", f"{course}org__short_name", f"{course}course_code", f"{course}id", "run_id")
    return [
        ExternalKeyUse(key, text, format_key_str(org, code), "", "", "course", pk, run)
        for key, text, org, code, pk, run in rows.values_list(*columns)
    ]


def uses_in_programs(program_ids: Iterable[int] | None, at: datetime | None, *, upwards: bool = False) -> list[ExternalKeyUse]:
    """
    A key counts in the program that has the run's course, and in all that contain that one. Two queries, three at most.

    `upwards` asks for the programs, too, that contain those asked for.
    """
    at = values.instant_or_now("at", at)
    if program_ids is not None and not isinstance(program_ids, QuerySet) and not (program_ids := set(program_ids)):
        return []
    graph, wanted = _scopes.ProgramGraph(at=at, deleted=False), None
    rows = _counting_memberships(at)
    if program_ids is not None:
        wanted = (graph.ancestors(program_ids) if upwards else set(program_ids)) if graph else None
        owners = program_ids if wanted is None else graph.descendants(wanted)
        rows = rows.filter(curriculum__program_id__in=owners)
    run, course = "catalog_course__runs__", "catalog_course__"
    found = rows.order_by("curriculum__program_id", f"{run}pk", "pk").values_list(
        "curriculum__program_id", f"{run}external_course_key__key", f"{run}course_key__text", f"{course}org__short_name",
        f"{course}course_code", "curriculum__name", "curriculum__program__title", f"{run}pk",
    )  # fmt: skip
    return [
        ExternalKeyUse(key, text, format_key_str(org, code), curriculum, title, "program", scope, pk)
        for owner, key, text, org, code, curriculum, title, pk in found
        for scope in sorted(graph.ancestors([owner]))
        if wanted is None or scope in wanted
    ]


def _counting_memberships(at: datetime) -> QuerySet:
    """Courses in curricula, once for each of their runs that has a key and is not excluded."""
    run = OuterRef("catalog_course__runs__pk")
    rows = CurriculumCourseMembership.objects.standing(at).filter(
        ~Exists(CurriculumCourseRunExclusion.objects.filter(membership=OuterRef("pk"), run=run)),
        ~Exists(ProgramCourseRunExclusion.objects.filter(program=OuterRef("curriculum__program"), run=run)),
        catalog_course__runs__external_course_key__isnull=False,
    )
    return rows.exclude(curriculum__program__status=Program.Status.DELETED)


def slot_of(use: ExternalKeyUse) -> Slot:
    """The slot that a use needs: (scope, folded key)."""
    return f"{use.scope}:{use.scope_id}", keys.fold(use.key.strip())


def by_slot(uses: Iterable[ExternalKeyUse]) -> dict[Slot, list[ExternalKeyUse]]:
    """The uses by slot, sorted; blank keys, written past the API, name nothing."""
    found: dict[Slot, list[ExternalKeyUse]] = defaultdict(list)
    for use in uses:
        if use.key.strip():
            found[slot_of(use)].append(use)
    return dict(sorted(found.items()))


def conflicts_among(uses: Iterable[ExternalKeyUse]) -> list[ExternalKeyUse]:
    """Those that need the slot of another run, sorted by slot and course key."""
    return [
        use
        for same in by_slot(uses).values()
        if len({use.run_id for use in same}) > 1
        for use in sorted(same, key=lambda use: use.course_key)
    ]


def describe(uses: Sequence[ExternalKeyUse]) -> str:
    """All runs with their course, curriculum and program, as one text."""
    texts = list(dict.fromkeys(_describe(use) for use in uses))
    named, more = "; ".join(texts[:MAX_NAMED]), len(texts) - MAX_NAMED
    if more <= 0:
        return named
    return ngettext("%(named)s and %(more)d more", "%(named)s and %(more)d more", more) % {"named": named, "more": more}


def _describe(use: ExternalKeyUse) -> str:
    if not use.curriculum:
        return f"{use.course_key} ({use.catalog_course})"
    return _("%(run)s (%(course)s, curriculum %(curriculum)r, program %(program)r)") % {
        "run": use.course_key, "course": use.catalog_course, "curriculum": use.curriculum, "program": use.program,
    }  # fmt: skip


def has_slots(course_ids: Iterable[int]) -> bool:
    """Whether these courses have any slots. One query."""
    return ExternalKeySlot.objects.filter(scope__in=scope_names(course_ids, ())).exists()


def scope_names(course_ids: Iterable[int], program_ids: Iterable[int]) -> list[str]:
    """The scopes of these courses and programs as the slot table has them."""
    return [*(f"course:{pk}" for pk in course_ids), *(f"program:{pk}" for pk in program_ids)]


def store_slots(uses: Iterable[ExternalKeyUse], scopes: list[str] | None) -> None:
    """
    Make the slots of these scopes (None: of all) what the uses say; where runs conflict, the one that has the slot keeps it.

    Three queries at most. A slot that another writer takes at this very moment is an IntegrityError, and the caller begins
    again.
    """
    rows = ExternalKeySlot.objects.all() if scopes is None else ExternalKeySlot.objects.filter(scope__in=scopes)
    known = {(slot.scope, slot.key_ci): slot for slot in rows}
    wanted = {slot: [use.run_id for use in same] for slot, same in by_slot(uses).items()}
    stale = {slot: row.pk for slot, row in known.items() if row.run_id not in wanted.get(slot, ())}
    if stale:
        ExternalKeySlot.objects.filter(pk__in=stale.values()).delete()
    missing = [slot for slot in wanted if slot not in known or slot in stale]
    ExternalKeySlot.objects.bulk_create(
        [ExternalKeySlot(scope=slot[0], key_ci=slot[1], run_id=min(wanted[slot])) for slot in missing], batch_size=1000
    )
