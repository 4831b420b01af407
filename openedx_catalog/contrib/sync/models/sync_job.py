"""SyncJob, its pages, and what became of each record."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.fields import CASE_SENSITIVE, CollatedCharField
from openedx_catalog.lib.models import CatalogModel

from ..data import OUTCOMES


class SyncJob(CatalogModel):
    """
    One execution of a sync: who, when, and what became of it. What it changed says so in its history: ``sync:<source>:<id>``.

    .. no_pii:
    """

    class Status(models.TextChoices):
        """Where a job stands. Killed: its lease ran out without a sign of life. Locked: another one was running."""

        RUNNING = "running", _("Running")
        OK = "ok", _("OK")
        PARTIAL = "partial", _("Partial")
        ABORTED = "aborted", _("Aborted")
        LOCKED = "locked", _("Locked")
        KILLED = "killed", _("Killed")

    id = models.BigAutoField(primary_key=True, editable=False)
    source = models.ForeignKey("Source", on_delete=models.CASCADE, related_name="jobs", verbose_name=_("source"))
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.RUNNING, verbose_name=_("status"))
    started_at = models.DateTimeField(default=timezone.now, verbose_name=_("started at"))
    ended_at = models.DateTimeField(null=True, blank=True, verbose_name=_("ended at"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("user")
    )
    message = models.TextField(blank=True, default="", help_text=_("Why the job is not OK."), verbose_name=_("message"))
    only = models.TextField(
        blank=True,
        default="",
        help_text=_("The requested course keys, one per line. Blank: everything."),
        verbose_name=_("only"),
    )
    allow_mass_missing = models.BooleanField(default=False, verbose_name=_("allow mass missing"))
    total = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("The number of records, once it is known."), verbose_name=_("total")
    )
    counts = models.JSONField(
        default=dict, blank=True, help_text=_("The number of records with each outcome."), verbose_name=_("counts")
    )
    reverted_at = models.DateTimeField(null=True, blank=True, editable=False, verbose_name=_("reverted at"))

    class Meta:
        verbose_name = _("Sync Job")
        verbose_name_plural = _("Sync Jobs")
        indexes = [models.Index(fields=["source", "status"], name="oex_sync_job_source_status")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def provenance(self) -> str:
        """What the history says of its changes. The source should be joined."""
        return f"sync:{self.source.name}:{self.pk}"


class SyncPage(CatalogModel):
    """
    A part of a job that is committed: the checkpoint from which a killed job goes on. Written in the transaction of its rows.

    .. no_pii:
    """

    id = models.BigAutoField(primary_key=True, editable=False)
    job = models.ForeignKey("SyncJob", on_delete=models.CASCADE, related_name="pages", verbose_name=_("job"))
    number = models.PositiveIntegerField(verbose_name=_("number"))
    records = models.PositiveIntegerField(verbose_name=_("records"))
    # Most records of most jobs are: a row for each would be more than what is written for the changes.
    unchanged = models.TextField(
        blank=True, default="", help_text=_("The records that were unchanged, one per line."), verbose_name=_("unchanged")
    )
    # Past the limit of a job, problems are counted and not listed.
    untold = models.JSONField(
        default=dict, blank=True, help_text=_("How many more records had each outcome, not listed."), verbose_name=_("untold")
    )
    at = models.DateTimeField(default=timezone.now, verbose_name=_("at"))

    class Meta:
        verbose_name = _("Sync Page")
        verbose_name_plural = _("Sync Pages")
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="oex_sync_page_uniq")]

    def __str__(self) -> str:
        return f"{self.job_id}, page {self.number}"


class SyncOutcome(CatalogModel):
    """
    What became of one record of a job, unless it was unchanged.

    .. no_pii:
    """

    id = models.BigAutoField(primary_key=True, editable=False)
    job = models.ForeignKey("SyncJob", on_delete=models.CASCADE, related_name="outcomes", verbose_name=_("job"))
    external_id = CollatedCharField(db_collations=CASE_SENSITIVE, max_length=255, verbose_name=_("external id"))
    outcome = models.CharField(max_length=16, choices=[(name, name) for name in OUTCOMES], verbose_name=_("outcome"))
    code = models.CharField(max_length=64, blank=True, default="", verbose_name=_("code"))
    reason = models.TextField(blank=True, default="", verbose_name=_("reason"))
    place = models.CharField(
        max_length=64,
        blank=True,
        default="",
        help_text=_("Where the record stood, e.g. page 3, row 17."),
        verbose_name=_("place"),
    )

    class Meta:
        verbose_name = _("Sync Outcome")
        verbose_name_plural = _("Sync Outcomes")
        indexes = [models.Index(fields=["job", "outcome"], name="oex_sync_outcome_job_outcome")]

    def __str__(self) -> str:
        return f"{self.external_id}: {self.outcome}"
