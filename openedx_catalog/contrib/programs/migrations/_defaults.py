"""The program types that a migration brings."""

from __future__ import annotations

from typing import Any

# Slug and name. An operator who adds one of them first, or renames it, keeps theirs.
DEFAULTS = {
    "micromasters": "MicroMasters",
    "xseries": "XSeries",
    "professional-certificate": "Professional Certificate",
    "masters": "Masters",
    "bachelors": "Bachelors",
    "microbachelors": "MicroBachelors",
    "boot-camp": "Boot Camp",
}


def add_missing(types: Any) -> None:
    """Add to a manager or queryset of ProgramType what is not there."""
    for slug, name in DEFAULTS.items():
        types.get_or_create(slug=slug, defaults={"name": name})
