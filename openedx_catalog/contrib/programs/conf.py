"""Typed access to the settings of this app; docs/references/settings.rst describes them."""

from __future__ import annotations

from django.conf import settings


def fill_lms_cache() -> bool:
    """Whether every change of a program is written into the cache entries that the LMS reads."""
    return bool(getattr(settings, "OPENEDX_CATALOG_FILL_LMS_CACHE", False))
