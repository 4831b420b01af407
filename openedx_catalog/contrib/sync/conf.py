"""Typed access to the settings of this app; docs/references/settings.rst describes them."""

from __future__ import annotations

from typing import Any

from django.conf import settings

DEFAULTS: dict[str, Any] = {
    "OPENEDX_CATALOG_SYNC_ALLOWED_PRIVATE_HOSTS": (),
    "OPENEDX_CATALOG_SYNC_CREDENTIALS": {},
    "OPENEDX_CATALOG_SYNC_KEEP_JOBS_DAYS": 90,
    "OPENEDX_CATALOG_SYNC_LEASE_SECONDS": 600,
    "OPENEDX_CATALOG_SYNC_MAX_BYTES": 20 * 2**20,
    "OPENEDX_CATALOG_SYNC_MAX_PAGES": 5000,
    "OPENEDX_CATALOG_SYNC_MAX_PROBLEMS": 1000,
    "OPENEDX_CATALOG_SYNC_MAX_RECORDS": 500_000,
    "OPENEDX_CATALOG_SYNC_MAX_ROWS": 5000,
    "OPENEDX_CATALOG_SYNC_RUNNER": "thread",
    "OPENEDX_CATALOG_SYNC_TIMEOUT": 120,
}


def _get(name: str) -> Any:
    return getattr(settings, name, DEFAULTS[name])


def allowed_private_hosts() -> tuple[str, ...]:
    """The hosts that may be asked though their addresses are private, e.g. "lms.local.overhang.io"."""
    return tuple(_get("OPENEDX_CATALOG_SYNC_ALLOWED_PRIVATE_HOSTS"))


def all_credentials() -> dict[str, Any]:
    """What the settings have for each source; `credentials.credentials_of` says what of it may be used."""
    return dict(_get("OPENEDX_CATALOG_SYNC_CREDENTIALS"))


def credentials(source: str) -> Any:
    """The entry of a source, or None where it has none."""
    return all_credentials().get(source) or None


def keep_jobs_days() -> int:
    """For how many days the record of a job is kept."""
    return int(_get("OPENEDX_CATALOG_SYNC_KEEP_JOBS_DAYS"))


def lease_seconds() -> int:
    """After how many seconds without a sign of life a job counts as killed. More than a call may take."""
    return int(_get("OPENEDX_CATALOG_SYNC_LEASE_SECONDS"))


def max_bytes() -> int:
    """How large an answer may be, decoded."""
    return int(_get("OPENEDX_CATALOG_SYNC_MAX_BYTES"))


def max_pages() -> int:
    """How many pages a listing may have."""
    return int(_get("OPENEDX_CATALOG_SYNC_MAX_PAGES"))


def max_problems() -> int:
    """How many records that were not taken a job lists one by one; the others are counted."""
    return int(_get("OPENEDX_CATALOG_SYNC_MAX_PROBLEMS"))


def max_records() -> int:
    """How many records of one kind are read from a source."""
    return int(_get("OPENEDX_CATALOG_SYNC_MAX_RECORDS"))


def max_rows() -> int:
    """How many records one answer may have; a hundred are asked for."""
    return int(_get("OPENEDX_CATALOG_SYNC_MAX_ROWS"))


def runner() -> str:
    """What runs a sync that was started in the admin: "thread" (of the web process) or "celery"."""
    return _get("OPENEDX_CATALOG_SYNC_RUNNER")


def timeout() -> float:
    """How many seconds one call may take in all, with its retries and what it waits between them."""
    return float(_get("OPENEDX_CATALOG_SYNC_TIMEOUT"))
