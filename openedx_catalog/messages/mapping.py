"""
From what the platform has to what the API takes: one mapping for a signal, an event and a backfill.

Absent is not null: what a source does not know at all is UNSET, what it knows to be empty is None.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import attrs
from django.apps import apps
from django.db import router
from django.db.models import CharField
from django.db.models.functions import Cast
from django.utils.dateparse import parse_datetime
from opaque_keys.edx.django.models import CourseKeyField

from .. import conf
from ..data import NO_START, SCHEDULE_DATES, UNSET, ScheduleData, SyncRecord

_COLUMNS = ("display_name", "language", "self_paced", *SCHEDULE_DATES, "created", "modified")
_CHUNK = 1000


def of_course_overview(overview: Any) -> SyncRecord:
    """A record of a CourseOverview, or of anything with its fields."""
    return _of_overview_values(str(overview.id), *(getattr(overview, name, None) for name in _COLUMNS))


def _of_overview_values(course_key: str, *values: Any) -> SyncRecord:
    title, language, self_paced, *dates, created, modified = values
    pacing = None if self_paced is None else "self" if self_paced else "instructor"
    schedule = ScheduleData(
        **{name: _date(name, value) for name, value in zip(SCHEDULE_DATES, dates, strict=True)}, pacing=pacing
    )
    return SyncRecord(course_key, title or UNSET, language or UNSET, schedule=schedule, observed_at=modified, created=created)


def of_catalog_info(info: Any, observed_at: datetime) -> SyncRecord:
    """A record of the CourseCatalogData of openedx-events."""
    dates = info.schedule_data
    schedule = ScheduleData(**{name: _date(name, getattr(dates, name)) for name in SCHEDULE_DATES}, pacing=dates.pacing or None)
    return SyncRecord(str(info.course_key), info.name or UNSET, schedule=schedule, observed_at=observed_at)


def _date(name: str, value: Any) -> Any:
    """A date of the platform, without its placeholder for a start that nobody has set."""
    return None if name == "start" and value == NO_START else value


def overview_records(label: str) -> Iterator[SyncRecord]:
    """
    A record of each row of CourseOverview, or of the model of that shape that `label` names, sorted by key, in constant
    memory; `line` is the number of the row. Raises LookupError where there is no such model.
    """
    model = course_overview_model(label)
    rows = model.objects.annotate(_key=Cast("pk", CharField(max_length=255))).order_by("pk").values_list("_key", *_COLUMNS)
    # By pages, since MySQL's driver reads the whole of an iterator() at once. Compared as a text, for keys that do not parse.
    after = "pk__text__gt" if isinstance(model._meta.pk, CourseKeyField) else "pk__gt"
    read, page = 0, list(rows[:_CHUNK])
    while page:
        for line, values in enumerate(page, read + 1):
            yield attrs.evolve(_of_overview_values(*values), line=line)
        read += len(page)
        page = list(rows.filter(**{after: page[-1][0]})[:_CHUNK])


def course_overview_model(label: str = "") -> Any:
    """The model of the platform, or None where it is not installed and no label was given. Raises LookupError."""
    if label:
        return apps.get_model(label)
    try:
        return apps.get_model(conf.course_overview_model())
    except LookupError:
        return None


def find_overview(course_key: str) -> Any:
    """The CourseOverview of a run, or None: also where the platform's model is not installed."""
    model = course_overview_model()
    if model is None:
        return None
    # After the commit that it is about, where a replica may still have what was before.
    return model.objects.using(router.db_for_write(model)).filter(pk=course_key).first()


def payload_of(record: SyncRecord) -> str:
    """The values of a record as JSON; what is UNSET is left out."""
    values = attrs.asdict(
        record, filter=lambda field, value: field.name not in ("course_key", "observed_at", "catalog_course", "line")
    )
    values["schedule"] = {name: value for name, value in (values["schedule"] or {}).items() if value is not UNSET}
    known = {name: value for name, value in values.items() if value not in (UNSET, None)}
    return json.dumps(known, default=_text, ensure_ascii=False)


def record_of(course_key: str, payload: str, observed_at: datetime) -> SyncRecord:
    """The record that `payload_of` wrote down. Raises ValueError, KeyError or TypeError where somebody else wrote it."""
    values = json.loads(payload)
    created = values.pop("created", None)
    schedule = ScheduleData(**values.pop("schedule", {}))
    return SyncRecord(
        course_key, schedule=schedule, observed_at=observed_at, created=parse_datetime(created) if created else None, **values
    )


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not expected in a message")
