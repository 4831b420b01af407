"""What the catalog's own changes are recorded as: the events of runs and of catalog courses, on top of `lib.changes`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import router

from .. import keys
from ..data import SCHEDULE_FIELDS
from ..lib.changes import record_events
from ..lib.events import Event
from ..models import CatalogCourse, CourseRun


def record_run_events(signal: Any, pks: Sequence[int], **more: Any) -> None:
    """Record an event about each of these stored runs, as they now stand. One SELECT and one INSERT."""
    using = router.db_for_write(CourseRun)
    record_events([Event(signal, *run) for run in stored_run_values(pks, using=using, **more)], using=using)


def record_course_event(signal: Any, course: CatalogCourse, **more: Any) -> None:
    """Record an event about a catalog course as this object has it, its organization joined. One INSERT."""
    record_events([course_event(signal, course, **more)], using=router.db_for_write(CatalogCourse))


def stored_run_values(pks: Sequence[int], *, using: str, **more: Any) -> list[tuple[str, dict[str, Any]]]:
    """``[(subject, values of CourseRunData)]`` of stored runs, by id. One SELECT."""
    columns = ("key_text", "uuid", "title", "association", "catalog_course__uuid", "catalog_course__org__short_name",
               "catalog_course__course_code", "withdrawal__id", *(f"schedule__{name}" for name in SCHEDULE_FIELDS))  # fmt: skip
    runs = CourseRun.objects.using(using).filter(pk__in=pks).with_key_text().order_by("pk")
    found = []
    for key, own, title, association, course, org, code, withdrawal, *schedule in runs.values_list(*columns):
        key_str, withdrawn = keys.format_key_str(org, code), withdrawal is not None
        found.append((key, run_values(key, own, title, association, course, key_str, schedule, withdrawn=withdrawn, **more)))
    return found


def run_values(
    key: str, run_uuid: Any, title: str, association: str, course_uuid: Any, key_str: str, schedule: Sequence[Any],
    **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """The values of `signals.CourseRunData`; `schedule` in the order of SCHEDULE_FIELDS."""
    values = dict(zip(SCHEDULE_FIELDS, schedule, strict=True))
    return {
        "course_key": key,
        "uuid": str(run_uuid or ""),
        "title": title,
        "association": association,
        "catalog_course_uuid": str(course_uuid or ""),
        "catalog_course_key": key_str,
        **values,
        "pacing": values["pacing"] or "",
        **more,
    }


def course_event(signal: Any, course: CatalogCourse, **more: Any) -> Event:
    """An event about a catalog course as this object has it, its organization joined."""
    return Event(
        signal,
        str(course.uuid),
        course_values(course.uuid, course.org_code, course.course_code, course.title, course.language, **more),
    )


def course_values(course_uuid: Any, org: str, code: str, title: str, language: str, **more: Any) -> dict[str, Any]:
    """The values of `signals.CatalogCourseData`."""
    return {
        "uuid": str(course_uuid),
        "key": keys.format_key_str(org, code),
        "org_code": org,
        "course_code": code,
        "title": title,
        "language": language,
        **more,
    }
