"""Typed access to the settings of this app; docs/references/settings.rst describes them."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext

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


def pages() -> bool:
    """Whether there are public pages."""
    return bool(getattr(settings, "OPENEDX_CATALOG_PAGES", True))


def pages_max_age() -> int:
    """For how many seconds a public page may be shown again without asking for it."""
    return max(0, int(getattr(settings, "OPENEDX_CATALOG_PAGES_MAX_AGE", 60)))


def site_name() -> str:
    """How the public pages call the site."""
    given = getattr(settings, "OPENEDX_CATALOG_SITE_NAME", None) or getattr(settings, "PLATFORM_NAME", None)
    return str(given) if given else gettext("Course catalog")


def pages_root() -> str:
    """Where the public pages are, e.g. "https://courses.example.org/"; "" where nobody is led to them."""
    return getattr(settings, "OPENEDX_CATALOG_PAGES_ROOT", None) or ""
