"""What of course catalogs goes over the wire; see the core's serializers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers
from rest_framework.renderers import JSONRenderer

from openedx_catalog.lib import permissions
from openedx_catalog.lib.rest.serializers import TimestampedReader

from ...api import viewers_of
from ...models_api import CourseCatalog

_KEPT = "Whole; null for whoever may not view all course catalogs."


class CourseCatalogReader(TimestampedReader):
    """A stored catalog query."""

    model = CourseCatalog
    told_by_the_clock = ("count",)

    uuid = serializers.UUIDField()
    name = serializers.CharField()
    query = serializers.CharField()
    include_archived = serializers.BooleanField(help_text="Whether courses of which every run has ended are in it.")
    viewers = serializers.ListField(
        source="*", child=serializers.CharField(), allow_null=True, help_text=f"Usernames of who sees it. {_KEPT}"
    )
    viewer_groups = serializers.ListField(
        source="*", child=serializers.CharField(), allow_null=True, help_text=f"Groups whose members see it. {_KEPT}"
    )
    count = serializers.IntegerField(
        source="*", allow_null=True, help_text="How many courses it has that you may see. Null in lists, and if it is broken."
    )

    @classmethod
    def related(cls, pks: Sequence[int], viewer: Any) -> dict[int, dict[str, Any]]:
        """Two queries, none for whoever sees no viewers. The count is that of one, and the view's."""
        found: dict[int, Any] = (
            viewers_of(pks) if permissions.can_view(viewer, CourseCatalog) else dict.fromkeys(pks, (None, None))
        )
        return {pk: {"viewers": users, "viewer_groups": groups, "count": None} for pk, (users, groups) in found.items()}


class ContainsReader(serializers.Serializer):
    """Whether each of the keys, as it was given, is in it."""

    courses = serializers.DictField(child=serializers.BooleanField())


class CsvRenderer(JSONRenderer):
    """So that who accepts CSV alone is answered. The file itself is no answer of a renderer; an error is JSON."""

    media_type, format = "text/csv", "csv"
