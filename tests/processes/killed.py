"""
A backfill that kills itself: ``python -m tests.processes.killed FILE "after 17"`` dies at its 17th statement.

``between`` dies after runs were inserted and before their history is; ``never`` counts the statements and prints the number.
Nothing in the product knows of this: the process watches its own connection.
"""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Callable
from typing import Any

import django

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


def main(path: str, moment: str) -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    executioner = Executioner(moment)
    with connection.execute_wrapper(executioner):
        try:
            call_command("backfill_catalog", path, batch_size=BATCH_SIZE, source="killed")
        except SystemExit as done:
            # 1: the file has bad rows, as it should.
            if done.code != 1:
                raise
    sys.stderr.write(f"{executioner.count}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
