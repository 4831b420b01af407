"""InboxMessage."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..lib.fields import ExactCharField
from .message import Message


class InboxMessage(Message):
    """
    A message of the platform or the event bus, as it came in. It is applied from here, and again until that works.

    Receivers only write this row, within the sender's transaction; `openedx_catalog.messages` does the rest. `event_id` is
    unique, so what is delivered twice is recorded once.

    .. no_pii:
    """

    class Kind(models.TextChoices):
        """
        What a message reports of a run: its values; that it exists, and no more; that its content was deleted.

        Unknown is what could not be read.
        """

        OBSERVED = "observed", _("Observed")
        EXISTS = "exists", _("Exists")
        DELETED = "deleted", _("Deleted")
        UNKNOWN = "unknown", _("Unknown")

    event_id = ExactCharField(
        _("event ID"), unique=True, help_text=_("The sender's id of the event. An event that arrives twice is recorded once.")
    )
    source = models.CharField(
        _("source"), max_length=255, help_text=_("The signal or event it came from, for example course_published.")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    course_key = ExactCharField(_("course key"), db_index=True)
    payload = models.TextField(
        _("payload"), blank=True, help_text=_("The values as JSON. For an unknown message, whatever arrived.")
    )
    source_time = models.DateTimeField(
        _("source time"), help_text=_("When this was true at the source. Older messages never overwrite newer ones.")
    )
    received_at = models.DateTimeField(_("received at"), default=timezone.now)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        verbose_name = _("Inbox Message")
        verbose_name_plural = _("Inbox Messages")
        indexes = [models.Index(fields=["state", "due_at", "id"], name="oex_catalog_inbox_due")]

    def __str__(self) -> str:
        return f"{self.source} {self.course_key}"
