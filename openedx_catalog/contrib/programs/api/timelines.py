"""The history of a row of programs: what changed it, when, by whom and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

from django.utils.translation import gettext as _

from openedx_catalog.data import HistoryEntry, HistoryRow, HistoryValue
from openedx_catalog.keys import format_key_str
from openedx_catalog.models_api import CatalogCourse

# What never changes, or changes with everything else.
_HIDDEN = {"id", "uuid", "created", "modified"}
_WHAT = {"+": "created", "~": "updated", "-": "deleted"}


class Timeline(Sequence[HistoryEntry]):
    """`openedx_catalog.data.HistoryEntry`, newest first; each slice is read in two queries and one for each kind it names."""

    def __init__(self, model: Any, pk: int) -> None:
        self._model, self._pk = model, pk
        rows = model.history.filter(id=pk).order_by("-history_id")
        self._ids: list[Any] = list(rows.values_list("history_id", flat=True))

    def __len__(self) -> int:
        return len(self._ids)

    @overload
    def __getitem__(self, index: int) -> HistoryEntry: ...
    @overload
    def __getitem__(self, index: slice) -> list[HistoryEntry]: ...
    def __getitem__(self, index: int | slice) -> HistoryEntry | list[HistoryEntry]:
        if isinstance(index, slice):
            return list(self._entries(self._ids[index]))
        return next(self._entries([self._ids[index]]))

    def _entries(self, ids: list[Any]) -> Iterator[HistoryEntry]:
        before = dict(zip(self._ids, self._ids[1:], strict=False))
        wanted = {*ids, *(before[pk] for pk in ids if pk in before)}
        rows = {row.history_id: row for row in self._model.history.filter(history_id__in=wanted).select_related("history_user")}
        names = _Names(rows.values())
        for pk in ids:
            yield _entry(rows[pk], rows.get(before.get(pk)), names)


def history_of(model: Any, pk: int) -> Timeline:
    """
    What happened to a row of programs, also to one that is gone: ``history_of(DegreeCost, cost.pk)``. Names users.

    What stands in other rows (the courses of a curriculum, the costs of a degree) is in the history of those.
    """
    return Timeline(model, pk)


def _entry(row: Any, previous: Any, names: _Names) -> HistoryEntry:
    kind = row.instance_type._meta
    what = _WHAT[row.history_type]
    text = {"created": _("%(name)s created"), "updated": _("%(name)s changed"), "deleted": _("%(name)s deleted")}[what]
    source, _colon, reason = (row.history_change_reason or "").partition(": ")
    uuid = getattr(row, "uuid", None)
    return HistoryEntry(
        at=row.history_date,
        what=what,
        text=text % {"name": kind.verbose_name},
        row=HistoryRow(kind.model_name, str(uuid or ""), uuid, row.id),
        user=row.history_user.get_username() if row.history_user else row.history_user_name,
        user_deleted=bool(row.history_user is None and row.history_user_name),
        source=source,
        reason=reason,
        changes=tuple(_changes(row, previous, names)),
    )


def _changes(row: Any, previous: Any, names: _Names) -> Iterator[HistoryValue]:
    for field in row.tracked_fields if row.history_type != "-" else ():
        after = getattr(row, field.attname)
        before = None if previous is None or row.history_type == "+" else getattr(previous, field.attname)
        if field.name not in _HIDDEN and before != after and (before, after) not in ((None, ""), (None, None)):
            yield HistoryValue(field.name, names.value(field, before), names.value(field, after))


class _Names:
    """What foreign keys name, by the key or uuid that it has; one query for each kind."""

    def __init__(self, rows: Iterable[Any]) -> None:
        named: dict[Any, set[int]] = {}
        for row in rows:
            for field in row.tracked_fields:
                if field.remote_field and (pk := getattr(row, field.attname)) is not None:
                    named.setdefault(field.remote_field.model, set()).add(pk)
        self._names = {model: dict(_named(model, pks)) for model, pks in named.items()}

    def value(self, field: Any, value: Any) -> Any:
        if value is None or not field.remote_field:
            return value
        return self._names[field.remote_field.model].get(value, str(value))


def _named(model: Any, pks: set[int]) -> Iterator[tuple[int, str]]:
    rows = model._default_manager.filter(pk__in=pks)
    if model is CatalogCourse:
        for pk, org, code in rows.values_list("pk", "org__short_name", "course_code"):
            yield pk, format_key_str(org, code)
        return
    path = next((path for path in ("uuid", "program__uuid") if _has(model, path)), "pk")
    for pk, name in rows.values_list("pk", path):
        yield pk, str(name)


def _has(model: Any, path: str) -> bool:
    return path.partition("__")[0] in {field.name for field in model._meta.get_fields()}
