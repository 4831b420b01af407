"""
External course keys: what partners call runs, and the rule that a key names one run within a course and within a program.

Runs that are excluded, and memberships and curricula whose `retired_at` has passed, do not count; nested programs do, and
deleted ones do not. Keys compare stripped and folded. Whether it holds is decided from the tables themselves, by one
function, `find_external_key_conflicts`; the slot table makes the database refuse what two writers would do at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Unpack

from django.db import router
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from opaque_keys.edx.keys import CourseKey

from openedx_catalog import keys
from openedx_catalog.api import Finding, get_course_run
from openedx_catalog.api.for_contrib import locked_run
from openedx_catalog.exceptions import InvalidCourseKey
from openedx_catalog.keys import format_key_str
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import Change, Provenance, delete_many_with_history, delete_with_history, save_with_history
from openedx_catalog.lib.transactions import atomically
from openedx_catalog.models_api import CatalogCourse, CourseRun

from ..data import ExternalKeyUse
from ..exceptions import ExternalKeyConflict, InvalidValue
from ..models import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    ExternalCourseKey,
    ExternalKeySlot,
    Program,
    ProgramCourseRunExclusion,
)
from . import _scopes, _writing

__all__ = [
    "audit_external_keys",
    "delete_external_course_key",
    "find_external_key_conflicts",
    "get_external_course_keys",
    "set_external_course_key",
]

MAX_LENGTH = 255
MAX_NAMED = 10


def set_external_course_key(
    course_key: CourseKey | str,
    key: str | None,
    *,
    key_source: str = "",
    **provenance: Unpack[Provenance],
) -> ExternalCourseKey | None:
    """
    Give a run its partner's key, e.g. ``MATH205-Fall20``; None, "" and blanks take it away. Returns the row, or None.

    Stored stripped, in the partner's spelling; `key_source` says whose key it is. Nothing is written where nothing changes.
    Emits nothing: no event of programs names runs. Does not check permissions.

    Raises ExternalKeyConflict where another run of its course, or of a program that has it, has the key in whatever case;
    CourseRun.DoesNotExist, InvalidCourseKey, InvalidValue.
    """
    text = normalize(key)
    owner = values.text("source", key_source)
    change = Change(**provenance)

    def work() -> ExternalCourseKey | None:
        run = locked_with_course(course_key)
        stored = ExternalCourseKey.objects.filter(run=run).first()
        if not text:
            if stored is not None:
                delete_with_history(stored, change)
            ExternalKeySlot.objects.filter(run=run).delete()
            return None
        row = stored or ExternalCourseKey(run=run)
        if (row.key, row.source) == (text, owner or row.source):
            return row
        row.key, row.source = text, owner or row.source
        save_with_history(row, change)
        claim_for_courses([run.catalog_course_id], run_id=run.pk)
        return row

    return atomically(router.db_for_write(ExternalCourseKey), work)


def delete_external_course_key(course_key: CourseKey | str, **provenance: Unpack[Provenance]) -> None:
    """Take a run's external key away, if it has one. Raises CourseRun.DoesNotExist, InvalidCourseKey."""
    set_external_course_key(course_key, None, **provenance)


def get_external_course_keys(course_keys: Iterable[CourseKey | str]) -> dict[str, str]:
    """``{course key as stored: external key}`` of those that have one. Keys that do not parse are absent. One query."""
    parsed = [found for key in course_keys if (found := _parsed(key)) is not None]
    if not parsed:
        return {}
    rows = ExternalCourseKey.objects.filter(run__in=CourseRun.objects.by_key(*parsed))
    return dict(rows.values_list("run__course_key__text", "key"))


def find_external_key_conflicts(
    scope: CatalogCourse | Curriculum | Program | None = None, *, at: datetime | None = None
) -> list[ExternalKeyUse]:
    """
    Every place where a key names more than one run of a course or program, sorted by scope, key and run.

    `scope` is a catalog course (itself and every program that has it), a program, the program of a curriculum, or None for
    the whole database. Read from the tables themselves, so that rows written past the API are found. At most 3 queries, 4
    where programs contain programs; a course no run of which has a key costs one. Does not check permissions.
    """
    if isinstance(scope, Curriculum):
        return _colliding(_uses([], {scope.program_id}, at))
    if isinstance(scope, Program):
        return _colliding(_uses([], {scope.pk}, at))
    if isinstance(scope, CatalogCourse):
        own = _uses([scope.pk], (), at)
        return _colliding(own + _uses_in_programs(_scopes.programs_of([scope.pk]), at, upwards=True)) if own else []
    return _colliding(_uses(None, None, at))


