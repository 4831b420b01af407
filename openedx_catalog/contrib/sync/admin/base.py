"""What the pages of sync ask before they show or do something: always the one policy, with the name of what is to be done."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from openedx_catalog import permissions

from ..models_api import Source


class GuardedAdmin:
    """
    Mixed into the admins of sync: reading needs the view permission of the model, or that of changing it.

    Sources say where secrets go and what overwrites the catalog, and jobs what they did: neither is for whoever is signed in.
    """

    model: Any

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return any(permissions.can_write(request.user, self.model, action) for action in ("view", "change"))

    def has_module_permission(self, request: HttpRequest) -> bool:
        actions = ("view", "add", "change", "delete")
        return any(permissions.can_write(request.user, self.model, action) for action in actions)


def may_sync(request: HttpRequest) -> bool:
    """Whether a user may start a sync, let one go on, and take one back: that of sources, which no other includes."""
    return permissions.can_write(request.user, Source, "sync")
