"""Celery tasks: thin callers. Nothing of ours imports them, since Celery is no requirement; its own autodiscovery does."""

from __future__ import annotations

from celery import shared_task

from . import api


@shared_task(ignore_result=True)
def sync_source(name: str) -> str:
    """Sync one source. Returns the status of the job; "locked" where another one is running."""
    return api.sync_source(name).status


@shared_task(ignore_result=True)
def sync_due_sources() -> list[str]:
    """Start a task for each source that is due: for Celery beat, as ``sync_catalog --due`` for cron. Returns their names."""
    names = [source.name for source in api.due_sources()]
    for name in names:
        sync_source.delay(name)
    return names
