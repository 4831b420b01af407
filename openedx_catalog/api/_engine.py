"""
One batch of requests, decided and written: the rules of associating and syncing stand here and nowhere else.

`apply_rows` may run again after a rollback, so it decides everything anew and leaves its verdict on the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import attrs
from django.utils import timezone

from .. import conf, extensions, filters, keys
from ..exceptions import CatalogError, OrganizationNotFound
from ..models import CatalogCourse
from . import values
from ._rows import Row, Wanted
from ._store import CourseRef, NewCourse, Pair, RunState, Store

Asked = dict[str, int | None]
"""What rows ask for beside their key: ``{folded key: id of a catalog course}``."""


@attrs.define
class Created:
    """What a batch created besides runs."""

    catalog_courses: int = 0
    organizations: int = 0


def apply_rows(rows: Sequence[Row], store: Store) -> Created:
    """Decide and write rows, which get their outcome, problem and state. A key may occur several times; order counts."""
    created = Created()
    store.begin()
    for row in rows:
        row.reset()
    for unique in _rounds(rows):
        _apply_unique(unique, store, created)
    return created


def _rounds(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Split rows so that no key occurs twice in one round: the second occurrence meets what the first one left."""
    waiting = list(rows)
    while waiting:
        seen: set[str] = set()
        now: list[Row] = []
        later: list[Row] = []
        for row in waiting:
            (later if row.key.key_ci in seen else now).append(row)
            seen.add(row.key.key_ci)
        yield now
        waiting = later


def _apply_unique(rows: list[Row], store: Store, created: Created) -> None:
    states = store.find_runs([row.key for row in rows])
    new = [row for row in rows if row.key.key_ci not in states]
    stored = [row for row in rows if row.key.key_ci in states]
    _resolve_by_extensions(new)
    known = _hold_known_courses(new, store)
    pairs = [_pair(row) for row in new if _known_course(row) is None]
    pairs += [_pair(row) for row in stored if row.course and states[row.key.key_ci].pair != _pair(row)]
    courses = store.find_courses(pairs) if pairs else {}
    asked = {
        row.key.key_ci: _asked_course(row, states[row.key.key_ci], courses) for row in stored if row.course or row.course_id
    }
    now = timezone.now()
    _apply_stored(stored, states, asked, store, now)
    _create(new, courses, known, store, now, created)
    store.record_events()


# Runs that exist


def _apply_stored(rows: list[Row], states: dict[str, RunState], asked: Asked, store: Store, now: datetime) -> None:
    changed = [row for row in rows if _wants_write(row, states[row.key.key_ci], asked)]
    if not changed:
        return
    # Decide again on what nobody can change any more.
    locked = store.find_runs([row.key for row in changed], lock=True)
    pins = _pinned_fields([row for row in changed if row.synced])
    writes, seen = [], []
    for row in changed:
        state = locked.get(row.key.key_ci)
        if state is None:
            row.settle("conflict", states[row.key.key_ci], ("deleted_meanwhile", "The run was deleted while it was read."))
        elif taken := _decide(row, state, asked, pins.get(state.text, frozenset())):
            writes.append(_assign(row, state, taken))
        elif _is_newer(row, state):
            state.source_time = row.observed_at
            seen.append(state)
    if writes:
        store.update_runs(writes, now)
    if seen:
        store.remember_observations(seen)


def _wants_write(row: Row, state: RunState, asked: Asked) -> bool:
    return bool(_decide(row, state, asked, frozenset())) or _is_newer(row, state)


def _decide(row: Row, state: RunState, asked: Asked, pinned: frozenset[str] | set[str]) -> dict[str, Any]:
    """Settle what becomes of a stored run, and return the values to write."""
    row.value_problems = [problem for problem in row.value_problems if problem[0] not in ("stale", "pinned")]
    if row.create_only:
        row.settle("conflict", state, ("duplicate_course_run", f"The run exists as {state.text}."))
    elif state.text != row.key.text:
        row.settle("conflict", state, ("other_spelling", f"The run exists as {state.text}, which is kept."))
    elif row.key.key_ci in asked and asked[row.key.key_ci] != state.course_id and not _is_decided(row, state):
        course = row.course or "the one asked for"
        row.settle("conflict", state, ("other_catalog_course", f"The run is under another catalog course than {course}."))
    else:
        return _decide_values(row, state, pinned)
    return {}


def _is_decided(row: Row, state: RunState) -> bool:
    """Whether somebody has said which course the run belongs to: then a source's own opinion is no conflict."""
    return row.synced and state.association == "explicit"


