"""What the database has, and what the model has, in one form; and what a step has left behind."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.db import connection, transaction
from organizations.models import Organization

from openedx_catalog import api
from openedx_catalog.keys import fold
from openedx_catalog.models_api import (
    CatalogChange,
    CatalogCourse,
    CatalogCourseCode,
    CatalogMerge,
    CourseRun,
    CourseRunWithdrawal,
    CourseSchedule,
    DeletedRunKey,
    FormerOrganizationName,
    OutboxMessage,
)
from tests.model.merges import Model
from tests.model.reading import Read, last_ids
from tests.model.rows import Effects

ORGANIZATIONS = Read(Organization.objects.values_list("short_name"))
FORMER_NAMES = Read(FormerOrganizationName.objects.values_list("name_ci", "org__short_name"))
COURSES = Read(
    CatalogCourse.objects.values_list("uuid", "org__short_name", "course_code", "title", "language", "course_code_ci")
)
CODES = Read(CatalogCourseCode.objects.values_list("org__short_name", "code_ci", "code", "catalog_course__uuid", "for_reruns"))
RUNS = Read(
    CourseRun.objects.values_list(
        "key_ci", "course_key__text", "catalog_course__uuid", "title", "association", "uuid", "source_time",
        "schedule__id", "schedule__start", "withdrawal__at", "run_code",
    )
)  # fmt: skip
DELETED = Read(
    DeletedRunKey.objects.values_list("key_ci", "course_key", "title", "association", "run_uuid", "catalog_course_uuid")
)
MERGES = Read(CatalogMerge.objects.values_list("uuid", "into_uuid"))


def _news(model: Any, *columns: str) -> Read:
    """The rows after an id, which is given."""
    return Read(model.objects.filter(pk__gt=0).order_by("pk").values_list(*columns))


OUTBOX = _news(OutboxMessage, "event_type", "payload")
# The history of each table, and what names its rows.
HISTORIES = {
    "org": (Organization.history.model, "short_name"),
    "course": (CatalogCourse.history.model, "course_code"),
    "run": (CourseRun.history.model, "course_key__text"),
    "code": (CatalogCourseCode.history.model, "code"),
    "schedule": (CourseSchedule.history.model, None),
    "withdrawal": (CourseRunWithdrawal.history.model, None),
}
NEW_HISTORY = {name: _news(model, "history_type", *([column] if column else [])) for name, (model, column) in HISTORIES.items()}
# What a step leaves behind stands in these.
FOLLOWED = {"feed": CatalogChange, "outbox": OutboxMessage} | {name: model for name, (model, _column) in HISTORIES.items()}


def rows_of_database() -> dict[str, Any]:
    """Every row that has a meaning, by what names it."""
    return {
        "organizations": sorted(name for (name,) in ORGANIZATIONS()),
        "former names": dict(FORMER_NAMES()),
        "courses": {str(row[0]): row[1:] for row in COURSES()},
        "codes": {row[:2]: (row[2], str(row[3]), bool(row[4])) for row in CODES()},
        "runs": {row[0]: _run(*row[1:]) for row in RUNS()},
        "deleted": {row[0]: tuple(_text(value) for value in row[1:]) for row in DELETED()},
        "merges": {str(uuid): str(into) for uuid, into in MERGES()},
    }


def _run(key: str, course: Any, title: str, association: str, uuid: Any, *rest: Any) -> tuple[Any, ...]:
    seen, schedule, start, withdrawn, run_code = rest
    return key, str(course), title, association, str(uuid), seen, schedule is not None, start, withdrawn, run_code


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def rows_of_model(model: Model) -> dict[str, Any]:
    """The same of the model."""
    return {
        "organizations": sorted(org.name for org in model.orgs),
        "former names": {name: org.name for name, org in model.former.items()},
        "courses": {c.uuid: (c.org.name, c.code, c.title, c.language, fold(c.code)) for c in model.courses},
        "codes": {(org.name, code): (s.code, s.course.uuid, s.reruns) for (org, code), s in model.slots.items()},
        "runs": {
            key: (r.key, r.course.uuid, r.title, r.association, r.uuid, r.seen, r.scheduled, r.start, r.withdrawn,
                  r.key.rpartition("+")[2])
            for key, r in model.runs.items()
        },
        "deleted": {key: (d.key, d.title, d.association, d.run_uuid, d.course_uuid) for key, d in model.deleted.items()},
        "merges": {uuid: merge.into for uuid, merge in model.merges.items()},
    }  # fmt: skip


def learn_uuids(model: Model, there: dict[str, Any]) -> None:
    """Take over the uuids that the database has given to new rows; from then on they must stay."""
    if any(row.uuid is None for row in (*model.courses, *model.runs.values())):
        courses = {row[:2]: uuid for uuid, row in there["courses"].items()}
        for course in model.courses:
            course.uuid = course.uuid or courses.get((course.org.name, course.code))
        for key, run in model.runs.items():
            run.uuid = run.uuid or (there["runs"][key][4] if key in there["runs"] else None)


class Followed:
    """Reads what came since it was last asked: from the feed, the outbox and the histories, where they have grown."""

    def __init__(self) -> None:
        self.position = api.get_latest_change()
        self.last = self._now()

    def _now(self) -> dict[str, int]:
        return dict(zip(FOLLOWED, last_ids(list(FOLLOWED.values())), strict=True))

    def effects(self) -> Effects:
        """What came since."""
        found, before, self.last = Effects(), self.last, self._now()
        grown = {name for name, last in self.last.items() if last > before[name]}
        if "feed" in grown:
            for row in api.iter_changes(self.position):
                self.position = row.position
                found.feed[row.kind, row.key, row.what] += 1
        for event_type, payload in OUTBOX(before["outbox"]) if "outbox" in grown else ():
            *_domain, kind, what, _version = event_type.split(".")
            values = json.loads(payload)
            found.outbox[kind, what, values.get("course_key") or values["key"]] += 1
        for table in grown & HISTORIES.keys():
            for kind, *name in NEW_HISTORY[table](before[table]):
                found.history[table, name[0] if name else "", kind] += 1
        return found


def difference(expected: Effects, found: Effects) -> dict[str, Any]:
    """What is there and was not expected, and the other way round."""
    different = {}
    for name in ("feed", "outbox", "history"):
        wanted, there = +getattr(expected, name), getattr(found, name)
        if wanted != there:
            different[name] = {"missing": dict(wanted - there), "too many": dict(there - wanted)}
    return different


def different_rows(expected: Any, found: Any) -> str:
    """Those rows, or names, that are not the same in both."""
    if isinstance(expected, list):
        return f"expected {expected}, found {found}"
    names = [name for name in {**expected, **found} if expected.get(name) != found.get(name)]
    return "; ".join(f"{name}: expected {expected.get(name)}, found {found.get(name)}" for name in names)


@cache
def _tables() -> list[str]:
    names = connection.introspection.table_names()
    return [name for name in names if name.startswith(("openedx_catalog", "organizations"))]


def empty_tables() -> None:
    """An empty catalog: all rows of ours and of the organizations go, whatever points at them."""
    names = _tables()
    with connection.constraint_checks_disabled(), transaction.atomic(), connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")
