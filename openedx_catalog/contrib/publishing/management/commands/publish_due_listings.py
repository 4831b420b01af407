"""``manage.py publish_due_listings``: publish the courses that are reviewed and whose time has come."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from openedx_catalog.exceptions import InvalidDate
from openedx_catalog.lib.commands import CatalogCommand, printable, require_migrated

from ... import api


class Command(CatalogCommand):
    """Exit 0: all that was due is published; 1: some failed, and are tried again next time; 2: the database or the date."""

    help = (
        "Publish the courses that are reviewed and were to go live by now, the earliest first, each for itself. Run it every "
        "few minutes. Exit code 1 if one of them could not be published: the reason is printed, the others are published, and "
        "the next run tries it again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at", metavar="WHEN", help="what is due by then (ISO 8601 with an offset); default: by now")
        parser.add_argument("--json", action="store_true", help="print one JSON object: published, failed")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated("openedx_catalog", "openedx_catalog_listings", "openedx_catalog_publishing")
        try:
            with self.progress(None, "courses", options) as advance:
                report = api.publish_due_listings(options["at"], source="publish_due_listings", on_progress=advance)
        except InvalidDate as error:
            raise CommandError(str(error), returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps(report._asdict(), ensure_ascii=False))
        else:
            for key, why in report.failed.items():
                self.stderr.write(printable(f"{key}: {why}"))
            if options["verbosity"]:
                counts = {"published": len(report.published), "failed": len(report.failed)}
                self.stdout.write(_("Published: %(published)d, failed: %(failed)d.") % counts)
        if report.failed:
            sys.exit(1)
