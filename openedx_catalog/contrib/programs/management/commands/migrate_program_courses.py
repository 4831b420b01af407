"""``manage.py migrate_program_courses FILE``: a flat list of programs and courses becomes one curriculum per program."""

from __future__ import annotations

import sys
from typing import Any

import attrs
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.lib.commands import progress_bar, require_migrated
from openedx_catalog.transfer import ReportFile, UnwritableReport

from ... import api

SHOWN = 20


class Command(BaseCommand):
    """Exit 0: every row was taken; 1: some were not; 2: the file cannot be used."""

    help = (
        "Create one curriculum named Courses for each program of a CSV file. Columns: program_key, program_title, "
        "program_type, program_status, course_key, run_key. Idempotent; --reverse removes those curricula. Courses and runs "
        "must be in the catalog. Exit code 1 if rows were refused, 2 if the file cannot be used."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", default="-", help="the CSV file; - (default) is standard input")
        parser.add_argument("--dry-run", action="store_true", help="write nothing; report what a real run would do")
        parser.add_argument("--reverse", action="store_true", help="remove the curricula; the programs stay")
        parser.add_argument("--report", metavar="FILE.json", help="write the counts and every problem as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        report_file = ReportFile(options["report"]) if options["report"] else None
        try:
            if report_file:
                report_file.prepare()
            rows = self._read(options["file"])
        except UnwritableReport as error:
            raise CommandError(str(error), returncode=2) from error
        except (InvalidRequest, OSError, UnicodeDecodeError) as error:
            text = _("%(file)s cannot be used: %(error)s") % {"file": options["file"], "error": error}
            raise CommandError(text, returncode=2) from error
        with progress_bar(self.stderr, len(rows), "rows", quiet=options["verbosity"] == 0) as advance:
            report = api.migrate_program_courses(
                rows,
                reverse=options["reverse"],
                dry_run=options["dry_run"],
                source="migrate_program_courses",
                on_progress=advance,
            )
        counts = {**attrs.asdict(report), "problems": len(report.problems)}
        if report_file:
            problems = [{"line": line, "code": code, "reason": reason} for line, code, reason in report.problems]
            report_file.write({**counts, "problems": problems})
        for line, code, reason in report.problems[:SHOWN]:
            text = _("Line %(line)d: %(code)s: %(reason)s") % {"line": line, "code": code, "reason": reason}
            self.stdout.write(text)
        if (more := len(report.problems) - SHOWN) > 0:
            self.stdout.write(
                ngettext("… and %(count)d more problem.", "… and %(count)d more problems.", more) % {"count": more}
            )
        if options["verbosity"]:
            self.stdout.write(", ".join(f"{name}: {count}" for name, count in counts.items()))
        if report.problems:
            sys.exit(1)

    def _read(self, name: str) -> list[Any]:
        if name == "-":
            return list(api.read_program_courses(sys.stdin))
        with open(name, encoding="utf-8-sig", newline="") as file:
            return list(api.read_program_courses(file))
