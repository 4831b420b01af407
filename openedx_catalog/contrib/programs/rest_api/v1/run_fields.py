"""The external key of a course run, in its representation and its bodies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from rest_framework import serializers

from openedx_catalog.lib.rest.serializers import Text
from openedx_catalog.rest_api.v1.extending import RunFields

from ... import api
from ...models_api import ExternalCourseKey


class ExternalKeyFields(RunFields):
    """What its partner calls a run."""

    model = ExternalCourseKey
    shown: ClassVar[dict[str, serializers.Field]] = {
        "external_course_key": serializers.CharField(
            source="*", allow_null=True, help_text="What its partner calls the run, e.g. MATH205-Fall20; null for none."
        )
    }
    written: ClassVar[dict[str, serializers.Field]] = {
        "external_course_key": Text(
            required=False,
            allow_null=True,
            allow_blank=True,
            max_length=255,
            help_text="What its partner calls the run. Names one run within its course and its programs; null takes it away.",
        )
    }

    @classmethod
    def read(cls, pks: Sequence[int], viewer: Any) -> Mapping[int, Mapping[str, Any]]:
        rows = ExternalCourseKey.objects.filter(run__in=pks)
        return {run: {"external_course_key": key} for run, key in rows.values_list("run_id", "key")}

    @classmethod
    def write(cls, course_key: str, values: dict[str, Any], provenance: dict[str, Any]) -> None:
        api.set_external_course_key(course_key, values["external_course_key"], **provenance)