def _asked_course(row: Row, state: RunState, courses: dict[Pair, CourseRef]) -> int | None:
    """The id of the catalog course that the row asks for, or None where there is no such course."""
    if row.course_id is not None:
        return row.course_id
    if state.pair == _pair(row):
        return state.course_id
    course = courses.get(_pair(row))
    return course.id if course else None


def _decide_values(row: Row, state: RunState, pinned: frozenset[str] | set[str]) -> dict[str, Any]:
    differing = _differing(row, state)
    kept = {name for name in differing if name in pinned}
    stale = {name for name in differing if name not in kept and _is_stale(name, row, state)}
    if kept:
        row.value_problems.append(("pinned", f"Pinned, and kept: {', '.join(sorted(kept))}."))
    if stale:
        reason = f"Kept {', '.join(sorted(stale))}: a source has set it, {_observed(row, state)}."
        if len(stale) + len(kept) == len(differing):
            row.settle("stale", state, ("stale", reason))
            return {}
        row.value_problems.append(("stale", reason))
    taken = {name: value for name, value in differing.items() if name not in kept | stale}
    row.settle("updated" if taken else "unchanged", state)
    return taken


def _differing(row: Row, state: RunState) -> dict[str, Any]:
    """The given values that are not what is stored."""
    differing: dict[str, Any] = {}
    if row.title and row.title != state.title:
        differing["title"] = row.title
    stored = state.schedule or {}
    for name, value in row.schedule.items():
        if (stored.get(name) or None) != (value or None):
            differing[name] = value
    return differing


def _is_stale(name: str, row: Row, state: RunState) -> bool:
    """Older never overwrites newer; a value without a time fills only what no source has set."""
    if state.source_time is None:
        return False
    if row.observed_at is not None:
        return row.observed_at < state.source_time
    return name == "title" or bool((state.schedule or {}).get(name))


def _is_newer(row: Row, state: RunState) -> bool:
    """Whether the row confirms what is stored, at a later time: then whatever is older must not overwrite it any more."""
    if row.outcome != "unchanged" or row.observed_at is None or not row.remembered:
        return False
    return state.source_time is None or state.source_time < row.observed_at


def _observed(row: Row, state: RunState) -> str:
    stored = f"{state.source_time:%Y-%m-%dT%H:%M:%SZ}"
    return f"at {stored}" if row.observed_at is None else f"at {stored}, later than {row.observed_at:%Y-%m-%dT%H:%M:%SZ}"


def _assign(row: Row, state: RunState, taken: dict[str, Any]) -> tuple[RunState, bool, bool]:
    schedule = {name: value for name, value in taken.items() if name != "title"}
    state.title = taken.get("title", state.title)
    if row.observed_at is not None:
        state.source_time = row.observed_at
    if schedule:
        state.schedule = {**(state.schedule or {}), **schedule}
    row.state = state
    return state, "title" in taken, bool(schedule)


def _pinned_fields(rows: list[Row]) -> dict[str, set[str]]:
    pins: dict[str, set[str]] = {}
    if rows:
        texts = [row.key.text for row in rows]
        for extension in extensions.installed_extensions():
            for text, names in extension.pinned_fields(texts).items():
                pins.setdefault(text, set()).update(names)
    return pins


# Runs that do not


def _resolve_by_extensions(rows: list[Row]) -> None:
    open_rows = [row for row in rows if not row.explicit]
    for extension in extensions.installed_extensions() if open_rows else ():
        answers = extension.resolve_catalog_courses([row.key for row in open_rows])
        for row in open_rows:
            if row.resolved is None and (course := answers.get(row.key.key_ci)):
                row.resolved = course.pk


def _hold_known_courses(rows: list[Row], store: Store) -> dict[int, CourseRef]:
    """
    Hold the courses that callers and extensions gave as objects; where that of an extension is gone, the key decides.

    Raises CatalogCourse.DoesNotExist where that of a caller is gone.
    """
    given = {pk for row in rows if (pk := _known_course(row)) is not None}
    known = store.hold_courses(sorted(given)) if given else {}
    for row in rows:
        if row.course_id is not None and row.course_id not in known:
            raise CatalogCourse.DoesNotExist(f"The catalog course with id {row.course_id} is gone.")
        if row.resolved not in known:
            row.resolved = None
    return known


def _known_course(row: Row) -> int | None:
    """The id of the course that the caller or an extension gave as an object."""
    return row.course_id if row.course_id is not None else row.resolved


