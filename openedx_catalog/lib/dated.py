"""
Rows that are in effect from one instant until another, and come back as another version.

A model subclasses `Dated` and says of what its rows are versions (`version_of`), and within which dated rows they stand
(`within`). Its API stores them by `insert_dated` and holds changes against the other versions by `check_dates`, while the
parent is locked; nothing else keeps versions apart.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import texts
from .changes import Change, Provenance, save_with_history
from .exceptions import DatesOverlap, DuplicateVersion, InvalidDates
from .fields import ExactCharField
from .models import GuardedModel
from .routing import CatalogQuerySet
from .unset import UNSET
from .values import format_utc

Model = TypeVar("Model", bound=models.Model)


class DatedProvenance(Provenance, total=False):
    """
    The last arguments of a function that stores something dated (``**dated: Unpack[DatedProvenance]``), besides who does it.

    It is in effect from `effective_at` until `retired_at` (aware, or ISO 8601 with an offset); None is always. `version` is the
    next number unless given.
    """

    effective_at: datetime | str | None
    retired_at: datetime | str | None
    version: str


def dates_and_change(dated: DatedProvenance) -> tuple[dict[str, Any], Change]:
    """The dates and the version that were given, unread, and who makes the change."""
    dates = {name: value for name, value in dated.items() if name in ("effective_at", "retired_at", "version")}
    provenance: Any = {name: value for name, value in dated.items() if name not in dates}
    return {"version": "", **dates}, Change(**provenance)


def current(at: datetime, prefix: str = "") -> Q:
    """The condition that a row is in effect at an instant: from `effective_at` on, until just before `retired_at`."""
    return begun(at, prefix) & not_over(at, prefix)


def not_over(at: datetime, prefix: str = "") -> Q:
    """The condition that a row is in effect, or will be."""
    return Q(**{f"{prefix}retired_at": None}) | Q(**{f"{prefix}retired_at__gt": at})


def begun(at: datetime, prefix: str = "") -> Q:
    """The condition that a row is in effect, or was."""
    return Q(**{f"{prefix}effective_at": None}) | Q(**{f"{prefix}effective_at__lte": at})


def not_current(at: datetime, prefix: str = "") -> Q:
    """The opposite of `current`."""
    return Q(**{f"{prefix}effective_at__gt": at}) | Q(**{f"{prefix}retired_at__lte": at})


def covers(effective_at: datetime | None, retired_at: datetime | None, at: datetime | None = None) -> bool:
    """Whether these dates are of something in effect, now or at another instant."""
    at = at or timezone.now()
    return (effective_at is None or effective_at <= at) and (retired_at is None or at < retired_at)


class DatedQuerySet(CatalogQuerySet):
    """Adjectives for dated rows. `at` is now unless given."""

    def current(self, at: datetime | None = None) -> Self:
        """Only those in effect."""
        return self.filter(current(at or timezone.now()))

    def not_current(self, at: datetime | None = None) -> Self:
        """Only the others."""
        return self.filter(not_current(at or timezone.now()))

    def not_over(self, at: datetime | None = None) -> Self:
        """Only those in effect, or that will be."""
        return self.filter(not_over(at or timezone.now()))

    def counting(self, at: datetime | None = None) -> Self:
        """Only those in effect within rows (`Dated.within`) in effect."""
        at = at or timezone.now()
        return self.filter(current(at), *(current(at, path) for path in self.model.within))  # type: ignore[attr-defined]

    def standing(self, at: datetime | None = None) -> Self:
        """Only those in effect, or that will be, within such rows."""
        at = at or timezone.now()
        return self.filter(not_over(at), *(not_over(at, path) for path in self.model.within))  # type: ignore[attr-defined]

    def begun(self, at: datetime | None = None) -> Self:
        """Only those in effect, or that were, within such rows. Not what, or within what, was never in effect."""
        at, paths = at or timezone.now(), ("", *self.model.within)  # type: ignore[attr-defined]
        rows = self.filter(*(begun(at, path) for path in paths))
        for path in paths:
            rows = rows.exclude(**{f"{path}effective_at": F(f"{path}retired_at")})
        return rows


class Dated(GuardedModel):
    """
    A row with dates and a version. Rows with the same values in `version_of` never overlap; retired ones are kept.

    Whether it is current is derived from the dates, for any instant, and stored nowhere.
    """

    # Its first field is the parent, which is locked by whoever stores or changes a version.
    version_of: ClassVar[tuple[str, ...]] = ()
    # The paths to dated rows that it stands in, e.g. "curriculum__".
    within: ClassVar[tuple[str, ...]] = ()

    effective_at = models.DateTimeField(
        gettext_lazy("effective at"),
        null=True,
        blank=True,
        help_text=gettext_lazy("When this takes effect (UTC). Leave blank if it has always been in effect."),
    )
    retired_at = models.DateTimeField(
        gettext_lazy("retired at"),
        null=True,
        blank=True,
        help_text=gettext_lazy("When this ends (UTC). Leave blank if it has no end date."),
    )
    version = ExactCharField(
        gettext_lazy("version"),
        max_length=32,
        default="1",
        help_text=gettext_lazy("Distinguishes what was offered, retired and offered again."),
    )

    objects = DatedQuerySet.as_manager()  # type: ignore[misc]  # another manager than that of the base

    class Meta:
        abstract = True

    @property
    def subject(self) -> str:
        """What it is called in messages."""
        return str(self)

    def is_current(self, at: datetime | None = None) -> bool:
        """Whether it is in effect, now or at another instant."""
        return covers(self.effective_at, self.retired_at, at)

    def is_over(self, at: datetime | None = None) -> bool:
        """Whether it was in effect, and will not be any more."""
        return self.retired_at is not None and self.retired_at <= (at or timezone.now())


def dated_constraints(name: str, *version_of: str) -> list[models.BaseConstraint]:
    """Nothing is retired before it takes effect (both at one instant means never), and no version is there twice."""
    in_order = Q(effective_at=None) | Q(retired_at=None) | Q(retired_at__gte=F("effective_at"))
    return [
        models.CheckConstraint(condition=in_order, name=f"{name}_dates"),
        models.UniqueConstraint(fields=[*version_of, "version"], name=f"{name}_version_uniq"),
    ]


# Storing


def insert_dated(row: Dated, change: Change) -> None:
    """
    Store a new row, with the next version unless it has one, held against the other versions, while its parent is locked.

    Raises as `check_dates`.
    """
    row.version = row.version or next_version(row)
    check_dates(row)
    save_with_history(row, change)


def check_dates(row: Dated) -> None:
    """
    Hold a row against the other versions, while its parent is locked. One query.

    Raises InvalidDates, DuplicateVersion, DatesOverlap.
    """
    if row.effective_at and row.retired_at and row.retired_at < row.effective_at:
        raise InvalidDates(effective_at=format_utc(row.effective_at), retired_at=format_utc(row.retired_at))
    for other in other_versions(row):
        if other.version == row.version:
            raise DuplicateVersion(subject=row.subject, version=row.version)
        if overlap(row, other):
            raise DatesOverlap(subject=row.subject, version=other.version, period=period(other))


def other_versions(row: Dated) -> list[Any]:
    """The other rows of the same thing, whatever their dates. Texts compare folded. One query."""
    parent, *rest = row.version_of
    rows = type(row)._base_manager.filter(**{f"{parent}_id": getattr(row, f"{parent}_id")}).exclude(pk=row.pk)
    return [other for other in rows if _identity(other, rest) == _identity(row, rest)]


def next_version(row: Dated) -> str:
    """The number after those that there have been. One query."""
    taken = {other.version for other in other_versions(row)}
    return next(str(number) for number in range(len(taken) + 1, 2 * len(taken) + 3) if str(number) not in taken)


def renumber(row: Dated) -> None:
    """Give a row the next version where another row has its own, e.g. since it came under another name. Two queries."""
    if any(other.version == row.version for other in other_versions(row)):
        row.version = next_version(row)


def revised(row: Model, wanted: dict[str, Any]) -> Model:
    """A copy of a row with other values, to be held against the rules before they are stored. UNSET values are left alone."""
    found = copy.copy(row)
    for name, value in wanted.items():
        if value is not UNSET:
            setattr(found, name, value)
    return found


def overlap(one: Dated, other: Dated) -> bool:
    """Whether there is an instant at which both are in effect."""

    def before(end: datetime | None, start: datetime | None) -> bool:
        return end is not None and start is not None and end <= start

    apart = before(one.retired_at, other.effective_at) or before(other.retired_at, one.effective_at)
    return not (apart or _is_never(one) or _is_never(other))


def contradictions(rows: Sequence[Model]) -> Iterator[tuple[str, Any, Any]]:
    """
    What no function of an API would have stored, among the rows of one parent: ``(code, row, an earlier row)``.

    The code is ``versions_overlap`` or ``version_twice``. Each row is named once at most.
    """
    same: dict[tuple[Any, ...], list[Any]] = {}
    for row in rows:
        others = same.setdefault(tuple(_identity(row, row.version_of)), [])  # type: ignore[attr-defined]
        for other in others:
            if overlap(row, other) or row.version == other.version:  # type: ignore[arg-type,attr-defined]
                yield ("versions_overlap" if overlap(row, other) else "version_twice"), row, other  # type: ignore[arg-type]
                break
        others.append(row)


def widen(row: Dated, other: Dated) -> None:
    """Let a row be in effect from the first instant on at which either of them is, until the last."""
    begins, ends = (row.effective_at, other.effective_at), (row.retired_at, other.retired_at)
    row.effective_at = None if None in begins else min(begins)  # type: ignore[type-var]
    row.retired_at = None if None in ends else max(ends)  # type: ignore[type-var]


def is_longer(row: Dated, before: Dated) -> bool:
    """Whether a row is in effect at an instant at which it was not."""
    earlier = before.effective_at is not None and (row.effective_at is None or row.effective_at < before.effective_at)
    later = before.retired_at is not None and (row.retired_at is None or row.retired_at > before.retired_at)
    return earlier or later


def copy_row(row: models.Model, **changes: Any) -> Any:
    """A new row, not stored, with the values of another one but for `changes` and what identifies a row."""
    fields = (field for field in row._meta.concrete_fields if field.name not in ("id", "uuid", "created", "modified"))
    return type(row)(**{field.name: getattr(row, field.name) for field in fields} | changes)


def period(row: Dated) -> str:
    """From when until when a row is in effect, for a message."""
    since, until = format_utc(row.effective_at), format_utc(row.retired_at)
    if since and until:
        return _("from %(since)s to %(until)s") % {"since": since, "until": until}
    if since:
        return _("from %(since)s, no end date") % {"since": since}
    return _("until %(until)s") % {"until": until} if until else _("no end date")


def _is_never(row: Dated) -> bool:
    return row.effective_at is not None and row.effective_at == row.retired_at


def _identity(row: Any, names: Iterable[str]) -> list[Any]:
    values = [getattr(row, row._meta.get_field(name).attname) for name in names]
    return [texts.fold(value) if isinstance(value, str) else value for value in values]
