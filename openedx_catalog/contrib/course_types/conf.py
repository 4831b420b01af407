"""Typed access to settings that this app reads."""

from __future__ import annotations

from django.conf import settings


def lms_default_mode() -> str:
    """The mode of a run for which the LMS has none: a setting of the platform, read where this is one."""
    defaults = getattr(settings, "COURSE_MODE_DEFAULTS", None) or {}
    return str(defaults.get("slug") or "audit")
