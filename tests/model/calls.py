"""The API as the model has it: the same arguments, and results that can be compared."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from organizations.models import Organization

from openedx_catalog import api, messages
from openedx_catalog.data import (
    UNSET,
    AssociationResult,
    MoveRecord,
    MoveReport,
    ScheduleData,
    SyncRecord,
    UnmergeResult,
)
from openedx_catalog.exceptions import CatalogError
from openedx_catalog.messages import mapping
from openedx_catalog.models_api import CatalogCourse, CourseRun, InboxMessage
from tests.model.runs import ABSENT

REFUSALS = (CatalogError, ObjectDoesNotExist)


def call(name: str, *args: Any, **kwargs: Any) -> Any:
    """Call a function of the API; what it returns in a form that the model has as well."""
    return shown((globals().get(f"_{name}") or getattr(api, name))(*args, **kwargs))


def shown(result: Any) -> Any:
    """What a caller sees first of a result."""
    match result:
        case CatalogCourse():
            return result.key_str
        case CourseRun():
            return str(result.course_key), result.association
        case Organization():
            return result.short_name
        case AssociationResult():
            return result.outcome
        case MoveReport():
            return [row.outcome for row in result.rows]
        case UnmergeResult():
            return shown(result.course), sorted(result.runs_returned), sorted(result.runs_left)
        case tuple():
            return tuple(map(shown, result))
    return result


def _schedule(start: Any) -> ScheduleData | None:
    return None if start is ABSENT else ScheduleData(start=start)


def _associate_course_run(course_key: str, *, start: Any = ABSENT, **given: Any) -> Any:
    return api.associate_course_run(course_key, schedule=_schedule(start), **given)


def _create_course_run(course_key: str | None = None, *, start: Any = ABSENT, **given: Any) -> Any:
    return api.create_course_run(course_key, schedule=_schedule(start), **given)


def _sync_course_run(course_key: str, *, title: str = "", start: Any = ABSENT, **given: Any) -> Any:
    return api.sync_course_run(course_key, title=title or UNSET, schedule=_schedule(start) or UNSET, **given)


def _update_course_run(course_key: str, *, title: str = "", start: Any = ABSENT) -> Any:
    return api.update_course_run(course_key, title=title or UNSET, schedule=_schedule(start) or UNSET)


def _associate_course_runs(records: list[dict[str, Any]], **given: Any) -> Any:
    rows = [
        api.AssociationRecord(
            record["key"], title=record["title"], catalog_course=record["course"],
            start=None if record["start"] is ABSENT else record["start"],
        )
        for record in records
    ]  # fmt: skip
    return _bulk(api.associate_course_runs, rows, **given)


def _sync_course_runs(records: list[dict[str, Any]], **given: Any) -> Any:
    rows = [
        SyncRecord(
            record["key"], title=record["title"] or UNSET, schedule=_schedule(record["start"]) or UNSET,
            observed_at=record["seen"],
        )
        for record in records
    ]  # fmt: skip
    return _bulk(api.sync_course_runs, rows, **given)


def _bulk(function: Any, rows: list[Any], **given: Any) -> list[str]:
    """What became of each row."""
    found: list[str] = []
    function(rows, on_row=lambda row: found.append(row.outcome), **given)
    return found


def _move_course_runs(records: list[tuple[str, str]], **given: Any) -> Any:
    return api.move_course_runs([MoveRecord(*record) for record in records], **given)


def _receive(kind: str, course_key: str, *, time: Any, title: str = "", start: Any = ABSENT) -> str:
    record = SyncRecord(course_key, title=title or UNSET, schedule=_schedule(start) or ScheduleData())
    event_id = messages.record(kind, course_key, source="model", payload=mapping.payload_of(record), source_time=time)
    return str(InboxMessage.objects.get(event_id=event_id).state)
