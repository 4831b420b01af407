"""``manage.py lms fill_lms_programs_cache``: write the cache entries that the LMS reads programs from."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from openedx_catalog.lib.commands import CatalogCommand, require_migrated

from ... import lms_cache
from ...lms_dicts import STATUSES
from ...models_api import Program


class Command(CatalogCommand):
    """
    Exit 0: every entry was written; 1: the cache refused some, and has the rest; 2: the database or the cache cannot be used,
    or there is no site to write for.
    """

    help = (
        "Write the program data that the LMS reads into the default cache, for every site, and delete stale entries. "
        "Run it on a schedule instead of cache_programs: the next run fills a cache that was flushed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--site", action="append", metavar="ID=DOMAIN", help="a site, if django.contrib.sites is not installed"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated("openedx_catalog", "openedx_catalog_programs")
        sites = [self._site(text) for text in options["site"]] if options["site"] else lms_cache.sites()
        if not sites:
            raise CommandError(_("No site found. Give at least one with --site ID=DOMAIN."), returncode=2)
        total = Program.objects.filter(status__in=STATUSES).count()
        try:
            with self.progress(total, "programs", options) as advance:
                written = lms_cache.fill(sites, on_progress=advance)
        except lms_cache.CacheUnwritable as error:
            raise CommandError(str(error), returncode=2) from error
        if options["verbosity"]:
            names = {"programs": total, "entries": written.entries, "sites": len(sites)}
            self.stdout.write(_("Programs: %(programs)d, entries: %(entries)d, sites: %(sites)d.") % names)
        for key in written.refused:
            self.stderr.write(_("The cache refused %(key)s: let it take larger entries (memcached -I 8m).") % {"key": key})
        if written.refused:
            sys.exit(1)

    def _site(self, text: str) -> lms_cache.Site:
        number, separator, domain = text.partition("=")
        if not separator or not (number.isascii() and number.isdigit()) or not domain:
            raise CommandError(_("Expected ID=DOMAIN, got %(text)r.") % {"text": text}, returncode=2)
        return lms_cache.Site(int(number), domain)
