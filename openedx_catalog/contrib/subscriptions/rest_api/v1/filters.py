"""What the list of plans can be narrowed and ordered by."""

from __future__ import annotations

from functools import partial

import django_filters

from openedx_catalog.lib import values
from openedx_catalog.lib.rest.filters import any_of, ordering


class PlanFilter(django_filters.FilterSet):
    """Filters of plans."""

    slugs = any_of("slug", read=partial(values.text, "slugs"))
    ordering = ordering(name="name", slug="slug", created="created", modified="modified")
