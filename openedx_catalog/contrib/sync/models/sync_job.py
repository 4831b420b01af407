"""SyncJob, its pages, and what became of each record."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib.fields import ExactCharField, OptionalCharField
from openedx_catalog.lib.models import CatalogModel

from ..data import OUTCOMES


class SyncJob(CatalogModel):
    """
    One execution of a sync: who, when, and what became of it. What it changed says so in its history: ``sync:<source>:<id>``.

    With `dry_run` it is a preview, which wrote nothing to the catalog: it is never resumed or reverted, nor the last sync of
    its source.

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

    source = models.ForeignKey("Source", on_delete=models.CASCADE, related_name="jobs", verbose_name=_("source"))
    status = models.CharField(_("status"), max_length=16, choices=Status.choices, default=Status.RUNNING)
    started_at = models.DateTimeField(_("started at"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("user")
    )
    message = models.TextField(_("message"), blank=True, default="", help_text=_("Why the job is not OK."))
    only = models.TextField(
        _("only"), blank=True, default="", help_text=_("The requested course keys, one per line. Blank: everything.")
    )
    allow_mass_missing = models.BooleanField(_("allow mass missing"), default=False)
    dry_run = models.BooleanField(
        _("preview"), default=False, db_default=False, help_text=_("Whether it only found out what a sync would do.")
    )
    total = models.PositiveIntegerField(
        _("total"), null=True, blank=True, help_text=_("The number of records, once it is known.")
    )
    counts = models.JSONField(_("counts"), default=dict, blank=True, help_text=_("The number of records with each outcome."))
    asked_as = OptionalCharField(
        _("asked as"), help_text=_("The user or client as whom the source was asked. Blank: anonymously, so it may list less.")
    )
    reverted_at = models.DateTimeField(_("reverted at"), null=True, blank=True, editable=False)

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

    job = models.ForeignKey("SyncJob", on_delete=models.CASCADE, related_name="pages", verbose_name=_("job"))
    number = models.PositiveIntegerField(_("number"))
    records = models.PositiveIntegerField(_("records"))
    # Most records of most jobs are: a row for each would be more than what is written for the changes.
    unchanged = models.TextField(
        _("unchanged"), blank=True, default="", help_text=_("The records that were unchanged, one per line.")
    )
    # Past the limit of a job, problems are counted and not listed.
    unlisted = models.JSONField(
        _("unlisted"), default=dict, blank=True, help_text=_("How many more records had each outcome, not listed.")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)

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

    job = models.ForeignKey("SyncJob", on_delete=models.CASCADE, related_name="outcomes", verbose_name=_("job"))
    external_id = ExactCharField(_("external id"))
    outcome = models.CharField(_("outcome"), max_length=16, choices=[(name, name) for name in OUTCOMES])
    code = OptionalCharField(_("code"), max_length=64)
    reason = models.TextField(_("reason"), blank=True, default="")
    records = models.PositiveIntegerField(
        _("records"), default=1, help_text=_("How many records this is: more than one of a page that could not be read.")
    )
    place = OptionalCharField(_("place"), max_length=64, help_text=_("Where the record stood, e.g. page 3, row 17."))
    # Of a job that wrote something the history has it.
    changes = models.JSONField(_("changes"), null=True, blank=True, help_text=_("What a preview would change of the record."))

    class Meta:
        verbose_name = _("Sync Outcome")
        verbose_name_plural = _("Sync Outcomes")
        indexes = [models.Index(fields=["job", "outcome"], name="oex_sync_outcome_job_outcome")]

    def __str__(self) -> str:
        return f"{self.external_id}: {self.outcome}"
