"""``manage.py relay_catalog_events``: send the catalog's events to the event bus."""

from __future__ import annotations

import signal
import sys
import threading
import time
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import Error, close_old_connections

from ... import conf, messages
from ...lib.commands import CatalogCommand, require_migrated

# Seconds between two looks at the outbox, and between two tries while the bus or the database is away.
SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
PURGE_EVERY = 3600


class Command(CatalogCommand):
    """Exit 0: everything that was due is delivered; 1: some events were not; 2: no event bus can be used."""

    help = (
        "Send the events that wait in the outbox to the event bus (EVENT_BUS_PRODUCER, EVENT_BUS_PRODUCER_CONFIG), in order "
        "for each run and catalog course, at least once; and delete those that have been done for "
        "OPENEDX_CATALOG_KEEP_MESSAGES_DAYS. Several may run at once. Exit code 1 if an event could not be sent: it is tried "
        "again later, or parked, with its reason, in the admin."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, metavar="N", help="send at most N events")
        parser.add_argument(
            "--follow", action="store_true", help="run until interrupted, and report every pass that sent something"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        if options["follow"]:
            self._follow(options["limit"])
            return
        with self.progress(messages.waiting(), "events", options) as advance:
            try:
                relayed = messages.relay(options["limit"], on_progress=advance)
            except messages.BusUnusable as error:
                raise CommandError(str(error), returncode=2) from error
        purged = messages.purge_events(conf.keep_messages_days())
        for name, count in {
            "done": relayed.done, "failed": relayed.failed, "parked": relayed.parked, "waiting": messages.waiting(),
            "purged": purged,
        }.items():  # fmt: skip
            self.stdout.write(f"{name:<24}{count:>9,}")
        if relayed.error:
            self.stderr.write(relayed.error)
        if relayed.failed or relayed.parked:
            sys.exit(1)

    def _follow(self, limit: int | None) -> None:
        """Until SIGTERM or SIGINT, after which the batch at hand is still finished. What fails is reported and tried again."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_args: stop.set())
        pause, purged_at = SHORTEST_PAUSE, -PURGE_EVERY * 1.0
        while not stop.is_set():
            try:
                relayed = messages.relay(limit, stop=stop.is_set)
                if relayed.done or relayed.failed or relayed.parked:
                    self.stdout.write(f"done {relayed.done} failed {relayed.failed} parked {relayed.parked} {relayed.error}")
                    self.stdout.flush()
                if time.monotonic() - purged_at > PURGE_EVERY:
                    messages.purge_events(conf.keep_messages_days())
                    purged_at = time.monotonic()
                in_vain = bool(relayed.failed) and not relayed.done
            except (messages.BusUnusable, Error) as error:
                self.stderr.write(f"{type(error).__name__}: {error}")
                in_vain = True
                close_old_connections()
            pause = min(pause * 2, LONGEST_PAUSE) if in_vain else SHORTEST_PAUSE
            stop.wait(pause)
