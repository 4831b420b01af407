"""What is taken over the wire of course types; types only, as the core's writers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from openedx_catalog.lib.rest.named import NamedWriter
from openedx_catalog.lib.rest.serializers import Items, Text, Texts, Truth, UUIDText, Writer

SLUG = 64
# What matching looks up one by one.
MAX_MISMATCHES = 50


class SeatTypeWriter(NamedWriter):
    """A seat type to create; the slug follows from the name unless given."""


class ModeWriter(NamedWriter):
    """A mode to create, with the slug that the LMS has for it; it follows from the name unless given."""

    is_id_verified = Truth(required=False)
    is_credit_eligible = Truth(required=False)
    certificate_type = Text(max_length=64, allow_blank=True, required=False)
    payee = Text(max_length=16, allow_blank=True, required=False, help_text="platform, organization, or nothing.")


class TrackWriter(Writer):
    """A mode, and the seat that is sold for it, by their slugs."""

    mode = Text(max_length=SLUG)
    seat_type = Text(max_length=SLUG, allow_null=True, help_text="null where nothing is sold.")


class CourseRunTypeWriter(NamedWriter):
    """A type of runs to create, or its changes; tracks are given whole."""

    uuid = UUIDText(required=False)
    tracks = Items(TrackWriter, max_items=100, required=False)
    is_marketable = Truth(required=False)


class CourseTypeWriter(NamedWriter):
    """A type of courses to create, or its changes; lists are given whole, run types in order."""

    uuid = UUIDText(required=False)
    course_run_types = Texts(max_items=100, max_length=SLUG, required=False, help_text="Slugs.")
    entitlement_types = Texts(max_items=100, max_length=SLUG, required=False, help_text="Slugs of seat types.")
    organizations = Texts(max_items=100, max_length=255, required=False, help_text="short_names; none: for all.")


class MatchWriter(Writer):
    """The courses that get types, by uuid or key."""

    courses = Texts(max_items=1000, max_length=600)
    mismatches = serializers.DictField(
        child=Texts(max_items=MAX_MISMATCHES, max_length=SLUG),
        required=False,
        help_text="Run types that runs of a course type may have besides its own; slugs by slugs.",
    )
    dry_run = Truth(required=False, help_text="Report what would be done, and write nothing.")

    def validate_mismatches(self, value: dict[str, Any]) -> dict[str, Any]:
        """Not more in all than may be looked up one by one."""
        found = len(value) + sum(map(len, value.values()))
        if found > MAX_MISMATCHES:
            text = _("Expected at most %(limit)d values, got %(found)d.")
            raise serializers.ValidationError(text % {"limit": MAX_MISMATCHES, "found": found})
        return value