def audit_external_keys() -> list[Finding]:
    """
    Everything about external keys that does not hold: conflicts, keys without their slot, slots that nothing needs any more.

    The last are warnings: a membership or curriculum was outlived by its date, and the next writer releases the slot.
    Memory grows with the external keys.
    """
    uses = _uses(None, None)
    findings = [
        Finding(
            code="external_key_conflict",
            severity="error",
            subject=f"{_scope_text(places[0])}: {places[0].key}",
            message=f"names several runs: {describe(places)}",
            remedy="give the runs different keys, or exclude all but one",
        )
        for places in _by_slot(_colliding(uses)).values()
    ]
    conflicting = set(_by_slot(_colliding(uses)))
    wanted = {(slot, places[0].run_id) for slot, places in _by_slot(uses).items() if slot not in conflicting}
    stored = {((slot.scope, slot.key_ci), slot.run_id) for slot in ExternalKeySlot.objects.iterator()}
    names = {(slot, places[0].run_id): places[0] for slot, places in _by_slot(uses).items()}
    findings += [
        Finding(
            code="external_key_unfolded",
            severity="error",
            subject=text,
            message=f"{key!r} is not found by its name: it was written past the API",
            remedy="manage.py audit_external_keys --fix",
            fixable=True,
        )
        for key, key_ci, text in ExternalCourseKey.objects.values_list("key", "key_ci", "run__course_key__text").iterator()
        if keys.fold(key) != (key_ci or "")
    ]
    findings += [
        Finding(
            code="external_key_unclaimed",
            severity="error",
            subject=f"{_scope_text(names[entry])}: {names[entry].key}",
            message=f"{names[entry].course_key} has this key, but not its place: it was written past the API",
            remedy="manage.py audit_external_keys --fix",
            fixable=True,
        )
        for entry in sorted(wanted - stored)
    ]
    outlived = {entry for entry in stored - wanted if entry[0] not in conflicting}
    runs = dict(CourseRun.objects.filter(pk__in={run for _slot, run in outlived}).values_list("pk", "course_key__text"))
    findings += [
        Finding(
            code="external_key_outlived",
            severity="warning",
            subject=f"{scope} {key_ci}",
            message=f"{runs.get(run)} holds this place, but does not count there any more",
            remedy="manage.py audit_external_keys --fix",
            fixable=True,
        )
        for (scope, key_ci), run in sorted(outlived)
    ]
    return findings


def repair_slots() -> None:
    """Make the slots of the whole database what the tables say, as far as keys name one run. Three queries or more."""

    def work() -> None:
        _scopes.lock_courses(CatalogCourse.objects.filter(runs__external_course_key__isnull=False).values_list("pk", flat=True))
        _scopes.lock_programs(lambda: Program.objects.values_list("pk", flat=True))
        for row in ExternalCourseKey.objects.iterator():
            if keys.fold(row.key) != (row.key_ci or ""):
                # Only of the key that was read: what writes past the API takes no lock, and may have changed it.
                ExternalCourseKey.objects.filter(pk=row.pk, key=row.key).update(key_ci=keys.fold(row.key))
        _store(_uses(None, None), None)

    atomically(router.db_for_write(ExternalKeySlot), work)


# For the other modules of this API


def normalize(key: Any) -> str:
    """A key stripped; "" for None. Raises InvalidValue."""
    if key is None:
        return ""
    reason = keys.unstorable(key)
    text = "" if reason else key.strip()
    if not reason and (len(text) > MAX_LENGTH or len(keys.fold(text)) > MAX_LENGTH):
        reason = f"is longer than {MAX_LENGTH} characters"
    if reason:
        raise InvalidValue(field="external_course_key", value=keys.shorten(key, 60), reason=f"it {reason}")
    return text


def claim_for_courses(course_ids: Sequence[int], *, run_id: int | None = None) -> None:
    """
    Hold the keys of these catalog courses, which are locked, against the rule. Raises ExternalKeyConflict.

    Where no run of theirs has a key that is one query and no lock. With `run_id` only what this run collides with is refused.
    """
    if _uses(course_ids, ()) or _has_slots(course_ids):
        programs = _scopes.lock_programs(lambda: _scopes.programs_of(course_ids))
        claim(course_ids, programs, run_id=run_id)


