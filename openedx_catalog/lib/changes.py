"""
Who changed what, and why: what every write takes as its last arguments, and the only place that writes history and events.

Single rows go through `save_with_history`; batches through `record_history`, one ``INSERT … SELECT`` that copies the
rows as they now stand, at twice the rate of django-simple-history's bulk helper. Every change records its event
(`record_events`) in its transaction, after its row is locked or inserted: ids are the order of commits, per subject.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from typing import Any, NotRequired, Required, TypedDict

import attrs
from django.apps import apps
from django.db import connections, models, router
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.models import HistoricalRecords

from . import conf, dispatch, events, feed, texts
from .events import Event
from .exceptions import DuplicateValue, InvalidRequest, ReasonRequired
from .fields import FoldedCharField, in_list
from .references import refuse_unfollowed
from .sql import insert_rows, new_uuids
from .unset import UNSET

MAX_TEXT = 1000


class Provenance(TypedDict, total=False):
    """
    Who makes a change: the last arguments of every function that writes (``**provenance: Unpack[Provenance]``).

    `source` is where it comes from (``api``, ``admin``, ``rest:<request id>``, ``backfill:<name>``, …; default ``api``),
    `reason` what the person gave, `user` who it was. They stand in the history of the row, and hooks are given them.
    """

    source: str
    reason: str
    user: Any


class ReasonedProvenance(TypedDict):
    """`Provenance` of what overrides a key, and so needs a reason."""

    source: NotRequired[str]
    reason: Required[str]
    user: NotRequired[Any]


@attrs.frozen
class Change:
    """`Provenance` as one object: what is handed on to hooks, history and events."""

    source: str = "api"
    reason: str = ""
    user: Any = None

    def __attrs_post_init__(self) -> None:
        for name, text in (("source", self.source), ("reason", self.reason)):
            # It stands in every event of a merge, and a statement takes a thousand of them.
            if why := texts.unstorable(text) or ("" if len(text) <= MAX_TEXT else texts.longer_than(MAX_TEXT)):
                raise InvalidRequest(
                    field=name, reason=_("The %(field)s cannot be stored: %(reason)s.") % {"field": name, "reason": why}
                )
        if self.user is not None and not hasattr(self.user, "is_authenticated"):
            reason = _("Expected a user of the site, got %(type)s.") % {"type": type(self.user).__name__}
            raise InvalidRequest(field="user", reason=reason)

    def __str__(self) -> str:
        return f"{self.source}: {self.reason}" if self.reason else self.source

    def is_source_of(self, text: str) -> bool:
        """Whether the text of a history row is that of a change from the same source, whatever its reason."""
        return text == self.source or text.startswith(f"{self.source}: ")

    def truncated_for(self, history: Any) -> str:
        """The text for a history model: organizations keep their reasons in 100 characters; ours have no limit."""
        return str(self)[: history._meta.get_field("history_change_reason").max_length]

    def because(self, why: str) -> Change:
        """This change as the cause of another one: the same source and user, and why it follows, before the reason given."""
        return attrs.evolve(self, reason=f"{why}: {self.reason}"[:MAX_TEXT] if self.reason else why)

    def require_reason(self, action: str) -> None:
        """Raise ReasonRequired unless a reason was given. `action` is what needs it, e.g. "moving a run"."""
        if not self.reason.strip():
            raise ReasonRequired(action=action)


# What the source of a change begins with that a file or another service made: an import in the admin is ``admin:march``.
_READ_BY = ("admin:", "backfill:", "sync:")


def is_by_person(user: object, user_name: str, reason: str | None) -> bool:
    """
    Whether a row of a history is somebody's own edit: a user's, and not what a file or a source said (`_READ_BY`), though it
    was a user who had it read.
    """
    return bool(user or user_name) and not (reason or "").partition(": ")[0].startswith(_READ_BY)


def parted(function: str, given: Mapping[str, Any], values: Any) -> tuple[Change, dict[str, Any]]:
    """
    Who makes a change and why, and the values that a function is given, but for UNSET ones; `values` is the TypedDict that it
    unpacks. Raises TypeError for another name, as Python does, and InvalidRequest.
    """
    if unknown := given.keys() - values.__annotations__.keys():
        raise TypeError(f"{function}() got an unexpected keyword argument {min(unknown)!r}")
    said = {name: value for name, value in given.items() if value is not UNSET}
    return Change(**{name: said.pop(name) for name in Provenance.__annotations__ if name in said}), said


def signature(change: Change) -> dict[str, Any]:
    """The columns of a `SignedModel`: who writes it, when, where from and why."""
    author = _author(change)
    name = user_name(author) if author is not None else ""
    return {"at": timezone.now(), "source": change.source, "reason": change.reason, "user_name": name}


def save_with_history(instance: models.Model, change: Change, **kwargs: Any) -> None:
    """Save a model instance; simple-history's own receiver writes the history row."""
    with _signed(instance, change):
        instance.save(**kwargs)


