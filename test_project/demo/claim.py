"""What a demo holds while it runs, so that two of them do not get in each other's way: its database, and its port."""

from __future__ import annotations

import errno
import fcntl
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from django.core.servers.basehttp import ThreadedWSGIServer

HOST = "127.0.0.1"


class Refused(Exception):
    """Says in a sentence why the demo does not begin, and what to do. Nothing was changed then."""


def hold_database(database: Path, port: int) -> IO[str]:
    """
    A file that is locked until it is closed, or the process ends, however it ends. Whoever holds it notes its port there.

    Beside the database: SQLite has locks of its own in it. `port` is the one that is asked for. Raises Refused.
    """
    try:
        lock = database.with_name(f"{database.name}.lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise Refused(f"{database} cannot be made: {error.strerror}.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        raise Refused(_who_runs(database, lock.read().strip(), port)) from None
    lock.truncate(0)
    return lock


def note_port(lock: IO[str], port: int) -> None:
    """Say to others where it is served."""
    lock.write(str(port))
    lock.flush()


def listen(port: int) -> ThreadedWSGIServer:
    """
    A server that answers nothing before it serves: whoever asks it while the catalog is loaded waits. 0: any port.

    Raises Refused.
    """
    # Not before the demo has said something: it takes a second.
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

    try:
        return ThreadedWSGIServer((HOST, port), WSGIRequestHandler)
    except OverflowError as error:
        raise Refused(f"{port} is no port: choose one from 1024 to 65535, for example make demo PORT=8001.") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            text = f"Port {port} is taken by another program. End that one, or choose another port: make demo PORT={port + 1}."
            raise Refused(text) from error
        raise Refused(f"Port {port} cannot be used: {error.strerror}. Choose another one: make demo PORT=8001.") from error


def _who_runs(database: Path, at: str, port: int) -> str:
    end = "end it first, with Ctrl-C where it was started"
    if not at:
        return f"Another demo is at work on {database.name}: wait for it, or {end}."
    taken = f"Port {port} is taken: a" if at == str(port) else "A"
    return f"{taken} demo is running on {database.name} already. Look at it at http://{HOST}:{at}/, or {end}."
