"""
Imported first by what openedx-core's app of the same name leaves alone: raises where it has overwritten the rest.

Where our files were installed last, it is check E001 that says so; where theirs were, none of our checks is registered.
"""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

MIXED = "openedx-core and openedx-catalog are both installed, and both provide openedx_catalog: its files are mixed."
ADVICE = (
    "Uninstall both, since each removes files of the other; then install openedx-core again, and beside it "
    "openedx-catalog-overlay, which has a folder of its own. docs/how-tos/adopt-openedx-core.rst says more."
)
_HERE = Path(__file__).resolve().parent


def mixed() -> bool:
    """
    Whether openedx-core has files in the very folder that we are imported from.

    Its being installed says nothing: the overlay, or a checkout, stands beside it in a folder of its own.
    """
    try:
        core = metadata.distribution("openedx-core")
    except metadata.PackageNotFoundError:
        return False
    # A version before 0.36 has no such app, and then no such files.
    theirs = any(file.parts[0] == "openedx_catalog" for file in core.files or ())
    return theirs and Path(str(core.locate_file("openedx_catalog"))).resolve() == _HERE


# Read as a text: importing it would tie every module that imports this one into a circle.
if "class OpenedxCatalogConfig" not in (_HERE / "apps.py").read_text(encoding="utf-8"):
    raise ImproperlyConfigured(f"{MIXED} {ADVICE}")
