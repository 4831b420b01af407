"""The model beside the catalog: each step is taken in both, and then they must be the same."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from openedx_catalog import api
from tests.model import calls, stored
from tests.model.merges import Model
from tests.model.rows import Course, Effects, Refused

# Few names, so that they meet: in two cases, and one of them two that are the same only when they are folded.
ORGS = ("MITx", "mitX", "edX", "EDX", "UPV")
CODES = ("A1", "a1", "Straße", "STRASSE", "B2")
RUNS = ("1T", "1t", "2T")
# How many steps between two visits of the doctor, who reads everything; he comes at the end of each game, too.
DOCTOR = 25


Step = Callable[..., None]


def step(*, often: int = 1, among: str = "", **arguments: st.SearchStrategy[Any]) -> Callable[[Step], Step]:
    """
    Decorate what may be done next, with what hypothesis draws for it; `among` names what the model must have any of.

    Not a rule of its own: hypothesis leaves out some rules of each game, and plays the others as often as each other.
    """

    def decorate(function: Step) -> Step:
        function.often, function.among, function.arguments = often, among, arguments  # type: ignore[attr-defined]
        return function

    return decorate


class TimeIsUp(KeyboardInterrupt):
    """No more games: the one way to end them which hypothesis takes neither for a failure nor for a game of its own."""


class Machine(RuleBasedStateMachine):
    """A catalog that begins empty. What may be done is in `rules`."""

    # How often each function was played, and how often it was refused.
    played: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    # After this time no new game begins, but the one that failed: hypothesis plays it again.
    until = float("inf")

    def __init__(self) -> None:
        super().__init__()
        if monotonic() > self.until:
            raise TimeIsUp
        stored.empty_tables()
        self.model = Model()
        self.followed = stored.Followed()

    @classmethod
    def all_steps(cls) -> list[Any]:
        return [function for function in vars(cls).values() if hasattr(function, "often")]

    @initialize(data=st.data())
    def begin(self, data: Any) -> None:
        """Something to work with."""
        associate = next(function for function in self.all_steps() if function.__name__ == "associate")
        for _run in range(4):
            self.take(associate, data)

    @rule(data=st.data())
    def go_on(self, data: Any) -> None:
        possible = [each for each in self.all_steps() if not each.among or getattr(self.model, each.among)]
        weighted = [each for each in possible for _time in range(each.often)]
        self.take(weighted[data.draw(st.integers(0, len(weighted) - 1))], data)

    def take(self, function: Any, data: Any) -> None:
        with self.failing_whenever():
            function(self, **{name: data.draw(strategy) for name, strategy in function.arguments.items()})

    @contextmanager
    def failing_whenever(self) -> Iterator[None]:
        try:
            yield
        except Exception:
            type(self).until = float("inf")
            raise

    def play(self, name: str, *args: Any, dry_run: bool = False, **kwargs: Any) -> None:
        """Take one step in both; a dry run, or one that is refused, leaves everything as it was."""
        more = {"dry_run": True} if dry_run else {}
        note(f"api.{name}({', '.join([*map(repr, args), *(f'{key}={value!r}' for key, value in (kwargs | more).items())])})")
        trial, expected = copy.deepcopy(self.model), None
        trial.effects = Effects()
        try:
            expected = getattr(trial, name)(*args, **kwargs)
            trial.tell_runs()
        except Refused as error:
            expected = error
        try:
            found = calls.call(name, *args, **kwargs, **more)
        except calls.REFUSALS as error:
            found = error
        self.compare(expected, found)
        if dry_run or isinstance(expected, Refused):
            self.model.effects = Effects()
        else:
            self.model = trial
        self.played[name] += 1
        self.refused[name] += isinstance(expected, Refused)
        self.hold()

    def compare(self, expected: Any, found: Any) -> None:
        if isinstance(expected, Refused):
            assert isinstance(found, calls.REFUSALS), f"expected {expected.args}, got {found!r}"
            names = {each.__qualname__ for each in type(found).__mro__}
            assert names & set(expected.args), f"expected {expected.args}, got {found!r}"
        elif isinstance(found, calls.REFUSALS):
            raise AssertionError(f"expected {expected!r}, was refused") from found
        else:
            assert found == expected, f"expected {expected!r}, got {found!r}"

    def hold(self) -> None:
        """What must be true after every step."""
        there = stored.rows_of_database()
        stored.learn_uuids(self.model, there)
        wanted = stored.rows_of_model(self.model)
        for name, rows in wanted.items():
            assert there[name] == rows, f"{name}: {stored.different_rows(rows, there[name])}"
        different = stored.difference(self.model.effects, self.followed.effects())
        assert not different, different
        if self.steps % DOCTOR == 0:
            self.ask_doctor()

    def ask_doctor(self) -> None:
        assert list(api.diagnose()) == []

    @property
    def steps(self) -> int:
        return self.played.total()

    def teardown(self) -> None:
        with self.failing_whenever():
            self.ask_doctor()

    # Names: numbers that hypothesis draws choose among those that mean something now, and one that means nothing

    def course(self, number: int) -> str:
        """A name of a catalog course: its uuid, one of its keys in this or another case, or that of a merged one."""
        names = [course.uuid for course in self.model.courses]
        keys = [f"{slot.org.name}+{slot.code}" for slot in self.model.slots.values()]
        names += [*keys, *map(str.swapcase, keys), *self.model.merges, *(f"catalog-course:{name}:A1" for name in ORGS[:2])]
        return names[number % len(names)]

    def named(self, name: str) -> list[Course]:
        """The course that a name means, or none."""
        try:
            return [self.model.course_named(name)]
        except Refused:
            return []

    def run(self, number: int) -> str:
        """A key of a run that exists, in this or another case, or of one that does not."""
        runs = [run.key for run in self.model.runs.values()]
        keys = [*runs, *runs, *map(other_case, runs), "course-v1:MITx+A1+9"]
        return keys[number % len(keys)]

    def org(self, number: int) -> str:
        names = [*(org.name for org in self.model.orgs), *self.model.former, *ORGS]
        return names[number % len(names)]


def other_case(course_key: str) -> str:
    return f"course-v1:{course_key.removeprefix('course-v1:').swapcase()}"
