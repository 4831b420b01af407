"""
One batch of requests, decided and written: the rules of associating and syncing stand here and in `_decisions`, nowhere else.

`apply_requests` may run again after a rollback, so it decides everything anew, and says what it has decided on the requests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import attrs
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import conf, extensions, filters, keys
from ..exceptions import CatalogError, OrganizationNotFound
from ..models import CatalogCourse
from . import values
from ._decisions import CREATED, Asked, Decision, decide, deleted_meanwhile
from ._requests import CourseValues, Request
from ._store import CourseRef, NewCourse, Pair, RunChange, RunState, Slot, Store

NO_PINS: frozenset[str] = frozenset()


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

    def course_of(self, request: Request) -> CourseRef | None:
        """The course that a new run comes under, if there is one."""
        known = request.known_course
        return self.by_pair.get(request.pair) if known is None else self.by_id[known]


def apply_requests(requests: Sequence[Request], store: Store) -> Created:
    """Decide and write requests, which get their decision and state. A key may occur several times; order counts."""
    created = Created()
    store.begin()
    for request in requests:
        request.reset()
    for unique in _rounds(requests):
        _apply_unique(unique, _Batch(store, created, timezone.now()))
    return created


def _rounds(requests: Sequence[Request]) -> Iterator[Sequence[Request]]:
    """Split requests so that no key occurs twice in one round: the second occurrence meets what the first one left."""
    waiting = requests
    while len({request.key.key_ci for request in waiting}) < len(waiting):
        seen: set[str] = set()
        now: list[Request] = []
        later: list[Request] = []
        for request in waiting:
            (later if request.key.key_ci in seen else now).append(request)
            seen.add(request.key.key_ci)
        yield now
        waiting = later
    if waiting:
        yield waiting


def _apply_unique(requests: Sequence[Request], batch: _Batch) -> None:
    states = batch.store.find_runs([request.key for request in requests])
    new = [request for request in requests if request.key.key_ci not in states]
    stored = [request for request in requests if request.key.key_ci in states]
    _resolve_by_extensions(new)
    batch.by_id.update(_hold_known_courses(new, batch.store))
    pairs = [request.pair for request in new if request.known_course is None]
    pairs += [request.pair for request in stored if request.course and states[request.key.key_ci].pair != request.pair]
    if pairs:
        batch.by_pair.update(batch.store.find_courses(pairs))
    asked = {
        request.key.key_ci: _asked_course(request, states[request.key.key_ci], batch.by_pair)
        for request in stored
        if request.course or request.course_id
    }
    _apply_stored(stored, states, asked, batch)
    _create(new, batch)
    batch.store.record_events()


# Runs that exist


def _apply_stored(requests: list[Request], states: dict[str, RunState], asked: Asked, batch: _Batch) -> None:
    """Decide by what was read, which locks nothing; what is to be written, again by what nobody else can change any more."""
    changing = []
    for request in requests:
        state = states[request.key.key_ci]
        decision = decide(request, state, NO_PINS, asked)
        request.set_outcome(decision, state)
        if decision.writes:
            changing.append(request)
    if not changing:
        return
    locked = batch.store.find_runs([request.key for request in changing], lock=True)
    pins = _pinned_fields([request for request in changing if request.synced])
    for request in changing:
        if held := locked.get(request.key.key_ci):
            decision = decide(request, held, pins.get(held.text, NO_PINS), asked)
            request.set_outcome(decision, _changed(request, held, decision))
        else:
            request.set_outcome(deleted_meanwhile(), states[request.key.key_ci])
    _write(changing, batch)


def _changed(request: Request, state: RunState, decision: Decision) -> RunState:
    """The run as it is once the decision is written."""
    if not decision.writes:
        return state
    dates = {name: value for name, value in decision.values.items() if name != "title"}
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
    implicit = [request for request in requests if not request.explicit]
    for extension in extensions.installed_extensions() if implicit else ():
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
    if requests and filters.CatalogCreationRequested.is_configured():
        _ask_filter(requests, batch)
    _create_courses([request for request in requests if request.error is None and batch.course_of(request) is None], batch)
    # Those that are refused are left out.
    states = []
    for request in requests:
        if request.error is None and (course := batch.course_of(request)):
            states.append(_new_state(request, course))
            request.set_outcome(CREATED, states[-1])
    if states:
        batch.store.create_runs(states, batch.now)


def _create_courses(rows_without_course: list[Request], batch: _Batch) -> None:
    """Create the courses that are missing, as the first request of each wants it, and their organizations."""
    if not rows_without_course:
        return
    store = batch.store
    _create_orgs([request.pair[0] for request in rows_without_course], batch)
    new: dict[Slot, NewCourse] = {}
    slots: dict[Pair, Slot] = {}
    for request in rows_without_course:
        org, code_ci = pair = request.pair
        org_id = store.find_org(org)
        if org_id is None:
            request.refuse(refusal_to_create(org) or OrganizationNotFound(org_code=org, reason=""))
            continue
        slots[pair] = (org_id, code_ci)
        if slots[pair] not in new:
            new[slots[pair]] = _new_course(request, org_id, store.org_name(org_id))
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


def refusal_to_create(org_code: str) -> OrganizationNotFound | None:
    """Why an organization may not be created from a key, or None."""
    if not conf.organizations_autocreate():
        return OrganizationNotFound(org_code=org_code, reason=_("ORGANIZATIONS_AUTOCREATE is off"))
    if not keys.ORGANIZATION_CODE.match(org_code):
        reason = _("edx-organizations takes only letters, digits, '.', '_' and '-'; create it by hand")
        return OrganizationNotFound(org_code=org_code, reason=reason)
    return None


def _new_course(request: Request, org_id: int, org: str) -> NewCourse:
    title, language = request.filtered[1] if request.filtered else _course_values(request)
    return NewCourse(org_id, org, request.code, title, language)


def _course_values(request: Request) -> CourseValues:
    return CourseValues(request.title or request.code, request.language or conf.default_language())


def _new_state(request: Request, course: CourseRef) -> RunState:
    return RunState(
        0,
        request.key,
        request.key.text,
        course.id,
        (request.filtered[0] if request.filtered else request.title) or course.title,
        request.observed_at,
        {name: value for name, value in request.schedule.items() if value} or None,
        "explicit" if request.explicit else "implicit",
        created=request.created,
        course=course,
    )
