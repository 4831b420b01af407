"""The inbox in the admin: which messages came in, what became of them, and another attempt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .. import messages as inbox
from ..lib import permissions
from ..lib.admin.base import PlainCountPaginator, ReadOnlyModelAdmin, ShortQueries, searched
from ..lib.admin.texts import utc_cell
from ..models_api import InboxMessage

# As the receivers in `handlers` call themselves.
SOURCES = (
    "course_published", "course_deleted", "course_overview", "course_created", "course_rerun_completed",
    "course_catalog_info_changed",
)  # fmt: skip


class ReadOnlyMessageAdmin(ShortQueries, ReadOnlyModelAdmin):
    """
    Read-only messages: none is added, changed or deleted by hand.

    The permission to change messages allows to replay them, the permission to delete them to delete parked ones.
    """

    class Media:
        css = {"all": ["openedx_catalog/admin.css"]}

    # Deletes those of the messages with these ids that are parked, and returns how many.
    discard_rows: Callable[[list[int]], int]
    actions = ("replay", "discard")
    ordering = ("-pk",)
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = PlainCountPaginator

    def has_replay_permission(self, request: HttpRequest) -> bool:
        """For the action that replays messages."""
        return permissions.can_write(request.user, self.model, "change")

    def has_discard_permission(self, request: HttpRequest) -> bool:
        """For the action that deletes parked ones; it shows the list, so that must be allowed as well."""
        return permissions.can_write(request.user, self.model, "delete")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        return super().get_search_results(request, queryset, searched(search_term))

    @admin.action(description=_("Delete selected parked messages"), permissions=["discard"])
    def discard(self, request: HttpRequest, queryset: Any) -> None:
        """Only the parked ones among them are deleted."""
        count = self.discard_rows(list(queryset.values_list("pk", flat=True)))
        text = ngettext("%(count)d parked message was deleted.", "%(count)d parked messages were deleted.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS if count else messages.WARNING)

    @admin.display(description=_("Error"))
    def error_start(self, message: Any) -> str:
        return message.error[:200]


class SourceFilter(admin.SimpleListFilter):
    """Where messages came from. Django's own filter would look through the whole table for the names."""

    title = _("source")
    parameter_name = "source"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in SOURCES]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(source=self.value()) if self.value() else queryset


@admin.register(InboxMessage)
class InboxMessageAdmin(ReadOnlyMessageAdmin):
    """Read, filter, replay. Messages are written by receivers only."""

    list_display = ("about", "source", "state", "received", "attempts", "error_start")
    list_filter = ("state", "kind", SourceFilter)
    search_fields = ("course_key", "event_id")
    search_help_text = _("Search by course key or event ID.")
    discard_rows = staticmethod(inbox.discard)

    @admin.action(description=_("Process selected messages again"), permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: Any) -> None:
        """Parked and waiting messages become due, with all their attempts, and are applied as usual."""
        count = inbox.replay_now(list(queryset.values_list("pk", flat=True)))
        text = ngettext("%(count)d message will be processed again.", "%(count)d messages will be processed again.", count) % {
            "count": count
        }
        self.message_user(request, text, messages.SUCCESS if count else messages.WARNING)

    @admin.display(description=_("Course key"), ordering="course_key")
    def about(self, message: InboxMessage) -> str:
        return message.course_key or message.payload[:60]

    @admin.display(description=_("Received"), ordering="received_at")
    def received(self, message: InboxMessage) -> str:
        return utc_cell(message.received_at)
