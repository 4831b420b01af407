"""CourseRunWithdrawal."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..history import CatalogHistoricalRecords
from ..lib.models import SavesChangesOnly


class CourseRunWithdrawal(SavesChangesOnly):
    """
    The content of a run was deleted upstream. The run, its course and everything that points at them stay.

    `at` is when that was; a run that is published again, later, loses this row. Written by the API only.

    .. no_pii:
    """

    run = models.OneToOneField("CourseRun", on_delete=models.CASCADE, related_name="withdrawal", verbose_name=_("run"))
    at = models.DateTimeField(_("deleted at"), help_text=_("When the content was deleted."))
    source = models.CharField(
        _("source"), max_length=255, help_text=_("Where this was reported, for example platform:course_deleted.")
    )

    history = CatalogHistoricalRecords()

    class Meta:
        verbose_name = _("Course Run Withdrawal")
        verbose_name_plural = _("Course Run Withdrawals")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
