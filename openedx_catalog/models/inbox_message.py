"""InboxMessage."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..lib.fields import CASE_SENSITIVE, CollatedCharField
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
        What a message says of a run: these are its values; it exists, and no more; its content is gone.

        Unknown is what could not be read.
        """

        OBSERVED = "observed", _("Observed")
        EXISTS = "exists", _("Exists")
        DELETED = "deleted", _("Deleted")
        UNKNOWN = "unknown", _("Unknown")

    event_id = CollatedCharField(
        db_collations=CASE_SENSITIVE, max_length=255, unique=True, help_text=_("Unique: what comes twice is recorded once.")
    )
    source = models.CharField(max_length=255, help_text=_("The signal or event, e.g. course_published."))
    kind = models.CharField(max_length=16, choices=Kind.choices)
    course_key = CollatedCharField(db_collations=CASE_SENSITIVE, max_length=255, db_index=True)
    payload = models.TextField(blank=True, help_text=_("The values, as JSON; of an unknown message what came."))
    source_time = models.DateTimeField(help_text=_("When it was so, at the source; older never overwrites newer."))
    received_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Inbox Message")
        verbose_name_plural = _("Inbox Messages")
        indexes = [models.Index(fields=["state", "due_at", "id"], name="oex_catalog_inbox_due")]

    def __str__(self) -> str:
        return f"{self.source} {self.course_key}"