def claim(course_ids: Iterable[int], program_ids: Iterable[int], *, run_id: int | None = None) -> None:
    """
    Hold the keys of these courses and programs, which are locked, against the rule, and take their places.

    Raises ExternalKeyConflict, which names every run, course, curriculum and program of the first key that collides.
    """
    uses = _uses(course_ids, program_ids)
    for places in _by_slot(_colliding(uses)).values():
        if run_id is not None and run_id not in {use.run_id for use in places}:
            # Forced in past us, and no fault of this run, which may be on its way out of another collision.
            continue
        same = [use for use in _colliding(uses) if _slot(use)[1] == _slot(places[0])[1]]
        raise ExternalKeyConflict(key=places[0].key, places=describe(same), conflicts=same)
    _store(uses, _scope_names(course_ids, program_ids))


def release(course_ids: Iterable[int], program_ids: Iterable[int]) -> None:
    """Give up the places that nothing needs any more; refuses nothing, since it only makes room."""
    _store(_uses(course_ids, program_ids), _scope_names(course_ids, program_ids))


def drop_stale_exclusions(change: Change, *, run_ids: Sequence[int] | None = None, program_id: int | None = None) -> None:
    """Exclusions from programs none of whose curricula has the run's course any more. Two queries."""
    now = timezone.now()
    still = CurriculumCourseMembership.objects.standing(now).filter(curriculum__program=OuterRef("program"),
        catalog_course=OuterRef("run__catalog_course"),
    )  # fmt: skip
    rows = (
        ProgramCourseRunExclusion.objects.all()
        if run_ids is None
        else ProgramCourseRunExclusion.objects.filter(run__id__among=run_ids)
    )
    rows = rows if program_id is None else rows.filter(program_id=program_id)
    stale = list(rows.filter(~Exists(still)).order_by("pk").values_list("pk", flat=True))
    delete_many_with_history(ProgramCourseRunExclusion, stale, change)


def describe(places: Sequence[ExternalKeyUse]) -> str:
    """All runs with their course, curriculum and program, as one text."""
    texts = []
    for use in places:
        where = [use.catalog_course]
        where += [f"curriculum {use.curriculum!r}"] if use.curriculum else []
        where += [f"program {use.program!r}"] if use.program else []
        texts.append(f"{use.course_key} ({', '.join(where)})")
    texts = list(dict.fromkeys(texts))
    more = f" and {len(texts) - MAX_NAMED} more" if len(texts) > MAX_NAMED else ""
    return f"{'; '.join(texts[:MAX_NAMED])}{more}"


def locked_with_course(course_key: CourseKey | str) -> CourseRun:
    """The run, held, and its course, which is held first; a run that is moved meanwhile is looked for again."""
    while True:
        course_id = get_course_run(course_key).catalog_course_id
        _scopes.lock_courses([course_id])
        run = locked_run(course_key)
        if run.catalog_course_id == course_id:
            return run


def _parsed(key: Any) -> Any:
    try:
        return keys.parse_course_key(key)
    except InvalidCourseKey:
        return None


_RUN = ("key", "run_id", "run__course_key__text", "run__catalog_course__org__short_name", "run__catalog_course__course_code")


def _uses(
    course_ids: Iterable[int] | None, program_ids: Iterable[int] | None, at: datetime | None = None
) -> list[ExternalKeyUse]:
    """Every key in every one of these scopes, or in all (None)."""
    return [*_uses_in_courses(course_ids), *_uses_in_programs(program_ids, at)]


def _uses_in_courses(course_ids: Iterable[int] | None) -> list[ExternalKeyUse]:
    rows = ExternalCourseKey.objects.all()
    if course_ids is not None:
        if not (wanted := list(course_ids)):
            return []
        rows = rows.filter(run__catalog_course_id__in=wanted)
    return [
        ExternalKeyUse(key, text, format_key_str(org, code), "", "", "course", course, run)
        for key, run, text, org, code, course in rows.order_by("run_id").values_list(*_RUN, "run__catalog_course_id")
    ]