def delete_with_history(instance: models.Model, change: Change) -> None:
    """Delete a model instance, and say in its history who did it and why. Raises HasDependents."""
    with _signed(instance, change):
        instance.delete()
        refuse_unfollowed(instance)


def written_by_api(instance: Any) -> bool:
    """For receivers: whether this very instance, or list of them, is stored or deleted by a function of an API, not past it."""
    return _written.get() is instance


_written: ContextVar[Any] = ContextVar("openedx_catalog_written", default=None)


@contextmanager
def _signed(instance: Any, change: Change) -> Iterator[None]:
    instance._change_reason = change.truncated_for(_history_of(instance._meta.model))
    if change.user is not None and change.user.is_authenticated:
        instance._history_user = change.user
    token = _written.set(instance)
    try:
        yield
    finally:
        _written.reset(token)
        # Of this change only: what is saved with this object later has its own.
        vars(instance).pop("_change_reason", None)
        vars(instance).pop("_history_user", None)


@cache
def _history_of(model: Any) -> Any:
    """The history model of a model; asked for once, because simple-history builds a class of manager at each ``.history``."""
    return model.history.model


def record_history(model: Any, kind: str, change: Change, *, using: str, column: str, values: Sequence[Any]) -> None:
    """
    Write one history row for each row of `model` whose `column` is among `values`, in one statement.

    `kind` is "+", "~" or "-" ; call it after the rows are written (before, for "-") and in the same transaction.
    """
    if not values or not conf.history_enabled():
        return
    connection = connections[using]
    now, reason = connection.ops.adapt_datetimefield_value(timezone.now()), change.truncated_for(_history_of(model))
    user = _author(change)
    # The name only where the table has a place for it: those of other apps, organizations say, have none.
    name = [user_name(user) if user else ""] if _names_users(model) else []
    condition, params = in_list(connection, connection.ops.quote_name(column), values)
    with connection.cursor() as cursor:
        # Copied by the database: neither the values nor a converter pass through Python.
        statement = _copy_into_history(model, using) + condition
        cursor.execute(statement, [now, kind, reason, user and user.pk, *name, *params])


@cache
def _names_users(model: Any) -> bool:
    return any(field.name == "history_user_name" for field in _history_of(model)._meta.fields)


@cache
def _copy_into_history(model: Any, using: str) -> str:
    """``INSERT INTO history SELECT … FROM table WHERE ``; it takes the date, type, reason and user of the history rows."""
    quote, history = connections[using].ops.quote_name, _history_of(model)
    copied = ", ".join(quote(field.column) for field in history.tracked_fields)
    own = ["history_date", "history_type", "history_change_reason", "history_user"]
    own += ["history_user_name"] if _names_users(model) else []
    columns = ", ".join(quote(history._meta.get_field(name).column) for name in own)
    return (
        f"INSERT INTO {quote(history._meta.db_table)} ({copied}, {columns}) "  # noqa: S608 - names from the models, quoted
        f"SELECT {copied}, {', '.join(['%s'] * len(own))} FROM {quote(model._meta.db_table)} WHERE "
    )


def _author(change: Change) -> Any:
    """The given user, else the one of the request that simple-history's middleware knows of; None for nobody."""
    user = change.user or getattr(getattr(HistoricalRecords.context, "request", None), "user", None)
    return user if user is not None and user.is_authenticated else None


def user_name(user: Any) -> str:
    """What a user is called in the history, where the name outlives the user."""
    return texts.storable(user.get_username(), texts.MAX_LENGTH)


def save_many_with_history(rows: Sequence[models.Model], change: Change) -> None:
    """
    Insert rows of one model, and their history: two statements for each thousand. No signals are sent.

    One by one where a database does not say which ids it has given (MySQL).
    """
    for start in range(0, len(rows), 1000):
        page = rows[start : start + 1000]
        model, using = type(page[0]), router.db_for_write(type(page[0]))
        if not connections[using].features.can_return_rows_from_bulk_insert:
            for row in page:
                save_with_history(row, change)
            continue
        token = _written.set(page)
        try:
            pks = [row.pk for row in model._base_manager.using(using).bulk_create(page)]
        finally:
            _written.reset(token)
        record_history(model, "+", change, using=using, column="id", values=pks)


def update_many_with_history(rows: Sequence[models.Model], fields: Sequence[str], change: Change) -> None:
    """
    Write these columns of stored rows of one model, and their history: two statements for each thousand. No signals are sent.

    `fields` name what else is to be written, too: ``modified``, which is now, and folded columns, as the rows have them.
    """
    for start in range(0, len(rows), 1000):
        page = rows[start : start + 1000]
        model, using, now = type(page[0]), router.db_for_write(type(page[0])), timezone.now()
        for row in page if "modified" in fields else ():
            row.modified = now  # type: ignore[attr-defined]
        token = _written.set(page)
        try:
            model._base_manager.using(using).bulk_update(page, fields)
        finally:
            _written.reset(token)
        record_history(model, "~", change, using=using, column="id", values=[row.pk for row in page])


