"""``manage.py import_taxonomy_skills``: skills from the tables of taxonomy-connector."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser

from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib.commands import require_migrated
from openedx_catalog.transfer.commands import ReportCommand

from ... import api

OUTCOMES = ("updated", "unchanged", "conflict", "invalid")


class Command(ReportCommand):
    """Exit 0: every course and program was taken; 1: some are not in the catalog; 2: there are no such tables."""

    help = (
        "Give catalog courses and programs the skills that the tables of taxonomy-connector have, where that is installed; "
        "what is blacklisted there is blocked. What other sources have given stays. Run it each night. Idempotent. Exit code 1 "
        "if the catalog does not have some of the courses or programs, 2 if there are no such tables."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="write nothing; report what a real run would do")
        parser.add_argument("--reason", default="", metavar="TEXT", help="why, for the history of what changes")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated("openedx_catalog", "openedx_catalog_skills")
        said = {name: options[name] for name in ("dry_run", "reason")}
        try:
            with self.progress(api.count_taxonomy_subjects(), "subjects", options) as advance:
                report = api.import_taxonomy_skills(**said, source="import_taxonomy_skills", on_progress=advance)
        except CatalogError as error:
            raise CommandError(str(error), returncode=2) from error
        report.outcomes = {name: report.outcomes[name] for name in OUTCOMES}
        self.print_report(report, options)
        if report.problems:
            sys.exit(1)
