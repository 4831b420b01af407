"""What stands in the catalog, in a form that two databases can be compared by: no ids, no uuids, no times of writing."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from django.db import connection
from organizations.models import Organization

from openedx_catalog.models_api import (
    CatalogChange,
    CatalogCourse,
    CatalogMerge,
    CatalogMergeCode,
    CatalogMergeRun,
    CourseRun,
    CourseRunWithdrawal,
    DeletedRunKey,
    FormerOrganizationName,
    OutboxMessage,
)

WHY = ("history_type", "history_change_reason", "history_user_id")
# What only tells of courses, runs and organizations, in the order in which it can go.
BESIDE = (OutboxMessage, CatalogChange, DeletedRunKey, FormerOrganizationName, CatalogMergeCode, CatalogMergeRun, CatalogMerge)
SCHEDULE = ("start", "end", "enrollment_start", "enrollment_end", "pacing")


def catalog_state() -> dict[str, Counter]:
    """The rows of each table as multisets; foreign keys are named by what they point at."""
    schedule = CourseRun.schedule.related.related_model
    slot = CatalogCourse.codes.rel.related_model
    courses = {
        pk: f"{org}:{code}" for pk, org, code in CatalogCourse.objects.values_list("pk", "org__short_name", "course_code")
    }
    runs = dict(CourseRun.objects.values_list("pk", "course_key__text"))
    orgs = dict(Organization.objects.values_list("pk", "short_name"))
    run = ("title", "run_code", "association", "source_time")
    course = ("course_code", "title", "language")
    return {
        "organizations": _rows(Organization.objects, "short_name", "name", "active"),
        "catalog courses": _rows(CatalogCourse.objects, *course, "course_code_ci", org_id=orgs),
        "codes": _rows(slot.objects, "code", "code_ci", org_id=orgs, catalog_course_id=courses),
        "runs": _rows(CourseRun.objects, "course_key__text", "key_ci", *run, catalog_course_id=courses),
        "schedules": _rows(schedule.objects, *SCHEDULE, run_id=runs),
        "history of organizations": _rows(Organization.history, "short_name", "name", "active", *WHY),
        "history of catalog courses": _rows(CatalogCourse.history, *course, *WHY, org_id=orgs, id=courses),
        "history of runs": _rows(CourseRun.history, *run, *WHY, id=runs, catalog_course_id=courses),
        "history of schedules": _rows(schedule.history, *SCHEDULE, *WHY, run_id=runs),
        "events": Counter(events()),
        "change feed": _rows(CatalogChange.objects, "kind", "key", "what", "audience"),
    }


def events() -> list[tuple[str, str]]:
    """What has happened, in order: the type of each event and what it says, but for uuids."""
    reported = OutboxMessage.objects.order_by("pk").values_list("event_type", "payload")
    return [(kind, json.dumps({n: v for n, v in json.loads(text).items() if "uuid" not in n})) for kind, text in reported]


def empty_catalog() -> None:
    """Delete every row of the catalog, and the organizations."""
    schedule = CourseRun.schedule.related.related_model
    slot = CatalogCourse.codes.rel.related_model
    # SQL, because deleting through the models is recorded in the history.
    with connection.cursor() as cursor:
        for model in (*BESIDE, CourseRunWithdrawal, schedule, CourseRun, slot, CatalogCourse, Organization):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
        for model in (CourseRunWithdrawal, schedule, CourseRun, slot, CatalogCourse, Organization):
            cursor.execute(f"DELETE FROM {model.history.model._meta.db_table}")


def _rows(rows: Any, *names: str, **references: dict[int, str]) -> Counter:
    found = rows.order_by().values_list(*names, *references)
    tables = list(references.values())
    return Counter(
        (*row[: len(names)], *(t.get(pk, "gone") for t, pk in zip(tables, row[len(names) :], strict=True))) for row in found
    )
