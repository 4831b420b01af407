"""RunSource."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openedx_catalog.history import CatalogHistoricalRecords
from openedx_catalog.lib.fields import ExactCharField, FoldedCharField
from openedx_catalog.lib.models import CatalogModel


class RunSource(CatalogModel):
    """
    What a source calls a run, and since when it has not listed it any more. The run itself is never deleted.

    A legacy row without a course key has no run: `row` keeps its fields until somebody gives it a key.

    .. no_pii:
    """

    source = models.ForeignKey("Source", on_delete=models.CASCADE, related_name="runs", verbose_name=_("source"))
    external_id = ExactCharField(_("external id"), help_text=_("The id of the record at the source, usually its course key."))
    external_id_ci = FoldedCharField(source="external_id")
    run = models.ForeignKey(
        "openedx_catalog.CourseRun",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="sources",
        verbose_name=_("run"),
    )
    catalog_course = models.ForeignKey(
        "openedx_catalog.CatalogCourse",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("catalog course"),
        help_text=_("The course that a run of another platform is a run of, where somebody has said so."),
    )
    fields = models.JSONField(
        _("fields"),
        default=dict,
        blank=True,
        help_text=_("Which of our fields the source had a value for when last read, and the job in which it first had one."),
    )
    row = models.JSONField(_("row"), null=True, blank=True, help_text=_("The fields of a record that has no course key yet."))
    first_seen_at = models.DateTimeField(_("first seen at"), default=timezone.now)
    # Written when it comes and goes; in between it was seen whenever the source was listed (`seen_at`).
    last_seen_at = models.DateTimeField(_("last seen at"), default=timezone.now)
    missing_since = models.DateTimeField(
        _("missing since"), null=True, blank=True, help_text=_("When the source was first read completely without listing it.")
    )

    # Of what people say of it; what a sync does is told by its job.
    history = CatalogHistoricalRecords(
        excluded=("external_id_ci", "fields", "row", "first_seen_at", "last_seen_at", "missing_since"),
        unindexed=("external_id",),
    )

    class Meta:
        verbose_name = _("Run Source")
        verbose_name_plural = _("Run Sources")
        constraints = [models.UniqueConstraint(fields=["source", "external_id_ci"], name="oex_sync_runsource_uniq")]
        indexes = [models.Index(fields=["source", "missing_since"], name="oex_sync_runsource_missing")]

    def __str__(self) -> str:
        return self.external_id

    @property
    def seen_at(self) -> datetime:
        """When the source was last known to have it. The source should be joined."""
        listed = self.source.listed_at
        return self.last_seen_at if self.missing_since or listed is None else max(self.last_seen_at, listed)
