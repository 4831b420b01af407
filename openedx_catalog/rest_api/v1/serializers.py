"""
What goes over the wire. Readers write dicts by hand, which is several times faster than declared fields; the declared
fields are the schema. Writers check types only: what may be stored, the API says.
"""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from ...data import SCHEDULE_DATES

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
    "created": "2026-01-31T10:00:00Z",
    "modified": "2026-01-31T10:00:00Z",
}


def _instant(moment: Any) -> str | None:
    """ISO 8601 in UTC, microseconds where there are any."""
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


class Reader(serializers.Serializer):
    """A serializer that only writes out."""

    def to_representation(self, instance: Any) -> dict[str, Any]:
        raise NotImplementedError  # pragma: no cover


class OrganizationReader(Reader):
    """An organization."""

    short_name = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField(allow_null=True)
    active = serializers.BooleanField()
    created = serializers.DateTimeField()
    modified = serializers.DateTimeField()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return {
            "short_name": instance.short_name,
            "name": instance.name,
            "description": instance.description,
            "active": instance.active,
            "created": _instant(instance.created),
            "modified": _instant(instance.modified),
        }


class CatalogCourseReader(Reader):
    """A catalog course."""

    uuid = serializers.UUIDField(allow_null=True)
    key = serializers.CharField(help_text="catalog-course:{org_code}:{course_code}")
    org_code = serializers.CharField()
    course_code = serializers.CharField()
    title = serializers.CharField()
    language = serializers.CharField()
    created = serializers.DateTimeField()
    modified = serializers.DateTimeField(allow_null=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return {
            "uuid": str(instance.uuid) if instance.uuid else None,
            "key": instance.key_str,
            "org_code": instance.org_code,
            "course_code": instance.course_code,
            "title": instance.title,
            "language": instance.language,
            "created": _instant(instance.created),
            "modified": _instant(instance.modified),
        }


class CourseOfRunReader(serializers.Serializer):
    """The catalog course of a run."""

    uuid = serializers.UUIDField(allow_null=True)
    key = serializers.CharField()
    title = serializers.CharField()
    language = serializers.CharField()


class ScheduleReader(serializers.Serializer):
    """When a run takes place and is open for enrollment."""

    start = serializers.DateTimeField(allow_null=True)
    end = serializers.DateTimeField(allow_null=True)
    enrollment_start = serializers.DateTimeField(allow_null=True)
    enrollment_end = serializers.DateTimeField(allow_null=True)
    pacing = serializers.ChoiceField(["instructor", "self", ""])


@extend_schema_serializer(examples=[OpenApiExample("A run", value=_RUN, response_only=True)])
class CourseRunReader(Reader):
    """A course run with its catalog course and its schedule (all null where it has none)."""

    uuid = serializers.UUIDField(allow_null=True)
    course_key = serializers.CharField()
    run_code = serializers.CharField()
    title = serializers.CharField()
    association = serializers.ChoiceField(["implicit", "explicit"])
    catalog_course = CourseOfRunReader()
    schedule = ScheduleReader()
    created = serializers.DateTimeField()
    modified = serializers.DateTimeField(allow_null=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        course, schedule = instance.catalog_course, getattr(instance, "schedule", None)
        return {
            "uuid": str(instance.uuid) if instance.uuid else None,
            "course_key": str(instance.course_key),
            "run_code": instance.run_code,
            "title": instance.title,
            "association": str(instance.association),
            "catalog_course": {
                "uuid": str(course.uuid) if course.uuid else None,
                "key": course.key_str,
                "title": course.title,
                "language": course.language,
            },
            "schedule": {
                **{name: _instant(getattr(schedule, name, None)) for name in SCHEDULE_DATES},
                "pacing": getattr(schedule, "pacing", ""),
            },
            "created": _instant(instance.created),
            "modified": _instant(instance.modified),
        }


class Writer(serializers.Serializer):
    """A serializer that only reads in: fields it does not know are refused by name."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            raise serializers.ValidationError({name: ["This cannot be written."] for name in unknown})
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """A JSON string as it is: no numbers, no trimming. What may be stored, the API says."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return data


class OrganizationWriter(Writer):
    """An organization to create."""

    short_name = Text(max_length=255)
    name = Text(max_length=255, required=False)
    description = Text(allow_null=True, allow_blank=True, required=False)
    active = serializers.BooleanField(required=False)


class OrganizationPatch(OrganizationWriter):
    """Changes of an organization."""

    short_name = Text(max_length=255, required=False)


class CatalogCourseWriter(Writer):
    """A catalog course to create; its organization is created too, if edx-organizations may."""

    org_code = Text(max_length=255)
    course_code = Text(max_length=255)
    title = Text(allow_blank=True, required=False)
    language = Text(max_length=64, required=False)
    uuid = serializers.UUIDField(required=False)


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

    course_keys = serializers.ListField(child=Text(max_length=1000), max_length=1000)


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
