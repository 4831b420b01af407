"""``manage.py sync_catalog``: bring the catalog in step with a source."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import Any

import attrs
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib.commands import CatalogCommand, require_migrated
from openedx_catalog.transfer import COLUMNS, ReportFile, UnwritableReport, open_catalog_file

from ... import api
from ...data import PARTLY_TAKEN
from ...models_api import Source

SHOWN = 20
_CODES = {"ok": 0, "partial": 1}


class Command(CatalogCommand):
    """Exit 0: every record was taken, or needed nothing; 1: some were not; 2: nothing was done (aborted, locked, unusable)."""

    help = (
        "Bring the catalog in step with a source, which is configured in the admin. Run it again after an interruption, with "
        "--resume. Exit code 1 if some records were not taken or are missing, 2 if nothing was done: see the message."
    )
    stops_between = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", nargs="?", help="name of the source")
        parser.add_argument("--due", action="store_true", help="sync every source that is due, one after the other")
        parser.add_argument("--dry-run", action="store_true", help="write nothing; report what a real run would do")
        parser.add_argument("--only", nargs="+", default=[], metavar="KEY", help="only these course keys")
        parser.add_argument("--resume", action="store_true", help="resume the last job, if it did not end well")
        parser.add_argument(
            "--allow-mass-missing",
            action="store_true",
            help="write even if more runs vanish or end, or more programs are deleted or hidden, than the limit",
        )
        parser.add_argument("--reason", default="", metavar="TEXT", help="recorded in the history of every row that changes")
        parser.add_argument("--file", metavar="FILE", help="what a source of kind file reads; - (default) is standard input")
        parser.add_argument("--format", choices=["csv", "jsonl"], help="of the file; default: by its name, else csv")
        parser.add_argument("--report", metavar="FILE.json", help="write every outcome as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated("openedx_catalog", "openedx_catalog_sync")
        if bool(options["source"]) == options["due"]:
            raise CommandError(_("Give either the name of a source or --due."), returncode=2)
        report_file = ReportFile(options["report"]) if options["report"] else None
        try:
            if report_file:
                report_file.prepare()
            api.end_stuck_jobs()
            reports = self._sync_due(options) if options["due"] else [self._sync(options["source"], options)]
            if report_file:
                listed = [{"records": each.records, "unlisted": each.unlisted, **attrs.asdict(each)} for each in reports]
                report_file.write({"syncs": listed})
        except (CatalogError, UnwritableReport, Source.DoesNotExist) as error:
            raise CommandError(str(error), returncode=2) from error
        if code := max((_CODES.get(report.status, 2) for report in reports), default=0):
            sys.exit(code)

    def _sync_due(self, options: dict[str, Any]) -> list[api.SyncReport]:
        """Every source that is due; what is wrong with one of them does not stop the others."""
        reports = []
        for source in api.due_sources():
            if self.is_interrupted():
                break
            try:
                reports.append(self._sync(source.name, options))
            except CatalogError as error:
                self.stderr.write(f"{source.name}: {error}")
                reports.append(api.SyncReport(source.name, "aborted", str(error)))
        return reports

    def _sync(self, name: str, options: dict[str, Any]) -> api.SyncReport:
        source = api.get_source(name)
        with ExitStack() as stack:
            file = None
            if source.kind == Source.Kind.FILE:
                path = options["file"] or "-"
                stdin = sys.stdin.buffer if path == "-" else None
                opened = open_catalog_file(
                    path,
                    format=options["format"],
                    stdin=stdin,
                    keys=("course_key", "external_id"),
                    columns=(*source.field_map.values(), *COLUMNS),
                )
                file = stack.enter_context(opened)
            advance = stack.enter_context(self.progress(None, "records", options))
            report = api.sync_source(
                source,
                file=file,
                on_planned=lambda total: advance(0, total),
                on_progress=advance,
                stop=self.is_interrupted,
                **{name: options[name] for name in ("only", "dry_run", "resume", "allow_mass_missing", "reason")},
            )
        self._print(report, options)
        return report

    def _print(self, report: api.SyncReport, options: dict[str, Any]) -> None:
        if report.dry_run:
            self.stdout.write(_("Dry run: nothing was written."))
        text = _("%(source)s: %(status)s, job %(job)d.") if report.job else _("%(source)s: %(status)s.")
        text %= {"source": report.source, "status": report.status, "job": report.job}
        self.stdout.write(f"{text} {report.message}".rstrip())
        self.stdout.write(_counts(report))
        refused = [row for row in report.outcomes if row.outcome not in ("created", "updated") or row.code == PARTLY_TAKEN]
        shown = refused if options["verbosity"] > 1 else refused[:SHOWN]
        for row in shown:
            self.stdout.write(f"  {row.outcome:<9}{row.external_id}  {row.code}: {row.reason}")
        if hidden := len(refused) - len(shown):
            self.stdout.write(_("… and %(number)d more: use --report FILE.json or -v 2.") % {"number": hidden})


def _counts(report: api.SyncReport) -> str:
    counts = [f"{count:,} {name}" for name, count in report.counts.items() if count]
    if not counts:
        return _("No records.")
    text = ngettext("%(number)s record: %(counts)s", "%(number)s records: %(counts)s", report.records)
    return text % {"number": f"{report.records:,}", "counts": ", ".join(counts)}
