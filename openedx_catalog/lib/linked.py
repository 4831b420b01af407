"""What a row has of others, in an order: rows of a table between both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from .changes import Change, delete_with_history, save_with_history
from .models import TimestampedModel


class Link(TimestampedModel):
    """What a row has, in the order of `position`; `ends` are the columns of who has it and of what that is."""

    ends: ClassVar[tuple[str, str]]
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering: ClassVar[Any] = ("position", "id")

    def __str__(self) -> str:
        return ": ".join(str(getattr(self, f"{name}_id")) for name in self.ends)


def link_parts(model: Any, row: Any, wanted: Sequence[Any], change: Change) -> bool:
    """Have a row have these, in order, by a model of `Link`. Returns whether that changed anything."""
    holder, end = model.ends
    stored = {getattr(link, f"{end}_id"): link for link in model.objects.filter(**{holder: row})}
    changed = False
    for pk in stored.keys() - {each.pk for each in wanted}:
        delete_with_history(stored[pk], change)
        changed = True
    for position, each in enumerate(wanted):
        link = stored.get(each.pk) or model(**{holder: row, end: each})
        if link.pk is None or link.position != position:
            link.position = position
            save_with_history(link, change)
            changed = True
    return changed
