"""For LMS and CMS, before Django is configured."""

from __future__ import annotations

from typing import Any

# Not swallowed here, as it would be in apps.py: a platform whose files are mixed does not start.
from .. import intact  # noqa: F401
from ..conf import DEFAULTS

CORE = "openedx_catalog"


def plugin_settings(settings: Any) -> None:
    """
    Install the core app where the platform does not list it, before the first app of ours.

    Of our settings it sets what is absent: an operator's own value stays. May be called again.
    """
    installed = settings.INSTALLED_APPS
    if not any(app == CORE or app.startswith(f"{CORE}.apps.") for app in installed):
        at = next((n for n, app in enumerate(installed) if app.startswith(f"{CORE}.")), len(installed))
        # A list stays a list and a tuple a tuple: whoever comes next may add either.
        settings.INSTALLED_APPS = installed[:at] + type(installed)([CORE]) + installed[at:]
    for name, value in DEFAULTS.items():
        if not hasattr(settings, name):
            setattr(settings, name, value)
