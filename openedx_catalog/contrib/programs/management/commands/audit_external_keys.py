"""``manage.py audit_external_keys``: prove that every external course key names one run within each course and program."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import CommandParser

from openedx_catalog.lib.commands import CatalogCommand, counted, print_finding, require_migrated
from openedx_catalog.lib.routing import reads_from_writer

from ... import api


class Command(CatalogCommand):
    """Exit 0: the rule holds; 1: it does not; 2: the database cannot be used."""

    help = (
        "List every external course key that names several runs of one course or program, and every slot that is missing or "
        "no longer needed. Exit code 1 if there are errors; slots that are no longer needed are warnings."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fix", action="store_true", help="add and remove slots; conflicts must be resolved by hand")
        parser.add_argument("--json", action="store_true", help="one JSON object per line")

    @reads_from_writer()
    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated("openedx_catalog", "openedx_catalog_programs")
        if options["fix"]:
            api.repair_slots()
        findings = api.audit_external_keys()
        for finding in findings:
            print_finding(self.stdout, finding, as_json=options["json"])
        errors = sum(finding.severity == "error" for finding in findings)
        if not options["json"] and options["verbosity"]:
            self.stdout.write(counted(errors, len(findings) - errors))
        if errors:
            sys.exit(1)
