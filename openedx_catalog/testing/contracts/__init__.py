"""
What every resource, admin page and optional app keeps, as classes of tests to subclass (docs/references/testing.rst).

Needs pytest and pytest-django; only `AccessibilityContract` needs a browser, and asks for it when it runs.
"""

import pytest

_MODULES = ("admin", "apps", "browser", "rest", "schema")
# Before they are imported, so that a failing assert shows its values.
pytest.register_assert_rewrite(*(f"{__name__}.{module}" for module in _MODULES))

from .admin import AdminContract  # noqa: E402
from .apps import AbsentAppContract, InstalledAppContract  # noqa: E402
from .browser import AccessibilityContract  # noqa: E402
from .rest import ResourceContract  # noqa: E402
from .schema import SchemaContract  # noqa: E402

__all__ = [
    "AbsentAppContract",
    "AccessibilityContract",
    "AdminContract",
    "InstalledAppContract",
    "ResourceContract",
    "SchemaContract",
]
