"""What the list of plans can be narrowed and ordered by."""

from __future__ import annotations

from openedx_catalog.lib.rest.filters import ordering
from openedx_catalog.lib.rest.named import NamedFilter


class PlanFilter(NamedFilter):
    """Filters of plans."""

    ordering = ordering(name="name", slug="slug", created="created", modified="modified")
