"""The settings that `lib` reads; docs/references/settings.rst describes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings

DEFAULTS: dict[str, Any] = {
    "OPENEDX_CATALOG_ANONYMOUS_READ": False,
    "OPENEDX_CATALOG_PERMISSION_POLICY": "openedx_catalog.permissions.ModelPermissions",
    "OPENEDX_CATALOG_REST_AUTHENTICATION_CLASSES": None,
}


def anonymous_read() -> bool:
    """Whether those who are not signed in read over REST what is public."""
    return bool(getattr(settings, "OPENEDX_CATALOG_ANONYMOUS_READ", DEFAULTS["OPENEDX_CATALOG_ANONYMOUS_READ"]))


def permission_policy_path() -> str:
    """The dotted path of the policy of who sees and writes what."""
    return getattr(settings, "OPENEDX_CATALOG_PERMISSION_POLICY", DEFAULTS["OPENEDX_CATALOG_PERMISSION_POLICY"])


def rest_authentication_paths() -> Sequence[str] | None:
    """The dotted paths of what REST knows its users by; None leaves it to the host's REST_FRAMEWORK."""
    return getattr(settings, "OPENEDX_CATALOG_REST_AUTHENTICATION_CLASSES", None)


def history_enabled() -> bool:
    """Whether the host keeps history at all (SIMPLE_HISTORY_ENABLED of django-simple-history, default True)."""
    return bool(getattr(settings, "SIMPLE_HISTORY_ENABLED", True))