def _uses_in_programs(program_ids: Iterable[int] | None, at: datetime | None, *, upwards: bool = False) -> list[ExternalKeyUse]:
    """
    A key counts in the program that has the run's course, and in all that contain that one. Two queries, three at most.

    `upwards` asks for the programs, too, that contain those asked for.
    """
    at = _writing.at_or_now(at)
    if program_ids is not None and not isinstance(program_ids, QuerySet) and not (program_ids := set(program_ids)):
        return []
    run = OuterRef("catalog_course__runs__pk")
    excluded = (
        Exists(CurriculumCourseRunExclusion.objects.filter(membership=OuterRef("pk"), run=run)),
        Exists(ProgramCourseRunExclusion.objects.filter(program=OuterRef("curriculum__program"), run=run)),
    )
    rows = CurriculumCourseMembership.objects.standing(at).filter(~excluded[0], ~excluded[1],
        catalog_course__runs__external_course_key__isnull=False,
    ).exclude(curriculum__program__status=Program.Status.DELETED)  # fmt: skip
    graph, wanted = _scopes.ProgramGraph(at=at, deleted=False), None
    if program_ids is not None:
        wanted = (graph.ancestors(program_ids) if upwards else set(program_ids)) if graph else None
        owners = program_ids if wanted is None else graph.descendants(wanted)
        rows = rows.filter(curriculum__program_id__in=owners)
    runs = "catalog_course__runs__"
    found = rows.order_by("curriculum__program_id", f"{runs}pk", "pk").values_list(
        "curriculum__program_id", f"{runs}external_course_key__key", f"{runs}course_key__text",
        "catalog_course__org__short_name", "catalog_course__course_code", "curriculum__name", "curriculum__program__title",
        f"{runs}pk",
    )  # fmt: skip
    return [
        ExternalKeyUse(key, text, format_key_str(org, code), curriculum, title, "program", scope, run_pk)
        for owner, key, text, org, code, curriculum, title, run_pk in found
        for scope in sorted(graph.ancestors([owner]))
        if wanted is None or scope in wanted
    ]


def _slot(use: ExternalKeyUse) -> tuple[str, str]:
    return f"{use.scope}:{use.scope_id}", keys.fold(use.key.strip())


def _by_slot(uses: Iterable[ExternalKeyUse]) -> dict[tuple[str, str], list[ExternalKeyUse]]:
    found: dict[tuple[str, str], list[ExternalKeyUse]] = defaultdict(list)
    for use in uses:
        # A blank one, forced in past us, names nothing.
        if use.key.strip():
            found[_slot(use)].append(use)
    return dict(sorted(found.items()))


def _colliding(uses: Iterable[ExternalKeyUse]) -> list[ExternalKeyUse]:
    places = _by_slot(uses).values()
    return [
        use for same in places if len({use.run_id for use in same}) > 1 for use in sorted(same, key=lambda use: use.course_key)
    ]


def _scope_text(use: ExternalKeyUse) -> str:
    return use.catalog_course if use.scope == "course" else f"program {use.program or use.scope_id!r}"


def _scope_names(course_ids: Iterable[int], program_ids: Iterable[int]) -> list[str]:
    return [*(f"course:{pk}" for pk in course_ids), *(f"program:{pk}" for pk in program_ids)]


def _has_slots(course_ids: Iterable[int]) -> bool:
    return ExternalKeySlot.objects.filter(scope__in=_scope_names(course_ids, ())).exists()


def _store(uses: Iterable[ExternalKeyUse], scopes: list[str] | None) -> None:
    """
    Make the slots of these scopes (None: of all) what the uses say; where runs collide, who is there stays.

    Three queries at most. A place that another writer takes at this very moment is an IntegrityError, and the caller begins
    again.
    """
    rows = ExternalKeySlot.objects.all() if scopes is None else ExternalKeySlot.objects.filter(scope__in=scopes)
    stored = {(slot.scope, slot.key_ci): slot for slot in rows}
    wanted = {slot: [use.run_id for use in places] for slot, places in _by_slot(uses).items()}
    stale = [slot.pk for place, slot in stored.items() if slot.run_id not in wanted.get(place, ())]
    if stale:
        ExternalKeySlot.objects.filter(pk__in=stale).delete()
    ExternalKeySlot.objects.bulk_create(
        [
            ExternalKeySlot(scope=scope, key_ci=key_ci, run_id=min(runs))
            for (scope, key_ci), runs in wanted.items()
            if (scope, key_ci) not in stored or stored[scope, key_ci].pk in stale
        ],
        batch_size=1000,
    )
