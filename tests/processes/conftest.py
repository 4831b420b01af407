"""Real processes on the test database, whichever it is."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from threading import BrokenBarrierError
from typing import Any

import attrs
import pytest
from django.conf import settings
from django.db import connection

from . import racing

CHECKOUT = Path(__file__).parents[2]


def child_environment(**changes: str) -> dict[str, str]:
    """The environment in which a new Python finds the project and the very database of this test."""
    own = {"DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE, "CATALOG_DB_NAME": str(connection.settings_dict["NAME"])}
    return {**os.environ, "PYTHONPATH": str(CHECKOUT), **own, **changes}


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


@pytest.fixture(scope="module")
def racers(django_db_setup: None) -> Iterator[Racers]:
    """Four processes that stay for the tests of a module."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(4)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in child_environment().items():
            patch.setenv(name, value)
        with ProcessPoolExecutor(4, mp_context=context, initializer=racing.enter, initargs=(barrier, context.Lock())) as pool:
            yield Racers(pool, barrier)
