"""The public pages, below ``catalog/``."""

from typing import Any

urlpatterns: list[Any] = []
