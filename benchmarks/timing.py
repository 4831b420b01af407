"""Times and statement counts: what is compared is always done in turns, so that a busy machine slows both."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import Any

DATA_STATEMENTS = ("SELECT", "INSERT", "UPDATE", "DELETE")


def seconds(work: Callable[[], Any]) -> float:
    """How long one call takes, with no garbage of others to collect."""
    gc.collect()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def in_turns(contestants: dict[str, Callable[[int], Any]], repeats: int, units: int = 1) -> dict[str, float]:
    """
    The median seconds per unit of each, over `repeats` turns; one more turn before them warms connections and caches.

    Each is called with the number of the turn, so that it can take other keys every time.
    """
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for turn in range(repeats + 1):
        for name, work in contestants.items():
            spent = seconds(lambda work=work, turn=turn: work(turn))
            if turn:
                taken[name].append(spent / units)
    return {name: median(values) for name, values in taken.items()}


def best_median(contestants: dict[str, Callable[[str], Any]], texts: Sequence[str], rounds: int = 5) -> dict[str, float]:
    """
    The median seconds of a call for each text with a suffix of its own, in the best of some rounds.

    Without a garbage collection before each call, which would leave the processor's caches cold, and so as the peer is
    measured in a process of its own: of what a busy machine does to one of them, the best round has the least.
    """
    best: dict[str, float] = {}
    for turn in range(rounds):
        for name, work in contestants.items():
            times = []
            for text in texts:
                began = time.perf_counter()
                work(f"{text}_{name}{turn}")
                times.append(time.perf_counter() - began)
            best[name] = min(median(times), best.get(name, median(times)))
    return best


class Statements:
    """The data statements of a connection, by verb; savepoints, BEGIN and COMMIT are not counted."""

    def __init__(self) -> None:
        self.verbs: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        verb = sql.lstrip(" (\n").split(None, 1)[0].upper()
        if verb in DATA_STATEMENTS:
            self.verbs.append(verb)
        return execute(sql, params, many, context)

    @property
    def writes(self) -> int:
        """How many are no SELECT."""
        return sum(verb != "SELECT" for verb in self.verbs)


@contextmanager
def counted(connection: Any) -> Iterator[Statements]:
    """Count what `connection` executes inside the block."""
    statements = Statements()
    with connection.execute_wrapper(statements):
        yield statements


def analyze(connection: Any) -> None:
    """Let the servers know what is in the tables, as their own background work does sooner or later."""
    if connection.vendor == "sqlite":
        return
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("openedx_catalog_", "organizations_")):
                cursor.execute(f"ANALYZE {'TABLE ' if connection.vendor == 'mysql' else ''}{table}")
                if connection.vendor == "mysql":
                    cursor.fetchall()
