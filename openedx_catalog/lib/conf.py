"""The settings that `lib` reads; docs/references/settings.rst describes them."""

from __future__ import annotations

from typing import Any

from django.conf import settings

DEFAULTS: dict[str, Any] = {"OPENEDX_CATALOG_PERMISSION_POLICY": "openedx_catalog.permissions.ModelPermissions"}


def permission_policy_path() -> str:
    """The dotted path of the policy of who sees and writes what."""
    return getattr(settings, "OPENEDX_CATALOG_PERMISSION_POLICY", DEFAULTS["OPENEDX_CATALOG_PERMISSION_POLICY"])


def history_enabled() -> bool:
    """Whether the host keeps history at all (SIMPLE_HISTORY_ENABLED of django-simple-history, default True)."""
    return bool(getattr(settings, "SIMPLE_HISTORY_ENABLED", True))
