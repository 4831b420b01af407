"""Celery tasks: thin callers. Nothing of ours imports them, since Celery is no requirement; its own autodiscovery does."""

from __future__ import annotations

from celery import shared_task

from . import api, conf, messages


@shared_task(ignore_result=True)
def process_inbox_message(event_id: str) -> str:
    """Apply one message. Returns its state afterwards ("" if another worker has it)."""
    return messages.process(event_id)


@shared_task(ignore_result=True)
def process_inbox() -> dict[str, int]:
    """Apply what is due, and delete what has long been done: for Celery beat, as ``process_catalog_inbox`` for cron."""
    counts = messages.process_due()
    messages.purge(conf.keep_messages_days())
    return counts


@shared_task(ignore_result=True)
def relay_events() -> int:
    """Deliver the events that are due, and delete what has long been done: as ``relay_catalog_events``. Returns how many."""
    relayed = messages.relay()
    messages.purge_events(conf.keep_messages_days())
    return relayed.done


@shared_task(ignore_result=True)
def run_doctor() -> dict[str, int]:
    """Check every row, and store what was found: for Celery beat, as ``catalog_doctor`` for cron. Returns counts by code."""
    return api.run_doctor().counts
