"""PinnedField."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from openedx_catalog.data import SCHEDULE_FIELDS
from openedx_catalog.history import CatalogHistoricalRecords
from openedx_catalog.lib.fields import OptionalCharField
from openedx_catalog.lib.models import CatalogModel


class PinnedField(CatalogModel):
    """
    A field of a run that no sync may change, because somebody knows better than the sources.

    .. no_pii:
    """

    run = models.ForeignKey(
        "openedx_catalog.CourseRun", on_delete=models.CASCADE, related_name="pinned_fields", verbose_name=_("run")
    )
    field = models.CharField(_("field"), max_length=32, choices=[(name, name) for name in ("title", *SCHEDULE_FIELDS)])
    reason = OptionalCharField(_("reason"), help_text=_("Why syncs must not change this field."))
    created = models.DateTimeField(_("created"), auto_now_add=True, editable=False)

    history = CatalogHistoricalRecords()

    class Meta:
        verbose_name = _("Pinned Field")
        verbose_name_plural = _("Pinned Fields")
        constraints = [models.UniqueConstraint(fields=["run", "field"], name="oex_sync_pin_uniq")]

    def __str__(self) -> str:
        return f"{self.run.course_key}: {self.field}"
