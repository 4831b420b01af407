"""A ``migrate`` that kills itself, run in a process of its own; the process watches its own connection."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

READING = ("SELECT", "SHOW", "SET", "PRAGMA", "SAVEPOINT", "RELEASE", "EXPLAIN")


def migrate(database: str, app: str, target: str, statements: int) -> None:
    """Migrate `app` to `target`, and die with the statement of this number that writes done."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from tests.databases import switch

    switch(database)
    # On the way back there are rows, and they are meant to go.
    settings.OPENEDX_CATALOG_ALLOW_DOWNGRADE_LOSS = settings.OPENEDX_CATALOG_ALLOW_UNINSTALL = True
    count = 0

    def count_and_die(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal count
        result = execute(sql, params, many, context)
        count += not str(sql).lstrip().startswith(READING)
        if count == statements:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    with connection.execute_wrapper(count_and_die):
        call_command("migrate", app, target, verbosity=0) if target else call_command("migrate", app, verbosity=0)
