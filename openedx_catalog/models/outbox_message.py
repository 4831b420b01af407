"""OutboxMessage."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..lib.fields import ExactCharField
from .message import Message


class OutboxMessage(Message):
    """
    An event that happened, written in the transaction of the change: there is none without the other.

    The process that wrote it dispatches it to its receivers after the commit; ``relay_catalog_events`` sends it to the event
    bus, and dispatches what a process that died left undispatched. Its id is the order within its subject, since the row
    is inserted while the subject is locked. Written by `api`, changed by `messages`.

    .. no_pii:
    """

    # After this long a relay dispatches an event to the receivers, in place of the process that wrote it.
    GRACE = timedelta(minutes=1)

    event_id = models.UUIDField(
        _("event ID"),
        default=uuid.uuid4,
        unique=True,
        editable=False,
        help_text=_("The same each time the event is sent, so that consumers recognise duplicates."),
    )
    event_type = models.CharField(_("event type"), max_length=255)
    subject = ExactCharField(
        _("subject"),
        help_text=_(
            "What the event is about: the course key of a run, or the UUID of a catalog course. "
            "Events about one subject are sent in order."
        ),
    )
    payload = models.TextField(_("payload"), help_text=_("The data of the event, as JSON."))
    occurred_at = models.DateTimeField(_("occurred at"), default=timezone.now)
    dispatched_at = models.DateTimeField(
        _("dispatched at"), null=True, blank=True, help_text=_("When the receivers in the process were called.")
    )
    sent_at = models.DateTimeField(
        _("sent at"),
        null=True,
        blank=True,
        help_text=_("When the event bus accepted it or, if none is configured, when it happened."),
    )
    claimed_by = models.CharField(_("claimed by"), max_length=32, blank=True, help_text=_("The relay that picked it up last."))

    class Meta:
        verbose_name = _("Outbox Message")
        verbose_name_plural = _("Outbox Messages")
        indexes = [
            models.Index(fields=["state", "id"], name="oex_catalog_outbox_state"),
            # Whether a subject waits for an earlier event, however many events of others wait.
            models.Index(fields=["state", "subject", "id"], name="oex_catalog_outbox_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.subject}"
