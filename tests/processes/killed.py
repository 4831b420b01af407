"""
A backfill that kills itself, in a process of its own: ``after 17`` dies at its 17th statement.

``between`` dies after runs were inserted and before their history is; ``never`` only counts the statements.
Nothing in the product knows of this: the process watches its own connection.
"""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable
from io import StringIO
from multiprocessing.sharedctypes import Synchronized
from typing import Any

from django.core.management import call_command
from django.db import connection

BATCH_SIZE = 100
DATA_STATEMENTS = ("SELECT", "INSERT", "UPDATE", "DELETE")


class Executioner:
    """Counts the statements of a connection, and ends the process at the chosen one."""

    def __init__(self, moment: str) -> None:
        self.when, _space, number = moment.partition(" ")
        self.number = int(number or 0)
        self.count = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(DATA_STATEMENTS):
            return execute(sql, params, many, context)
        self.count += 1
        if self.when == "before" and self.count == self.number:
            _die()
        result = execute(sql, params, many, context)
        if self.when == "after" and self.count == self.number:
            _die()
        if self.when == "between" and _inserts_runs(sql):
            # The second batch, so that a whole one is already there.
            self.number += 1
            if self.number == 2:
                _die()
        return result


def moments(statements: int, points: int, seed: int) -> list[str]:
    """So many of the moments before and after each statement, all of them if there are no more; in their order."""
    every = [f"{when} {number}" for number in range(1, statements + 1) for when in ("before", "after")]
    chosen = random.Random(seed).sample(range(len(every)), min(points, len(every)))
    return [every[index] for index in sorted(chosen)]


def _inserts_runs(sql: str) -> bool:
    return sql.startswith(("INSERT INTO `openedx_catalog_courserun`", 'INSERT INTO "openedx_catalog_courserun"'))


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def backfill(path: str, moment: str, count: Synchronized[int]) -> None:
    """The work of a process: load a file, or die; the number of statements is left where it may live."""
    executioner = Executioner(moment)
    with connection.execute_wrapper(executioner):
        try:
            call_command("backfill_catalog", path, batch_size=BATCH_SIZE, source="killed", stdout=StringIO())
        except SystemExit as done:
            # 1: the file has bad rows, as it should.
            if done.code != 1:
                raise
    connection.close()
    count.value = executioner.count
