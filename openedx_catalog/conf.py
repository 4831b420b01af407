"""Typed access to the settings this app reads; docs/references/settings.rst describes them."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from .lib import conf as lib_conf

DEFAULTS: dict[str, Any] = {
    "OPENEDX_CATALOG_ALLOW_DOWNGRADE_LOSS": False,
    "OPENEDX_CATALOG_ALLOW_UNINSTALL": False,
    "OPENEDX_CATALOG_COURSE_MODE_MODEL": "course_modes.CourseMode",
    "OPENEDX_CATALOG_COURSE_OVERVIEW_MODEL": "course_overviews.CourseOverview",
    "OPENEDX_CATALOG_DATE_WINDOW": "openedx_catalog.policies.DateWindow",
    "OPENEDX_CATALOG_DOCTOR_RUNNER": "thread",
    "OPENEDX_CATALOG_IMPORT_MAX_BYTES": 5_000_000,
    "OPENEDX_CATALOG_IMPORT_MAX_CELLS": 200_000,
    "OPENEDX_CATALOG_IMPORT_MAX_LINES": 10_000,
    "OPENEDX_CATALOG_INBOX": "inline",
    "OPENEDX_CATALOG_INBOX_ATTEMPTS": 10,
    "OPENEDX_CATALOG_KEEP_MESSAGES_DAYS": 30,
    "OPENEDX_CATALOG_OUTBOX_ATTEMPTS": 10,
    **lib_conf.DEFAULTS,
}
INBOX_WAYS = ("inline", "celery", "command")


def _get(name: str) -> Any:
    return getattr(settings, name, DEFAULTS[name])


def allow_downgrade_loss() -> bool:
    """Whether ``migrate openedx_catalog 0001_initial`` may destroy what openedx-core's app has no place for."""
    return bool(_get("OPENEDX_CATALOG_ALLOW_DOWNGRADE_LOSS"))


def allow_uninstall() -> bool:
    """Whether ``migrate openedx_catalog zero`` may destroy rows."""
    return bool(_get("OPENEDX_CATALOG_ALLOW_UNINSTALL"))


def course_mode_model() -> str:
    """The label of the model that has the course modes of the LMS."""
    return _get("OPENEDX_CATALOG_COURSE_MODE_MODEL")


def course_overview_model() -> str:
    """The label of the model that has what the platform knows of a run."""
    return _get("OPENEDX_CATALOG_COURSE_OVERVIEW_MODEL")


def date_window_path() -> str:
    """The dotted path of the policy for dates."""
    return _get("OPENEDX_CATALOG_DATE_WINDOW")


def doctor_runner() -> str:
    """What runs the doctor where it was started in the admin: "thread" (of the web process) or "celery"."""
    return _get("OPENEDX_CATALOG_DOCTOR_RUNNER")


def import_limit(name: str) -> int:
    """The limit of a file that is uploaded in the admin, by the name of its setting."""
    return int(_get(name))


def inbox() -> str:
    """What applies messages after the commit: "inline", "celery", or "command" (``process_catalog_inbox`` alone)."""
    return _get("OPENEDX_CATALOG_INBOX")


def inbox_attempts() -> int:
    """After how many attempts a message is parked."""
    return int(_get("OPENEDX_CATALOG_INBOX_ATTEMPTS"))


def keep_messages_days() -> int:
    """For how many days a message that is done is kept; what is younger also decides which one came last."""
    return int(_get("OPENEDX_CATALOG_KEEP_MESSAGES_DAYS"))


def outbox_attempts() -> int:
    """After how many tries, in which the event bus took others, an event is parked."""
    return int(_get("OPENEDX_CATALOG_OUTBOX_ATTEMPTS"))


def organizations_autocreate() -> bool:
    """
    Whether unknown organizations are created: the setting of edx-organizations, ORGANIZATIONS_AUTOCREATE, default True.

    Read here and not through `organizations.api`, whose import brings Django REST framework: 18 MB and 130 ms.
    """
    return bool(getattr(settings, "ORGANIZATIONS_AUTOCREATE", True))


def default_language() -> str:
    """The language of a new catalog course that names none: LANGUAGE_CODE in the form our column takes."""
    return settings.LANGUAGE_CODE.lower().replace("_", "-")
