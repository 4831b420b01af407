"""``manage.py request_program_skills``: ask whoever tags programs to do so with those that are there."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.lib.commands import CatalogCommand, require_migrated

from ... import api


class Command(CatalogCommand):
    """Exit 0: the events are recorded; 2: the database cannot be used."""

    help = (
        "Record the event program.skills_requested of every active program, as its first publication does: for a service that "
        "begins to tag programs, or that has lost what it knew. Sent after the commit, as all events."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--without-skills", action="store_true", help="only of programs that have none now")
        parser.add_argument("--dry-run", action="store_true", help="write nothing; report what a real run would do")

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated("openedx_catalog", "openedx_catalog_skills")
        count = Program.objects.filter(status=Program.Status.ACTIVE).count()
        said = {name: options[name] for name in ("without_skills", "dry_run")}
        with self.progress(count, "programs", options) as advance:
            requested = api.request_program_skills(**said, on_progress=advance)
        if options["dry_run"]:
            self.stdout.write(_("Dry run: nothing was written."))
        if options["verbosity"]:
            self.stdout.write(_("Skills were requested of %(count)d programs.") % {"count": requested})
