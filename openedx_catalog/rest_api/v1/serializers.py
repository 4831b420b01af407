"""What of organizations, courses and runs goes over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from organizations.models import Organization
from rest_framework import serializers

from ... import keys
from ...data import SCHEDULE_DATES, ScheduleData
from ...lib.rest.serializers import MAX_KEY, Items, Reader, Text, Texts, Truth, UUIDText, Writer
from ...models_api import CatalogCourse, CourseRun, DeletedRunKey
from ...policies import date_window
from .extending import all_course_fields, all_run_fields, showing_extensions, taking_extensions

_RUN = {
    "uuid": "2a2b24c2-5f4b-4f0e-9d5e-0f2f4e2a7a11",
    "course_key": "course-v1:MITx+14.100x+3T2017",
    "run_code": "3T2017",
    "title": "Microeconomics",
    "association": "implicit",
    "catalog_course": {
        "uuid": "7d3a1a3c-6f6b-4d8c-8d55-0a4a9c1fd0b2",
        "key": "catalog-course:MITx:14.100x",
        "title": "Microeconomics",
        "language": "en",
    },
    "schedule": {
        "start": "2017-09-05T14:00:00Z",
        "end": "2017-12-20T23:00:00Z",
        "enrollment_start": None,
        "enrollment_end": None,
        "pacing": "instructor",
    },
    "status": "archived",
    "enrollable": False,
    "withdrawn_at": None,
    "created": "2026-01-31T10:00:00Z",
    "modified": "2026-01-31T10:00:00Z",
}


_CREATES = "Whether a catalog course that does not exist is created; else it is refused. Default: false."
_NAMED = "Its uuid or key."


class OrganizationReader(Reader):
    """An organization."""

    model = Organization

    short_name = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField(allow_null=True)
    active = serializers.BooleanField()
    created = serializers.DateTimeField()
    modified = serializers.DateTimeField()


class CourseReader(Reader):
    """What names a catalog course, within another row."""

    model = CatalogCourse
    also = ("org__short_name", "course_code")

    uuid = serializers.UUIDField(allow_null=True)
    key = serializers.CharField(source="*", help_text="catalog-course:{org_code}:{course_code}")
    title = serializers.CharField()

    @classmethod
    def represent(cls, row: dict[str, Any], at: str = "") -> dict[str, Any]:
        key = keys.format_key_str(row[f"{at}org__short_name"], row[f"{at}course_code"])
        return {**super().represent(row, at), "key": key}


@showing_extensions(all_course_fields)
class CatalogCourseReader(CourseReader):
    """A catalog course."""

    org_code = serializers.CharField(source="org.short_name")
    course_code = serializers.CharField()
    language = serializers.CharField(help_text="Empty if it is not set.")
    created = serializers.DateTimeField()
    modified = serializers.DateTimeField(allow_null=True)


class CourseOfRunReader(CourseReader):
    """The catalog course of a run."""

    language = serializers.CharField(help_text="Empty if it is not set.")


class ScheduleReader(Reader):
    """When a run takes place and is open for enrollment."""

    start = serializers.DateTimeField(allow_null=True)
    end = serializers.DateTimeField(allow_null=True)
    enrollment_start = serializers.DateTimeField(allow_null=True)
    enrollment_end = serializers.DateTimeField(allow_null=True)
    pacing = serializers.ChoiceField(["instructor", "self", ""])

    @classmethod
    def represent(cls, row: dict[str, Any], at: str = "") -> dict[str, Any]:
        found = super().represent(row, at)
        return {**found, "pacing": found["pacing"] or ""}


@showing_extensions(all_run_fields)
@extend_schema_serializer(examples=[OpenApiExample("A run", value=_RUN, response_only=True)])
class CourseRunReader(Reader):
    """A course run with its catalog course and its schedule (all null where it has none)."""

    model = CourseRun

    uuid = serializers.UUIDField(allow_null=True)
    course_key = serializers.CharField(source="course_key__text")
    run_code = serializers.CharField()
    title = serializers.CharField()
    association = serializers.ChoiceField(["implicit", "explicit"])
    catalog_course = CourseOfRunReader()
    schedule = ScheduleReader()
    # No choices: beside the status of a program, an OpenAPI document would have to be told two names for them.
    status = serializers.CharField(
        source="*", help_text="What the dates say, now or at ?at: archived, current, starting_soon or upcoming."
    )
    enrollable = serializers.BooleanField(source="*", help_text="Whether learners can enroll, now or at ?at.")
    withdrawn_at = serializers.DateTimeField(
        source="withdrawal.at", allow_null=True, help_text="When its content was deleted upstream, else null."
    )
    created = serializers.DateTimeField()
    modified = serializers.DateTimeField(allow_null=True)

    told_by_the_clock = ("status", "enrollable")

    @classmethod
    def represent(cls, row: dict[str, Any], at: str = "", moment: datetime | None = None) -> dict[str, Any]:
        """`moment` is the instant for what the dates say."""
        moment, window = moment or timezone.now(), date_window()
        dates = ScheduleData(**{name: row[f"{at}schedule__{name}"] for name in SCHEDULE_DATES})
        may_enroll = row[f"{at}withdrawal__at"] is None and window.is_enrollable(dates, moment)
        found = super().represent(row, at)
        # In the order of the fields.
        said = {"status": window.status(dates, moment), "enrollable": may_enroll}
        known = {**said, **found}
        return {name: known[name] for name in cls._declared_fields if name in known}


class OrganizationWriter(Writer):
    """An organization to create."""

    short_name = Text(max_length=255)
    name = Text(max_length=255, required=False)
    description = Text(allow_null=True, allow_blank=True, required=False)
    active = Truth(required=False)


class _OfCourse(Writer):
    """What is written of a catalog course."""

    language = Text(
        max_length=64,
        required=False,
        allow_blank=True,
        allow_null=True,
        help_text='Such as "en", "fr-ca" or "fil"; null unsets it.',
    )

    def validate_language(self, value: str | None) -> str:
        """Null is unset, as an empty text is."""
        return value or ""


@taking_extensions(all_course_fields)
class CatalogCourseWriter(_OfCourse):
    """A catalog course to create; its organization is created too, if edx-organizations may."""

    org_code = Text(max_length=255)
    course_code = Text(max_length=255)
    title = Text(allow_blank=True, required=False)
    uuid = UUIDText(required=False)


@taking_extensions(all_course_fields)
class CatalogCoursePatch(_OfCourse):
    """Changes of a catalog course. Its code: `rename`."""

    title = Text(required=False)


class ScheduleWriter(Writer):
    """The dates given; null empties one, an absent one stays. ISO 8601 with an offset."""

    start = Text(allow_null=True, required=False)
    end = Text(allow_null=True, required=False)
    enrollment_start = Text(allow_null=True, required=False)
    enrollment_end = Text(allow_null=True, required=False)
    pacing = Text(allow_null=True, allow_blank=True, required=False)


@taking_extensions(all_run_fields)
class CourseRunWriter(Writer):
    """
    A run to create: of a `course_key`, or the next one of the course `next_for`, whose key is found then.

    `catalog_course` (a uuid or a key) makes its association explicit.
    """

    course_key = Text(max_length=255, required=False)
    next_for = Text(max_length=600, required=False, help_text=f"Instead of a key: the course whose next run it is. {_NAMED}")
    term = Text(
        max_length=255,
        required=False,
        help_text="With next_for: the run part of the key, instead of the third of the year and the year of the start.",
    )
    title = Text(allow_blank=True, required=False)
    language = Text(
        max_length=64,
        required=False,
        allow_blank=True,
        allow_null=True,
        help_text="Of the catalog course, where it has none yet.",
    )
    schedule = ScheduleWriter(required=False)
    catalog_course = Text(max_length=600, required=False)
    create_catalog_course = Truth(required=False, help_text=_CREATES)


@taking_extensions(all_run_fields)
class CourseRunPatch(Writer):
    """Changes of a run. Its catalog course: `move`."""

    title = Text(required=False)
    schedule = ScheduleWriter(required=False)


class ReasonedWriter(Writer):
    """What overrides what keys say: it has a reason."""

    reason = Text()


class MoveWriter(ReasonedWriter):
    """Where a run goes, and why."""

    catalog_course = Text(max_length=600, help_text=_NAMED)


class MoveItem(Writer):
    """A run, by key or uuid, and the catalog course that it goes to, by key or uuid."""

    course_run = Text(max_length=MAX_KEY)
    catalog_course = Text(max_length=MAX_KEY)


class MoveManyWriter(ReasonedWriter):
    """Up to 1,000 runs and where they go, and why."""

    moves = Items(MoveItem, max_items=1000)


class FollowWriter(Writer):
    """Nothing but why."""


class MoveOutcomeReader(serializers.Serializer):
    """What became of one of them; `line` counts from 1, `before` and `after` are keys of catalog courses."""

    line = serializers.IntegerField()
    course_run = serializers.CharField()
    outcome = serializers.ChoiceField(["moved", "confirmed", "unchanged", "skipped", "conflict", "invalid"])
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)
    code = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)


class MoveReportReader(serializers.Serializer):
    """What became of all: how many have which outcome, and each of them, in the order of the request."""

    outcomes = serializers.DictField(child=serializers.IntegerField())
    rows = MoveOutcomeReader(many=True)


class DeletedRunReader(Reader):
    """The key of a run that was deleted for good, what the run was, and who deleted it, when and why."""

    model = DeletedRunKey

    course_key = serializers.CharField()
    title = serializers.CharField()
    association = serializers.ChoiceField(["implicit", "explicit"])
    run_uuid = serializers.UUIDField(allow_null=True)
    catalog_course_uuid = serializers.UUIDField(allow_null=True)
    at = serializers.DateTimeField()
    # DRF takes the fields out of the class: `source` of a serializer stays what it is.
    source = serializers.CharField()  # type: ignore[assignment]
    reason = serializers.CharField(allow_blank=True)
    user_name = serializers.CharField(allow_blank=True)


class RestoreWriter(ReasonedWriter):
    """Why it comes back; `recreate` false only forgets that it was deleted."""

    recreate = Truth(required=False)


class MergeWriter(ReasonedWriter):
    """Which catalog course survives, and why."""

    into = Text(max_length=600, help_text=_NAMED)


class RenameWriter(ReasonedWriter):
    """The new code, and why."""

    course_code = Text(max_length=255)


class ResolveWriter(Writer):
    """Which runs to resolve, by key or uuid."""

    course_keys = Texts(max_items=1000, max_length=MAX_KEY, allow_blank=True)


class ResolvedReader(serializers.Serializer):
    """A run and its catalog course."""

    course_key = serializers.CharField()
    run_title = serializers.CharField()
    association = serializers.CharField()
    catalog_course_uuid = serializers.CharField(allow_blank=True)
    key_str = serializers.CharField()
    org_code = serializers.CharField()
    course_code = serializers.CharField()
    catalog_course_title = serializers.CharField()


class ResolveReader(serializers.Serializer):
    """The answer: runs by the key or uuid as it was given; those of no run; and what is neither."""

    runs = serializers.DictField(child=ResolvedReader())
    unknown = serializers.ListField(child=serializers.CharField())
    invalid = serializers.ListField(child=serializers.CharField())
