"""Degree, what it costs, and when its deadlines are."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from openedx_catalog.history import CatalogHistoricalRecords
from openedx_catalog.lib.dated import dated_constraints
from openedx_catalog.lib.fields import ExactCharField, public_uuid
from openedx_catalog.lib.models import TimestampedModel

from .bases import Kept, ProgramDated


class Degree(TimestampedModel, Kept):
    """
    What a degree has beyond the program that it is. It is listed once, as the program that it is.

    .. no_pii:
    """

    program = models.OneToOneField("Program", on_delete=models.PROTECT, related_name="degree", verbose_name=_("program"))
    apply_url = models.URLField(
        _("apply url"), max_length=255, blank=True, default="", help_text=_("The page where learners apply.")
    )

    history = CatalogHistoricalRecords()

    class Meta:
        verbose_name = _("Degree")
        verbose_name_plural = _("Degrees")

    def __str__(self) -> str:
        return str(self.program)


class DegreeCost(ProgramDated):
    """
    What one part of a degree costs while the row is in effect, e.g. Tuition, 9,900.00 USD.

    .. no_pii:
    """

    version_of = ("degree", "description")
    program_paths: ClassVar[tuple[str, ...]] = ("degree__program__",)

    uuid = public_uuid()
    degree = models.ForeignKey("Degree", on_delete=models.CASCADE, related_name="costs", verbose_name=_("degree"))
    description = ExactCharField(_("description"), help_text=_('What the amount is for, e.g. "Tuition".'))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, help_text=_('ISO 4217 code, e.g. "USD".'))

    history = CatalogHistoricalRecords(unindexed=("uuid",))

    class Meta:
        verbose_name = _("Degree Cost")
        verbose_name_plural = _("Degree Costs")
        constraints = dated_constraints("oex_programs_cost", "degree", "description")

    def __str__(self) -> str:
        return f"{self.description}: {self.amount} {self.currency}"

    @property
    def subject(self) -> str:
        return repr(self.description)


class DegreeDeadline(ProgramDated):
    """
    When something about a degree is due, e.g. the application for Spring 2027.

    `due_at` is an instant; `zone` is the time zone in which it is shown: 23:59 in America/New_York.

    .. no_pii:
    """

    version_of = ("degree", "semester", "name")
    program_paths: ClassVar[tuple[str, ...]] = ("degree__program__",)

    uuid = public_uuid()
    degree = models.ForeignKey("Degree", on_delete=models.CASCADE, related_name="deadlines", verbose_name=_("degree"))
    semester = ExactCharField(_("semester"), max_length=100, help_text=_('For example "Spring 2027".'))
    name = ExactCharField(_("name"), max_length=100, help_text=_('For example "Application".'))
    due_at = models.DateTimeField(_("due at"), help_text=_("Date and time in UTC."))
    zone = models.CharField(
        _("zone"),
        max_length=64,
        default="UTC",
        help_text=_('IANA time zone in which the date is shown, e.g. "America/New_York".'),
    )

    history = CatalogHistoricalRecords(unindexed=("uuid",))

    class Meta:
        verbose_name = _("Degree Deadline")
        verbose_name_plural = _("Degree Deadlines")
        constraints = dated_constraints("oex_programs_deadline", "degree", "semester", "name")

    def __str__(self) -> str:
        return f"{self.semester}, {self.name}: {self.due_at:%Y-%m-%d %H:%M} UTC"

    @property
    def subject(self) -> str:
        return f"{self.semester}, {self.name}"
