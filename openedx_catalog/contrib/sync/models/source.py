"""Source, the organizations it may write, and the lease of its running job."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from openedx_catalog.history import CatalogHistoricalRecords
from openedx_catalog.lib.fields import ExactCharField, OptionalCharField
from openedx_catalog.lib.models import CatalogModel, TimestampedModel


class Source(TimestampedModel):
    """
    A place that the catalog is kept in step with, e.g. the LMS. Its credentials stand in the settings, under its name, and are
    sent only where the settings say.

    .. no_pii:
    """

    class Kind(models.TextChoices):
        """Which loader reads it."""

        LMS = "lms", _("LMS (Courses API)")
        DISCOVERY = "discovery", _("Discovery service")
        MITXONLINE = "mitxonline", _("MITx Online")
        FILE = "file", _("File")

    name = ExactCharField(
        _("name"),
        max_length=64,
        unique=True,
        help_text=_('Its name in commands, history and settings, e.g. "lms": lowercase letters, digits and hyphens.'),
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    base_url = OptionalCharField(
        _("base url"), help_text=_('The address of the service, e.g. "https://lms.example.org". No other host is contacted.')
    )
    username = OptionalCharField(
        _("username"),
        max_length=150,
        help_text=_("LMS only: read what this user may see. If blank, what anonymous visitors see, without hidden runs."),
    )
    field_map = models.JSONField(
        _("field map"),
        default=dict,
        blank=True,
        help_text=_(
            'Our fields and the fields of the source that they are read from, e.g. {"title": "name"}. Only these are written. '
            "If empty, the usual fields of this kind of source."
        ),
    )
    also = models.JSONField(
        _("also"), default=list, blank=True, help_text=_("What else to take from a discovery service. Courses get its titles.")
    )
    create_missing = models.BooleanField(
        _("create missing"), default=False, help_text=_("Create runs that the catalog lacks. If off, they are only reported.")
    )
    null_clears = models.BooleanField(
        _("null clears"), default=False, help_text=_("An empty date at the source clears ours. If off, ours stays.")
    )
    max_missing_percent = models.PositiveSmallIntegerField(
        _("max missing percent"),
        default=10,
        validators=[MaxValueValidator(100)],
        help_text=_(
            "A job is aborted before it writes anything if more than this percentage of the runs would vanish, end or lose "
            "their dates, or of the programs would be deleted, unpublished, retired or hidden, and these are at least five."
        ),
    )
    per_minute = models.PositiveSmallIntegerField(
        _("per minute"), default=30, validators=[MinValueValidator(1)], help_text=_("The maximum number of requests.")
    )
    rank = models.PositiveSmallIntegerField(
        _("rank"),
        default=100,
        help_text=_(
            "Which source wins where two say different things of a field: the one with the lower number. With the same number "
            "the one that said it first."
        ),
    )
    owns = models.JSONField(
        _("owns"),
        default=list,
        blank=True,
        help_text=_('Fields for which this source wins against every other, whatever the ranks, e.g. ["title"].'),
    )
    places_runs = models.BooleanField(
        _("places runs"),
        default=False,
        help_text=_(
            "It knows which course a run belongs to: runs that nobody has placed, and whose course only follows from their "
            "key, are moved there. If off, another course than ours is reported as a conflict."
        ),
    )
    retire_missing = models.BooleanField(
        _("retire missing"),
        default=False,
        help_text=_(
            "Retire programs, and what stands in their curricula, when the source has them no longer. If off, they are "
            "only marked as missing. Runs are only ever marked."
        ),
    )
    retire_after = models.PositiveSmallIntegerField(
        _("retire after"),
        default=1,
        help_text=_(
            'After how many readings in a row that did not list it a program is retired, if "Retire missing" is on. Only '
            "readings of all pages count."
        ),
    )
    parameters = models.JSONField(
        _("parameters"),
        default=dict,
        blank=True,
        help_text=_('Parameters for every listing, e.g. {"include_restricted": "custom-b2c"}, as the service names them.'),
    )
    every_minutes = models.PositiveIntegerField(
        _("every minutes"),
        null=True,
        blank=True,
        help_text=_("How often `sync_catalog --due` syncs it, in minutes. If blank, only on request."),
    )
    enabled = models.BooleanField(
        _("enabled"), default=True, help_text=_("If off, the source is never synced, not even on request.")
    )
    # When a listing was last read to its end: until then everything was seen that is not marked missing.
    listed_at = models.DateTimeField(_("listed at"), null=True, blank=True, editable=False)

    history = CatalogHistoricalRecords(excluded=("listed_at",), unindexed=("name",))

    class Meta:
        # Beside Django's own: whoever may configure a source need not be who may start it.
        permissions = [("sync_source", "Can sync source")]
        verbose_name = _("Source")
        verbose_name_plural = _("Sources")

    def __str__(self) -> str:
        return self.name


class SourceOrganization(CatalogModel):
    """
    An organization whose runs a source may write. A source without any may write all.

    .. no_pii:
    """

    source = models.ForeignKey("Source", on_delete=models.CASCADE, related_name="organizations", verbose_name=_("source"))
    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("organization")
    )

    class Meta:
        verbose_name = _("Source Organization")
        verbose_name_plural = _("Source Organizations")
        constraints = [models.UniqueConstraint(fields=["source", "organization"], name="oex_sync_organization_uniq")]

    def __str__(self) -> str:
        return f"{self.organization_id} from {self.source_id}"


class SyncLease(CatalogModel):
    """
    Which job of a source is running. Taken by one conditional UPDATE, so that two jobs cannot; over when it is not renewed.

    .. no_pii:
    """

    source = models.OneToOneField("Source", on_delete=models.CASCADE, related_name="lease", verbose_name=_("source"))
    job = models.ForeignKey("SyncJob", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("job"))
    # Of one process: a job that is resumed elsewhere has the same row, and another token.
    token = OptionalCharField(_("token"), max_length=32)
    until = models.DateTimeField(_("until"), null=True)

    class Meta:
        verbose_name = _("Sync Lease")
        verbose_name_plural = _("Sync Leases")

    def __str__(self) -> str:
        return f"{self.source_id} until {self.until}"
