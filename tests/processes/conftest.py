"""Real processes on the test database, whichever it is."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import BrokenBarrierError
from typing import Any

import attrs
import pytest
from django.db import connection

from . import racing

CHECKOUT = Path(__file__).parents[2]


def child_environment(**changes: str) -> dict[str, str]:
    """The environment in which a new Python finds the project and the very database of this test."""
    own = {"PYTHONPATH": str(CHECKOUT), "CATALOG_DB_NAME": str(connection.settings_dict["NAME"])}
    # DJANGO_SETTINGS_MODULE is in the environment: pytest-django puts it there.
    return {**os.environ, **own, **changes}


@attrs.frozen
class Racers:
    """As many processes as the barrier has parties, each with Django and a connection of its own."""

    pool: ProcessPoolExecutor
    barrier: Any

    def run(self, work: Callable[..., Any], *args: Any) -> list[Any]:
        """Let `work(number, *args)` run in every process at once; its results by number."""
        self.barrier.reset()
        futures = [self.pool.submit(racing.take_part, work, number, *args) for number in range(self.barrier.parties)]
        errors = [error for future in futures if (error := future.exception())]
        # Whoever fails breaks the barrier for the others, whose errors say no more than that.
        for error in sorted(errors, key=lambda error: isinstance(error, BrokenBarrierError)):
            raise error
        return [future.result() for future in futures]


@attrs.frozen
class Nursery:
    """Processes that are meant to die, forked off one that has Django and no connection: a fortieth of a second each."""

    context: Any

    def run(self, work: Callable[..., None], *args: Any) -> int:
        """Let `work(*args)` run in a process of its own; its exit code, which is -9 of one that was killed."""
        process = self.context.Process(target=work, args=args)
        process.start()
        process.join()
        return process.exitcode


def forking() -> Any:
    """What forks processes off one that has Django and no connection; its environment is that of when it was first used."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pytest", "tests.processes.racing"])
    return context


@pytest.fixture(scope="module")
def nursery(django_db_setup: None) -> Iterator[Nursery]:
    context = forking()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in child_environment().items():
            patch.setenv(name, value)
        yield Nursery(context)


@contextmanager
def racing_processes(count: int, *, anew: bool = False, **environment: str) -> Iterator[Racers]:
    """
    So many processes that stay, on the database and with the settings of this test where `environment` names no others.

    They are forked off the one that the nursery has; with an environment of their own, or `anew`, each begins by itself.
    """
    context = multiprocessing.get_context("spawn") if anew or environment else forking()
    barrier = context.Barrier(count)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in child_environment(**environment).items():
            patch.setenv(name, value)
        shared = (barrier, context.Lock())
        with ProcessPoolExecutor(count, mp_context=context, initializer=racing.enter, initargs=shared) as pool:
            yield Racers(pool, barrier)


@pytest.fixture(scope="module")
def racers(django_db_setup: None) -> Iterator[Racers]:
    """Four processes that stay for the tests of a module."""
    with racing_processes(4) as found:
        yield found
