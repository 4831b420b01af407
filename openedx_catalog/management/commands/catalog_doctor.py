"""``manage.py catalog_doctor``: check every rule of the core and of each installed app over the whole database."""

from __future__ import annotations

import json
import shlex
import sys
from typing import Any

import attrs
from django.core.management.base import CommandParser
from django.utils.translation import ngettext

from ... import api, messages
from ...extensions import installed_extensions
from ...lib.commands import CatalogCommand, counted, print_finding, printable, require_migrated
from ...lib.routing import reads_from_writer


class Command(CatalogCommand):
    """Exit 0: no errors (warnings may be); 1: errors; 2: the database cannot be used."""

    help = (
        "Check every rule of the catalog and of its optional apps over the whole database, in constant memory, and store the "
        "result for the admin. Prints for each finding what is wrong and the command that repairs it. --fix first mends what "
        "is called fixable; it never merges or moves. --suggest lists likely duplicates instead. Exit code 1 if errors remain."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        either = parser.add_mutually_exclusive_group()
        either.add_argument("--fix", action="store_true", help="mend what is fixable first")
        either.add_argument("--suggest", action="store_true", help="list what may be there twice, and change nothing")
        parser.add_argument("--reason", default="", metavar="TEXT", help="with --fix: recorded in the history of what it mends")
        parser.add_argument("--json", action="store_true", help="one JSON object a line: findings, then a summary")

    @reads_from_writer()
    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        for extension in installed_extensions():
            require_migrated(extension.label)
        if options["suggest"]:
            self._suggest(options["json"])
            return
        fixed = self._fix(options) if options["fix"] else 0
        report = api.run_doctor(on_finding=lambda finding: print_finding(self.stdout, finding, as_json=options["json"]))
        if options["json"]:
            counts = {"errors": report.errors, "warnings": report.warnings, "fixed": fixed, "codes": report.counts}
            self.stdout.write(json.dumps(counts))
        else:
            if options["fix"]:
                text = ngettext("%(number)d row completed.", "%(number)d rows completed.", fixed)
                self.stdout.write(text % {"number": fixed})
            self.stdout.write(counted(report.errors, report.warnings))
        if report.errors:
            sys.exit(1)

    def _fix(self, options: dict[str, Any]) -> int:
        with self.progress(None, "rows", options) as advance:
            fixed = api.repair_findings(on_progress=advance, reason=options["reason"])
        # Some messages had come after a withdrawal of a later date.
        messages.withdraw_deleted_runs()
        return fixed

    def _suggest(self, as_json: bool) -> None:
        number = 0
        for suggestion in api.suggest_repairs():
            number += 1
            if as_json:
                self.stdout.write(json.dumps(attrs.asdict(suggestion), ensure_ascii=False))
            else:
                self._print(suggestion)
        if not as_json:
            text = ngettext("%(number)d suggestion.", "%(number)d suggestions.", number)
            self.stdout.write(text % {"number": number})

    def _print(self, suggestion: api.Suggestion) -> None:
        head = f"{suggestion.action.upper():<8}{suggestion.kind}: {suggestion.first} → {suggestion.second}"
        self.stdout.write(printable(head))
        for mark, reasons in (("+", suggestion.speaks_for), ("-", suggestion.speaks_against)):
            for reason in reasons:
                self.stdout.write(printable(f"     {mark}  {reason}"))
        if suggestion.command:
            self.stdout.write(f"        {suggestion.command}")
        names = zip(("--kind", "--first", "--second"), suggestion.distinct, strict=True)
        different = [f"{option}={name}" for option, name in names]
        line = shlex.join(["manage.py", "repair_catalog", "distinct", *different, "--reason=different"])
        self.stdout.write(f"     ≠  {line}")
