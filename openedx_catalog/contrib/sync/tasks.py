"""Celery tasks: thin callers. Nothing of ours imports them, since Celery is no requirement; its own autodiscovery does."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.contrib.auth import get_user_model

from . import api


@shared_task(ignore_result=True)
def sync_source(name: str, user_id: int | None = None, **kwargs: Any) -> str:
    """
    Sync one source, with the arguments of `api.sync_source`. Returns the status of the job.

    "locked" where another one is running: the task need not be kept from running twice.
    """
    user = get_user_model().objects.filter(pk=user_id).first() if user_id else None
    return api.sync_source(name, user=user, **kwargs).status


@shared_task(ignore_result=True)
def sync_due_sources() -> list[str]:
    """Start a task for each source that is due: for Celery beat, as ``sync_catalog --due`` for cron. Returns their names."""
    names = [source.name for source in api.due_sources()]
    for name in names:
        sync_source.delay(name)
    return names
