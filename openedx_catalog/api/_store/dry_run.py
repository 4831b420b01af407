"""A store that writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from ... import keys
from ...lib.changes import Change
from .courses import CourseRef, NewCourse, Slot
from .organizations import OrgName
from .runs import RunChange, RunState, Store


class DryStore(Store):
    """A store that writes nothing and answers as if it had: what it would have created and changed stays in memory."""

    def __init__(self, using: str, change: Change) -> None:
        super().__init__(using, change)
        self._runs: dict[str, RunState] = {}
        self._courses: dict[Slot, CourseRef] = {}
        self._next_id = 0

    def find_runs(self, wanted: Sequence[keys.RunKey], *, lock: bool = False) -> dict[str, RunState]:
        found = super().find_runs(wanted)
        return found | {key.key_ci: self._runs[key.key_ci] for key in wanted if key.key_ci in self._runs}

    def record_events(self) -> None: ...

    def complete_runs(self, pks: list[int]) -> None: ...

    def complete_courses(self, pks: list[int]) -> None: ...

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
        created = {slot: CourseRef(self._fake_id(), course.title) for slot, course in new.items()}
        self._courses |= created
        return created

    def create_orgs(self, codes: Sequence[str], now: datetime) -> int:
        for code in codes:
            self._remember_org(code, self._fake_id())
        return len(codes)

    def _fake_id(self) -> int:
        self._next_id -= 1
        return self._next_id
