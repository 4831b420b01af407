"""
Where external course keys count, read from the tables themselves, and the slots that make the database hold the rule.

A key counts in its run's course, in every program that has the course and does not exclude the run, and in all programs that
contain one of those: there, for as long as all that stands between is in effect. So a successor may have the key of a run whose
course is to retire, from that day on. A slot is a key within one of these until an instant: the unique constraint of the slot
table makes the database refuse what two writers would do at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from openedx_catalog import keys
from openedx_catalog.keys import format_key_str
from openedx_catalog.lib import values
from openedx_catalog.models_api import CourseRun

from ..data import ExternalKeyUse
from ..models import (
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    ExternalKeySlot,
    Program,
    ProgramCourseRunExclusion,
)
from . import _scopes
from ._periods import PERIOD_COLUMNS, Period, common_period

Place = tuple[str, str]
Slot = tuple[str, str, str]


def uses_of(
    course_ids: Iterable[int] | None,
    program_ids: Iterable[int] | None,
    at: datetime | None = None,
    *,
    keyless: Sequence[int] = (),
) -> list[ExternalKeyUse]:
    """
    Every key in every one of these courses and programs, or in all (None).

    Runs that are `keyless` are there with the key "": they may get one.
    """
    return [*_uses_in_courses(course_ids, keyless), *uses_in_programs(program_ids, at, keyless=keyless)]


def _uses_in_courses(course_ids: Iterable[int] | None, keyless: Sequence[int]) -> list[ExternalKeyUse]:
    rows = CourseRun.objects.filter(_with_key("", keyless)).order_by("pk")
    if course_ids is not None:
        if not (wanted := list(course_ids)):
            return []
        rows = rows.filter(catalog_course_id__in=wanted)
    course = "catalog_course__"
    columns = ("external_course_key__key", "course_key__text", f"{course}org__short_name", f"{course}course_code",
               f"{course}id", "pk")  # fmt: skip
    return [
        ExternalKeyUse(key or "", text, format_key_str(org, code), "", "", "course", pk, run)
        for key, text, org, code, pk, run in rows.values_list(*columns)
    ]


def _with_key(run: str, keyless: Sequence[int]) -> Q:
    """Runs at this path that have a key, or are among those that may get one."""
    named = Q(**{f"{run}external_course_key__isnull": False})
    return named | Q(**{f"{run}id__among": list(keyless)}) if keyless else named


def uses_in_programs(
    program_ids: Iterable[int] | None, at: datetime | None, *, upwards: bool = False, keyless: Sequence[int] = ()
) -> list[ExternalKeyUse]:
    """
    A key counts in the program that has the run's course, and in all that contain that one. Two queries, three at most.

    `upwards` asks for the programs, too, that contain those asked for.
    """
    at = values.instant_or_now("at", at)
    if program_ids is not None and not isinstance(program_ids, QuerySet) and not (program_ids := set(program_ids)):
        return []
    graph, wanted = _scopes.ProgramGraph(at=at, deleted=False), None
    rows = _counting_memberships(at, keyless)
    if program_ids is not None:
        wanted = (graph.ancestors(program_ids) if upwards else set(program_ids)) if graph else None
        owners = program_ids if wanted is None else graph.descendants(wanted)
        rows = rows.filter(curriculum__program_id__in=owners)
    run, course = "catalog_course__runs__", "catalog_course__"
    found = rows.order_by("curriculum__program_id", f"{run}pk", "pk").values_list(
        "curriculum__program_id", f"{run}external_course_key__key", f"{run}course_key__text", f"{course}org__short_name",
        f"{course}course_code", "curriculum__name", "curriculum__program__title", f"{run}pk", *PERIOD_COLUMNS,
    )  # fmt: skip
    above: dict[int, dict[int, set[Period]]] = {}
    return [
        ExternalKeyUse(key or "", text, format_key_str(org, code), curriculum, title, "program", scope, pk, *period)
        for owner, key, text, org, code, curriculum, title, pk, *dates in found
        for scope, periods in sorted((above.get(owner) or above.setdefault(owner, graph.periods_above(owner))).items())
        if wanted is None or scope in wanted
        for way in periods
        for period in common_period((*dates, *way))
    ]


def _counting_memberships(at: datetime, keyless: Sequence[int]) -> QuerySet:
    """Courses in curricula, once for each of their runs that has a key, or may get one, and is not excluded."""
    run = OuterRef("catalog_course__runs__pk")
    rows = CurriculumCourseMembership.objects.standing(at).filter(
        ~Exists(CurriculumCourseRunExclusion.objects.filter(membership=OuterRef("pk"), run=run)),
        ~Exists(ProgramCourseRunExclusion.objects.filter(program=OuterRef("curriculum__program"), run=run)),
        _with_key("catalog_course__runs__", keyless),
    )
    return rows.exclude(curriculum__program__status=Program.Status.DELETED)


def place_of(use: ExternalKeyUse) -> Place:
    """Where a use counts: (scope, folded key)."""
    return f"{use.scope}:{use.scope_id}", keys.fold(use.key.strip())


def slot_of(use: ExternalKeyUse) -> Slot:
    """The slot that a use needs: its place, and until when."""
    return (*place_of(use), use.until.astimezone(UTC).isoformat() if use.until else "")


def by_place(uses: Iterable[ExternalKeyUse]) -> dict[Place, list[ExternalKeyUse]]:
    """The uses by place, sorted; blank keys, written past the API, name nothing."""
    found: dict[Place, list[ExternalKeyUse]] = defaultdict(list)
    for use in uses:
        if use.key.strip():
            found[place_of(use)].append(use)
    return dict(sorted(found.items()))


def conflicts_among(uses: Iterable[ExternalKeyUse]) -> list[ExternalKeyUse]:
    """Those that name, at the time of another use, another run; sorted by place and course key."""
    return [use for same in by_place(uses).values() for use in sorted(contested(same), key=lambda use: use.course_key)]


def contested(same: Sequence[ExternalKeyUse]) -> list[ExternalKeyUse]:
    """Those of one place that another run has at the same time."""
    if len({use.run_id for use in same}) < 2:
        return []
    periods = [(use.run_id, Period(use.since, use.until)) for use in same]
    return [
        use
        for use, (run, period) in zip(same, periods, strict=True)
        if any(other != run and period.overlaps(theirs) for other, theirs in periods)
    ]


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
    known = {(slot.scope, slot.key_ci, slot.until): slot for slot in rows}
    wanted: dict[Slot, list[int]] = defaultdict(list)
    for use in (use for same in by_place(uses).values() for use in same):
        wanted[slot_of(use)].append(use.run_id)
    stale = {slot: row.pk for slot, row in known.items() if row.run_id not in wanted.get(slot, ())}
    if stale:
        ExternalKeySlot.objects.filter(pk__in=stale.values()).delete()
    missing = sorted(slot for slot in wanted if slot not in known or slot in stale)
    ExternalKeySlot.objects.bulk_create(
        [ExternalKeySlot(scope=slot[0], key_ci=slot[1], until=slot[2], run_id=min(wanted[slot])) for slot in missing],
        batch_size=1000,
    )
