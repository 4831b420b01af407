"""``manage.py set_external_course_keys FILE``: what partners call many runs, at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.management.base import CommandParser

from openedx_catalog.lib.unset import UNSET
from openedx_catalog.transfer import CatalogFile
from openedx_catalog.transfer.commands import FileCommand

from ... import api

KEY, WANTED, SOURCE = "course_key", "external_course_key", "key_source"


class Command(FileCommand):
    """Exit 0: every row was taken; 1: some were not (conflict, invalid); 2: the file or the report cannot be used."""

    help = (
        "Set the external keys of the course runs in a CSV or JSON-lines file. Columns: course_key, external_course_key "
        "(empty or null takes it away), key_source. All are set together, so runs may swap their keys. Idempotent. "
        "Exit code 1 if rows were refused, 2 if the file or the report cannot be used."
    )
    app_label = "openedx_catalog_programs"
    columns, needed, unit = (KEY, WANTED, SOURCE), (WANTED,), "keys"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--key-source", default="", metavar="TEXT", help="who issued the keys, where a row does not say it")
        parser.add_argument("--reason", default="", metavar="TEXT", help="why, for the history of what changes")

    def store(self, file: CatalogFile, options: dict[str, Any], advance: Callable[[int], None]) -> api.ExternalKeyReport:
        said = {name: options[name] for name in ("key_source", "dry_run", "reason")}
        return api.set_external_course_keys(_records(file), **said, source="set_external_course_keys", on_progress=advance)


def _records(file: CatalogFile) -> list[api.ExternalKeyRecord]:
    """A row of JSON that does not name the external key says nothing of it; null takes it away, as an empty cell does."""
    return [
        api.ExternalKeyRecord(row.get(KEY, ""), row.get(WANTED, UNSET), row.get(SOURCE) or "", line)
        for line, row in file.cells()
    ]
