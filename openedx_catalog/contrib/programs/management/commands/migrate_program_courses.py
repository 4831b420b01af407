"""``manage.py migrate_program_courses FILE``: a flat list of programs and courses becomes one curriculum per program."""

from __future__ import annotations

import io
import sys
from typing import Any

import attrs
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.lib.commands import CatalogCommand, require_migrated
from openedx_catalog.transfer import ReportFile, UnwritableReport

from ... import api

SHOWN = 20


class Command(CatalogCommand):
    """Exit 0: every row was taken; 1: some were not; 2: the file cannot be used."""

    help = (
        "Create one curriculum named Courses for each program of a CSV file. Columns: program_key, program_title, "
        "program_type, program_status, course_key, run_key. Idempotent; --reverse takes back what it made, but for what others "
        "have worked on, which it lists. Courses and runs must be in the catalog. Exit code 1 if rows were refused, 2 if the "
        "file cannot be used."
    )
    stops_between = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", default="-", help="the CSV file; - (default) is standard input")
        parser.add_argument("--dry-run", action="store_true", help="write nothing; report what a real run would do")
        parser.add_argument("--reverse", action="store_true", help="take back what was made of this file")
        parser.add_argument("--create-types", action="store_true", help="create program types that are not there")
        parser.add_argument("--reason", default="", help="why, for the history of what changes")
        parser.add_argument("--report", metavar="FILE.json", help="write the counts and every problem as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated("openedx_catalog", "openedx_catalog_programs")
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
        with self.progress(len(rows), "rows", options) as advance:
            report = api.migrate_program_courses(
                rows,
                reverse=options["reverse"],
                dry_run=options["dry_run"],
                create_types=options["create_types"],
                source="migrate_program_courses",
                reason=options["reason"],
                on_progress=advance,
                stop=self.is_interrupted,
            )
        told = {"problems": report.problems, "kept": report.kept}
        counts = {**attrs.asdict(report), **{name: len(rows) for name, rows in told.items()}}
        if report_file:
            report_file.write({**counts, **{name: list(map(_as_dict, rows)) for name, rows in told.items()}})
        self._list(report.problems, ngettext_lazy("… and %(count)d more problem.", "… and %(count)d more problems.", "count"))
        self._list(report.kept, ngettext_lazy("… and %(count)d more was kept.", "… and %(count)d more were kept.", "count"))
        if options["verbosity"]:
            self.stdout.write(", ".join(f"{name}: {count}" for name, count in counts.items()))
        if report.problems:
            sys.exit(1)

    def _list(self, rows: list[tuple[int, str, str]], more: Any) -> None:
        for line, code, reason in rows[:SHOWN]:
            text = _("Line %(line)d: %(code)s: %(reason)s") % {"line": line, "code": code, "reason": reason}
            self.stdout.write(text)
        if (count := len(rows) - SHOWN) > 0:
            self.stdout.write(more % {"count": count})

    def _read(self, name: str) -> list[Any]:
        if name == "-":
            # With a mark of its byte order, as spreadsheets write it, or without.
            return list(api.read_program_courses(io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig", newline="")))
        with open(name, encoding="utf-8-sig", newline="") as file:
            return list(api.read_program_courses(file))


def _as_dict(row: tuple[int, str, str]) -> dict[str, Any]:
    return dict(zip(("line", "code", "reason"), row, strict=True))
