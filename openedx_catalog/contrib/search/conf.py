"""Typed access to the settings of this app; docs/references/settings.rst describes them."""

from __future__ import annotations

from django.conf import settings

FAR_OFF_DAYS = 45
MAX_CHANGE = 10
MAX_CONTAINED_KEYS = 500
ENGINE = "openedx_catalog.contrib.search.engines.database.DatabaseEngine"


def far_off_days() -> int:
    """A run that starts in more than so many days starts far off."""
    return int(getattr(settings, "OPENEDX_CATALOG_FAR_OFF_DAYS", FAR_OFF_DAYS))


def engine_path() -> str:
    """The dotted path of the class that keeps and finds documents."""
    return str(getattr(settings, "OPENEDX_CATALOG_SEARCH_ENGINE", ENGINE))


def external_start_path() -> str:
    """
    The dotted path of a function that is given keys of courses and runs, and answers ``{key: start}`` of those that start by
    a date that the catalog does not know; "" for none.
    """
    return str(getattr(settings, "OPENEDX_CATALOG_EXTERNAL_START", "") or "")


def max_change() -> int:
    """By how many percent the number of documents may change when an index is rebuilt."""
    return int(getattr(settings, "OPENEDX_CATALOG_SEARCH_MAX_CHANGE", MAX_CHANGE))


def max_contained_keys() -> int:
    """Of how many keys one call may ask whether a course catalog has them."""
    return int(getattr(settings, "OPENEDX_CATALOG_MAX_CONTAINED_KEYS", MAX_CONTAINED_KEYS))


NUMBERS = {
    "OPENEDX_CATALOG_FAR_OFF_DAYS": far_off_days,
    "OPENEDX_CATALOG_SEARCH_MAX_CHANGE": max_change,
    "OPENEDX_CATALOG_MAX_CONTAINED_KEYS": max_contained_keys,
}
"""What reads each of the settings that are numbers, for the check of them."""
