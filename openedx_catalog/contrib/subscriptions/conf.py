"""Typed access to the settings of this app; docs/references/settings.rst describes them."""

from __future__ import annotations

from django.conf import settings

# Seed 003 leaves these out of what partners take part in.
_EXCLUDED_TYPE = "micromasters"


def pacings() -> frozenset[str]:
    """The pacings of the runs that plans may include; "" is that of runs of which nobody has said it."""
    return frozenset(getattr(settings, "OPENEDX_CATALOG_SUBSCRIPTION_PACINGS", None) or ["self"])


def includes_program_type(slug: str) -> bool:
    """Whether plans may include programs of this type."""
    allowed = getattr(settings, "OPENEDX_CATALOG_SUBSCRIPTION_PROGRAM_TYPES", None)
    return slug != _EXCLUDED_TYPE if allowed is None else slug in allowed
