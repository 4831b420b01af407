"""The types of courses and runs, and the modes of runs, in their representations and bodies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django_filters import Filter
from rest_framework import serializers

from openedx_catalog.data import RunMode
from openedx_catalog.exceptions import InvalidValue
from openedx_catalog.lib.rest.serializers import Text, Truth
from openedx_catalog.lib.values import iso_instant
from openedx_catalog.models_api import CourseRun
from openedx_catalog.rest_api.v1.extending import CourseFields, RunFields

from ... import api
from ...models_api import CourseRunType, CourseRunTyping, CourseType, CourseTyping
from . import filters
from .writers import SLUG


class ModeOfRunReader(serializers.Serializer):
    """A mode in which learners take a run, and what it costs."""

    slug = serializers.CharField()
    price = serializers.CharField(help_text="Exact, e.g. 49.00.")
    currency = serializers.CharField()
    upgrade_deadline = serializers.DateTimeField(allow_null=True, help_text="Until when it can be chosen; null for always.")


def _shown_type() -> serializers.Field:
    return serializers.CharField(source="*", allow_null=True, help_text="The slug of its type; null for none.")


def _written_type() -> serializers.Field:
    help_text = "The slug of its type; null takes it away."
    return Text(required=False, allow_null=True, max_length=SLUG, help_text=help_text)


class CourseTypeFields(CourseFields):
    """What a course is sold as."""

    model = CourseTyping
    shown: ClassVar[dict[str, serializers.Field]] = {"course_type": _shown_type()}
    written: ClassVar[dict[str, serializers.Field]] = {"course_type": _written_type()}
    filters: ClassVar[dict[str, Filter]] = {"course_type": filters.of_course_type}

    @classmethod
    def read(cls, pks: Sequence[int], viewer: Any) -> Mapping[int, Mapping[str, Any]]:
        return {pk: {"course_type": slug} for pk, slug in api.get_course_types_of(pks).items()}

    @classmethod
    def write(cls, name: str, values: dict[str, Any], provenance: dict[str, Any]) -> None:
        given = values["course_type"]
        _existing(CourseType, "course_type", lambda: api.set_course_type(name, given, **provenance))


class CourseRunTypeFields(RunFields):
    """Which tracks a run has."""

    model = CourseRunTyping
    shown: ClassVar[dict[str, serializers.Field]] = {
        "course_run_type": _shown_type(),
        "modes": ModeOfRunReader(
            source="*",
            many=True,
            allow_null=True,
            help_text="The modes of its type; without a type those that services have said, null where none has.",
        ),
    }
    written: ClassVar[dict[str, serializers.Field]] = {
        "course_run_type": _written_type(),
        "allow_mismatch": Truth(
            required=False, help_text="Whether the type may be none of those of its course's. It goes with the type."
        ),
    }
    filters: ClassVar[dict[str, Filter]] = {"course_run_type": filters.of_course_run_type, "mode": filters.with_mode}

    @classmethod
    def read(cls, pks: Sequence[int], viewer: Any) -> Mapping[int, Mapping[str, Any]]:
        """Four queries, one more in an LMS."""
        columns = ("pk", "course_key__text", "course_run_typing__course_run_type__slug")
        rows = list(CourseRun.objects.filter(pk__in=pks).values_list(*columns))
        modes = api.modes_of_runs([key for _pk, key, _slug in rows])
        return {
            pk: {"course_run_type": slug, "modes": [_shown(mode) for mode in modes[key]] if key in modes else None}
            for pk, key, slug in rows
        }

    @classmethod
    def write(cls, name: str, values: dict[str, Any], provenance: dict[str, Any]) -> None:
        if "course_run_type" not in values:
            reason = _("it goes with course_run_type, which is not given")
            raise InvalidValue(field="allow_mismatch", value=values["allow_mismatch"], reason=reason)
        given, allowed = values["course_run_type"], values.get("allow_mismatch", False)
        _existing(
            CourseRunType,
            "course_run_type",
            lambda: api.set_course_run_type(name, given, allow_mismatch=allowed, **provenance),
        )


def _shown(mode: RunMode) -> dict[str, Any]:
    known = {name: getattr(mode, name) for name in ("slug", "price", "currency")}
    return {**known, "upgrade_deadline": iso_instant(mode.upgrade_deadline)}


def _existing(model: Any, field: str, store: Callable[[], Any]) -> None:
    """Store what names a row by its slug. Raises ValidationError on the field where there is none."""
    try:
        store()
    except model.DoesNotExist as error:
        raise serializers.ValidationError({field: [str(error)]}) from error
