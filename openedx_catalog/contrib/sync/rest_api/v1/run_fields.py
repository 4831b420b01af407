"""Which sources do not list a run any more, in its representation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from rest_framework import serializers

from openedx_catalog.lib import permissions
from openedx_catalog.lib.values import iso_instant
from openedx_catalog.rest_api.v1.extending import RunFields

from ... import api
from ...data import NotListed
from ...models_api import RunSource


class NotListedReader(serializers.Serializer):
    """A source that does not list the run any more, and since when."""

    source: Any = serializers.CharField()
    since = serializers.DateTimeField()


class NotListedFields(RunFields):
    """What is not listed may be gone, or hidden from the user as whom the source is asked."""

    model = RunSource
    shown: ClassVar[dict[str, serializers.Field]] = {
        "not_listed_by": NotListedReader(
            source="*",
            many=True,
            allow_null=True,
            help_text="Sources that do not list the run any more; null for users who may not view which source has which run.",
        )
    }

    @classmethod
    def read(cls, pks: Sequence[int], viewer: Any) -> Mapping[int, Mapping[str, Any]]:
        if not permissions.can_view(viewer, RunSource):
            return {}
        missing = api.missing_from(pks)
        return {pk: {"not_listed_by": [_shown(each) for each in missing.get(pk, ())]} for pk in pks}


def _shown(each: NotListed) -> dict[str, Any]:
    return {"source": each.source, "since": iso_instant(each.since)}
