"""
The change feed: every change that consumers see is one row of a sequence, in which whoever follows it can miss nothing.

A number that a row had when it was inserted would not do: transactions commit in another order than they insert. So rows are
inserted without one, and whoever reads next numbers what is committed by then, one reader at a time (ADR 0026).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connections, router
from django.db.models import Max
from django.utils import timezone

from .events import Event
from .fields import in_list
from .sql import insert_rows, one_at_a_time, select
from .transactions import atomically

# How many rows one transaction numbers: they are held as long.
BATCH = 1000


class Entry(NamedTuple):
    """What a row of the feed says; `uuid` and `merged_into` as texts, None for what has none."""

    kind: str
    uuid: str | None
    key: str
    what: str
    merged_into: str | None = None
    audience: str = "everybody"


def changes_model() -> Any:
    """The table, which the core has."""
    return apps.get_model("openedx_catalog", "CatalogChange")


def entry_of(event: Event) -> Entry:
    """
    What an event is in the feed: kind and change are parts of its type, ``org.openedx.catalog.<kind>.<what>.v1``.

    Its row is named by the values ``uuid`` and ``key`` or ``course_key``; where there is no key, by the subject.
    """
    *_domain, kind, what, _version = event.signal.event_type.split(".")
    values = event.values
    key = values.get("course_key") or values.get("key") or event.subject
    return Entry(kind, values.get("uuid") or None, str(key), what, values.get("merged_into_uuid") or None, event.audience)


def write(entries: Iterable[Entry], *, using: str) -> None:
    """Insert rows of the feed, in one INSERT, in the transaction of the changes."""
    rows = [entry._asdict() for entry in entries]
    insert_rows(connections[using], changes_model(), rows, common={"occurred_at": timezone.now()})
    _note_pending(connections[using])


def version(*, using: str) -> tuple[int, Any]:
    """
    What tells apart all that the feed ever was, to be compared alone: how many changes this connection sees, and the time of
    the last. One query, and no position is given.

    Rows are never purged, so what was read after it is as true for whoever gets the same later, unless `is_pending`.
    """
    connection = connections[using]
    table = connection.ops.quote_name(changes_model()._meta.db_table)
    # Positions have no gaps. In one statement: another reader may be numbering.
    numbered, waiting = f"SELECT MAX(position) FROM {table}", f"SELECT COUNT(*) FROM {table} WHERE position IS NULL"  # noqa: S608
    latest = f"SELECT occurred_at FROM {table} ORDER BY id DESC LIMIT 1"  # noqa: S608
    ((last, more, moment),) = select(connection, f"SELECT ({numbered}), ({waiting}), ({latest})")
    return (last or 0) + more, moment


def is_pending(*, using: str) -> bool:
    """Whether the transaction on this connection has changes of its own, which nobody else sees yet, or ever. No query."""
    return any(callback[1] is _committed for callback in connections[using].run_on_commit)


def _note_pending(connection: Any) -> None:
    # Django forgets what is to be called after the commit together with the savepoint, or the transaction.
    waiting = connection.run_on_commit
    if not (waiting and waiting[-1][1] is _committed and waiting[-1][0] == set(connection.savepoint_ids)):
        connection.on_commit(_committed)


def _committed() -> None:
    """Only stands among what is to be called after the commit."""


def number() -> None:
    """Give positions to what is committed and has none: a thousand rows a transaction, one query where there is nothing."""
    model = changes_model()
    using = router.db_for_write(model)
    while _unnumbered(model, using):
        atomically(using, partial(_number_batch, model, using))


def _unnumbered(model: Any, using: str) -> list[int]:
    rows = model.objects.using(using).filter(position=None).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:BATCH])


def _number_batch(model: Any, using: str) -> None:
    connection = connections[using]
    # Before anything is read: what the last one has numbered must be seen.
    one_at_a_time(connection, among="readers")
    if pks := _unnumbered(model, using):
        last = model.objects.using(using).aggregate(last=Max("position"))["last"] or 0
        _set_positions(connection, model, pks, last)


def _set_positions(connection: Any, model: Any, pks: Sequence[int], last: int) -> None:
    """In the order of the ids; by their ids alone, since a lock on "those without" would stop everybody who writes."""
    table = connection.ops.quote_name(model._meta.db_table)
    condition, params = in_list(connection, "id", pks)
    numbered = f"(SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS n FROM {table} WHERE {condition}) numbered"  # noqa: S608
    if connection.vendor == "mysql":
        sql = f"UPDATE {table} t JOIN {numbered} ON numbered.id = t.id SET t.position = %s + n"  # noqa: S608
        params = [*params, last]
    else:
        sql = f"UPDATE {table} AS t SET position = %s + n FROM {numbered} WHERE numbered.id = t.id"  # noqa: S608
        params = [last, *params]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
