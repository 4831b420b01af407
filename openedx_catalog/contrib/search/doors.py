"""What every door shows of course catalogs: those that this user may see. The API itself asks nobody."""

from __future__ import annotations

from typing import Any, Self

from openedx_catalog.lib import permissions

from .models_api import CourseCatalog

Adjectives: Any = type(CourseCatalog.objects.all())


class ForViewer(Adjectives):
    """Course catalogs that are narrowed to those of a viewer: they are as public ones to him."""

    def public(self) -> Self:
        """In place of that of all course catalogs, so that whatever else a policy of the host's keeps back stays so."""
        return self


def seen_by(user: Any) -> Any:
    """
    The course catalogs that a user may see, by name: all for whoever may view them, else those of which he, or a group that he
    is in, is a viewer. One query when it is read.
    """
    rows = ForViewer(CourseCatalog)
    if not permissions.can_view(user, CourseCatalog):
        rows = rows.for_viewer(user)
    return permissions.visible(user, rows).order_by("name_ci", "pk")
