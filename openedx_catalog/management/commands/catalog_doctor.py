"""``manage.py catalog_doctor``: check every rule of the mapping over the whole database."""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import ngettext

from ... import api, messages
from ...lib.commands import counted, print_finding, progress_bar, require_migrated
from ...lib.routing import reads_from_writer


class Command(BaseCommand):
    """Exit 0: no errors (warnings may be); 1: errors; 2: the database cannot be used."""

    help = (
        "Check every rule of the catalog over the whole database, in constant memory. Prints for each finding what is wrong "
        "and the command that repairs it. --fix completes NULL identity columns and corrects source times that lie ahead; it "
        "never merges or moves. "
        "Exit code 1 if errors remain."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fix", action="store_true", help="complete identities and correct source times first")
        parser.add_argument("--json", action="store_true", help="one JSON object a line: findings, then a summary")

    @reads_from_writer()
    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        fixed = 0
        if options["fix"]:
            with progress_bar(self.stderr, None, "rows", quiet=options["verbosity"] == 0) as advance:
                fixed = api.complete_identities(on_progress=advance)
                if mended := api.mend_source_times():
                    # Some messages had come after a withdrawal of a later date.
                    messages.withdraw_deleted_runs()
            fixed += mended
        counts: Counter[tuple[str, str]] = Counter()
        for finding in api.diagnose():
            counts[finding.severity, finding.code] += 1
            print_finding(self.stdout, finding, as_json=options["json"])
        errors = sum(count for (severity, _code), count in counts.items() if severity == "error")
        warnings = sum(counts.values()) - errors
        if options["json"]:
            by_code = {code: count for (_severity, code), count in sorted(counts.items())}
            self.stdout.write(json.dumps({"errors": errors, "warnings": warnings, "fixed": fixed, "codes": by_code}))
        else:
            if options["fix"]:
                text = ngettext("%(number)d row completed.", "%(number)d rows completed.", fixed)
                self.stdout.write(text % {"number": fixed})
            self.stdout.write(counted(errors, warnings))
        if errors:
            sys.exit(1)
