"""Celery tasks: thin callers. Nothing of ours imports them, since Celery is no requirement; its own autodiscovery does."""

from __future__ import annotations

from celery import shared_task

from . import api


@shared_task(ignore_result=True)
def publish_due_listings() -> dict[str, int]:
    """Publish what is due: for Celery beat, as ``publish_due_listings`` for cron. Returns how many, by outcome."""
    report = api.publish_due_listings(source="publish_due_listings")
    return {"published": len(report.published), "failed": len(report.failed)}


@shared_task(ignore_result=True)
def send_comments() -> dict[str, int]:
    """Post the comments that are due: for Celery beat, as ``send_course_comments`` for cron. Returns how many, by outcome."""
    sent, failed, parked, _error = api.send_comments()
    return {"sent": sent, "failed": failed, "parked": parked}
