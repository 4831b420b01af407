"""``manage.py set_course_run_products FILE``: which modes and seats runs have, by which their types are found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.core.management.base import CommandParser

from openedx_catalog.data import UNSET
from openedx_catalog.transfer import CatalogFile
from openedx_catalog.transfer.commands import FileCommand

from ... import api

KEY, SAID = "course_key", ("modes", "seats")
# There are none; an empty cell says nothing.
NONE = "none"


class Command(FileCommand):
    """Exit 0: every row was taken; 1: some were not; 2: the file cannot be used."""

    help = (
        "Store the modes that the LMS has for runs, and the seats that a shop sells, from a CSV or JSON-lines file with the "
        "columns course_key, modes and seats: slugs separated by blanks or commas, none for none, nothing where it is not "
        "known. match_course_types finds types by them. Idempotent. Exit code 1 if rows were refused, 2 if the file cannot be "
        "used."
    )
    app_label = "openedx_catalog_course_types"
    columns, needed, unit = (KEY, *SAID), SAID, "runs"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--source", default="file", metavar="TEXT", help="who says so; default: file")

    def store(self, file: CatalogFile, options: dict[str, Any], advance: Callable[[int], None]) -> api.ProductsReport:
        said = {name: options[name] for name in ("source", "dry_run")}
        return api.store_course_run_products(_records(file), **said, on_progress=advance)


def _records(file: CatalogFile) -> Iterator[api.RunProducts]:
    for line, row in file.cells():
        yield api.RunProducts(row.get(KEY, ""), _slugs(row.get("modes")), _slugs(row.get("seats")), line)


def _slugs(cell: Any) -> Any:
    if cell in (None, ""):
        return UNSET
    if not isinstance(cell, str):
        return cell
    return [] if cell.strip().lower() == NONE else cell.replace(",", " ").split()
