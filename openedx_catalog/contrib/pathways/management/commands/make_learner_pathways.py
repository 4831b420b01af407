"""``manage.py make_learner_pathways KEY… | --all``: learner pathways of the catalog pathways in which learners enroll."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from openedx_catalog import api as catalog
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.lib.commands import CatalogCommand, printable, require_migrated
from openedx_catalog.models_api import CatalogPathway

from ... import api


class Command(CatalogCommand):
    """Exit 0: each has a learner pathway; 1: some could not get one; 2: the database or the arguments cannot be used."""

    help = (
        "Make a learner pathway of each of these catalog pathways, with its title and description; inactive and without "
        "steps, which somebody adds in the admin. One that has a learner pathway is left alone, so it can be run again. Exit "
        "code 1 if a key names no catalog pathway: the others are made."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("keys", nargs="*", metavar="KEY", help="keys such as catalog-pathway:MITx:DataScience2026")
        parser.add_argument("--all", action="store_true", help="of all catalog pathways")
        parser.add_argument("--dry-run", action="store_true", help="write nothing; report what a real run would do")
        parser.add_argument("--reason", default="", metavar="TEXT", help="why, for the history")
        parser.add_argument("--json", action="store_true", help="print one JSON object: created, unchanged, problems")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated("openedx_catalog", "openedx_catalog_pathways")
        if bool(options["keys"]) is options["all"]:
            raise CommandError(_("Give the keys of catalog pathways, or --all."), returncode=2)
        report: dict[str, Any] = {"created": [], "unchanged": [], "problems": {}}
        total = CatalogPathway.objects.count() if options["all"] else len(set(options["keys"]))
        with self.progress(total, "pathways", options) as advance:
            for key, pathway in _named(options["keys"]):
                try:
                    outcome, said = self._make(key, pathway, options)
                    report[outcome].append(said)
                except (ObjectDoesNotExist, CatalogError) as error:
                    report["problems"][key] = str(error)
                advance(1)
        self._print(report, options)
        if report["problems"]:
            sys.exit(1)

    def _make(self, key: str, pathway: CatalogPathway | None, options: dict[str, Any]) -> tuple[str, str]:
        """What became of it, and its key."""
        found = pathway or catalog.get_catalog_pathway(key_str=key)
        given = {"dry_run": options["dry_run"], "reason": options["reason"], "source": "make_learner_pathways"}
        made = api.make_learner_pathway(found, **given)
        return "unchanged" if made is None else "created", found.key_str

    def _print(self, report: dict[str, Any], options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
            return
        if options["dry_run"]:
            self.stdout.write(_("Dry run: nothing was written."))
        for key, why in report["problems"].items():
            self.stderr.write(printable(f"{key}: {why}"))
        if options["verbosity"]:
            self.stdout.write(", ".join(f"{name}: {len(found)}" for name, found in report.items()))


def _named(keys: list[str]) -> Iterator[tuple[str, CatalogPathway | None]]:
    """``(key, the pathway where it is known)``, each once; all of them where no keys are given, the oldest first."""
    if keys:
        yield from ((key, None) for key in dict.fromkeys(keys))
        return
    for pathway in CatalogPathway.objects.with_org_and_category().order_by("pk").iterator(chunk_size=1000):
        yield pathway.key_str, pathway
