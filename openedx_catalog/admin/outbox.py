"""The outbox in the admin: which events the catalog sends, what became of them, and another attempt."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from openedx_events.tooling import OpenEdxPublicSignal

from .. import messages as outbox
from .. import permissions
from ..lib.admin.texts import utc_cell
from ..models_api import OutboxMessage
from .inbox import ReadOnlyMessageAdmin

PREFIX = "org.openedx.catalog."


def event_types() -> list[str]:
    """The types of the catalog's own events."""
    return sorted(event.event_type for event in OpenEdxPublicSignal.all_events() if event.event_type.startswith(PREFIX))


class EventFilter(admin.SimpleListFilter):
    """The types of events, by their short names; Django's own filter would look through the whole table for them."""

    title = _("event")
    parameter_name = "event_type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name.removeprefix(PREFIX)) for name in event_types()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(event_type=self.value()) if self.value() else queryset


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyMessageAdmin):
    """Read, filter, replay. Events are written by the API only."""

    list_display = ("event", "subject", "state", "occurred", "attempts", "error_start")
    list_filter = ("state", EventFilter)
    search_fields = ("subject", "event_id")
    search_help_text = _("Search by course key, UUID of a catalog course, or event ID.")
    discard_rows = staticmethod(outbox.discard_events)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Without events of kinds of which the user may not see every row: they say what such a row is."""
        kept = {model._meta.model_name for model in apps.get_models() if not permissions.sees_all(request.user, model)}
        queryset = super().get_queryset(request)
        hidden = [name for name in event_types() if name.removeprefix(PREFIX).split(".")[0].replace("_", "") in kept]
        return queryset.exclude(event_type__in=hidden) if hidden else queryset

    @admin.action(description=_("Send selected events again"), permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: Any) -> None:
        """Parked and waiting events become due, with all their attempts; the relay sends them."""
        count = outbox.replay_events(list(queryset.values_list("pk", flat=True)))
        text = ngettext("%(count)d event will be sent again.", "%(count)d events will be sent again.", count) % {"count": count}
        self.message_user(request, text, messages.SUCCESS if count else messages.WARNING)

    @admin.display(description=_("Event"), ordering="event_type")
    def event(self, message: OutboxMessage) -> str:
        return message.event_type.removeprefix(PREFIX)

    @admin.display(description=_("Happened"), ordering="occurred_at")
    def occurred(self, message: OutboxMessage) -> str:
        return utc_cell(message.occurred_at)
