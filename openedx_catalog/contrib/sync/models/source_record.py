"""SourceRecord, and the fields of it that no sync may change."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openedx_catalog.history import CatalogHistoricalRecords
from openedx_catalog.lib.fields import ExactCharField, FoldedCharField, OptionalCharField
from openedx_catalog.lib.models import CatalogModel


class RecordKind(models.TextChoices):
    """What a source may have beside runs."""

    ORGANIZATION = "organization", _("Organization")
    COURSE = "course", _("Course")
    PROGRAM_TYPE = "program_type", _("Program type")
    PROGRAM = "program", _("Program")
    CURRICULUM = "curriculum", _("Curriculum")
    CURRICULUM_COURSE = "curriculum_course", _("Course of a curriculum")
    CURRICULUM_PROGRAM = "curriculum_program", _("Program of a curriculum")
    RUN_EXCLUSION = "run_exclusion", _("Excluded run")
    COST = "cost", _("Cost")
    DEADLINE = "deadline", _("Deadline")
    EXTERNAL_KEY = "external_key", _("External key of a run")
    LISTING = "listing", _("What learners read of a course")
    RUN_LISTING = "run_listing", _("What learners read of a run")


class SourceRecord(CatalogModel):
    """
    What a source calls a record that is no run, which of our rows that is, and since when it has not had it any more.

    `record` is the row's uuid (of an organization its id), and no foreign key, since the app of the row need not be installed.

    .. no_pii:
    """

    source = models.ForeignKey("Source", on_delete=models.CASCADE, related_name="records", verbose_name=_("source"))
    kind = models.CharField(_("kind"), max_length=20, choices=RecordKind.choices)
    external_id = ExactCharField(_("external id"), help_text=_("The id of the record at the source."))
    external_id_ci = FoldedCharField(source="external_id")
    record = models.CharField(_("record"), max_length=36, help_text=_("The UUID of our row; of an organization its ID."))
    # All that is part of one program is read at once.
    program = models.CharField(
        _("program"),
        max_length=36,
        blank=True,
        default="",
        help_text=_("The program of which it is a part, as the source names it."),
    )
    # Whether the row was created by this source, and not found.
    made = models.BooleanField(_("made"), default=False, help_text=_("Whether this source created the row."))
    fields = models.JSONField(
        _("fields"), default=dict, blank=True, help_text=_("Our fields and their values that the source stated when last read.")
    )
    first_seen_at = models.DateTimeField(_("first seen at"), default=timezone.now)
    missing_since = models.DateTimeField(
        _("missing since"), null=True, blank=True, help_text=_("When the source was first read completely without listing it.")
    )
    missing_times = models.PositiveSmallIntegerField(
        _("missing times"), default=0, help_text=_("How many complete readings in a row have not listed it.")
    )

    class Meta:
        verbose_name = _("Source Record")
        verbose_name_plural = _("Source Records")
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "external_id_ci"], name="oex_sync_record_uniq"),
        ]
        indexes = [
            models.Index(fields=["kind", "record"], name="oex_sync_record_record"),
            models.Index(fields=["source", "program"], name="oex_sync_record_program"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.external_id}"


class PinnedRecordField(CatalogModel):
    """
    A field of a record that is no run that no sync may change. `PinnedField` is the same for runs.

    .. no_pii:
    """

    kind = models.CharField(_("kind"), max_length=20, choices=RecordKind.choices)
    record = models.CharField(_("record"), max_length=36, help_text=_("The UUID of our row; of an organization its ID."))
    field = models.CharField(_("field"), max_length=32, help_text=_('The name of the field, e.g. "title".'))
    reason = OptionalCharField(_("reason"), help_text=_("Why syncs must not change this field."))
    created = models.DateTimeField(_("created"), auto_now_add=True, editable=False)

    history = CatalogHistoricalRecords()

    class Meta:
        verbose_name = _("Pinned Field of a Record")
        verbose_name_plural = _("Pinned Fields of Records")
        constraints = [models.UniqueConstraint(fields=["kind", "record", "field"], name="oex_sync_recordpin_uniq")]

    def __str__(self) -> str:
        return f"{self.field} of {self.kind} {self.record}"
