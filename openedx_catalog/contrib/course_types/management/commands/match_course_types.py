"""``manage.py match_course_types``: give courses and runs the types that fit what the LMS and a shop say of them."""

from __future__ import annotations

import sys
from typing import Any

import attrs
from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib.commands import CatalogCommand, require_migrated
from openedx_catalog.models_api import CatalogCourse
from openedx_catalog.transfer import ReportFile, UnwritableReport

from ... import api

SHOWN = 20


class Command(CatalogCommand):
    """Exit 0: every course has a fitting type; 1: some have not; 2: it could not run."""

    help = (
        "Give a type to each course that has none, and to its runs, by the modes that the LMS says of them, or the seats that "
        "a shop sells. A course whose runs do not all fit gets none, and is listed with the reason. Existing types stay. "
        "Idempotent. Exit code 1 if courses have no fitting type, 2 if it cannot run."
    )
    stops_between = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("courses", nargs="*", help="keys of courses, e.g. MITx+6.00x; default: all")
        parser.add_argument(
            "--mismatch",
            action="append",
            default=[],
            metavar="COURSE_TYPE=RUN_TYPE[,…]",
            help="run types that runs of a course type may have besides its own, e.g. verified-audit=empty",
        )
        parser.add_argument("--dry-run", action="store_true", help="write nothing; report what a real run would do")
        parser.add_argument("--reason", default="", help="why, for the history of what changes")
        parser.add_argument("--report", metavar="FILE.json", help="write the counts and every course as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated("openedx_catalog", "openedx_catalog_course_types")
        report_file = ReportFile(options["report"]) if options["report"] else None
        try:
            if report_file:
                report_file.prepare()
            report = self._match(options)
        except (UnwritableReport, ObjectDoesNotExist, CatalogError) as error:
            raise CommandError(str(error), returncode=2) from error
        if report_file:
            report_file.write({"counts": report.counts, "courses": [attrs.asdict(match) for match in report.courses]})
        if options["dry_run"]:
            self.stdout.write(_("Dry run: nothing was written."))
        failed = [match for match in report.courses if match.code]
        for match in failed[:SHOWN]:
            self.stdout.write(f"{match.key_str}: {match.code}: {match.reason}")
        if (left := len(failed) - SHOWN) > 0:
            self.stdout.write(ngettext("… and %(count)d more course.", "… and %(count)d more courses.", left) % {"count": left})
        if options["verbosity"]:
            self.stdout.write(", ".join(f"{name}: {count}" for name, count in report.counts.items()))
        if report.failures:
            sys.exit(1)

    def _match(self, options: dict[str, Any]) -> Any:
        courses = options["courses"] or None
        total = len(courses) if courses is not None else CatalogCourse.objects.count()
        with self.progress(total, "courses", options) as advance:
            return api.match_course_types(
                courses,
                mismatches=api.read_mismatches(options["mismatch"]),
                dry_run=options["dry_run"],
                source="match_course_types",
                reason=options["reason"],
                on_progress=advance,
                stop=self.is_interrupted,
            )
