"""
Imported first by the packages that openedx-core's app of the same name leaves alone: raises where it has overwritten the rest.

Where our ``apps.py`` was installed last, it is check E001 that says so; where theirs was, none of our checks is registered.
"""

from __future__ import annotations

from importlib import import_module

from django.core.exceptions import ImproperlyConfigured

if not hasattr(import_module("openedx_catalog.apps"), "OpenedxCatalogConfig"):
    raise ImproperlyConfigured(
        "openedx-core and openedx-catalog are both installed, and both own the package openedx_catalog: it is a mixture. "
        "Uninstall both, since each removes files of the other, then install the one you want; "
        "docs/how-tos/adopt-openedx-core.rst says which."
    )
