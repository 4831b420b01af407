"""ExternalCourseKey, and the table that makes its rule hold."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from openedx_catalog.history import CatalogHistoricalRecords
from openedx_catalog.lib.fields import BINARY, CollatedCharField, ExactCharField, FoldedCharField
from openedx_catalog.lib.models import CatalogModel, GuardedModel, GuardedQuerySet, TimestampedModel


class ExternalCourseKey(TimestampedModel, GuardedModel):
    """
    What a partner calls a run, e.g. ``MATH205-Fall20``. A run has one, or none.

    Unique within the run's course and within every program that has it, compared stripped and folded.

    .. no_pii:
    """

    run = models.OneToOneField(
        "openedx_catalog.CourseRun", on_delete=models.CASCADE, related_name="external_course_key", verbose_name=_("run")
    )
    key = ExactCharField(_("key"), help_text=_("The key as the partner writes it."))
    key_ci = FoldedCharField(source="key", db_index=True)
    source = models.CharField(
        _("source"), max_length=255, blank=True, default="", help_text=_("Who issued the key, e.g. the registrar.")
    )

    objects = GuardedQuerySet.as_manager()
    history = CatalogHistoricalRecords(excluded=("key_ci",))

    class Meta:
        verbose_name = _("External Course Key")
        verbose_name_plural = _("External Course Keys")

    def __str__(self) -> str:
        return self.key


class ExternalKeySlot(CatalogModel):
    """
    An external key within one course or one program: its unique constraint lets only one of two writers have it.

    Derived from the other tables: only `api` writes it.

    .. no_pii:
    """

    scope = CollatedCharField(_("scope"), db_collations=BINARY, max_length=32, help_text=_('"course:12" or "program:3".'))
    key_ci = CollatedCharField(db_collations=BINARY, max_length=255)
    # When the key stops to count there, as ISO 8601 in UTC; "" where it does not: a successor may have it from then on.
    until = CollatedCharField(db_collations=BINARY, max_length=32, blank=True, default="")
    run = models.ForeignKey("openedx_catalog.CourseRun", on_delete=models.CASCADE, related_name="+", verbose_name=_("run"))

    class Meta:
        verbose_name = _("External Key Slot")
        verbose_name_plural = _("External Key Slots")
        constraints = [models.UniqueConstraint(fields=["scope", "key_ci", "until"], name="oex_programs_slot_uniq")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key_ci}"
