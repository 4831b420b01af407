"""Routes of version 1, beside those of the core."""

from typing import Any

urlpatterns: list[Any] = []
