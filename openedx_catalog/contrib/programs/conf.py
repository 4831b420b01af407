"""Typed access to the settings of this app; docs/references/settings.rst describes them."""

from __future__ import annotations

from django.conf import settings


def fill_lms_cache() -> bool:
    """Whether every change of a program is written into the cache entries that the LMS reads."""
    return bool(getattr(settings, "OPENEDX_CATALOG_FILL_LMS_CACHE", False))


def default_mode() -> str:
    """The mode of the runs of which neither an extension nor the LMS says any, e.g. "verified"; "" for none."""
    return str(getattr(settings, "OPENEDX_CATALOG_PROGRAMS_DEFAULT_MODE", "") or "")


def serve_lms_programs() -> bool:
    """Whether the LMS's own functions answer from the database."""
    return bool(getattr(settings, "OPENEDX_CATALOG_SERVE_LMS_PROGRAMS", False))
