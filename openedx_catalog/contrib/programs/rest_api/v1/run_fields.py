"""The external key of a course run, in its representation and its bodies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework import serializers

from openedx_catalog.data import UNSET
from openedx_catalog.exceptions import InvalidValue
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
        ),
        "external_course_key_source": serializers.CharField(
            source="*", allow_null=True, help_text="Whose key that is, e.g. Banner; blank if nobody said, null without a key."
        ),
    }
    written: ClassVar[dict[str, serializers.Field]] = {
        "external_course_key": Text(
            required=False,
            allow_null=True,
            allow_blank=True,
            max_length=255,
            help_text="What its partner calls the run. Names one run within its course and its programs; null takes it away.",
        ),
        "external_course_key_source": Text(
            required=False, max_length=255, help_text="Whose key that is, e.g. Banner. It goes with the key."
        ),
    }

    @classmethod
    def read(cls, pks: Sequence[int], viewer: Any) -> Mapping[int, Mapping[str, Any]]:
        rows = ExternalCourseKey.objects.filter(run__in=pks)
        return {
            run: {"external_course_key": key, "external_course_key_source": source}
            for run, key, source in rows.values_list("run_id", "key", "source")
        }

    @classmethod
    def write(cls, course_key: str, values: dict[str, Any], provenance: dict[str, Any]) -> None:
        source = values.get("external_course_key_source", "")
        key = values.get("external_course_key", UNSET)
        if key is UNSET:
            key = api.get_external_course_keys([course_key]).get(course_key)
        if source and not key:
            reason = _("the run has no external key, and that is whose key it is")
            raise InvalidValue(field="external_course_key_source", value=source, reason=reason)
        api.set_external_course_key(course_key, key, key_source=source, **provenance)
