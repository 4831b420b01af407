"""``manage.py set_course_run_products FILE``: which modes and seats runs have, by which their types are found."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from openedx_catalog.data import UNSET
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib.commands import CatalogCommand, printable, require_migrated
from openedx_catalog.transfer import CatalogFile, ReportFile, UnreadableFile, UnwritableReport, open_catalog_file

from ... import api

SHOWN = 20
KEY, SAID = "course_key", ("modes", "seats")
# There are none; an empty cell says nothing.
NONE = "none"


class Command(CatalogCommand):
    """Exit 0: every row was taken; 1: some were not; 2: the file cannot be used."""

    help = (
        "Store the modes that the LMS has for runs, and the seats that a shop sells, from a CSV or JSON-lines file with the "
        "columns course_key, modes and seats: slugs separated by blanks or commas, none for none, nothing where it is not "
        "known. match_course_types finds types by them. Idempotent. Exit code 1 if rows were refused, 2 if the file cannot be "
        "used."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", default="-", help="the file to read; - (default) is standard input")
        parser.add_argument("--format", choices=["csv", "jsonl"], help="default: by the file's name, else csv")
        parser.add_argument("--source", default="file", metavar="TEXT", help="who says so; default: file")
        parser.add_argument("--dry-run", action="store_true", help="write nothing; report what a real run would do")
        parser.add_argument("--report", metavar="FILE.json", help="write outcomes and every problem as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated("openedx_catalog", "openedx_catalog_course_types")
        report_file = ReportFile(options["report"]) if options["report"] else None
        try:
            if report_file and options["file"] != "-" and report_file.is_at(options["file"]):
                raise UnwritableReport(name=options["report"], reason=_("it is the file to read."))
            if report_file:
                report_file.prepare()
            report = self._store(options)
            if report_file:
                problems = [problem._asdict() for problem in report.problems]
                report_file.write({"rows": len(report.rows), "outcomes": report.outcomes, "problems": problems})
        except CatalogError as error:
            raise CommandError(str(error), returncode=2) from error
        if options["dry_run"]:
            self.stdout.write(_("Dry run: nothing was written."))
        for problem in report.problems[:SHOWN]:
            self.stdout.write(printable(f"{problem.line:>7}  {problem.outcome:<10}{problem.code}: {problem.reason}"))
        if (hidden := len(report.problems) - SHOWN) > 0:
            self.stdout.write(_("… and %(number)d more: use --report FILE.json.") % {"number": hidden})
        if options["verbosity"]:
            self.stdout.write(", ".join(f"{name}: {count}" for name, count in report.outcomes.items()))
        if report.problems:
            sys.exit(1)

    def _store(self, options: dict[str, Any]) -> api.ProductsReport:
        stdin = sys.stdin.buffer if options["file"] == "-" else None
        with open_catalog_file(
            options["file"], format=options["format"], stdin=stdin, keys=(KEY,), columns=(KEY, *SAID)
        ) as file:  # fmt: skip
            if not set(file.columns) & set(SAID):
                raise UnreadableFile(name=file.name, reason=_("it has no %(names)s column.") % {"names": ", ".join(SAID)})
            for remark in file.remarks:
                self.stderr.write(remark)
            with self.progress(file.rows, "runs", options) as advance:
                said = {"source": options["source"], "dry_run": options["dry_run"]}
                return api.store_course_run_products(_records(file), **said, on_progress=advance)


def _records(file: CatalogFile) -> Iterator[api.RunProducts]:
    for line, row in file.cells():
        yield api.RunProducts(row.get(KEY, ""), _slugs(row.get("modes")), _slugs(row.get("seats")), line)


def _slugs(cell: Any) -> Any:
    if cell in (None, ""):
        return UNSET
    if not isinstance(cell, str):
        return cell
    return [] if cell.strip().lower() == NONE else cell.replace(",", " ").split()
