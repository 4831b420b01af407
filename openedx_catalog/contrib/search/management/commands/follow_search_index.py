"""``manage.py follow_search_index``: keep the search index in step with the catalog."""

from __future__ import annotations

import json
import signal
import threading
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import Error, close_old_connections
from django.utils.translation import gettext as _

from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib.commands import CatalogCommand, require_migrated

from ... import api

# Seconds between two looks at the change feed, and between two tries while something is away.
SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 30.0


class Command(CatalogCommand):
    """Exit 0: the index is in step, or it was interrupted; 2: with --once, there is no index, or it cannot be written."""

    help = (
        "Bring the search index in step with the change feed of the catalog, and with the dates that pass, until interrupted; "
        "every pass that changed something is reported. Several may run at once: one of them works. With --once it ends when "
        "nothing is left to do: then let a timer run it each minute."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when the index is in step")
        parser.add_argument("--json", action="store_true", help="print what was done as JSON, a line for each pass")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated("openedx_catalog", "openedx_catalog_search")
        if not options["once"]:
            self._follow(options)
            return
        try:
            while self._pass(options):
                continue
        except CatalogError as error:
            raise CommandError(str(error), returncode=2) from error

    def _follow(self, options: dict[str, Any]) -> None:
        """Until SIGTERM or SIGINT, after which the pass at hand is still finished. What fails is reported and tried again."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_args: stop.set())
        pause = SHORTEST_PAUSE
        while not stop.is_set():
            try:
                pause = 0 if self._pass(options) else SHORTEST_PAUSE
            except (CatalogError, Error) as error:
                self.stderr.write(f"{type(error).__name__}: {error}")
                pause = min(max(pause, SHORTEST_PAUSE) * 2, LONGEST_PAUSE)
                close_old_connections()
            stop.wait(pause)

    def _pass(self, options: dict[str, Any]) -> int:
        """How many changes there were."""
        done = api.follow_changes()
        if options["json"] and (options["once"] or done.changes or done.put or done.removed):
            self.stdout.write(json.dumps(done._asdict()))
        elif options["verbosity"] and (done.changes or done.put or done.removed):
            text = _("%(changes)d changes: %(put)d documents put, %(removed)d removed, position %(position)d.")
            self.stdout.write(text % done._asdict())
        self.stdout.flush()
        return done.changes
