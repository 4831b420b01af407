"""A store that writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from ... import keys
from ...lib.changes import Change
from .courses import CourseRef, NewCourse, Pair, Slot
from .organizations import OrgName
from .runs import RunChange, RunState, Store


class DryStore(Store):
    """A store that writes nothing and answers as if it had: what it would have created and changed stays in memory."""

    def __init__(self, using: str, change: Change) -> None:
        super().__init__(using, change)
        self._runs: dict[str, RunState] = {}
        self._courses: dict[Slot, CourseRef] = {}
        # Courses with the values that they would have got.
        self._updated: dict[int, CourseRef] = {}
        self._next_id = 0

    def find_runs(self, wanted: Sequence[keys.RunKey], *, lock: bool = False) -> dict[str, RunState]:
        found = super().find_runs(wanted)
        found |= {key.key_ci: self._runs[key.key_ci] for key in wanted if key.key_ci in self._runs}
        for state in found.values():
            state.course = state.course and self._latest(state.course)
        return found

    def find_courses(self, pairs: Iterable[Pair]) -> dict[Pair, CourseRef]:
        return {pair: self._latest(course) for pair, course in super().find_courses(pairs).items()}

    def hold_courses(self, pks: list[int]) -> dict[int, CourseRef]:
        return {pk: self._latest(course) for pk, course in super().hold_courses(pks).items()}

    def lock_courses(self, known: Iterable[CourseRef]) -> dict[int, CourseRef]:
        return {course.id: self._latest(course) for course in known}

    def claim_courses(self, pks: Iterable[int]) -> None: ...

    def update_courses(self, courses: Sequence[CourseRef], now: datetime) -> None:
        self._updated |= {course.id: course for course in courses}

    def _latest(self, course: CourseRef) -> CourseRef:
        return self._updated.get(course.id, course)

    def _titles_of(self, course_ids: Sequence[int]) -> list[tuple[int, str, str]]:
        known = set(course_ids)
        created = [(run.course_id, run.title, run.text) for run in self._runs.values() if run.course_id in known]
        return [*super()._titles_of(course_ids), *created]

    def record_events(self) -> None: ...

    def complete_runs(self, pks: list[int]) -> None: ...

    def complete_courses(self, pks: list[int]) -> None: ...

    def hold_former_names(self, codes: Iterable[str]) -> None: ...

    def _refuse_renamed(self, known: dict[int, str], held: Iterable[OrgName]) -> None: ...

    def create_runs(self, states: Sequence[RunState], now: datetime) -> None:
        for state in states:
            state.id = self._fake_id()
            self._runs[state.key.key_ci] = state

    def update_runs(self, changes: Sequence[RunChange], now: datetime) -> None:
        self._runs |= {keys.fold(change.state.text): change.state for change in changes}

    def confirm_runs(self, states: Sequence[RunState]) -> None:
        self._runs |= {keys.fold(state.text): state for state in states}

    def _slots(self, slots: set[Slot]) -> dict[Slot, CourseRef]:
        return super()._slots(slots) | {slot: self._courses[slot] for slot in slots if slot in self._courses}

    def create_courses(self, new: dict[Slot, NewCourse], now: datetime) -> dict[Slot, CourseRef]:
        created = {
            slot: CourseRef(self._fake_id(), course.title, "", course.org, course.code, course.language)
            for slot, course in new.items()
        }
        self._courses |= created
        return created

    def create_orgs(self, codes: Sequence[str], now: datetime) -> int:
        for code in codes:
            self._remember_org(code, self._fake_id())
        return len(codes)

    def _fake_id(self) -> int:
        self._next_id -= 1
        return self._next_id
