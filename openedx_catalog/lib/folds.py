"""
Folded columns that are not the folded form of their text, as a program leaves them that writes past the models.

What is found by such a column is then not found, or something else is. To compute it anew loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from django.db import models, router

from . import texts
from .fields import FoldedCharField
from .pages import pages
from .transactions import atomically


class Unfolded(NamedTuple):
    """A row whose folded column is wrong. `owner` is the id of the row that has the right value, if that must be unique."""

    model: Any
    field: str
    pk: int
    text: str
    stored: str | None
    owner: int | None


def unfolded(model: Any) -> Iterator[Unfolded]:
    """The rows of a model with a wrong folded column. Reads the table in pages; a query more for each that is found."""
    for field in folded_fields(model):
        for page in pages(model._base_manager, "pk", field.source, field.name):
            for pk, text, stored in page:
                if (wanted := texts.fold(text) if text is not None else None) != stored:
                    yield Unfolded(model, field.name, pk, text or "", stored, _owner(model, field, pk, wanted))


def refold(model: Any) -> int:
    """Compute wrong folded columns anew, and say how many; where another row has the value, the row stays as it is."""
    using = router.db_for_write(model)
    return sum(atomically(using, partial(_refold, row, using)) for row in unfolded(model) if row.owner is None)


def folded_fields(model: Any) -> list[Any]:
    """The folded columns of a model."""
    return [field for field in model._meta.concrete_fields if isinstance(field, FoldedCharField)]


def _refold(row: Unfolded, using: str) -> int:
    # Only of the text that was read, and not where another writer took the value meanwhile.
    field = row.model._meta.get_field(row.field)
    wanted = texts.fold(row.text) if row.text else None
    rows = row.model._base_manager.using(using).filter(pk=row.pk, **{field.source: row.text or None})
    if _owner(row.model, field, row.pk, wanted) is not None:
        return 0
    return rows.update(**{row.field: wanted})


def _owner(model: Any, field: Any, pk: int, wanted: str | None) -> int | None:
    """The id of another row that has this value, where only one row may have it."""
    rows = model._base_manager.exclude(pk=pk).filter(**{field.name: wanted})
    if wanted is None:
        return None
    if field.unique:
        return rows.values_list("pk", flat=True).first()
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and field.name in constraint.fields:
            names = [name for name in constraint.fields if name != field.name]
            same = model._base_manager.filter(pk=pk).values(*names).first() or {}
            return rows.filter(**same).values_list("pk", flat=True).first()
    return None
