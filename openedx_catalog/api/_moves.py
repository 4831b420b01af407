"""
Moving many runs at once, as the engine does where requests ask for it: decided in `_decisions`, done here.

The courses are held before the runs, as everywhere; the statements do not grow with the runs, nor with the courses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Case, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import extensions, filters, keys, signals
from ..exceptions import CatalogError, KeyLeadsNowhere
from ..lib.changes import record_history
from ..lib.events import Event
from ..models import CatalogCourse, CourseRun
from . import codes
from ._changes import note_decisions, stored_run_values, undecided
from ._decisions import Asked, Decision, conflict
from ._requests import Request
from ._store import DryStore, RunState, Store

Courses = Mapping[int, CatalogCourse]


def without_absent(requests: Sequence[Request]) -> list[Request]:
    """Those among requests for runs that do not exist which may create them; the others are invalid."""
    for request in requests:
        if request.existing:
            text = _("There is no course run %(key)s.") % {"key": request.key.text}
            request.set_outcome(Decision("invalid", problem=("course_run_not_found", text)))
    return [request for request in requests if not request.existing]


def hold_targets(requests: Sequence[Request], states: Mapping[str, RunState], store: Store) -> None:
    """
    Hold the courses that stored runs may come under, as `move_course_run` does: by id, before any run. Two statements, if any.

    Before the engine looks at them: it shares them, and two writers that want more of what both share stop each other.
    """
    moving = [request for request in requests if request.moves and not isinstance(store, DryStore)]
    pks = {request.course_id for request in moving if request.course_id not in (None, states[request.key.key_ci].course_id)}
    pairs = {request.pair for request in moving if request.course_id is None and (request.course or request.follows)}
    pairs -= {states[request.key.key_ci].pair for request in moving}
    slots = {(store.find_org(org), code) for org, code in pairs}
    if slots:
        owners = codes.owners([org for org, _code in slots if org is not None], [code for _org, code in slots])
        pks |= {owners[slot] for slot in slots if slot in owners}
    if pks:
        rows = CatalogCourse.objects.using(store.using).filter(pk__among=sorted(pk for pk in pks if pk is not None))
        list(rows.order_by("pk").select_for_update().values_list("pk"))


def without_course(requests: Sequence[Request], asked: Asked, store: Store) -> list[Request]:
    """Those among requests for stored runs that name no course to move to, or one that exists, which is held; see `_refuse`."""
    given = sorted({request.course_id for request in requests if request.moves and request.course_id is not None})
    held = store.hold_courses(given) if given else {}
    left = []
    for request in requests:
        gone = request.course_id is not None and request.course_id not in held
        # Where a file names it, it was created, unless the row will not be taken anyhow.
        unknown = request.existing and request.key.key_ci in asked and asked[request.key.key_ci] is None
        if request.moves and (gone or unknown):
            _refuse_course(request)
        else:
            left.append(request)
    return left


def _refuse_course(request: Request) -> None:
    key_str = keys.format_key_str(*(request.course or (request.key.org, request.key.course)))
    if request.follows:
        _refuse(request, KeyLeadsNowhere(course_key=request.key.text, key_str=key_str))
        return
    text = _("There is no catalog course %(name)s.") % {"name": request.course_id if request.course is None else key_str}
    request.set_outcome(Decision("invalid", problem=("catalog_course_not_found", text)))


def _refuse(request: Request, error: CatalogError) -> None:
    request.set_outcome(conflict(error.code, str(error)), request.state)
    request.error = error


def move(requests: Sequence[Request], before: Mapping[str, RunState], store: Store) -> list[Request]:
    """
    Move the runs whose decision says so, which are held and were as `before` has them. Returns the requests without those that
    a filter or an extension refuses: these become conflicts, and nothing of them is written.
    """
    moving = [request for request in requests if request.decision and request.decision.association]
    staying = [before[request.key.key_ci].id for request in requests if request.decision and request.decision.stays]
    if staying and not isinstance(store, DryStore):
        note_decisions(undecided(staying))
    if moving:
        ids = {pk for request in moving for pk in (before[request.key.key_ci].course_id, _target(request))}
        courses = CatalogCourse.objects.using(store.using).with_org().in_bulk(ids)
        _ask_filter(moving, before, courses, store)
        while (moving := _accepted(moving)) and _refused_by_extensions(moving, before, courses, store):
            # The others are moved without them, as if they had not been asked for.
            continue
        if isinstance(store, DryStore):
            store.confirm_runs([request.state for request in moving if request.state])
    return _accepted(requests)


def _accepted(requests: Sequence[Request]) -> list[Request]:
    return [request for request in requests if request.error is None]


def _target(request: Request) -> int:
    """The course that the run comes under; negative where a dry run has only pretended to create it."""
    return request.decision.course_id or 0 if request.decision else 0


def _ask_filter(moving: Sequence[Request], before: Mapping[str, RunState], courses: Courses, store: Store) -> None:
    configured = filters.AssociationMoveRequested.is_configured()
    for request in moving:
        left, target = before[request.key.key_ci].course_id, _target(request)
        names = [courses[pk].key_str if pk in courses else _key_of_new(request) for pk in (left, target)]
        request.moved = (names[0], names[1])
        if configured and left != target:
            try:
                filters.ask_to_move(before[request.key.key_ci].text, *request.moved, store.change.reason)
            except CatalogError as error:
                _refuse(request, error)


def _key_of_new(request: Request) -> str:
    return keys.format_key_str(*request.course) if request.course else ""


def _refused_by_extensions(moving: Sequence[Request], before: Mapping[str, RunState], courses: Courses, store: Store) -> bool:
    """Write the moves and let the extensions follow; where one refuses those to a course, nothing is written, and they are."""
    dry = isinstance(store, DryStore)
    following = [
        extension
        for extension in extensions.installed_extensions()
        if type(extension).course_runs_moved is not extensions.CatalogExtensionConfig.course_runs_moved
    ]
    real = [request for request in moving if _target(request) > 0 and before[request.key.key_ci].id > 0]
    if dry and not (following and real):
        return False
    with transaction.atomic(using=store.using):
        _write(real, before, store)
        refused = _ask_extensions(following, real, before, courses, store)
        if dry or refused:
            transaction.set_rollback(True, using=store.using)
    if not (dry or refused):
        store.add_events(_events(real, before, store))
    return refused


def _write(moving: Sequence[Request], before: Mapping[str, RunState], store: Store) -> None:
    """Three statements. Not ``bulk_update``, which names every run and is split for SQLite."""
    wanted = {before[r.key.key_ci].id: (_target(r), r.decision.association) for r in moving if r.decision}
    rows = CourseRun.objects.using(store.using).filter(pk__among=list(wanted))
    courses, associations = ({pk: what[part] for pk, what in wanted.items()} for part in (0, 1))
    rows.update(catalog_course=_each(courses), association=_each(associations), modified=timezone.now())
    record_history(CourseRun, "~", store.change, using=store.using, column="id", values=list(wanted))
    note_decisions(list(wanted))


def _each(values: Mapping[int, Any]) -> Any:
    """The value of each run, by its id, as one expression."""
    pks: dict[Any, list[int]] = defaultdict(list)
    for pk, value in values.items():
        pks[value].append(pk)
    if len(pks) == 1:
        return Value(next(iter(pks)))
    return Case(*(When(pk__among=those, then=Value(value)) for value, those in pks.items()))


def _ask_extensions(
    following: Sequence[Any], moving: Sequence[Request], before: Mapping[str, RunState], courses: Courses, store: Store
) -> bool:
    """Let extensions follow, course by course; returns whether any refused. All are asked, so that one more try is enough."""
    refused = False
    for target, requests in _by_target(moving, before).items() if following else ():
        moved = {before[request.key.key_ci].id: before[request.key.key_ci].course_id for request in requests}
        try:
            with transaction.atomic(using=store.using):
                for extension in following:
                    extension.course_runs_moved(moved, courses[target], store.change)
        except CatalogError as error:
            refused = True
            for request in requests:
                _refuse(request, error)
    return refused


def _by_target(moving: Sequence[Request], before: Mapping[str, RunState]) -> dict[int, list[Request]]:
    groups: dict[int, list[Request]] = defaultdict(list)
    for request in moving:
        if before[request.key.key_ci].course_id != _target(request):
            groups[_target(request)].append(request)
    return groups


def _events(moving: Sequence[Request], before: Mapping[str, RunState], store: Store) -> list[Event]:
    previous = {before[request.key.key_ci].text: request.moved[0] for request in moving if request.moved}
    pks = [before[request.key.key_ci].id for request in moving]
    stored = stored_run_values(pks, using=store.using, reason=store.change.reason)
    return [
        Event(signals.COURSE_RUN_MOVED, key, values | {"previous_catalog_course_key": previous[key]}) for key, values in stored
    ]
