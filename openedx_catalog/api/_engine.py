"""
One batch of requests, decided and written: the rules of associating and syncing stand here and in `_decisions`, nowhere else.

`apply_requests` may run again after a rollback, so it decides everything anew, and says what it has decided on the requests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import attrs
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import extensions, filters, keys
from ..exceptions import CatalogError, OrganizationNotFound, UnknownCatalogCourse
from ..models import CatalogCourse
from . import _moves, values
from ._decisions import CREATED, Asked, Decision, decide, deleted_meanwhile, with_language
from ._deleted import refuse_deleted_meanwhile, without_deleted
from ._filling import course_to_create, fill_courses, retitle_copies, title_of_run
from ._requests import CourseValues, Request
from ._rounds import Round
from ._store import CourseRef, NewCourse, Pair, RunChange, RunState, Slot, Store, refusal_to_create

NO_PINS: frozenset[str] = frozenset()
_NOT_TAKEN = ("skipped", "conflict", "invalid")


@attrs.define
class Created:
    """What a batch created besides runs."""

    catalog_courses: int = 0
    organizations: int = 0


@attrs.frozen
class _Batch:
    """What one round works with: the store, its time, what it creates, and the courses that are found."""

    store: Store
    created: Created
    now: datetime
    # By the names that keys and requests give them, and by the ids of objects that were given.
    by_pair: dict[Pair, CourseRef] = attrs.Factory(dict)
    by_id: dict[int, CourseRef] = attrs.Factory(dict)
    # The runs that are stored, by folded key, as they were read.
    states: dict[str, RunState] = attrs.Factory(dict)

    def course_of(self, request: Request) -> CourseRef | None:
        """The course that a new run comes under, if there is one."""
        known = request.known_course
        return self.by_pair.get(request.pair) if known is None else self.by_id[known]

    def asked(self, request: Request) -> Asked:
        """What a request for a stored run asks for beside its key; empty where that is nothing."""
        if not (request.course or request.course_id or request.follows):
            return {}
        key_ci = request.key.key_ci
        return {key_ci: _asked_course(request, self.states[key_ci], self.by_pair)}

    def replace(self, courses: Mapping[int, CourseRef]) -> None:
        """Take these courses, by id, as they are now."""
        self.by_pair.update({pair: courses[ref.id] for pair, ref in self.by_pair.items() if ref.id in courses})
        self.by_id.update({pk: courses[pk] for pk in self.by_id if pk in courses})


def apply_requests(requests: Sequence[Request], store: Store) -> Created:
    """Decide and write requests, which get their decision and state. A key may occur several times; order counts."""
    created = Created()
    store.begin()
    for request in requests:
        request.reset()
        store.lines.forget(request.key.key_ci, request.line)
    waiting = requests
    while waiting:
        found = _look(waiting, _Batch(store, created, timezone.now()))
        _apply_round(found)
        for request in found.now:
            if request.line and request.outcome not in _NOT_TAKEN:
                store.lines.remember(request.key.key_ci, request.line)
        waiting = found.later
    store.release_claims()
    return created


def _look(waiting: Sequence[Request], batch: _Batch) -> Round:
    """Read what is stored of the runs and courses of requests, and choose those that are applied together."""
    states, first = batch.states, {request.key.key_ci: request for request in reversed(waiting)}
    states.update(batch.store.find_runs([request.key for request in first.values()]))
    for request in first.values():
        request.kept_line = batch.store.lines.of(request.key.key_ci)
    new = without_deleted([request for key_ci, request in first.items() if key_ci not in states], batch.store)
    new = _moves.without_absent(new)
    for request in waiting:
        if request.places and (state := states.get(request.key.key_ci)) is not None:
            request.moves = state.association == "implicit"
    _resolve_by_extensions(new)
    batch.by_id.update(_hold_known_courses(new, batch.store))
    _moves.hold_targets([request for key_ci, request in first.items() if key_ci in states], states, batch.store)
    pairs = [
        request.pair for request in waiting if _names_another(request, states) and first[request.key.key_ci].decision is None
    ]
    if pairs:
        batch.by_pair.update(batch.store.find_courses(pairs))
    found = Round(batch, lambda org: refusal_to_create(org) is None, filtered=filters.CatalogCreationRequested.is_configured())
    found.add(waiting)
    batch.store.claim_courses(found.learning)
    return found


def _names_another(request: Request, states: Mapping[str, RunState]) -> bool:
    """Whether the course that a request names has to be looked up: its run is not under it, as far as was read."""
    state = states.get(request.key.key_ci)
    if state is None:
        return request.known_course is None
    return bool(request.course or request.follows) and state.pair != request.pair


def _apply_round(found: Round) -> None:
    """Apply requests for as many runs, whose courses are found where there are any."""
    batch = found.batch
    open_ = [request for request in found.now if request.decision is None]
    new = [request for request in open_ if request.key.key_ci not in batch.states]
    stored = [request for request in open_ if request.key.key_ci in batch.states]
    _refuse_unknown_courses(new, batch)
    if found.filtered and new:
        _ask_filter([request for request in new if request.error is None], batch)
    # Courses before runs, as everywhere.
    filled = fill_courses(open_, batch)
    stored = _create_targets(stored, batch.states, batch)
    asked = {key_ci: course for request in stored for key_ci, course in batch.asked(request).items()}
    _apply_stored(_moves.without_course(stored, asked, batch.store), batch.states, asked, batch)
    _create(new, batch)
    refuse_deleted_meanwhile(new, batch.store)
    if found.filtered:
        # Of a new course, the filter may have left a title to the run only.
        filled += fill_courses(new, batch)
    retitle_copies(filled, batch, besides={request.key.key_ci for request in new})
    batch.store.record_events()


# Runs that exist


def _apply_stored(requests: list[Request], states: dict[str, RunState], asked: Asked, batch: _Batch) -> None:
    """Decide by what was read, which locks nothing; what is to be written, again by what nobody else can change any more."""
    changing = []
    for request in requests:
        state = states[request.key.key_ci]
        decision = with_language(decide(request, state, NO_PINS, asked), request, state)
        request.set_outcome(decision, state)
        if decision.writes:
            changing.append(request)
    if not changing:
        return
    locked = batch.store.find_runs([request.key for request in changing], lock=True)
    _keep_courses(locked, states)
    pins = _pinned_fields([request for request in changing if request.synced])
    keys_of_edited = {request.key.key_ci for request in changing if request.keeps_edits}
    edited = batch.store.edited_fields([state.id for key_ci, state in locked.items() if key_ci in keys_of_edited])
    for request in changing:
        if held := locked.get(request.key.key_ci):
            decision = decide(request, held, pins.get(held.text, NO_PINS), asked, edited.get(held.id, NO_PINS))
            request.set_outcome(with_language(decision, request, held), _changed(request, held, decision))
            request.before = held
        else:
            request.set_outcome(deleted_meanwhile(), states[request.key.key_ci])
    _write(_moves.move(changing, locked, batch.store), batch)


def _keep_courses(locked: Mapping[str, RunState], states: Mapping[str, RunState]) -> None:
    """What was read of the courses of runs, which a lock leaves out."""
    for key_ci, held in locked.items():
        if held.course is None and held.course_id == states[key_ci].course_id:
            held.course = states[key_ci].course


def _changed(request: Request, state: RunState, decision: Decision) -> RunState:
    """The run as it is once the decision is written."""
    if not decision.writes:
        return state
    dates = {name: value for name, value in decision.values.items() if name != "title"}
    if decision.association:
        course_id = decision.course_id or state.course_id
        state = attrs.evolve(state, course_id=course_id, association=decision.association, pair=None)
    return attrs.evolve(
        state,
        title=decision.values.get("title", state.title),
        source_time=state.source_time if request.observed_at is None else request.observed_at,
        schedule={**(state.schedule or {}), **dates} if dates else state.schedule,
    )


def _write(requests: list[Request], batch: _Batch) -> None:
    changes, confirmed = [], []
    for request in requests:
        decision, state = request.decision, request.state
        if decision and state and decision.values:
            changes.append(RunChange(state, "title" in decision.values, bool(decision.values.keys() - {"title"})))
        elif decision and state and decision.confirms:
            confirmed.append(state)
    if changes:
        batch.store.update_runs(changes, batch.now)
    if confirmed:
        batch.store.confirm_runs(confirmed)


def _asked_course(request: Request, state: RunState, courses: Mapping[Pair, CourseRef]) -> int | None:
    """The id of the catalog course that the request asks for, or None where there is no such course."""
    if request.course_id is not None:
        return request.course_id
    if state.pair == request.pair:
        return state.course_id
    course = courses.get(request.pair)
    return course.id if course else None


def _pinned_fields(requests: list[Request]) -> dict[str, set[str]]:
    pins: dict[str, set[str]] = {}
    if requests:
        texts = [request.key.text for request in requests]
        for extension in extensions.installed_extensions():
            for text, names in extension.pinned_fields(texts).items():
                pins.setdefault(text, set()).update(names)
    return pins


# Runs that do not


def _resolve_by_extensions(requests: list[Request]) -> None:
    for request in requests:
        if not (request.explicit or request.course):
            request.resolve(request.foreseen)
    implicit = [request for request in requests if not (request.explicit or request.course or request.looked_ahead)]
    for extension in extensions.resolving_extensions() if implicit else ():
        answers = extension.resolve_catalog_courses([request.key for request in implicit])
        for request in implicit:
            if request.resolved is None and (course := answers.get(request.key.key_ci)):
                request.resolved = course.pk


def _hold_known_courses(requests: list[Request], store: Store) -> dict[int, CourseRef]:
    """
    Hold the courses that callers and extensions gave as objects; where that of an extension is gone, the key decides.

    Raises CatalogCourse.DoesNotExist where that of a caller is gone.
    """
    given = {pk for request in requests if (pk := request.known_course) is not None}
    if not given:
        return {}
    known = store.hold_courses(sorted(given))
    for request in requests:
        if request.course_id is not None and request.course_id not in known:
            raise CatalogCourse.DoesNotExist(_("The catalog course with id %(id)s is gone.") % {"id": request.course_id})
        if request.resolved not in known:
            request.resolved = None
    return known


def _create(requests: list[Request], batch: _Batch) -> None:
    without_course = [request for request in requests if request.error is None and batch.course_of(request) is None]
    _create_courses(without_course, batch)
    # Those that are refused are left out.
    states = []
    for request in requests:
        if request.error is None and (course := batch.course_of(request)):
            states.append(_new_state(request, course))
            request.set_outcome(CREATED, states[-1])
    if states:
        batch.store.create_runs(states, batch.now)


def _refuse_unknown_courses(requests: list[Request], batch: _Batch) -> None:
    """Refuse what names a course that neither exists nor is created by a request before it, whatever batch that is in."""
    if not any(request.names_course for request in requests):
        return
    coming: set[Slot] = set()
    for request in requests:
        if batch.course_of(request) is None:
            org, code_ci = request.pair
            slot = batch.store.find_org(org) or keys.fold(org), code_ci
            if not request.names_course:
                coming.add(slot)
            elif slot not in coming:
                request.refuse(_unknown_course(request))


def _unknown_course(request: Request) -> UnknownCatalogCourse:
    return UnknownCatalogCourse(name=keys.shorten(request.course))


def _create_courses(rows_without_course: list[Request], batch: _Batch) -> None:
    """Create the courses that are missing, as the first request that says so wants each, and their organizations."""
    if not rows_without_course:
        return
    store = batch.store
    _create_orgs([request.pair[0] for request in rows_without_course if not request.names_course], batch)
    new: dict[Slot, NewCourse] = {}
    slots: dict[Pair, Slot] = {}
    for request in rows_without_course:
        org, code_ci = pair = request.pair
        org_id = store.find_org(org)
        if org_id is None:
            request.refuse(refusal_to_create(org) or OrganizationNotFound(org_code=org, reason=""))
            continue
        slot = org_id, code_ci
        if slot not in new:
            if request.names_course:
                # Whoever was to create it has been refused.
                request.refuse(_unknown_course(request))
                continue
            new[slot] = _new_course(request, org_id, store.org_name(org_id))
        slots[pair] = slot
    if new:
        refs = store.create_courses(new, batch.now)
        batch.by_pair.update({pair: refs[slot] for pair, slot in slots.items()})
        batch.created.catalog_courses += len(new)


def _ask_filter(requests: list[Request], batch: _Batch) -> None:
    """Let the operator's steps change titles and languages, or refuse rows: of a new course its first row that passes."""
    accepted: dict[Slot, CourseValues] = {}
    for request in requests:
        org, code_ci = request.pair
        slot, found = (batch.store.find_org(org) or keys.fold(org), code_ci), batch.course_of(request)
        try:
            course = CourseValues(found.title, "") if found else accepted.get(slot) or _filtered_course(request)
            title, _language = filters.ask_to_create("course_run", request.key.text, request.title or course.title, "")
            request.filtered = (values.normalize_title(title), course)
            if not found:
                accepted[slot] = course
        except CatalogError as error:
            request.refuse(error)


