"""Typed access to the settings of this app, each with its default; docs/references/settings.rst describes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings

Value = TypeVar("Value")


def _setting(name: str, default: Any, read: Callable[[Any], Value]) -> Callable[[], Value]:
    """What reads a setting, whenever it is called: tests override settings."""
    return lambda: read(getattr(settings, name, default))


# The hosts that may be asked though their addresses are private, e.g. "lms.local.overhang.io".
allowed_private_hosts: Callable[[], tuple[str, ...]] = _setting("OPENEDX_CATALOG_SYNC_ALLOWED_PRIVATE_HOSTS", (), tuple)
# What there is for each source; `credentials.credentials_of` says what of it may be used.
all_credentials: Callable[[], dict[str, Any]] = _setting("OPENEDX_CATALOG_SYNC_CREDENTIALS", {}, dict)
# For how many days the record of a job is kept.
keep_jobs_days = _setting("OPENEDX_CATALOG_SYNC_KEEP_JOBS_DAYS", 90, int)
# After how many seconds without a sign of life a job counts as killed. More than a call may take.
lease_seconds = _setting("OPENEDX_CATALOG_SYNC_LEASE_SECONDS", 600, int)
# How large an answer may be, decoded.
max_bytes = _setting("OPENEDX_CATALOG_SYNC_MAX_BYTES", 20 * 2**20, int)
# How many pages a listing may have.
max_pages = _setting("OPENEDX_CATALOG_SYNC_MAX_PAGES", 5000, int)
# How many records that were not taken a job lists one by one; the others are counted.
max_problems = _setting("OPENEDX_CATALOG_SYNC_MAX_PROBLEMS", 1000, int)
# How many records of one kind are read from a source.
max_records = _setting("OPENEDX_CATALOG_SYNC_MAX_RECORDS", 500_000, int)
# How many records one answer may have; a hundred are asked for.
max_rows = _setting("OPENEDX_CATALOG_SYNC_MAX_ROWS", 5000, int)
# What runs a sync that was started in the admin: "thread" (of the web process) or "celery".
runner = _setting("OPENEDX_CATALOG_SYNC_RUNNER", "thread", str)
# Which of our course types, and types of runs, a service's own uuids stand for: by uuid, the slug.
types: Callable[[], dict[str, str]] = _setting("OPENEDX_CATALOG_SYNC_TYPES", {}, dict)
# How many seconds one call may take in all, with its retries and what it waits between them.
timeout = _setting("OPENEDX_CATALOG_SYNC_TIMEOUT", 120, float)


def credentials(source: str) -> Any:
    """The entry of a source in OPENEDX_CATALOG_SYNC_CREDENTIALS, or None where it has none."""
    return all_credentials().get(source) or None
