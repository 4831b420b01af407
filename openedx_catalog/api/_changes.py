"""
Who changed what, and why: the only module that writes change reasons, history for bulk writes, and events.

Single rows go through `save_with_history`; batches through `record_history`, one ``INSERT … SELECT`` that copies the
rows as they now stand, at twice the rate of django-simple-history's bulk helper. Every change records its event
(`record_events`) in its transaction, after its row is locked or inserted: ids are the order of commits, per subject.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import attrs
from django.db import connections, models, router
from django.utils import timezone
from simple_history.models import HistoricalRecords

from .. import conf, events, keys
from ..data import SCHEDULE_FIELDS
from ..events import Event
from ..exceptions import InvalidRequest, ReasonRequired
from ..fields import in_list
from ..models import CatalogCourse, CourseRun, OutboxMessage
from ._committed import once_committed
from ._sql import insert_rows

MOST_TEXT = 1000


@attrs.frozen
class Change:
    """Who makes a change, where it comes from (``api``, ``admin``, ``backfill:<name>``, …) and the reason given."""

    source: str = "api"
    reason: str = ""
    user: Any = None

    def __attrs_post_init__(self) -> None:
        for name, text in (("source", self.source), ("reason", self.reason)):
            if why := keys.unstorable(text):
                raise InvalidRequest(reason=f"The {name} {why}.")
            if len(text) > MOST_TEXT:
                # It stands in every event of a merge, and a statement takes a thousand of them.
                raise InvalidRequest(reason=f"The {name} is longer than {MOST_TEXT:,} characters.")

    def __str__(self) -> str:
        return f"{self.source}: {self.reason}" if self.reason else self.source

    def fitting(self, history: Any) -> str:
        """The text for a history model: organizations keep their reasons in 100 characters; ours have no limit."""
        return str(self)[: history._meta.get_field("history_change_reason").max_length]

    def require_reason(self, action: str) -> None:
        """Raise ReasonRequired unless a reason was given."""
        if not self.reason.strip():
            raise ReasonRequired(action=action)


def save_with_history(instance: models.Model, change: Change, **kwargs: Any) -> None:
    """Save a model instance; simple-history's own receiver writes the history row."""
    _sign(instance, change)
    instance.save(**kwargs)


def delete_with_history(instance: models.Model, change: Change) -> None:
    """Delete a model instance, and say in its history who did it and why."""
    _sign(instance, change)
    instance.delete()


def _sign(instance: Any, change: Change) -> None:
    instance._change_reason = change.fitting(type(instance).history.model)
    if change.user is not None and change.user.is_authenticated:
        instance._history_user = change.user


def record_history(model: Any, kind: str, change: Change, *, using: str, column: str, values: Sequence[Any]) -> None:
    """
    Write one history row for each row of `model` whose `column` is among `values`, in one statement.

    `kind` is "+", "~" or "-" ; call it after the rows are written (before, for "-") and in the same transaction.
    """
    if not values or not conf.history_enabled():
        return
    connection = connections[using]
    quote = connection.ops.quote_name
    history = model.history.model._meta
    copied = [quote(field.column) for field in model.history.model.tracked_fields]
    own: dict[str, Any] = {
        "history_date": connection.ops.adapt_datetimefield_value(timezone.now()),
        "history_type": kind,
        "history_change_reason": change.fitting(model.history.model),
        "history_user": _user_id(change),
    }
    columns = ", ".join(copied + [quote(history.get_field(name).column) for name in own])
    sources = ", ".join(copied + ["%s"] * len(own))
    condition, params = in_list(connection, quote(column), values)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(history.db_table)} ({columns}) "  # noqa: S608 - names from the models, quoted
            f"SELECT {sources} FROM {quote(model._meta.db_table)} WHERE {condition}",
            [*own.values(), *params],
        )


def _user_id(change: Change) -> Any:
    """The given user, else the one of the request that simple-history's middleware knows of."""
    user = change.user or getattr(getattr(HistoricalRecords.context, "request", None), "user", None)
    return user.pk if user is not None and user.is_authenticated else None


# Events

_COLUMNS = ("event_id", "event_type", "subject", "payload", "occurred_at", "state", "heard_at", "sent_at", "due_at",
            "claimed_by", "attempts", "error")  # fmt: skip


def record_events(happened: Iterable[Event], *, using: str) -> None:
    """
    Write events into the outbox, in one INSERT, and have the receivers of this process hear them after the commit.

    What nobody listens to and no bus wants is done at once. Call it in the transaction of the change, after the subjects
    are locked or inserted.
    """
    wanted: dict[str, tuple[bool, bool]] = {}
    now, rows, listened = timezone.now(), [], False
    for signal, subject, values in happened:
        kind = signal.event_type
        if kind not in wanted:
            wanted[kind] = bool(events.topics(kind)), events.has_receivers(signal)
        send, tell = wanted[kind]
        listened = listened or tell
        state = OutboxMessage.State.PENDING if send or tell else OutboxMessage.State.DONE
        rows.append(
            (uuid.uuid4(), kind, subject, events.write(values), now, state.value, None if tell else now,
             None if send else now, now if send else now + OutboxMessage.GRACE, "", 0, "")
        )  # fmt: skip
    returning = ("id", "heard_at") if listened else ()
    written = insert_rows(connections[using], OutboxMessage, _COLUMNS, rows, returning=returning, unique=("event_id", 0))
    if written:
        # Ids alone, and of those that somebody listens to: a caller's transaction may hold a hundred thousand events.
        unheard = sorted(pk for pk, heard_at in written if heard_at is None)
        once_committed(OutboxMessage.tell, unheard, using=using)


def record_run_events(signal: Any, pks: Sequence[int], **more: Any) -> None:
    """Record an event about each of these stored runs, as they now stand. One SELECT and one INSERT."""
    using = router.db_for_write(CourseRun)
    record_events([Event(signal, *told) for told in runs_as_told(pks, using=using, **more)], using=using)


def record_course_event(signal: Any, course: CatalogCourse, **more: Any) -> None:
    """Record an event about a catalog course as this object has it, its organization joined. One INSERT."""
    record_events([course_event(signal, course, **more)], using=router.db_for_write(CatalogCourse))


def runs_as_told(pks: Sequence[int], *, using: str, **more: Any) -> list[tuple[str, dict[str, Any]]]:
    """``[(subject, values of CourseRunData)]`` of stored runs, by id. One SELECT."""
    columns = ("key_text", "uuid", "title", "association", "catalog_course__uuid", "catalog_course__org__short_name",
               "catalog_course__course_code", "withdrawal__id", *(f"schedule__{name}" for name in SCHEDULE_FIELDS))  # fmt: skip
    runs = CourseRun.objects.using(using).filter(pk__in=pks).with_key_text().order_by("pk")
    told = []
    for key, own, title, association, course, org, code, withdrawal, *schedule in runs.values_list(*columns):
        key_str, withdrawn = keys.format_key_str(org, code), withdrawal is not None
        told.append((key, run_values(key, own, title, association, course, key_str, schedule, withdrawn=withdrawn, **more)))
    return told


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
