"""SyncJob, its pages, and what became of each record."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.fields import CASE_SENSITIVE, CollatedCharField

from ..data import OUTCOMES
from .written import SyncModel


class SyncJob(SyncModel):
    """
    One execution of a sync: who, when, and what became of it. What it changed says so in its history: ``sync:<source>:<id>``.

    .. no_pii:
    """

    class Status(models.TextChoices):
        """Where a job stands. Killed: it was silent for longer than its lease. Locked: another one was running."""

        RUNNING = "running", _("Running")
        OK = "ok", _("OK")
        PARTIAL = "partial", _("Partial")
        ABORTED = "aborted", _("Aborted")
        LOCKED = "locked", _("Locked")
        KILLED = "killed", _("Killed")

    id = models.BigAutoField(primary_key=True, editable=False)
    source = models.ForeignKey("Source", on_delete=models.CASCADE, related_name="jobs")
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.RUNNING)
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    message = models.TextField(blank=True, default="", help_text=_("Why it is not OK, or what an operator allowed it."))
    only = models.TextField(blank=True, default="", help_text=_("The keys that were asked for, one a line; else everything."))
    allow_mass_missing = models.BooleanField(default=False)
    total = models.PositiveIntegerField(null=True, blank=True, help_text=_("How many records there are, once that is known."))
    counts = models.JSONField(default=dict, blank=True, help_text=_("How many records had which outcome."))
    reverted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("Sync Job")
        verbose_name_plural = _("Sync Jobs")
        indexes = [models.Index(fields=["source", "status"], name="oex_sync_job_source_status")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def change_source(self) -> str:
        """What the history says of its changes. The source should be joined."""
        return f"sync:{self.source.name}:{self.pk}"


class SyncPage(SyncModel):
    """
    A part of a job that is committed: the checkpoint from which a killed job goes on. Written in the transaction of its rows.

    .. no_pii:
    """

    id = models.BigAutoField(primary_key=True, editable=False)
    job = models.ForeignKey("SyncJob", on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    records = models.PositiveIntegerField()
    # Most records of most jobs are: a row for each would be more than what is written for the changes.
    unchanged = models.TextField(blank=True, default="", help_text=_("The records that were unchanged, one a line."))
    # Past the limit of a job, problems are counted and not told.
    untold = models.JSONField(default=dict, blank=True, help_text=_("How many more records had which outcome, untold."))
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("Sync Page")
        verbose_name_plural = _("Sync Pages")
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="oex_sync_page_uniq")]

    def __str__(self) -> str:
        return f"{self.job_id}, page {self.number}"


class SyncOutcome(SyncModel):
    """
    What became of one record of a job, unless it was unchanged.

    .. no_pii:
    """

    id = models.BigAutoField(primary_key=True, editable=False)
    job = models.ForeignKey("SyncJob", on_delete=models.CASCADE, related_name="outcomes")
    external_id = CollatedCharField(db_collations=CASE_SENSITIVE, max_length=255)
    outcome = models.CharField(max_length=16, choices=[(name, name) for name in OUTCOMES])
    code = models.CharField(max_length=64, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    place = models.CharField(max_length=64, blank=True, default="", help_text=_("Where the source had it."))

    class Meta:
        verbose_name = _("Sync Outcome")
        verbose_name_plural = _("Sync Outcomes")
        indexes = [models.Index(fields=["job", "outcome"], name="oex_sync_outcome_job_outcome")]

    def __str__(self) -> str:
        return f"{self.external_id}: {self.outcome}"
