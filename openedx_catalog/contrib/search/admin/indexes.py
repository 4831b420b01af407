"""The search indexes in the admin, to be looked at: commands make them and keep them in step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.base import ReadOnlyModelAdmin, ShortQueries
from openedx_catalog.lib.admin.texts import instant_column
from openedx_catalog.models_api import CatalogChange

from .. import api
from ..models_api import SearchIndex

_CREATED, _LOOKED_AT = instant_column("created_at", _("Created at")), instant_column("looked_at", _("Looked at"))


@admin.register(SearchIndex)
class SearchIndexAdmin(ShortQueries, ReadOnlyModelAdmin):
    """The one that is searched, and what a rebuild is filling."""

    list_display = ("name", "is_live", "documents", "position", "behind", _LOOKED_AT, _CREATED)
    fields = ("name", "engine", "is_live", "documents", "position", "behind", _LOOKED_AT, _CREATED)
    ordering = ("-pk",)

    @admin.display(description=_("Changes to follow"))
    def behind(self, row: SearchIndex) -> str:
        """Those that have a position, of which more than a thousand are not counted."""
        count = CatalogChange.objects.filter(position__gt=row.position)[:1001].count()
        return f"{count:,}" if count <= 1000 else "> 1,000"


def to_look_into(viewer: Any) -> Sequence[tuple[str, str]]:
    """For the overview: an index that nobody keeps in step."""
    if not permissions.can_view(viewer, SearchIndex) or (index := api.forgotten_index()) is None:
        return []
    return [(api.forgotten_text(index), reverse("admin:openedx_catalog_search_searchindex_changelist"))]
