"""OutboxMessage."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..lib.fields import CASE_SENSITIVE, CollatedCharField
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
        default=uuid.uuid4, unique=True, editable=False, help_text=_("The same however often it is sent: for consumers.")
    )
    event_type = models.CharField(max_length=255)
    subject = CollatedCharField(
        db_collations=CASE_SENSITIVE,
        max_length=255,
        help_text=_("What it is about: the course key of a run, the uuid of a catalog course. Sent in order."),
    )
    payload = models.TextField(help_text=_("The data of the event, as JSON."))
    occurred_at = models.DateTimeField(default=timezone.now)
    dispatched_at = models.DateTimeField(null=True, blank=True, help_text=_("When the receivers in the process were called."))
    sent_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the event bus got it, or, where none is configured, when it happened.")
    )
    claimed_by = models.CharField(max_length=32, blank=True, help_text=_("The relay that took it last."))

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
