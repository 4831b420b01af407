"""
The demo's LMS: a view that answers as ``/api/courses/v1/courses/`` of a real one does, from a file that a person may edit.

The file lists the runs of some courses of the catalog, a little further than the catalog is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from openedx_catalog import api
from openedx_catalog.models_api import CatalogCourse, CourseRun

# Under the demo's own address; a source adds the rest.
PREFIX = "demo-lms"
EDITION = "{}, Second Edition"
LATER = timedelta(days=14)


def write_file(courses: Iterable[CatalogCourse]) -> None:
    """List the runs of these courses, with a new title, a later start, and a run that the catalog does not have."""
    listed = [course for course in courses if course.runs.exists()]
    items = [_item(run) for course in listed for run in api.get_course_runs(catalog_course=course).select_related("schedule")]
    if items:
        next_year = datetime(datetime.now(UTC).year + 1, 2, 1, 5, tzinfo=UTC)
        title, key = listed[0].title or listed[0].course_code, api.next_run_key(listed[0], start=next_year)
        retitled, rescheduled = items[0], next((item for item in items[1:] if item["start"]), None)
        retitled["name"] = EDITION.format(retitled["name"])
        if rescheduled:
            rescheduled["start"] = _later(rescheduled["start"])
            rescheduled["end"] = _later(rescheduled["end"])
        items.append({**items[0], "id": key, "course_id": key, "name": title, "start": _text(next_year), "end": None})
    settings.DEMO_LMS_FILE.write_text(json.dumps(items, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


@csrf_exempt
def course_list(request: HttpRequest) -> JsonResponse:
    """A page of the list; by POST, as the LMS has it, the runs of some keys."""
    try:
        items = json.loads(settings.DEMO_LMS_FILE.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return JsonResponse({"detail": f"{settings.DEMO_LMS_FILE} cannot be read: {error}"}, status=500)
    if request.method == "POST":
        wanted = set(json.loads(request.body)["course_keys"])
        items = [item for item in items if item["id"] in wanted]
    pages = Paginator(items, 100)
    page = pages.get_page(request.GET.get("page"))
    following = None
    if page.has_next():
        following = f"{request.build_absolute_uri(request.path)}?{urlencode({'page': page.next_page_number()})}"
    counts = {"count": pages.count, "num_pages": pages.num_pages}
    return JsonResponse({"results": list(page), "pagination": {"next": following, "previous": None, **counts}})


def _item(run: CourseRun) -> dict[str, Any]:
    key, schedule = str(run.course_key), getattr(run, "schedule", None)
    dates = {name: _text(getattr(schedule, name, None)) for name in ("start", "end", "enrollment_start", "enrollment_end")}
    course = run.catalog_course
    return {
        "id": key, "course_id": key, "name": run.title, "org": course.org_code, "number": course.course_code, **dates,
        "pacing": getattr(schedule, "pacing", None) or None, "hidden": False, "media": {},
    }  # fmt: skip


def _text(instant: datetime | None) -> str | None:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if instant else None


def _later(text: str | None) -> str | None:
    return _text(datetime.fromisoformat(text) + LATER) if text else None
