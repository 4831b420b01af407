"""
The history of a row as a page: when, who, why, and each value before and after.

Where a row has a satellite with a history of its own, as a run has its schedule, both are one story.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import permissions
from .texts import utc

PER_PAGE = 50
# What never changes, or changes with everything else.
_HIDDEN = {"id", "uuid", "created", "modified"}
_WHAT = {
    "+": gettext_lazy("%(name)s created"),
    "~": gettext_lazy("%(name)s changed"),
    "-": gettext_lazy("%(name)s deleted"),
}


class FieldChange(NamedTuple):
    """One value, before and after; `before` is None where the row is new."""

    label: str
    before: str | None
    after: str


class Entry(NamedTuple):
    """One change of one row; `links` lead to the histories of other rows that it names."""

    at: str
    who: str
    why: str
    what: str
    changes: list[FieldChange]
    links: Sequence[str] = ()


class Gone(NamedTuple):
    """In place of a row that was deleted, or of which only the name is needed."""

    pk: int
    name: str

    def __str__(self) -> str:
        return self.name


class Step(NamedTuple):
    """A row of a history, and the one before it of the same row."""

    at: datetime
    history: int
    pk: int
    previous: int | None


# Makes of a row of a history, and its name, a link to what is to be read of it.
Linker = Callable[[Any, str], str]


def history_view(model_admin: Any, request: HttpRequest, pk: int, histories: Sequence[models.QuerySet[Any]]) -> HttpResponse:
    """
    The newest change first, 50 a page (``?p=2``), also of what has been deleted. A query for each history, one for each of
    which the page has rows, and two for each kind of name.

    The first of `histories` is that of the object itself.
    """
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    rows = model_admin.model._default_manager.filter(pk=pk)
    obj = permissions.visible(request.user, rows).first()
    # Whether a deleted row was visible to everybody can no longer be known.
    steps = _steps(histories) if obj or permissions.sees_all(request.user, rows.model) else []
    if obj is None and not steps:
        raise Http404
    # Its organization may be gone as well, so it is not asked for its name.
    gone = _("%(name)s %(id)d (deleted)") % {"name": model_admin.opts.verbose_name, "id": pk}
    page = Paginator(steps, PER_PAGE).get_page(request.GET.get("p"))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("History: %(object)s") % {"object": obj or gone},
        "module_name": capfirst(str(model_admin.opts.verbose_name_plural)),
        "opts": model_admin.opts,
        "media": model_admin.media,
        "object": obj or Gone(pk, gone),
        "page": page,
        "entries": entries_of(histories, list(page.object_list), own=histories[0].model.instance_type),
    }
    return TemplateResponse(request, "admin/openedx_catalog/catalog_history.html", context)


def _steps(histories: Sequence[models.QuerySet[Any]]) -> list[Step]:
    """All histories as one, newest first; ids and times only."""
    steps = []
    for number, history in enumerate(histories):
        previous: dict[Any, int] = {}
        key = key_of(history.model)
        for pk, at, row in history.order_by("history_id").values_list("history_id", "history_date", key):
            steps.append(Step(at, number, pk, previous.get(row)))
            previous[row] = pk
    return sorted(steps, key=lambda step: (step.at, step.history, step.pk), reverse=True)


def key_of(history: Any) -> str:
    """The name of the primary key of the rows of a history."""
    return history.instance_type._meta.pk.attname


def entries_of(
    histories: Sequence[models.QuerySet[Any]], steps: list[Step], *, own: Any, link: Linker | None = None
) -> list[Entry]:
    """What these steps changed. `own` is the model of the one row that the page is about, if it is about one."""
    rows: list[dict[int, Any]] = []
    for number, history in enumerate(histories):
        pks = {pk for step in steps if step.history == number for pk in (step.pk, step.previous)} - {None}
        everything = history.model._default_manager
        found = everything.filter(history_id__in=pks).select_related("history_user") if pks else ()
        rows.append({row.history_id: row for row in found})
    names = Names(row for found in rows for row in found.values())
    entries = []
    for step in steps:
        row = rows[step.history][step.pk]
        previous = rows[step.history].get(step.previous or 0)
        what = str(_WHAT[row.history_type] % {"name": capfirst(str(row.instance_type._meta.verbose_name))})
        name = names.of(row)
        if name and link is None and row.instance_type is not own:
            what = f"{what}: {name}"
        links = [] if link is None else [link(row, name)]
        changes = _changes(row, previous, names, own)
        entries.append(Entry(utc(step.at), _who(row), row.history_change_reason or "", what, changes, links))
    return entries


def _who(row: Any) -> str:
    """The user, or the name of one who is deleted. Histories of other apps do not keep it."""
    name = getattr(row, "history_user_name", "")
    return str(row.history_user or deleted_user(name))


def deleted_user(name: str) -> str:
    """How a page names a user who is deleted; "" for nobody."""
    return name and _("%(name)s (deleted)") % {"name": name}


def _changes(row: Any, previous: Any, names: Names, own: Any) -> list[FieldChange]:
    """What is not as it was; not that a row belongs to the object of the page, which is an `own`."""
    if row.history_type == "-":
        return []
    new = row.history_type == "+" or previous is None
    changes = []
    for field in row.tracked_fields:
        after = getattr(row, field.attname)
        before = None if new else getattr(previous, field.attname)
        of_page = field.remote_field is not None and field.remote_field.model is own
        if field.name in _HIDDEN or (new and of_page) or (after in (None, "") if new else before == after):
            continue
        label = str(capfirst(str(field.verbose_name)))
        changes.append(FieldChange(label, None if new else names.text(field, before), names.text(field, after)))
    return changes


class Names:
    """Values as a person reads them: choices by label, foreign keys as `named_by` names them, instants in UTC."""

    def __init__(self, rows: Iterable[Any]) -> None:
        referred: dict[str, set[int]] = {}
        for row in rows:
            model = row.instance_type
            referred.setdefault(model._meta.label, set()).add(getattr(row, model._meta.pk.attname))
            for field in row.tracked_fields:
                if field.remote_field and (pk := getattr(row, field.attname)) is not None:
                    referred.setdefault(field.remote_field.model._meta.label, set()).add(pk)
        self.names = {label: _namers[label](pks) for label, pks in referred.items() if label in _namers}

    def of(self, row: Any) -> str:
        """What a row itself is called; "" where nothing says so."""
        model = row.instance_type
        return self.names.get(model._meta.label, {}).get(getattr(row, model._meta.pk.attname), "")

    def text(self, field: Any, value: Any) -> str:
        """A value as a person reads it."""
        if value in (None, "") or not field.remote_field:
            return shown(field, value)
        return self.names.get(field.remote_field.model._meta.label, {}).get(value, str(value))


def shown(field: Any, value: Any) -> str:
    """A value of a field as a person reads it: choices by label, instants in UTC, a dash for nothing."""
    if value in (None, ""):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return ", ".join(f"{name}: {value[name]}" for name in sorted(value)) or "–"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return utc(value) if isinstance(value, datetime) else str(dict(field.flatchoices).get(value, value))


Namer = Callable[[set[int]], dict[int, str]]
_namers: dict[str, Namer] = {}


def named_by(label: str, namer: Namer) -> None:
    """Register how histories name rows of a model ("app_label.Model"): ``namer(ids) -> {id: name}``, deleted ones too."""
    _namers[label] = namer


def by_columns(model: Any, *columns: str) -> Namer:
    """Rows are called by what stands in these columns."""

    def names(pks: set[int]) -> dict[int, str]:
        return {pk: ", ".join(map(str, values)) for pk, values in values_of(model, pks, *columns).items()}

    return names


def through(model: Any, column: str, namer: Namer) -> Namer:
    """Rows are called by what a foreign key of theirs leads to."""

    def names(pks: set[int]) -> dict[int, str]:
        rows = {pk: other for pk, (other,) in values_of(model, pks, column).items()}
        known = namer({other for other in rows.values() if other is not None})
        return {pk: known.get(other, str(other)) for pk, other in rows.items()}

    return names


def names_of(model: Any, pks: Iterable[int | None]) -> dict[int, str]:
    """What histories call these rows of a model, deleted ones too; of a model that nothing names, nothing."""
    namer, wanted = _namers.get(model._meta.label), {pk for pk in pks if pk is not None}
    return namer(wanted) if namer and wanted else {}


def values_of(model: Any, pks: set[int], *columns: str) -> dict[int, tuple[Any, ...]]:
    """``{id: values}`` of rows as they are, or, where they are gone, as they were last. Two queries at most."""
    found = {pk: tuple(values) for pk, *values in model.objects.filter(pk__in=pks).values_list("pk", *columns)}
    if gone := pks - set(found):
        rows = model.history.filter(id__in=gone).order_by("history_id").values_list("id", *columns)
        found |= {pk: tuple(values) for pk, *values in rows}
    return found
