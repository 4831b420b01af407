"""Stand-in."""

from typing import Any


def search_index() -> Any:
    """Stand-in."""
    raise NotImplementedError
