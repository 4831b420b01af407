"""Rows that have a name and a slug, of whatever kind: what may be stored, how they are found, created, changed and deleted."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from openedx_catalog.data import UNSET
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import Change, delete_with_history, refuse_duplicate, save_with_history, store_changes
from openedx_catalog.lib.dated import revised
from openedx_catalog.lib.transactions import refuse_if_protected

from ..models import CourseRunType, CourseType, Mode, SeatType

_NAME = partial(values.text, max_length=64, required=True)
_NAMED: dict[str, Any] = {"name": _NAME, "slug": values.slug}
_READERS: dict[Any, dict[str, Any]] = {
    SeatType: _NAMED,
    Mode: {
        **_NAMED,
        "is_id_verified": values.flag,
        "is_credit_eligible": values.flag,
        "certificate_type": partial(values.text, max_length=64),
        "payee": partial(values.choice, names=["", *Mode.Payee.values]),
    },
    CourseRunType: {**_NAMED, "is_marketable": values.flag},
    CourseType: _NAMED,
}


# What arguments that name a row are called, where they are called nothing else.
_FIELDS = {SeatType: "seat_type", Mode: "mode", CourseRunType: "course_run_type", CourseType: "course_type"}


def create_row(model: Any, change: Change, *, name: str, slug: str | None, uuid: Any = None, **given: Any) -> Any:
    """
    A new row; the slug follows from the name unless it is given. Raises DuplicateValue, InvalidValue, InvalidRequest (uuid).
    """
    wanted = _checked(model, name=name, **given)
    wanted |= _checked(model, slug=slugify(wanted["name"]) if slug in (None, "") else slug)
    own = {} if uuid is None else {"uuid": values.parse_uuid(uuid)}
    row = model(**wanted, **own)
    refuse_duplicate(row, "slug", *own)
    save_with_history(row, change)
    return row


def update_row(model: Any, row: Any, change: Change, **given: Any) -> Any:
    """
    Change a row, given as an object or by its slug; UNSET values stay. Raises its DoesNotExist, DuplicateValue, InvalidValue.
    """
    wanted, held = _checked(model, **given), _hold_by_slug(model, row)
    if "slug" in wanted:
        refuse_duplicate(revised(held, wanted), "slug")
    store_changes(held, wanted, change)
    return held


def delete_row(model: Any, row: Any, change: Change, parts: Mapping[Any, str]) -> None:
    """
    Delete a row, and before it its `parts`: models, with the names of the columns that point at it. Raises HasDependents, its
    DoesNotExist, InvalidValue.
    """
    held = _hold_by_slug(model, row)
    with refuse_if_protected(held.name):
        for part, owner in parts.items():
            for each in part.objects.filter(**{owner: held}):
                delete_with_history(each, change)
        delete_with_history(held, change)


def find_by_slug(model: Any, given: Any, field: str = "") -> Any:
    """A row, given as an object or by its slug, as it is stored. Raises its DoesNotExist, InvalidValue. One query."""
    return _found(model, model.objects.all(), given, field)


def find_all_by_slug(model: Any, given: Any, field: str) -> list[Any]:
    """The same of several, in order."""
    return [find_by_slug(model, each, field) for each in values.sequence(field, given)]


def _checked(model: Any, **given: Any) -> dict[str, Any]:
    return {name: _READERS[model][name](name, value) for name, value in given.items() if value is not UNSET}


def _hold_by_slug(model: Any, given: Any) -> Any:
    """Held: otherwise another writer's values would be taken for unchanged ones, and overwrite nothing."""
    return _found(model, model.objects.select_for_update(), given)


def _found(model: Any, rows: Any, given: Any, field: str = "") -> Any:
    if isinstance(given, model):
        return rows.get(pk=given.pk)
    slug = values.text(field or _FIELDS[model], given, max_length=64)
    if (found := rows.filter(slug=slug).first()) is None:
        raise model.DoesNotExist(_("There is no %(kind)s %(slug)r.") % {"kind": model._meta.verbose_name, "slug": slug})
    return found
