"""What of organizations, courses and runs goes over the wire."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from organizations.models import Organization
from rest_framework import serializers

from ... import keys
from ...lib.rest.serializers import MAX_KEY, Reader, Text, Texts, Truth, UUIDText, Writer
from ...models_api import CatalogCourse, CourseRun

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
    "withdrawn_at": None,
    "created": "2026-01-31T10:00:00Z",
    "modified": "2026-01-31T10:00:00Z",
}


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


class CatalogCourseReader(CourseReader):
    """A catalog course."""

    org_code = serializers.CharField(source="org.short_name")
    course_code = serializers.CharField()
    language = serializers.CharField()
    created = serializers.DateTimeField()
    modified = serializers.DateTimeField(allow_null=True)


class CourseOfRunReader(CourseReader):
    """The catalog course of a run."""

    language = serializers.CharField()


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
    withdrawn_at = serializers.DateTimeField(
        source="withdrawal.at", allow_null=True, help_text="When its content was deleted upstream, else null."
    )
    created = serializers.DateTimeField()
    modified = serializers.DateTimeField(allow_null=True)


class OrganizationWriter(Writer):
    """An organization to create."""

    short_name = Text(max_length=255)
    name = Text(max_length=255, required=False)
    description = Text(allow_null=True, allow_blank=True, required=False)
    active = Truth(required=False)


class CatalogCourseWriter(Writer):
    """A catalog course to create; its organization is created too, if edx-organizations may."""

    org_code = Text(max_length=255)
    course_code = Text(max_length=255)
    title = Text(allow_blank=True, required=False)
    language = Text(max_length=64, required=False)
    uuid = UUIDText(required=False)


class CatalogCoursePatch(Writer):
    """Changes of a catalog course. Its code: `rename`."""

    title = Text(required=False)
    language = Text(max_length=64, required=False)


class ScheduleWriter(Writer):
    """The dates given; null empties one, an absent one stays. ISO 8601 with an offset."""

    start = Text(allow_null=True, required=False)
    end = Text(allow_null=True, required=False)
    enrollment_start = Text(allow_null=True, required=False)
    enrollment_end = Text(allow_null=True, required=False)
    pacing = Text(allow_null=True, allow_blank=True, required=False)


class CourseRunWriter(Writer):
    """A run to create; `catalog_course` (a key) makes its association explicit."""

    course_key = Text(max_length=255)
    title = Text(allow_blank=True, required=False)
    language = Text(max_length=64, required=False, help_text="Of the catalog course, where this creates it.")
    schedule = ScheduleWriter(required=False)
    catalog_course = Text(max_length=600, required=False)


class CourseRunPatch(Writer):
    """Changes of a run. Its catalog course: `move`."""

    title = Text(required=False)
    schedule = ScheduleWriter(required=False)


class MoveWriter(Writer):
    """Where a run goes, and why."""

    catalog_course = Text(max_length=600)
    reason = Text()


class MergeWriter(Writer):
    """Which catalog course survives, and why."""

    into = Text(max_length=600)
    reason = Text()


class RenameWriter(Writer):
    """The new code, and why."""

    course_code = Text(max_length=255)
    reason = Text()


class ResolveWriter(Writer):
    """Which runs to resolve."""

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
    """The answer: runs by the key as it was given; keys of no run; and what is no key."""

    runs = serializers.DictField(child=ResolvedReader())
    unknown = serializers.ListField(child=serializers.CharField())
    invalid = serializers.ListField(child=serializers.CharField())
