"""
What goes over the wire. Readers make dicts of flat rows by hand, which is several times faster than models and declared
fields; the declared fields are the schema. Writers check types only: what may be stored, the API says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from organizations.models import Organization
from rest_framework import serializers

from ... import keys
from ...data import SCHEDULE_DATES
from ...models_api import CatalogCourse, CourseRun
from ...routing import rows_of

# What is longer is not even listed as invalid.
MOST_KEY = 8190
# Of what nobody has asked for, an answer names so many.
MOST_NAMED = 20
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


def instant(moment: Any) -> str | None:
    """ISO 8601 in UTC, microseconds where there are any."""
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


class Reader(serializers.Serializer):
    """A serializer that only writes out, and every field only where ``?fields`` and ``?view`` let it."""

    model: Any = None
    columns: tuple[str, ...] = ()

    @classmethod
    def read(cls, pks: Sequence[int], viewer: Any = None) -> list[dict[str, Any]]:
        """
        The representations of these rows, in this order, by one query; what is gone meanwhile is left out.

        What stands within them, and is not to be known of by whoever asks (`viewer`), is left out, too.

        By id: a page that is sorted and joined in one statement is read by MariaDB from the smallest table on.
        """
        rows = rows_of(cls.model).filter(pk__in=pks).order_by().values_list("pk", *cls.columns)
        found = {row[0]: row[1:] for row in rows}
        return [cls.represent(*found[pk]) for pk in pks if pk in found]

    @staticmethod
    def represent(*values: Any) -> dict[str, Any]:
        """The representation of the values of `columns`."""
        raise NotImplementedError  # pragma: no cover

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for field in fields.values():
            field.required = False
        return fields


class OrganizationReader(Reader):
    """An organization."""

    model = Organization
    columns = ("short_name", "name", "description", "active", "created", "modified")

    short_name = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField(allow_null=True)
    active = serializers.BooleanField()
    created = serializers.DateTimeField()
    modified = serializers.DateTimeField()

    @staticmethod
    def represent(*values: Any) -> dict[str, Any]:
        short_name, name, description, active, created, modified = values
        return {
            "short_name": short_name,
            "name": name,
            "description": description,
            "active": active,
            "created": instant(created),
            "modified": instant(modified),
        }


class CatalogCourseReader(Reader):
    """A catalog course."""

    model = CatalogCourse
    columns = ("uuid", "org__short_name", "course_code", "title", "language", "created", "modified")

    uuid = serializers.UUIDField(allow_null=True)
    key = serializers.CharField(help_text="catalog-course:{org_code}:{course_code}")
    org_code = serializers.CharField()
    course_code = serializers.CharField()
    title = serializers.CharField()
    language = serializers.CharField()
    created = serializers.DateTimeField()
    modified = serializers.DateTimeField(allow_null=True)

    @staticmethod
    def represent(*values: Any) -> dict[str, Any]:
        uuid, org_code, course_code, title, language, created, modified = values
        return {
            "uuid": str(uuid) if uuid else None,
            "key": keys.format_key_str(org_code, course_code),
            "org_code": org_code,
            "course_code": course_code,
            "title": title,
            "language": language,
            "created": instant(created),
            "modified": instant(modified),
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

    model = CourseRun
    columns = (
        "uuid", "course_key__text", "run_code", "title", "association", "created", "modified",
        "catalog_course__uuid", "catalog_course__org__short_name", "catalog_course__course_code", "catalog_course__title",
        "catalog_course__language", "withdrawal__at", "schedule__pacing", *(f"schedule__{name}" for name in SCHEDULE_DATES),
    )  # fmt: skip

    uuid = serializers.UUIDField(allow_null=True)
    course_key = serializers.CharField()
    run_code = serializers.CharField()
    title = serializers.CharField()
    association = serializers.ChoiceField(["implicit", "explicit"])
    catalog_course = CourseOfRunReader()
    schedule = ScheduleReader()
    withdrawn_at = serializers.DateTimeField(allow_null=True, help_text="When its content was deleted upstream, else null.")
    created = serializers.DateTimeField()
    modified = serializers.DateTimeField(allow_null=True)

    @staticmethod
    def represent(*values: Any) -> dict[str, Any]:
        uuid, course_key, run_code, title, association, created, modified, *rest = values
        course_uuid, org_code, course_code, course_title, language, withdrawn_at, pacing, *dates = rest
        return {
            "uuid": str(uuid) if uuid else None,
            "course_key": course_key,
            "run_code": run_code,
            "title": title,
            "association": association,
            "catalog_course": {
                "uuid": str(course_uuid) if course_uuid else None,
                "key": keys.format_key_str(org_code, course_code),
                "title": course_title,
                "language": language,
            },
            "schedule": {**dict(zip(SCHEDULE_DATES, map(instant, dates), strict=True)), "pacing": pacing or ""},
            "withdrawn_at": instant(withdrawn_at),
            "created": instant(created),
            "modified": instant(modified),
        }


class Writer(serializers.Serializer):
    """A serializer that only reads in: fields it does not know are refused by name."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))[:MOST_NAMED]):
            raise serializers.ValidationError({keys.shorten(name, 60): ["This cannot be written."] for name in unknown})
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """A JSON string as it is: no numbers, no trimming. What may be stored, the API says."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if self.max_length is not None and len(data) > self.max_length:
            # Before DRF's own validators, which read every character.
            self.fail("max_length", max_length=self.max_length)
        return data


class Texts(serializers.ListField):
    """A list of at most so many texts, each of at most so many characters; whoever sends more gets no text looked at."""

    def __init__(self, *, most: int, longest: int, **kwargs: Any) -> None:
        blank = kwargs.pop("allow_blank", False)
        self.most = most
        super().__init__(child=Text(max_length=longest, allow_blank=blank), max_length=most, **kwargs)

    def to_internal_value(self, data: Any) -> list[str]:
        if isinstance(data, list) and len(data) > self.most:
            self.fail("max_length", max_length=self.most)
        return super().to_internal_value(data)


class Truth(serializers.BooleanField):
    """true or false, and nothing that could be taken for them."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class UUIDText(serializers.UUIDField):
    """A UUID as a text; DRF's takes a number, too."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class OrganizationWriter(Writer):
    """An organization to create."""

    short_name = Text(max_length=255)
    name = Text(max_length=255, required=False)
    description = Text(allow_null=True, allow_blank=True, required=False)
    active = Truth(required=False)


class OrganizationPatch(OrganizationWriter):
    """Changes of an organization."""

    short_name = Text(max_length=255, required=False)


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

    course_keys = Texts(most=1000, longest=MOST_KEY, allow_blank=True)


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
