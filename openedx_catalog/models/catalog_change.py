"""CatalogChange."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..lib.fields import ExactCharField
from ..lib.models import CatalogModel


class CatalogChange(CatalogModel):
    """
    One change of a row that consumers see, also through what it belongs to. Never purged: `api.iter_changes` reads them.

    Written in the transaction of the change, without a position. Whoever reads next gives positions, under a lock, to what is
    committed by then: so nothing ever appears before what has been read, whichever transaction ends first (ADR 0026).

    .. no_pii:
    """

    class Audience(models.TextChoices):
        """
        Who is told: everybody; those who see all rows of the kind; or the latter, while the others are told that it is gone.
        """

        EVERYBODY = "everybody", _("Everybody")
        GONE = "gone", _("Gone for the public")
        VIEWERS = "viewers", _("Viewers")

    # NULL until a reader has numbered it. Unique, and so an index of both what has a number and what has none.
    position = models.BigIntegerField(_("position"), null=True, unique=True)
    kind = models.CharField(_("kind"), max_length=64, help_text=_("What changed, for example course_run."))
    uuid = models.UUIDField(_("UUID"), null=True, help_text=_("Of the row; organizations have none."))
    key = ExactCharField(
        _("key"), max_length=600, help_text=_("The key of the row after the change; of a deleted one, before.")
    )
    what = models.CharField(_("change"), max_length=32, help_text=_("For example created, updated, moved, merged or deleted."))
    merged_into = models.UUIDField(
        _("merged into"), null=True, help_text=_("UUID of the catalog course that survived a merge.")
    )
    audience = models.CharField(_("audience"), max_length=16, choices=Audience.choices, default=Audience.EVERYBODY)
    occurred_at = models.DateTimeField(_("occurred at"), default=timezone.now)

    class Meta:
        verbose_name = _("Catalog Change")
        verbose_name_plural = _("Catalog Changes")

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.what}"
