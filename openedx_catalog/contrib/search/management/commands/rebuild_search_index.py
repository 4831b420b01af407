"""``manage.py rebuild_search_index``: a new index of the whole catalog."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib.commands import CatalogCommand, require_migrated

from ... import api


class Command(CatalogCommand):
    """Exit 0: the new index is searched; 2: it was not taken, or could not be made, and the one before is searched."""

    help = (
        "Make a new search index of the whole catalog, while the one that is there is searched, and then have the new one "
        "searched. Not where it has far more or far fewer documents than the one before, unless that is allowed. Run it once "
        "after the installation, after settings of search were changed, and each night for what no change of the catalog tells "
        "of. Exit code 2 if the index is not taken: see the message."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        limits = parser.add_mutually_exclusive_group()
        limits.add_argument(
            "--max-change",
            type=int,
            metavar="PERCENT",
            help="by how much the number of documents may change (default: OPENEDX_CATALOG_SEARCH_MAX_CHANGE, 10)",
        )
        limits.add_argument("--any-change", action="store_true", help="take the new index, however many documents it has")
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated("openedx_catalog", "openedx_catalog_search")
        said = {name: options[name] for name in ("max_change", "any_change")}
        try:
            with self.progress(api.count_rows(), "rows", options) as advance:
                rebuilt = api.rebuild_index(**said, progress=advance)
        except CatalogError as error:
            raise CommandError(str(error), returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps(rebuilt._asdict()))
        elif options["verbosity"]:
            counts = {"after": f"{rebuilt.documents:,}", "before": f"{rebuilt.before or 0:,}", "name": rebuilt.name}
            self.stdout.write(_("%(name)s is searched: %(after)s documents, %(before)s before.") % counts)
