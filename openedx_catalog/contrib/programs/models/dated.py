"""Rows that are in effect from one instant until another, and come back as another version (seed 004)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models, router, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openedx_catalog.abstract_models import CatalogModel
from openedx_catalog.fields import CASE_SENSITIVE, CollatedCharField

from .visibility import Kept, KeptQuerySet


def current(at: datetime, prefix: str = "") -> Q:
    """The condition that a row is in effect at an instant: from `effective_at` on, until just before `retired_at`."""
    begun = Q(**{f"{prefix}effective_at": None}) | Q(**{f"{prefix}effective_at__lte": at})
    return begun & not_over(at, prefix)


def not_over(at: datetime, prefix: str = "") -> Q:
    """The condition that a row is in effect, or will be."""
    return Q(**{f"{prefix}retired_at": None}) | Q(**{f"{prefix}retired_at__gt": at})


def not_current(at: datetime, prefix: str = "") -> Q:
    """The opposite of `current`."""
    return Q(**{f"{prefix}effective_at__gt": at}) | Q(**{f"{prefix}retired_at__lte": at})


class DatedQuerySet(KeptQuerySet):
    """Adjectives for dated rows."""

    def current(self, at: datetime | None = None) -> Self:
        """Only those in effect, now or at another instant."""
        return self.filter(current(at or timezone.now()))

    def not_current(self, at: datetime | None = None) -> Self:
        """Only the others."""
        return self.filter(not_current(at or timezone.now()))

    def not_over(self, at: datetime | None = None) -> Self:
        """Only those in effect, or that will be."""
        return self.filter(not_over(at or timezone.now()))


class GuardedModel(CatalogModel):
    """A row and what our receivers say of it are stored together, or not at all, whoever saves it."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic(using=kwargs.get("using") or router.db_for_write(type(self), instance=self)):
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic(using=kwargs.get("using") or router.db_for_write(type(self), instance=self)):
            return super().delete(*args, **kwargs)


class Dated(Kept, GuardedModel):
    """
    A row with dates and a version. Rows with the same values in `pair` never overlap; retired ones are kept.

    Whether it is current is derived from the dates, for any instant, and stored nowhere.
    """

    pair: ClassVar[tuple[str, ...]] = ()

    effective_at = models.DateTimeField(
        null=True, blank=True, help_text=_("From when on (UTC). Blank: it has always been in effect.")
    )
    retired_at = models.DateTimeField(null=True, blank=True, help_text=_("Until when (UTC). Blank: until further notice."))
    version = CollatedCharField(
        db_collations=CASE_SENSITIVE,
        max_length=32,
        default="1",
        help_text=_("Tells apart what was offered, retired and offered again."),
    )

    class Meta:
        abstract = True

    def is_current(self, at: datetime | None = None) -> bool:
        """Whether it is in effect, now or at another instant."""
        at = at or timezone.now()
        return (self.effective_at is None or self.effective_at <= at) and not self.is_over(at)

    def is_over(self, at: datetime | None = None) -> bool:
        """Whether it was in effect, and will not be any more."""
        return self.retired_at is not None and self.retired_at <= (at or timezone.now())


def dates_constraint(name: str) -> models.CheckConstraint:
    """Nothing is retired before it takes effect; both at one instant means never."""
    in_order = Q(effective_at=None) | Q(retired_at=None) | Q(retired_at__gte=F("effective_at"))
    return models.CheckConstraint(condition=in_order, name=name)
