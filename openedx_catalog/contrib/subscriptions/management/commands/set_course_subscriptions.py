"""``manage.py set_course_subscriptions FILE``: which courses are left out of a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import CommandError, CommandParser

from openedx_catalog.transfer import CatalogFile
from openedx_catalog.transfer.commands import FileCommand

from ... import api

KEY, SAID = "catalog_course", "included"
OUTCOMES = ("updated", "unchanged", "conflict", "invalid")


class Command(FileCommand):
    """Exit 0: every row was taken; 1: some were not; 2: the file or the plan cannot be used."""

    help = (
        "Leave courses out of a subscription plan, or take them back in, from a CSV or JSON-lines file with the columns "
        "catalog_course (a key such as MITx+6.00x, or a uuid) and included: no leaves it out, yes or nothing does not. "
        "Idempotent. Exit code 1 if rows were refused, 2 if the file or the plan cannot be used."
    )
    app_label = "openedx_catalog_subscriptions"
    columns, needed, unit = (KEY, SAID), (SAID,), "courses"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--plan", default="default", metavar="SLUG", help="of which plan; default: default")
        parser.add_argument("--reason", default="", metavar="TEXT", help="why, for the history of what changes")

    def store(self, file: CatalogFile, options: dict[str, Any], advance: Callable[[int], None]) -> Any:
        said = {name: options[name] for name in ("plan", "dry_run", "reason")}
        try:
            report = api.import_course_subscriptions(
                _records(file), **said, source="set_course_subscriptions", on_progress=advance
            )
        except ObjectDoesNotExist as error:
            raise CommandError(str(error), returncode=2) from error
        # The others are of files of runs.
        report.outcomes = {name: report.outcomes[name] for name in OUTCOMES}
        return report


def _records(file: CatalogFile) -> Iterator[api.SubscriptionRecord]:
    for line, row in file.cells():
        yield api.SubscriptionRecord(row.get(KEY, ""), row.get(SAID), line)
