"""
Who changed what, and why: the only module that writes change reasons and history for bulk writes.

Single rows go through `save_with_history`; batches through `record_history`, one ``INSERT … SELECT`` that copies the
rows as they now stand, at twice the rate of django-simple-history's bulk helper.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
from django.db import connections, models
from django.utils import timezone
from simple_history.models import HistoricalRecords

from .. import conf, keys
from ..exceptions import InvalidRequest, ReasonRequired
from ..fields import in_list


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
