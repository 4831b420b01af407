"""What learners and shops tell apart: modes of the LMS, kinds of seats, and which of them go together (seed 003)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from openedx_catalog.history import CatalogHistoricalRecords
from openedx_catalog.lib.fields import BINARY, CollatedCharField, ExactCharField
from openedx_catalog.lib.models import CatalogModel
from openedx_catalog.lib.named import Named, name_field, slug_field


class Kind(Named):
    """In the order in which it was created, which is that in which types are tried."""

    name = name_field(_('What people read, e.g. "Verified".'))

    class Meta(Named.Meta):
        abstract = True


class SeatType(Kind):
    """
    A kind of product that a shop sells: a seat in a run, or an entitlement to a course, e.g. ``verified``.

    .. no_pii:
    """

    slug = slug_field(_('What the shop calls it, e.g. "verified". Leave blank to make it from the name.'))

    history = CatalogHistoricalRecords(unindexed=("slug",))

    class Meta(Named.Meta):
        verbose_name = _("Seat Type")
        verbose_name_plural = _("Seat Types")


class Mode(Kind):
    """
    A way to take a run, as the LMS has it: ``audit``, ``verified``, ``masters``, ….

    .. no_pii:
    """

    class Payee(models.TextChoices):
        """Who is paid for it."""

        PLATFORM = "platform", _("Platform")
        ORGANIZATION = "organization", _("Organization")

    slug = slug_field(_('What the LMS calls it, e.g. "verified". Leave blank to make it from the name.'))
    is_id_verified = models.BooleanField(
        _("ID verified"), default=False, help_text=_("If on, learners show who they are before they get a certificate.")
    )
    is_credit_eligible = models.BooleanField(
        _("credit eligible"), default=False, help_text=_("If on, learners can get academic credit for it.")
    )
    certificate_type = ExactCharField(
        _("certificate type"),
        max_length=64,
        blank=True,
        default="",
        help_text=_('Which certificate learners get, as the LMS calls it, e.g. "verified". Blank: none.'),
    )
    payee = models.CharField(
        _("payee"), max_length=16, choices=Payee.choices, blank=True, default="", help_text=_("Who is paid for it.")
    )

    history = CatalogHistoricalRecords(unindexed=("slug",))

    class Meta(Named.Meta):
        verbose_name = _("Mode")
        verbose_name_plural = _("Modes")


class Track(CatalogModel):
    """
    A mode and the seat that is sold for it; no seat where nothing is sold, as for a master's degree.

    .. no_pii:
    """

    mode = models.ForeignKey("Mode", on_delete=models.PROTECT, related_name="tracks", verbose_name=_("mode"))
    seat_type = models.ForeignKey(
        "SeatType",
        on_delete=models.PROTECT,
        related_name="tracks",
        null=True,
        blank=True,
        verbose_name=_("seat type"),
        help_text=_("Blank: nothing is sold for it."),
    )
    # One row for a pair, also without a seat, of which a unique constraint would allow many.
    slot = CollatedCharField(db_collations=BINARY, max_length=48, unique=True, editable=False)

    history = CatalogHistoricalRecords(excluded=("slot",))

    class Meta:
        verbose_name = _("Track")
        verbose_name_plural = _("Tracks")
        ordering = ("id",)

    def __str__(self) -> str:
        return str(self.mode) if self.seat_type is None else f"{self.mode} ({self.seat_type})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.slot = f"{self.mode_id}:{self.seat_type_id or ''}"
        super().save(*args, **kwargs)
