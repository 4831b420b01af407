"""System checks of programs: what keeps the LMS from reading what is written for it. Imported when the app is ready."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.core import checks
from django.db import DatabaseError, connections, router

from . import conf, lms_patch


@checks.register("openedx_catalog")
def check_serving(app_configs: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """W002: the LMS's functions are to answer from the database, but this is no LMS."""
    if not conf.serve_lms_programs() or lms_patch.in_lms():
        return []
    return [
        checks.Warning(
            "OPENEDX_CATALOG_SERVE_LMS_PROGRAMS is on, but there is no openedx.core.djangoapps.catalog here: it does nothing.",
            hint="Turn it on in the settings of the LMS.",
            id="openedx_catalog_programs.W002",
        )
    ]


@checks.register(checks.Tags.database)
def check_sites(app_configs: Any = None, databases: Iterable[str] | None = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """W001: the cache of the LMS is filled, but a site of it does not read its programs from there."""
    if not conf.fill_lms_cache() or conf.serve_lms_programs():
        return []
    return [
        checks.Warning(
            f"The site {domain} has no COURSE_CATALOG_API_URL in its site configuration: the LMS lists no programs for it, "
            "whatever the cache holds, and cache_programs empties its list.",
            hint="Set it there, to any URL, and take cache_programs out of the schedule; or have the database asked instead, "
            "with OPENEDX_CATALOG_SERVE_LMS_PROGRAMS.",
            id="openedx_catalog_programs.W001",
        )
        for domain in _unconfigured(databases or ())
    ]


def _unconfigured(databases: Iterable[str]) -> list[str]:
    """The domains of such sites; none where this is no LMS, or its tables are not there yet."""
    if not apps.is_installed("django.contrib.sites") or "site_configuration" not in apps.app_configs:
        return []
    from django.contrib.sites.models import Site

    alias = router.db_for_read(Site)
    if alias not in databases or Site._meta.db_table not in connections[alias].introspection.table_names():
        return []
    try:
        # As the LMS asks.
        found = [(row.domain, getattr(row, "configuration", None)) for row in Site.objects.using(alias).order_by("domain")]
    except DatabaseError:
        return []
    return [domain for domain, values in found if values is None or not values.get_value("COURSE_CATALOG_API_URL")]
