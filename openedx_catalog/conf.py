"""Typed access to the settings this app reads; docs/references/settings.rst describes them."""

from __future__ import annotations

from django.conf import settings


def allow_uninstall() -> bool:
    """Whether ``migrate openedx_catalog zero`` may destroy rows (OPENEDX_CATALOG_ALLOW_UNINSTALL, default False)."""
    return bool(getattr(settings, "OPENEDX_CATALOG_ALLOW_UNINSTALL", False))


def date_window_path() -> str:
    """The dotted path of the policy for dates (OPENEDX_CATALOG_DATE_WINDOW, default `openedx_catalog.policies.DateWindow`)."""
    return getattr(settings, "OPENEDX_CATALOG_DATE_WINDOW", "openedx_catalog.policies.DateWindow")


def organizations_autocreate() -> bool:
    """
    Whether unknown organizations are created: the setting of edx-organizations, ORGANIZATIONS_AUTOCREATE, default True.

    Read here and not through `organizations.api`, whose import brings Django REST framework: 18 MB and 130 ms.
    """
    return bool(getattr(settings, "ORGANIZATIONS_AUTOCREATE", True))


def default_language() -> str:
    """The language of a new catalog course that names none: LANGUAGE_CODE in the form our column takes."""
    return settings.LANGUAGE_CODE.lower().replace("_", "-")


def history_enabled() -> bool:
    """Whether the host keeps history at all (SIMPLE_HISTORY_ENABLED of django-simple-history, default True)."""
    return bool(getattr(settings, "SIMPLE_HISTORY_ENABLED", True))
