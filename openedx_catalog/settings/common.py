"""For LMS and CMS, before Django is configured."""

from __future__ import annotations

from typing import Any

from ..conf import DEFAULTS


def plugin_settings(settings: Any) -> None:
    """Set what is absent: an operator's own value stays."""
    for name, value in DEFAULTS.items():
        if not hasattr(settings, name):
            setattr(settings, name, value)
