"""The first page of the demo: where everything is, who signs in, and what to try."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from openedx_catalog import api
from openedx_catalog.contrib.sync.models_api import SyncJob
from openedx_catalog.lib.admin.texts import utc

from . import content, publishing


def start_view(request: HttpRequest) -> HttpResponse:
    """For everybody, signed in or not; the pages of the admin ask who it is."""
    program, source = content.program(), content.source()
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "A demo of the catalog",
        "is_nav_sidebar_enabled": False,
        "counts": content.counts(),
        "name": content.NAME,
        "password": content.password(),
        "program": program,
        "curriculum": program.curricula.order_by("pk").first() if program else None,
        "source": source,
        "job": SyncJob.objects.filter(source=source).order_by("-pk").first() if source else None,
        "copy": publishing.copy_in_review(),
        # One that a person may move, for a try.
        "run": api.get_course_runs().first(),
        "list_of_lms": settings.DEMO_LMS_FILE.name,
        "address": request.build_absolute_uri("/").rstrip("/"),
    }
    if context["job"]:
        context |= _of_job(context["job"])
    return TemplateResponse(request, "demo/start.html", context)


def _of_job(job: SyncJob) -> dict[str, str]:
    counts = ", ".join(f"{count:,} {name}" for name, count in (job.counts or {}).items() if count)
    return {"job_began": utc(job.started_at), "job_counts": counts or job.message}
