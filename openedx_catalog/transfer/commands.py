"""A command that stores what the rows of a file say: it reads the file, and tells what became of its rows."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, ClassVar

import attrs
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from ..exceptions import CatalogError
from ..lib.commands import CatalogCommand, printable, require_migrated
from .decoding import UnreadableFile
from .reading import CatalogFile, open_catalog_file
from .reports import ReportFile, UnwritableReport

SHOWN = 20


class ReportCommand(CatalogCommand):
    """A command that says what became of rows, by a report with `outcomes` and `problems`."""

    def print_report(self, report: Any, options: dict[str, Any]) -> None:
        """Say how many rows have which outcome, and what is wrong with the others."""
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


class FileCommand(ReportCommand):
    """
    Exit 0: every row was taken; 1: some were not; 2: the file or the report cannot be used.

    A subclass names the `app_label` whose tables it needs, the `columns` that it reads, the first of which is a key, those of
    which a file needs one (`needed`), in which `unit` it counts, and the function that stores (`store`).
    """

    app_label: ClassVar[str]
    columns: ClassVar[tuple[str, ...]]
    needed: ClassVar[tuple[str, ...]]
    unit: ClassVar[str]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", default="-", help="the file to read; - (default) is standard input")
        parser.add_argument("--format", choices=["csv", "jsonl"], help="default: by the file's name, else csv")
        parser.add_argument("--dry-run", action="store_true", help="write nothing; report what a real run would do")
        parser.add_argument("--report", metavar="FILE.json", help="write outcomes and every problem as JSON")

    def store(self, file: CatalogFile, options: dict[str, Any], advance: Callable[[int], None]) -> Any:
        """Store the rows of the file. Returns a report with `outcomes` (how many have which) and `problems`."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated("openedx_catalog", self.app_label)
        report_file = ReportFile(options["report"]) if options["report"] else None
        try:
            if report_file and options["file"] != "-" and report_file.is_at(options["file"]):
                raise UnwritableReport(name=options["report"], reason=_("it is the file to read."))
            if report_file:
                report_file.prepare()
            report = self._read(options)
            if report_file:
                problems = [_as_dict(problem) for problem in report.problems]
                rows = sum(report.outcomes.values())
                report_file.write({"rows": rows, "outcomes": report.outcomes, "problems": problems})
        except CatalogError as error:
            raise CommandError(str(error), returncode=2) from error
        self.print_report(report, options)
        if report.problems:
            sys.exit(1)

    def _read(self, options: dict[str, Any]) -> Any:
        given = {"format": options["format"], "stdin": sys.stdin.buffer if options["file"] == "-" else None}
        with open_catalog_file(options["file"], **given, keys=self.columns[:1], columns=self.columns) as file:
            if not set(file.columns) & set(self.needed):
                # Otherwise each of its rows would seem to have none.
                names = ", ".join(self.needed)
                raise UnreadableFile(name=file.name, reason=_("it has no %(names)s column.") % {"names": names})
            for remark in file.remarks:
                self.stderr.write(remark)
            with self.progress(file.rows, self.unit, options) as advance:
                return self.store(file, options, advance)


def _as_dict(problem: Any) -> dict[str, Any]:
    return attrs.asdict(problem) if attrs.has(type(problem)) else problem._asdict()