def _create_targets(requests: list[Request], states: dict[str, RunState], batch: _Batch) -> list[Request]:
    """Create the courses that stored runs are to be moved to, where a file may; returns the requests without those refused."""
    missing = [
        request
        for request in requests
        if request.moves and request.course and not request.existing
        # A row that is not taken creates nothing; nor does a source that may not.
        if request.creates_course or not request.synced
        if states[request.key.key_ci].text == request.key.text
        if request.pair not in (states[request.key.key_ci].pair, *batch.by_pair)
    ]
    if missing and filters.CatalogCreationRequested.is_configured():
        for request in missing:
            try:
                request.filtered = (request.title or "", _filtered_course(request))
            except CatalogError as error:
                request.refuse(error)
    _create_courses([request for request in missing if request.error is None], batch)
    return [request for request in requests if request.error is None]


def _filtered_course(request: Request) -> CourseValues:
    given, key_str = _course_values(request), keys.format_key_str(request.pair[0], request.code)
    title, language = filters.ask_to_create("catalog_course", key_str, given.title, given.language)
    return CourseValues(values.some_title(title), values.normalize_language(language))


def _create_orgs(codes: list[str], batch: _Batch) -> None:
    """Create the unknown ones that may be created; of several spellings the first is kept."""
    unknown: dict[str, str] = {}
    for code in codes:
        if batch.store.find_org(code) is None and refusal_to_create(code) is None:
            unknown.setdefault(keys.fold(code), code)
    if unknown:
        batch.created.organizations += batch.store.create_orgs(list(unknown.values()), batch.now)


def _new_course(request: Request, org_id: int, org: str) -> NewCourse:
    title, language = request.filtered[1] if request.filtered else _course_values(request)
    return NewCourse(org_id, org, request.code, title, language)


def _course_values(request: Request) -> CourseValues:
    course = course_to_create(request)
    return CourseValues(course.title, course.language)


def _new_state(request: Request, course: CourseRef) -> RunState:
    return RunState(
        0,
        request.key,
        request.key.text,
        course.id,
        title_of_run(request, course),
        request.observed_at,
        {name: value for name, value in request.schedule.items() if value} or None,
        "explicit" if request.explicit else "implicit",
        uuid=request.uuid,
        created=request.created,
        course=course,
    )
