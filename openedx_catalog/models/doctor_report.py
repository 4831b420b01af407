"""DoctorReport, and what people said of its suggestions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..lib.fields import ExactCharField
from ..lib.models import CatalogModel, SignedModel


class DoctorReport(CatalogModel):
    """
    What one run of the doctor found: how much of what, and the first findings. The overview shows the last one.

    .. no_pii:
    """

    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True, db_index=True)
    errors = models.PositiveIntegerField(_("errors"), default=0)
    warnings = models.PositiveIntegerField(_("warnings"), default=0)
    suggestions = models.PositiveIntegerField(_("suggestions"), default=0)
    # {code of a finding: how many}, and the first findings, as JSON.
    counts = models.JSONField(_("counts"), default=dict)
    findings = models.JSONField(_("findings"), default=list)
    # The first suggestions, as JSON.
    candidates = models.JSONField(_("candidates"), default=list)
    error = models.TextField(_("error"), blank=True, help_text=_("Why the run ended early."))

    class Meta:
        verbose_name = _("Doctor Report")
        verbose_name_plural = _("Doctor Reports")

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"


class DistinctPair(SignedModel):
    """
    Two rows that look alike, of which a person said that they are different: the doctor suggests them no more.

    `first` and `second` name the rows (uuids, or short_names of organizations), in alphabetical order.

    .. pii: ``user_name`` is the username of who said so.
    .. pii_types: username
    .. pii_retirement: retained
    """

    kind = models.CharField(_("kind"), max_length=32, help_text=_("For example catalog_course."))
    first = ExactCharField(_("first"))
    second = ExactCharField(_("second"))

    class Meta:
        verbose_name = _("Distinct Pair")
        verbose_name_plural = _("Distinct Pairs")
        constraints = [
            models.UniqueConstraint(fields=["kind", "first", "second"], name="oex_catalog_distinctpair_uniq"),
        ]

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"
