"""``manage.py export_catalog``: the course runs as a file that a backfill reads."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ... import api
from ...exceptions import CatalogError
from ...lib.commands import CatalogCommand, require_migrated
from ...lib.tables import BOM, FORMATS
from ...models_api import CatalogCourse, CourseRun
from ...transfer import EXPORTED, ReportFile, UnwritableReport, format_to_write, table_of_runs


class Command(CatalogCommand):
    """Exit 0: the file is whole; 2: it cannot be written, or there is no such organization or course."""

    help = (
        "Write the course runs, each with its catalog course, dates and language, as a file that backfill_catalog reads: into "
        "an empty catalog, it gives the same one. A file is replaced once it is whole."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", default="-", help="the file to write; - (default) is standard output")
        parser.add_argument("--format", choices=sorted(FORMATS), help="by default as the file is named, else csv")
        parser.add_argument("--org", metavar="CODE", help="only the runs of this organization's courses")
        parser.add_argument("--catalog-course", metavar="KEY", help="only the runs of this catalog course")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        try:
            runs = _runs(options["org"], options["catalog_course"])
            chosen = format_to_write(options["file"], options["format"])
        except (CatalogError, CatalogCourse.DoesNotExist) as error:
            raise CommandError(str(error), returncode=2) from error
        with self.progress(runs.count(), "runs", options) as advance:
            chunks = chosen.write(EXPORTED, _counted(table_of_runs(runs), advance))
            if options["file"] == "-":
                self._to_stdout(chunks, is_text=chosen is not FORMATS["xlsx"])
                return
            try:
                ReportFile(options["file"]).write_chunks(chunks)
            except UnwritableReport as error:
                text = _("%(name)s cannot be written: %(reason)s") % {
                    "name": options["file"],
                    "reason": error.__cause__ or error,
                }
                raise CommandError(text, returncode=2) from error

    def _to_stdout(self, chunks: Iterable[bytes], *, is_text: bool) -> None:
        if not is_text:
            # Bytes, which are no text of any terminal.
            sys.stdout.buffer.writelines(chunks)
            return
        for chunk in chunks:
            # What reads a pipe needs no mark.
            self.stdout.write(chunk.decode().removeprefix(BOM), ending="")


def _runs(org: str | None, catalog_course: str | None) -> QuerySet[CourseRun]:
    if org is not None and api.find_organization_by_code(org) is None:
        raise CommandError(_("There is no organization %(name)r.") % {"name": org}, returncode=2)
    return api.get_course_runs(org_code=org, catalog_course=catalog_course)


def _counted(rows: Iterable[list[str]], advance: Any) -> Iterator[list[str]]:
    for row in rows:
        yield row
        advance(1)
