"""Typed access to the settings of this app; docs/references/settings.rst describes them."""

from __future__ import annotations

from django.conf import settings

BEST_RUN = "openedx_catalog.contrib.listings.policies.BestRun"


def courseware_url() -> str:
    """The address at which learners take a run, with ``{course_key}`` in it; "" for none."""
    return getattr(settings, "OPENEDX_CATALOG_COURSEWARE_URL", None) or ""


def best_run_path() -> str:
    """The dotted path of the policy of which run stands for a course."""
    return getattr(settings, "OPENEDX_CATALOG_BEST_RUN", None) or BEST_RUN


def slugs_with_slashes() -> bool:
    """Whether a slug may have several parts, e.g. "learn/physics/circuits"."""
    return bool(getattr(settings, "OPENEDX_CATALOG_SLUGS_WITH_SLASHES", False))


def pages_root() -> str:
    """Where the public pages are, e.g. "https://courses.example.org/"; "" where nobody is led to them."""
    return getattr(settings, "OPENEDX_CATALOG_PAGES_ROOT", None) or ""
