"""What the list of skills can be narrowed and ordered by, and the lists of courses and programs by skill."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema_field

from openedx_catalog.lib import texts, values
from openedx_catalog.lib.rest.filters import CatalogFilter, any_of, ordering

from ...models_api import Skill

_LABEL = "Uuids or names of skills of which it has one, comma-separated."


class SkillListFilter(django_filters.FilterSet):
    """Filters of skills."""

    q = CatalogFilter(read=partial(values.text_to_fold, "q"), method="filter_q", label="A part of the name, in any case.")
    uuids = any_of("uuid", read=values.parse_uuid)
    external_ids = any_of("external_id", read=partial(values.text, "external_ids"))
    ordering = ordering(name="name_ci", created="created", modified="modified")

    def filter_q(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """By the folded name: MariaDB's LIKE minds case in a binary column."""
        return rows.filter(name_ci__contains=texts.fold(value))


# No column of the row from which a document could tell what it takes.
@extend_schema_field({"type": "string", "description": _LABEL})
class SkillFilter(CatalogFilter):
    """The rows that have one of some skills, of which `having` names the ids: ``having(skills, user)``."""

    def __init__(self, having: Callable[[QuerySet[Skill], Any], Any]) -> None:
        super().__init__(read=partial(values.text_to_fold, "skill"), many=True, label=_LABEL)
        self.having = having

    def filter(self, qs: QuerySet, value: Sequence[str] | None) -> QuerySet:
        if not value:
            return qs
        uuids = [text for text in value if values.UUID_LIKE.match(text)]
        found = Skill.objects.filter(Q(uuid__in=uuids) | Q(name_ci__in=[texts.fold(text) for text in value])).order_by()
        return qs.filter(pk__in=self.having(found, self.parent.request.user))
