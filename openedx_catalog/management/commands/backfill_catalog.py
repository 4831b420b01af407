"""``manage.py backfill_catalog``: make every run of a file, or of the platform's CourseOverview, known."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from ... import api, conf, messages
from ...data import AssociationReport
from ...exceptions import InvalidRequest
from ...lib.commands import progress_bar, require_migrated
from ...transfer import (
    CatalogFile,
    ReportFile,
    UnreadableFile,
    UnwritableReport,
    open_catalog_file,
    report_as_dict,
    report_as_table,
)

SHOWN_PROBLEMS = 20


class Command(BaseCommand):
    """Exit 0: every row was taken; 1: some were not (conflict, invalid, stale); 2: the file or the report cannot be used."""

    help = (
        "Associate the course runs of a CSV or JSON-lines file with their catalog courses, creating what is missing; or take "
        "over every row of the platform's CourseOverview. "
        "Idempotent: run it again after an interruption. Exit code 1 if rows were refused, 2 if the file or the report cannot "
        "be used: nothing was stored then, unless the report could no longer be written at the end."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", default="-", help="the file to read; - (default) is standard input")
        parser.add_argument(
            "--from",
            dest="model",
            metavar="MODEL",
            help="read CourseOverview instead of a file: course_overviews, or the app_label.Model of another one of its shape",
        )
        parser.add_argument("--format", choices=["csv", "jsonl"], help="default: by the file's name, else csv")
        parser.add_argument("--dry-run", action="store_true", help="write nothing; report what a real run would do")
        parser.add_argument("--batch-size", type=int, default=1000, metavar="N", help="rows per transaction, at most 3000")
        parser.add_argument("--report", metavar="FILE.json", help="write outcomes and every problem as JSON")
        parser.add_argument("--source", metavar="NAME", help="in the history: backfill:NAME; default: file, or MODEL")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        report_file = ReportFile(options["report"]) if options["report"] else None
        try:
            if report_file and options["file"] != "-" and report_file.is_at(options["file"]):
                raise UnwritableReport(name=options["report"], reason=_("it is the file to read."))
            if report_file:
                report_file.prepare()
            report = self._read_model(options) if options["model"] else self._read_file(options)
            try:
                # First, because whoever reads what is printed may stop reading.
                if report_file:
                    report_file.write(report_as_dict(report))
            finally:
                self._print(report, options)
        except (InvalidRequest, UnreadableFile, UnwritableReport) as error:
            raise CommandError(str(error), returncode=2) from error
        if report.failed:
            sys.exit(1)

    def _read_model(self, options: dict[str, Any]) -> AssociationReport:
        """What the platform knows of a run is observed, at a time: older never overwrites newer, as with its events."""
        if options["file"] != "-" or options["format"]:
            raise CommandError(_("Give either a file or --from, not both."), returncode=2)
        label = conf.course_overview_model() if options["model"] == "course_overviews" else options["model"]
        try:
            total = messages.course_overview_model(label).objects.count()
        except (LookupError, ValueError) as error:
            text = _("There is no model %(name)s: %(error)s") % {"name": label, "error": error}
            raise CommandError(text, returncode=2) from error
        with progress_bar(self.stderr, total, "runs", quiet=options["verbosity"] == 0) as advance:
            report = api.sync_course_runs(
                messages.overview_records(label),
                dry_run=options["dry_run"],
                batch_size=options["batch_size"],
                source=f"backfill:{options['source'] or options['model']}",
                on_progress=advance,
            )
        if not options["dry_run"]:
            # A row may have been read before, and its run created after, the platform reported that the content is gone.
            messages.withdraw_deleted_runs()
        return report

    def _read_file(self, options: dict[str, Any]) -> AssociationReport:
        stdin = sys.stdin.buffer if options["file"] == "-" else None
        with open_catalog_file(options["file"], format=options["format"], stdin=stdin) as catalog_file:
            return self._associate(catalog_file, options)

    def _associate(self, catalog_file: CatalogFile, options: dict[str, Any]) -> AssociationReport:
        if catalog_file.ignored_columns:
            self.stderr.write(_("Ignored columns: %(names)s") % {"names": ", ".join(catalog_file.ignored_columns)})
        quiet = options["verbosity"] == 0
        with progress_bar(self.stderr, catalog_file.rows, "runs", quiet=quiet) as advance:
            return api.associate_course_runs(
                catalog_file.records(),
                dry_run=options["dry_run"],
                batch_size=options["batch_size"],
                source=f"backfill:{options['source'] or 'file'}",
                on_progress=advance,
            )

    def _print(self, report: AssociationReport, options: dict[str, Any]) -> None:
        if options["dry_run"]:
            self.stdout.write(_("Dry run: nothing was written."))
        self.stdout.write(report_as_table(report))
        shown = report.problems if options["verbosity"] > 1 else report.problems[:SHOWN_PROBLEMS]
        if shown:
            self.stdout.write("\n" + _("Problems (line, outcome, code: reason)"))
        for problem in shown:
            self.stdout.write(f"{problem.line:>7}  {problem.outcome:<10}{problem.code}: {problem.reason}")
        if hidden := len(report.problems) - len(shown):
            self.stdout.write(_("… and %(number)d more: use --report FILE.json or -v 2.") % {"number": hidden})
