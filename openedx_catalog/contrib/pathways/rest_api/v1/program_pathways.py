"""
Pathways of programs as a resource that is only read, with the fields of discovery's ``pathways/``: what an LMS's
``cache_programs`` and Credentials' ``copy_catalog`` look at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.lib import permissions, values
from openedx_catalog.lib.rest.base import ResourceViewSet
from openedx_catalog.lib.rest.filters import CatalogFilter, any_of, ordering
from openedx_catalog.lib.rest.serializers import Reader

from ...models_api import ProgramPathway, ProgramPathwayProgram


class ProgramOfPathwayReader(Reader):
    """What of a program stands in a pathway."""

    model = Program

    uuid = serializers.UUIDField()
    title = serializers.CharField()
    subtitle = serializers.CharField(allow_blank=True)
    type = serializers.CharField(source="type.name", help_text="The name of its type.")
    status = serializers.ChoiceField(Program.Status.values)
    marketing_slug = serializers.CharField(allow_null=True)
    hidden = serializers.BooleanField()


_NOT_LOOKED_AT = "As clients of discovery send it; addresses have no such parameters here."


class ProgramPathwayReader(Reader):
    """Who accepts the record of programs."""

    model = ProgramPathway
    also = ("id", "destination_url")

    id = serializers.IntegerField(help_text="What the LMS calls it by.")
    uuid = serializers.UUIDField()
    name = serializers.CharField()
    org_name = serializers.CharField(allow_blank=True, help_text="Who accepts the record.")
    email = serializers.EmailField(allow_blank=True, help_text="Where records are sent.")
    programs = ProgramOfPathwayReader(many=True, help_text="In order; the active and retired ones that you may know of.")
    description = serializers.CharField(allow_blank=True)
    destination_url = serializers.URLField(source="*", allow_null=True)
    pathway_type = serializers.ChoiceField(ProgramPathway.Type.values)
    # No choices: beside other fields of that name, an OpenAPI document would have to be told a name for them.
    status = serializers.CharField(help_text="unpublished, published or retired.")

    @classmethod
    def represent(cls, row: dict[str, Any], at: str = "") -> dict[str, Any]:
        return {**super().represent(row, at), "programs": [], "destination_url": row["destination_url"] or None}

    @classmethod
    def related(cls, pks: Sequence[int], viewer: Any) -> dict[int, dict[str, Any]]:
        """Two queries, whatever the number of pathways."""
        links = ProgramPathwayProgram.objects.filter(pathway__in=pks).order_by("position", "pk")
        named = list(links.values_list("pathway_id", "program_id"))
        wanted = Program.objects.filter(pk__among=[program for _pathway, program in named]).order_by()
        shown = permissions.visible(viewer, wanted.filter(status__in=(Program.Status.ACTIVE, Program.Status.RETIRED)))
        known = ProgramOfPathwayReader.by_pk(shown.values_list("pk", flat=True)) if named else {}
        found: dict[int, list[Any]] = defaultdict(list)
        for pathway, program in named:
            if program in known:
                found[pathway].append(known[program])
        return {pk: {"programs": found[pk]} for pk in pks}


# No column of the row from which a document could tell what it takes.
@extend_schema_field({"type": "string", "description": _NOT_LOOKED_AT})
class _NotLookedAt(CatalogFilter):
    """A parameter of discovery that asks for what is so here in any case."""

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        return qs


class ProgramPathwayFilter(django_filters.FilterSet):
    """Filters of pathways of programs."""

    status = any_of(
        "status",
        read=partial(values.choice, "status", names=ProgramPathway.Status.values),
        label="Comma-separated; published where it is left out.",
    )
    pathway_type = any_of("pathway_type", read=partial(values.choice, "pathway_type", names=ProgramPathway.Type.values))
    program = any_of("program_rows", read=values.parse_uuid, label="Uuids of programs, comma-separated.", method="of_programs")
    exclude_utm = _NotLookedAt(read=str, label=_NOT_LOOKED_AT)
    ordering = ordering(id="id", name="name")

    def of_programs(self, rows: QuerySet, name: str, uuids: Any) -> QuerySet:
        """Those with one of the programs of which the user may know."""
        known = permissions.visible(self.request.user, Program.objects.filter(uuid__in=uuids)).order_by()
        return rows.filter(pk__in=ProgramPathwayProgram.objects.filter(program__in=known).values("pathway_id"))


class ProgramPathwayViewSet(ResourceViewSet):
    """
    Pathways of programs, by uuid, with the fields of discovery's `pathways/`.

    Lists have the published ones, unless `status` asks for others. Those that are not published are there for whoever may view
    pathways of programs.
    """

    http_method_names = ["get", "head"]
    model = ProgramPathway
    reader = ProgramPathwayReader
    filterset_class: Any = ProgramPathwayFilter
    lookup_field = "uuid"
    minimal_fields = ("id", "uuid", "name")

    def rows(self) -> QuerySet[ProgramPathway]:
        rows = super().rows()
        return rows if self.action != "list" or "status" in self.request.query_params else rows.published()