def delete_many_with_history(model: type[models.Model], pks: Sequence[int], change: Change) -> None:
    """
    Delete rows that nothing points at, and say in their history who did it and why: two statements for each thousand.

    No signals are sent: simple-history would write a row for each.
    """
    using = router.db_for_write(model)
    for start in range(0, len(pks), 1000):
        page = pks[start : start + 1000]
        record_history(model, "-", change, using=using, column="id", values=page)
        model._base_manager.using(using).filter(pk__in=page)._raw_delete(using)


def store_changes(row: models.Model, wanted: dict[str, Any], change: Change) -> bool:
    """
    Write what differs from the stored row, and say whether anything did. UNSET values are left alone. A row that is not stored
    yet is, whatever is wanted.
    """
    changed = {name: value for name, value in wanted.items() if value is not UNSET and getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    if row.pk is None:
        save_with_history(row, change)
        return True
    if changed:
        # Nothing else: the other columns may be of before another writer's commit.
        save_with_history(row, change, update_fields=[*changed, *_derived_fields(row, changed)])
    return bool(changed)


def refuse_duplicate(row: models.Model, *fields: str) -> None:
    """
    Raise DuplicateValue where another row has the same value in one of these unique fields; folded, where the table keeps the
    folded form. One query for each that is not None.
    """
    folded = {field.source: field.name for field in row._meta.concrete_fields if isinstance(field, FoldedCharField)}
    for name in fields:
        if (value := getattr(row, name)) is None:
            continue
        condition = {folded[name]: texts.fold(value)} if name in folded else {name: value}
        owner = type(row)._default_manager.filter(**condition).exclude(pk=row.pk).first()
        if owner is not None:
            raise DuplicateValue(
                field=name, value=texts.shorten(value, 60), owner=f"{owner._meta.verbose_name} {owner}", row=owner
            )


def _derived_fields(row: models.Model, changed: Iterable[str]) -> list[str]:
    """The columns that follow from those that change: their folded form, and when the row was modified."""
    fields = row._meta.concrete_fields
    folded = [field.name for field in fields if isinstance(field, FoldedCharField) and field.source in changed]
    return folded + [field.name for field in fields if field.name == "modified"]


# Events


def record_events(happened: Iterable[Event], *, using: str) -> None:
    """
    Write events into the outbox and into the change feed, in one INSERT each, and dispatch them to the receivers of this
    process after the commit.

    What nobody listens to and no bus wants is done at once. Call it in the transaction of the change, after the subjects
    are locked or inserted.
    """
    outbox: Any = apps.get_model("openedx_catalog", "OutboxMessage")
    happened, now = list(happened), timezone.now()
    known = {signal.event_type: _ways(outbox, signal, now) for signal in {event.signal for event in happened}}
    rows = [
        {
            "event_id": event_id,
            "event_type": event.signal.event_type,
            "subject": event.subject,
            "payload": events.write(event.values),
            **known[event.signal.event_type],
        }
        for event_id, event in zip(new_uuids(len(happened)), happened, strict=True)
    ]
    common = {"occurred_at": now, "claimed_by": "", "attempts": 0, "error": ""}
    to_receivers = any(ways["dispatched_at"] is None for ways in known.values())
    returning = ("id", "dispatched_at") if to_receivers else ()
    written = insert_rows(connections[using], outbox, rows, common=common, returning=returning, key="event_id")
    feed.write(map(feed.entry_of, happened), using=using)
    if written:
        # Ids alone, and of those that somebody listens to: a caller's transaction may hold a hundred thousand events.
        undispatched = sorted(pk for pk, dispatched_at in written if dispatched_at is None)
        dispatch.after_commit(undispatched, using=using)


def _ways(outbox: Any, signal: Any, now: datetime) -> dict[str, Any]:
    """Where an event of this type has to go: what nobody waits for is done at once."""
    to_bus, to_receivers = bool(events.topics(signal.event_type)), events.has_receivers(signal)
    state = outbox.State.PENDING if to_bus or to_receivers else outbox.State.DONE
    return {
        "state": state.value,
        "dispatched_at": None if to_receivers else now,
        "sent_at": None if to_bus else now,
        "due_at": now if to_bus else now + outbox.GRACE,
    }


def record_event(signal: Any, row: models.Model, subject: str, values: dict[str, Any], *, audience: str = "everybody") -> None:
    """`record_events` of one event about a row, on the database that the row is written to."""
    record_events([Event(signal, subject, values, audience)], using=router.db_for_write(type(row), instance=row))
