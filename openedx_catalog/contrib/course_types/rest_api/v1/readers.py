"""What of course types goes over the wire; see the core's serializers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, ClassVar

from rest_framework import serializers

from openedx_catalog.lib.rest.named import NamedReader
from openedx_catalog.lib.rest.serializers import Reader, TimestampedReader

from ...data import INCONSISTENT, MATCHED, UNMATCHED
from ...models_api import (
    CourseRunType,
    CourseRunTypeTrack,
    CourseType,
    CourseTypeEntitlement,
    CourseTypeOrganization,
    CourseTypeRunType,
    Mode,
    SeatType,
)


class SeatTypeReader(NamedReader):
    """A kind of product that a shop sells."""

    model = SeatType


class ModeReader(NamedReader):
    """A way to take a run, as the LMS has it."""

    model = Mode

    is_id_verified = serializers.BooleanField()
    is_credit_eligible = serializers.BooleanField()
    certificate_type = serializers.CharField(allow_blank=True, help_text="As the LMS calls it; empty for none.")
    payee = serializers.ChoiceField([*Mode.Payee.values, ""], help_text="Who is paid for it; empty where nobody has said.")


class TrackReader(Reader):
    """A mode, and the seat that is sold for it."""

    mode = serializers.CharField(help_text="Its slug.")
    seat_type = serializers.CharField(allow_null=True, help_text="Its slug; null where nothing is sold.")


class CourseRunTypeReader(TimestampedReader, NamedReader):
    """Which tracks a run has."""

    model = CourseRunType

    uuid = serializers.UUIDField()
    is_marketable = serializers.BooleanField()
    tracks = TrackReader(many=True)

    @classmethod
    def related(cls, pks: Sequence[int], viewer: Any) -> dict[int, dict[str, Any]]:
        """One query, whatever the number of types."""
        rows = CourseRunTypeTrack.objects.filter(course_run_type__in=pks).order_by("track__mode_id", "pk")
        tracks: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for pk, mode, seat in rows.values_list("course_run_type_id", "track__mode__slug", "track__seat_type__slug"):
            tracks[pk].append({"mode": mode, "seat_type": seat})
        return {pk: {"tracks": tracks[pk]} for pk in pks}


def _texts(help_text: str) -> serializers.ListField:
    return serializers.ListField(source="*", child=serializers.CharField(), help_text=help_text)


class CourseTypeReader(TimestampedReader, NamedReader):
    """What a course is sold as, which types its runs may have, and for whose courses it is."""

    model = CourseType

    uuid = serializers.UUIDField()
    course_run_types = _texts("Slugs, in order.")
    entitlement_types = _texts("Slugs of the seat types that are sold for the course.")
    organizations = _texts("short_names of those whose courses may have it; none: all may.")
    # The table of each, the name that is shown, and their order.
    links: ClassVar[dict[str, tuple[Any, ...]]] = {
        "course_run_types": (CourseTypeRunType, "course_run_type__slug", "position", "pk"),
        "entitlement_types": (CourseTypeEntitlement, "seat_type__slug", "seat_type_id"),
        "organizations": (CourseTypeOrganization, "organization__short_name", "pk"),
    }

    @classmethod
    def related(cls, pks: Sequence[int], viewer: Any) -> dict[int, dict[str, Any]]:
        """Three queries, whatever the number of types."""
        found: dict[int, dict[str, Any]] = {pk: {name: [] for name in cls.links} for pk in pks}
        for field, (model, name, *order) in cls.links.items():
            rows = model.objects.filter(course_type__in=pks).order_by(*order)
            for pk, text in rows.values_list("course_type_id", name):
                found[pk][field].append(text)
        return found


class CourseMatchReader(serializers.Serializer):
    """What matching found for a course that is not as it was; `code` and `reason` say why it has no fitting type."""

    key_str = serializers.CharField()
    outcome = serializers.ChoiceField([MATCHED, UNMATCHED, INCONSISTENT])
    course_type = serializers.CharField(allow_blank=True, help_text="The slug of its type, where it is matched.")
    run_types = serializers.DictField(child=serializers.CharField(), help_text="Slugs by course keys: of runs that got a type.")
    code = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    unfitting = serializers.DictField(child=serializers.CharField(), help_text="Why no type fits these runs, by course key.")


class MatchReportReader(serializers.Serializer):
    """How many courses have which outcome, and those of them that are not unchanged."""

    dry_run = serializers.BooleanField()
    counts = serializers.DictField(child=serializers.IntegerField())
    courses = CourseMatchReader(many=True)
