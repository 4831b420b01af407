"""``manage.py send_course_comments``: post the comments that wait to another system."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError, CommandParser

from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.lib.commands import CatalogCommand, require_migrated

from ... import api


class Command(CatalogCommand):
    """Exit 0: everything that was due is posted; 1: some wait for their next try, or were parked; 2: nothing can be posted."""

    help = (
        "Post the comments on courses that are due to the system that OPENEDX_CATALOG_COMMENTS names, in their order for each "
        "course. Several may run at once. Exit code 1 if a comment was not taken: it is tried again later, or parked, with its "
        "reason, in the admin; 2 if the settings are not complete."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, metavar="N", help="post at most N comments")
        parser.add_argument("--retry-parked", action="store_true", help="make parked comments due again first")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated("openedx_catalog", "openedx_catalog_publishing")
        if options["retry_parked"]:
            api.retry_comments()
        try:
            with self.progress(api.comments_waiting(), "comments", options) as advance:
                report = api.send_comments(options["limit"], on_progress=advance)
        except (ImproperlyConfigured, InvalidRequest) as error:
            raise CommandError(str(error), returncode=2) from error
        found = {**report._asdict(), "waiting": api.comments_waiting()}
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False))
        else:
            for name in ("sent", "failed", "parked", "waiting"):
                self.stdout.write(f"{name:<24}{found[name]:>9,}")
            self.stderr.write(report.error)
        if report.failed or report.parked:
            sys.exit(1)
