"""``manage.py refresh_subscriptions``: what plans include, computed anew."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from openedx_catalog.lib.commands import CatalogCommand, require_migrated
from openedx_catalog.models_api import CatalogCourse

from ... import api


class Command(CatalogCommand):
    """Exit 0: what plans include follows from the rules now; 2: the database cannot be used."""

    help = (
        "Compute anew which courses, runs and programs the subscription plans include, and write what differs. Every change is "
        "followed by itself; run this each night for curricula that begin or end by their dates, and after a setting or rows "
        "were changed past the API. Idempotent."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated("openedx_catalog", "openedx_catalog_subscriptions")
        with self.progress(CatalogCourse.objects.count(), "courses", options) as advance:
            report = api.refresh_subscriptions(on_progress=advance)
        if options["verbosity"]:
            self.stdout.write(
                _("Came in: %(added)d, went out: %(removed)d.") % {"added": report.added, "removed": report.removed}
            )
