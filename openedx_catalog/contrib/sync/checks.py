"""
System checks of sync: secrets that are bound to no place, and sources that stand elsewhere than their secret.

Imported when the app is ready, since they need the models.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core import checks
from django.db import router

from openedx_catalog import guards

from . import conf
from .credentials import credentials_of, entry_problem
from .exceptions import CredentialsRefused, InvalidSource
from .models_api import Source


@checks.register("openedx_catalog")
def check_credentials(app_configs: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """E001: an entry of OPENEDX_CATALOG_SYNC_CREDENTIALS does not say where its secret may go: it is not used."""
    return [
        checks.Error(
            f"OPENEDX_CATALOG_SYNC_CREDENTIALS, entry of {name!r}: {why}.",
            hint='Say where the secret may go: "base_url": "https://lms.example.org", or "hosts": ["lms.example.org"].',
            id="openedx_catalog_sync.E001",
        )
        for name, entry in conf.all_credentials().items()
        if (why := entry_problem(entry))
    ]


@checks.register(checks.Tags.database)
def check_sources(app_configs: Any = None, databases: Iterable[str] | None = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """W001: a source stands elsewhere than its credentials are for: it gets none, and is not asked."""
    alias = router.db_for_write(Source)
    if alias not in (databases or ()) or not guards.stored_on(alias, [Source]):
        return []
    # What is wrong with the others says E001.
    names = [name for name, entry in conf.all_credentials().items() if not entry_problem(entry)]
    found: list[checks.CheckMessage] = []
    # In ``migrate`` later columns may not be there yet.
    for source in Source.objects.using(alias).filter(name__in=names).only("name", "kind", "base_url").order_by("name"):
        try:
            credentials_of(source)
        except (CredentialsRefused, InvalidSource) as error:
            hint = "Correct the source's base URL or, if it has moved, its entry in OPENEDX_CATALOG_SYNC_CREDENTIALS."
            found.append(checks.Warning(str(error), hint=hint, id="openedx_catalog_sync.W001"))
    return found
