"""``manage.py set_course_listings FILE``: what learners read of catalog courses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from django.core.management.base import CommandParser

from openedx_catalog.transfer import CatalogFile
from openedx_catalog.transfer.commands import FileCommand

from ... import api
from ...cells import COLUMNS, read_record

OUTCOMES = ("created", "updated", "unchanged", "conflict", "invalid")


class Command(FileCommand):
    """Exit 0: every row was taken; 1: some were not; 2: the file cannot be used."""

    help = (
        "Set what learners read of catalog courses from a CSV or JSON-lines file with the column catalog_course (a key such as "
        "MITx+6.00x, or a uuid) and any of the others of an export of course listings: an empty cell says nothing, none takes "
        "a value away. A course without a listing gets one. Idempotent. Exit code 1 if rows were refused, 2 if the file cannot "
        "be used."
    )
    app_label = "openedx_catalog_listings"
    columns: ClassVar[tuple[str, ...]] = COLUMNS
    needed: ClassVar[tuple[str, ...]] = COLUMNS[1:]
    unit = "courses"
    source: ClassVar[str] = "set_course_listings"
    record: ClassVar[Callable[..., Any]] = staticmethod(read_record)
    write: ClassVar[Callable[..., Any]] = staticmethod(api.import_course_listings)

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--reason", default="", metavar="TEXT", help="why, for the history of what changes")

    def store(self, file: CatalogFile, options: dict[str, Any], advance: Callable[[int], None]) -> Any:
        said = {name: options[name] for name in ("dry_run", "reason")}
        report = self.write(self._records(file), **said, source=self.source, on_progress=advance)
        # The others are of files of runs.
        report.outcomes = {name: report.outcomes[name] for name in OUTCOMES}
        return report

    def _records(self, file: CatalogFile) -> Iterator[Any]:
        for line, row in file.cells():
            yield self.record(line=line, **{name: value for name, value in row.items() if name in self.columns})
