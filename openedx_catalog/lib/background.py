"""Work that nobody waits for: given to Celery, or done in a thread of this process."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from django.db import close_old_connections, connections

# Seconds.
MAX_WAIT = 5
log = logging.getLogger(__name__)


def delay(task: str, *args: Any, **kwargs: Any) -> None:
    """Give a task to Celery. By its name, since tasks are callers of what starts them; Celery is no requirement."""
    from celery import current_app

    current_app.signature(task).delay(*args, **kwargs)


def in_thread(name: str, work: Callable[[Callable[..., None]], Any]) -> None:
    """
    Begin some work in a thread, which dies with its process. What it raises is logged.

    It gets a function to call, with whatever arguments, when it has written down that it runs: this returns then, so that
    whoever looks next finds it; or when it has ended, or after `MAX_WAIT`.
    """
    begun = threading.Event()
    threading.Thread(target=_run, args=(name, work, begun), name=name, daemon=True).start()
    begun.wait(MAX_WAIT)


def _run(name: str, work: Callable[[Callable[..., None]], Any], begun: threading.Event) -> None:
    close_old_connections()
    try:
        work(lambda *_arguments: begun.set())
    except Exception:
        # Nobody waits for this thread; what the work wrote down says it too.
        log.exception("The %s failed.", name)
    finally:
        begun.set()
        connections.close_all()
