"""
Imported first by the packages that openedx-core's app of the same name leaves alone: raises where it has overwritten the rest.

Where our ``apps.py`` was installed last, it is check E001 that says so; where theirs was, none of our checks is registered.
"""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

# Read as a text: importing it would tie every module that imports this one into a circle.
if "class OpenedxCatalogConfig" not in (Path(__file__).parent / "apps.py").read_text(encoding="utf-8"):
    raise ImproperlyConfigured(
        "openedx-core and openedx-catalog are both installed, and both provide openedx_catalog: its files are mixed. "
        "Uninstall both, since each removes files of the other, then install the one you want; "
        "docs/how-tos/adopt-openedx-core.rst says which."
    )
