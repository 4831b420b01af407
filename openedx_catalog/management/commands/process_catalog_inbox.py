"""``manage.py process_catalog_inbox``: apply what the platform and the event bus have sent."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import CommandParser

from ... import conf, messages
from ...lib.commands import CatalogCommand, require_migrated


class Command(CatalogCommand):
    """Exit 0: everything that was due is done; 1: some messages wait for their next try, or were parked."""

    help = (
        "Apply the messages of the inbox that are due, oldest first, and delete those that have been done for "
        "OPENEDX_CATALOG_KEEP_MESSAGES_DAYS. Several may run at once. Exit code 1 if a message failed: it is tried again "
        "later, or parked, with its reason, in the admin."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, metavar="N", help="apply at most N messages")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        with self.progress(None, "messages", options) as advance:
            counts = messages.process_due(options["limit"], on_progress=advance)
        purged = messages.purge(conf.keep_messages_days())
        for name, count in {**counts, "purged": purged}.items():
            self.stdout.write(f"{name:<24}{count:>9,}")
        if counts["pending"] or counts["parked"]:
            sys.exit(1)
