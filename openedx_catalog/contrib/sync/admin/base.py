"""What the pages of sync ask beside the permissions of their models."""

from __future__ import annotations

from django.http import HttpRequest

from openedx_catalog.lib import permissions

from ..models_api import Source


def may_sync(request: HttpRequest) -> bool:
    """Whether a user may start a sync, let one go on, and take one back: that of sources, which no other includes."""
    return permissions.can_write(request.user, Source, "sync")
