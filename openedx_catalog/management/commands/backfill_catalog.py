"""``manage.py backfill_catalog``: make every run of a file, or of the platform's CourseOverview, known."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from ... import api, conf, messages
from ...data import AssociationReport, RowChange
from ...exceptions import InvalidRequest, ReasonRequired
from ...lib.commands import CatalogCommand, require_migrated
from ...transfer import (
    CatalogFile,
    ReportFile,
    UnreadableFile,
    UnwritableReport,
    change_text,
    format_to_write,
    open_catalog_file,
    rejected_rows,
    report_as_dict,
    report_as_table,
)

SHOWN_PROBLEMS = 20
MAX_CHANGES = 10_000


class Command(CatalogCommand):
    """Exit 0: every row was taken; 1: some were not (conflict, invalid, stale); 2: the file or the report cannot be used."""

    help = (
        "Associate the course runs of a CSV or JSON-lines file with their catalog courses, creating what is missing; or take "
        "over every row of the platform's CourseOverview. "
        "Idempotent: run it again after an interruption. Exit code 1 if rows were refused, 2 if the file or the report cannot "
        "be used: nothing was stored then, unless the report could no longer be written at the end."
    )
    stops_between = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.changes: list[dict[str, Any]] = []
        self.more_changes = 0
        self.rejected: tuple[list[str], list[list[str]]] = ([], [])

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
        parser.add_argument(
            "--move",
            action="store_true",
            help="move runs to the catalog_course of their row, for good (without: such rows are conflicts); needs --reason",
        )
        parser.add_argument("--rejected", metavar="FILE", help="write the rows that were not taken, and why, to mend them")
        parser.add_argument(
            "--overwrite-edits",
            action="store_true",
            help="also overwrite what a person has set since (without: it is kept, and reported as edited)",
        )
        parser.add_argument("--reason", default="", metavar="TEXT", help="recorded in the history of every row that changes")
        parser.add_argument("--source", metavar="NAME", help="in the history: backfill:NAME; default: file, or MODEL")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rejected"] and options["model"]:
            raise CommandError(_("--rejected is for files: there is no row of %(model)s to mend here.") % options, returncode=2)
        if options["move"] and options["model"]:
            raise CommandError(
                _("--move is for files: %(model)s does not say which course a run belongs to.") % options, returncode=2
            )
        require_migrated()
        report_file = ReportFile(options["report"]) if options["report"] else None
        try:
            for path in filter(None, (options["report"], options["rejected"])):
                if options["file"] != "-" and ReportFile(path).is_at(options["file"]):
                    raise UnwritableReport(name=path, reason=_("it is the file to read."))
                ReportFile(path).prepare()
            rejected_format = format_to_write(options["rejected"] or "")
            report = self._read_model(options) if options["model"] else self._read_file(options)
            try:
                # First, because whoever reads what is printed may stop reading.
                if report_file:
                    changes = {"changes": self.changes, "more_changes": self.more_changes}
                    report_file.write(report_as_dict(report) | changes)
                if options["rejected"]:
                    ReportFile(options["rejected"]).write_chunks(rejected_format.write(*self.rejected))
            finally:
                self._print(report, options)
        except (InvalidRequest, ReasonRequired, UnreadableFile, UnwritableReport) as error:
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
        with self.progress(total, "runs", options) as advance:
            report = api.sync_course_runs(
                messages.overview_records(label),
                dry_run=options["dry_run"],
                batch_size=options["batch_size"],
                source=f"backfill:{options['source'] or options['model']}",
                reason=options["reason"],
                on_progress=advance,
                stop=self.is_interrupted,
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
        for remark in catalog_file.remarks:
            self.stderr.write(remark)
        with self.progress(catalog_file.rows, "runs", options) as advance:
            report = api.associate_course_runs(
                catalog_file.records(),
                move=options["move"],
                keep_edits=not options["overwrite_edits"],
                on_change=self._note_change,
                dry_run=options["dry_run"],
                batch_size=options["batch_size"],
                source=f"backfill:{options['source'] or 'file'}",
                reason=options["reason"],
                on_progress=advance,
                stop=self.is_interrupted,
            )
        if options["rejected"]:
            # As long as the file is open; written beside the report.
            names, rows = rejected_rows(catalog_file, report)
            self.rejected = names, list(rows)
        return report

    def _note_change(self, change: RowChange) -> None:
        """For the report: each value of a run that was there, before and after; the first of them, since memory has an end."""
        if len(self.changes) < MAX_CHANGES:
            self.changes.append({name: change_text(value) for name, value in change._asdict().items()})
        else:
            self.more_changes += 1

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