def _pair(row: Row) -> Pair:
    """The (organization, folded code) that decides the row's course."""
    org, code = row.course or (row.key.org, row.key.course)
    return org, keys.fold(code)


def _create(
    rows: list[Row],
    courses: dict[Pair, CourseRef],
    known: dict[int, CourseRef],
    store: Store,
    now: datetime,
    created: Created,
) -> None:
    if rows and filters.CatalogCreationRequested.is_configured():
        _ask_filter(rows, courses, known, store)
        rows = [row for row in rows if row.outcome != "invalid"]
    homeless = [row for row in rows if _known_course(row) is None and _pair(row) not in courses]
    _create_orgs([_pair(row)[0] for row in homeless], store, now, created)
    new: dict[tuple[Any, str], NewCourse] = {}
    places: dict[Pair, tuple[Any, str]] = {}
    for row in homeless:
        org_id = store.find_org(_pair(row)[0])
        if org_id is None:
            row.refuse(refusal_to_create(_pair(row)[0]) or OrganizationNotFound(org_code=_pair(row)[0], reason=""))
            continue
        places[_pair(row)] = (org_id, _pair(row)[1])
        new.setdefault(places[_pair(row)], _new_course(row, org_id, store.org_name(org_id)))
    if new:
        refs = store.create_courses(new, now)
        courses = courses | {pair: refs[place] for pair, place in places.items()}
        created.catalog_courses += len(new)
    homes = [(row, _known_course(row)) for row in rows if row.outcome != "invalid"]
    states = [_new_state(row, courses[_pair(row)] if pk is None else known[pk]) for row, pk in homes]
    if states:
        store.create_runs(states, now)


def _ask_filter(rows: list[Row], courses: dict[Pair, CourseRef], known: dict[int, CourseRef], store: Store) -> None:
    """Let the operator's steps change titles and languages, or refuse rows: of a new course its first row that passes."""
    accepted: dict[tuple[Any, str], Wanted] = {}
    for row in rows:
        org, code_ci = _pair(row)
        place, pk = (store.find_org(org) or keys.fold(org), code_ci), _known_course(row)
        found = courses.get(_pair(row)) if pk is None else known[pk]
        try:
            course = Wanted(found.title, "") if found else accepted.get(place) or _wanted_course(row)
            title, _language = filters.ask_to_create("course_run", row.key.text, row.title or course.title, "")
            row.filtered = (values.normalize_title(title), course)
            if not found:
                accepted[place] = course
        except CatalogError as error:
            row.refuse(error)


def _wanted_course(row: Row) -> Wanted:
    wanted, key_str = _implied(row), keys.format_key_str(_pair(row)[0], _code(row))
    title, language = filters.ask_to_create("catalog_course", key_str, wanted.title, wanted.language)
    return Wanted(values.some_title(title), values.normalize_language(language))


def _create_orgs(codes: list[str], store: Store, now: datetime, created: Created) -> None:
    """Create the unknown ones that may be created; of several spellings the first is kept."""
    unknown: dict[str, str] = {}
    for code in codes:
        if store.find_org(code) is None and refusal_to_create(code) is None:
            unknown.setdefault(keys.fold(code), code)
    if unknown:
        created.organizations += store.create_orgs(list(unknown.values()), now)


def refusal_to_create(org_code: str) -> OrganizationNotFound | None:
    """Why an organization may not be created from a key, or None."""
    if not conf.organizations_autocreate():
        return OrganizationNotFound(org_code=org_code, reason="ORGANIZATIONS_AUTOCREATE is off")
    if not keys.ORGANIZATION_CODE.match(org_code):
        reason = "edx-organizations takes only letters, digits, '.', '_' and '-'; create it by hand"
        return OrganizationNotFound(org_code=org_code, reason=reason)
    return None


def _new_course(row: Row, org_id: int, org: str) -> NewCourse:
    return NewCourse(org_id, org, _code(row), *(row.filtered[1] if row.filtered else _implied(row)))


def _implied(row: Row) -> Wanted:
    return Wanted(row.title or _code(row), row.language or conf.default_language())


def _code(row: Row) -> str:
    return row.course.code if row.course else row.key.course


def _new_state(row: Row, course: CourseRef) -> RunState:
    state = RunState(
        0,
        row.key.text,
        course.id,
        (row.filtered[0] if row.filtered else row.title) or course.title,
        row.observed_at,
        {name: value for name, value in row.schedule.items() if value} or None,
        "explicit" if row.explicit else "implicit",
        key=row.key,
        created=row.created,
        course=course,
    )
    row.settle("created", state)
    return state
