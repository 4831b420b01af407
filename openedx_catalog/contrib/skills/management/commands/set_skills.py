"""``manage.py set_skills FILE``: skills of catalog courses and programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.core.management.base import CommandParser

from openedx_catalog.transfer import CatalogFile
from openedx_catalog.transfer.commands import FileCommand

from ... import api

COLUMNS = ("subject", "skill", "source", "confidence", "blocked")
OUTCOMES = ("created", "updated", "unchanged", "conflict", "invalid")


class Command(FileCommand):
    """Exit 0: every row was taken; 1: some were not; 2: the file cannot be used."""

    help = (
        "Give catalog courses and programs skills, or block some, from a CSV or JSON-lines file with the columns subject (a "
        "key of a course such as MITx+6.00x, that of a run, or a uuid of a course or a program), skill (a name, new ones too), "
        "and any of source, confidence (from 0 to 1) and blocked (yes or no). An empty cell says nothing; what the file does "
        "not name stays. Idempotent. Exit code 1 if rows were refused, 2 if the file cannot be used."
    )
    app_label = "openedx_catalog_skills"
    columns, needed, unit = COLUMNS, ("skill",), "skills"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--reason", default="", metavar="TEXT", help="why, for the history of what changes")

    def store(self, file: CatalogFile, options: dict[str, Any], advance: Callable[[int], None]) -> Any:
        said = {name: options[name] for name in ("dry_run", "reason")}
        report = api.import_skills(_records(file), **said, source="set_skills", on_progress=advance)
        # The others are of files of runs.
        report.outcomes = {name: report.outcomes[name] for name in OUTCOMES}
        return report


def _records(file: CatalogFile) -> Iterator[api.SkillRecord]:
    for line, row in file.cells():
        given = {name: value for name, value in row.items() if name in COLUMNS}
        yield api.SkillRecord(**{"subject": "", **given}, line=line)
