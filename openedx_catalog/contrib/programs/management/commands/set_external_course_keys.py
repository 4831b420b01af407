"""``manage.py set_external_course_keys FILE``: what partners call many runs, at once."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib.commands import CatalogCommand, printable, require_migrated
from openedx_catalog.lib.unset import UNSET
from openedx_catalog.transfer import CatalogFile, ReportFile, UnreadableFile, UnwritableReport, open_catalog_file

from ... import api

SHOWN = 20
KEY, WANTED, SOURCE = "course_key", "external_course_key", "key_source"


class Command(CatalogCommand):
    """Exit 0: every row was taken; 1: some were not (conflict, invalid); 2: the file or the report cannot be used."""

    help = (
        "Set the external keys of the course runs in a CSV or JSON-lines file. Columns: course_key, external_course_key "
        "(empty or null takes it away), key_source. All are set together, so runs may swap their keys. Idempotent. "
        "Exit code 1 if rows were refused, 2 if the file or the report cannot be used."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", default="-", help="the file to read; - (default) is standard input")
        parser.add_argument("--format", choices=["csv", "jsonl"], help="default: by the file's name, else csv")
        parser.add_argument("--key-source", default="", metavar="TEXT", help="who issued the keys, where a row does not say it")
        parser.add_argument("--dry-run", action="store_true", help="write nothing; report what a real run would do")
        parser.add_argument("--reason", default="", metavar="TEXT", help="why, for the history of what changes")
        parser.add_argument("--report", metavar="FILE.json", help="write outcomes and every problem as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated("openedx_catalog", "openedx_catalog_programs")
        report_file = ReportFile(options["report"]) if options["report"] else None
        try:
            if report_file and options["file"] != "-" and report_file.is_at(options["file"]):
                raise UnwritableReport(name=options["report"], reason=_("it is the file to read."))
            if report_file:
                report_file.prepare()
            report = self._set(options)
            if report_file:
                problems = [problem._asdict() for problem in report.problems]
                report_file.write({"rows": len(report.rows), "outcomes": report.outcomes, "problems": problems})
        except CatalogError as error:
            raise CommandError(str(error), returncode=2) from error
        self._print(report, options)
        if report.problems:
            sys.exit(1)

    def _set(self, options: dict[str, Any]) -> api.ExternalKeyReport:
        stdin = sys.stdin.buffer if options["file"] == "-" else None
        columns = (KEY, WANTED, SOURCE)
        with open_catalog_file(
            options["file"], format=options["format"], stdin=stdin, keys=(KEY,), columns=columns
        ) as file:  # fmt: skip
            if WANTED not in file.columns:
                # Otherwise each of its runs would seem to have no key.
                raise UnreadableFile(name=file.name, reason=_("it has no %(names)s column.") % {"names": WANTED})
            for remark in file.remarks:
                self.stderr.write(remark)
            with self.progress(file.rows, "keys", options) as advance:
                return api.set_external_course_keys(
                    _records(file),
                    key_source=options["key_source"],
                    dry_run=options["dry_run"],
                    source="set_external_course_keys",
                    reason=options["reason"],
                    on_progress=advance,
                )

    def _print(self, report: api.ExternalKeyReport, options: dict[str, Any]) -> None:
        if options["dry_run"]:
            self.stdout.write(_("Dry run: nothing was written."))
        if options["verbosity"]:
            self.stdout.write(", ".join(f"{name}: {count}" for name, count in report.outcomes.items()))
        shown = report.problems if options["verbosity"] > 1 else report.problems[:SHOWN]
        for problem in shown:
            line = f"{problem.line:>7}  {problem.outcome:<10}{problem.code}: {problem.reason}"
            self.stdout.write(printable(line))
        if hidden := len(report.problems) - len(shown):
            self.stdout.write(_("… and %(number)d more: use --report FILE.json or -v 2.") % {"number": hidden})


def _records(file: CatalogFile) -> list[api.ExternalKeyRecord]:
    """A row of JSON that does not name the external key says nothing of it; null takes it away, as an empty cell does."""
    return [
        api.ExternalKeyRecord(row.get(KEY, ""), row.get(WANTED, UNSET), row.get(SOURCE) or "", line)
        for line, row in file.cells()
    ]
