"""Message, the base of inbox and outbox."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..lib.models import CatalogModel


class Message(CatalogModel):
    """
    Something that is to be applied or sent, and is tried again, with growing pauses, until that worked or it is parked.

    `openedx_catalog.messages` works on these rows; `messages.box` has what it does alike with both kinds.
    """

    class State(models.TextChoices):
        """Whether a message is still to be worked on, nothing is left to do, or it was given up until somebody looks at it."""

        PENDING = "pending", _("Pending")
        DONE = "done", _("Done")
        PARKED = "parked", _("Parked")

    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(
        _("due at"), default=timezone.now, help_text=_("The earliest time of the next attempt. Each failure postpones it.")
    )
    error = models.TextField(_("error"), blank=True, help_text=_("Why the last attempt failed, or which values were left out."))

    class Meta:
        abstract = True
