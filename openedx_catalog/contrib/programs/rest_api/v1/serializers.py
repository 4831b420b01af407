"""What of programs goes over the wire; see the core's module of the same name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from openedx_catalog import permissions
from openedx_catalog.keys import format_key_str
from openedx_catalog.models_api import CatalogCourse
from openedx_catalog.rest_api.v1.serializers import Reader, Text, Texts, Truth, UUIDText, Writer, instant

from ...api import reading
from ...models_api import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumProgramMembership,
    Degree,
    DegreeCost,
    DegreeDeadline,
    Program,
    ProgramOrganization,
    ProgramType,
)

_DATES = ("effective_at", "retired_at", "version")


class ProgramTypeReader(Reader):
    """A kind of program."""

    model = ProgramType
    columns = ("uuid", "name", "slug")

    uuid = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()

    @staticmethod
    def represent(*values: Any) -> dict[str, Any]:
        uuid, name, slug = values
        return {"uuid": str(uuid), "name": name, "slug": slug}


class CourseOfProgramReader(serializers.Serializer):
    """A catalog course."""

    uuid = serializers.UUIDField(allow_null=True)
    key = serializers.CharField()
    title = serializers.CharField()


class TypeOfProgramReader(serializers.Serializer):
    """The type of a program."""

    slug = serializers.CharField()
    name = serializers.CharField()


class ProgramReader(Reader):
    """A program with the courses that its curricula have now, in order."""

    model = Program
    columns = (
        "uuid", "title", "subtitle", "type__slug", "type__name", "status", "hidden", "marketing_slug", "readable_id",
        "degree__id", "created", "modified",
    )  # fmt: skip

    uuid = serializers.UUIDField()
    title = serializers.CharField()
    subtitle = serializers.CharField(allow_blank=True)
    type = TypeOfProgramReader()
    status = serializers.ChoiceField(Program.Status.values)
    hidden = serializers.BooleanField()
    marketing_slug = serializers.CharField(allow_null=True)
    readable_id = serializers.CharField(allow_null=True)
    is_degree = serializers.BooleanField()
    authoring_organizations = serializers.ListField(child=serializers.CharField(), help_text="short_names, in order.")
    credit_organizations = serializers.ListField(child=serializers.CharField(), help_text="short_names, in order.")
    courses = CourseOfProgramReader(many=True)
    created = serializers.DateTimeField()
    modified = serializers.DateTimeField(allow_null=True)

    @classmethod
    def read(cls, pks: Sequence[int], viewer: Any = None) -> list[dict[str, Any]]:
        """Four queries, whatever the number of programs."""
        rows = cls.model.objects.filter(pk__in=pks).order_by().values_list("pk", *cls.columns)
        found = {row[0]: row[1:] for row in rows}
        organizations: dict[tuple[int, str], list[str]] = defaultdict(list)
        named = ProgramOrganization.objects.filter(program_id__in=pks).order_by("position", "pk")
        for program, role, code in named.values_list("program_id", "role", "organization__short_name"):
            organizations[program, role].append(code)
        courses: dict[int, dict[int, None]] = defaultdict(dict)
        for place in reading.places(list(found), timezone.now()):
            courses[place.program][place.course] = None
        known = _courses({course for own in courses.values() for course in own})
        return [
            cls.represent(
                *found[pk],
                organizations[pk, "authoring"],
                organizations[pk, "credit"],
                [dict(known[course]) for course in courses[pk] if course in known],
            )
            for pk in pks
            if pk in found
        ]

    @staticmethod
    def represent(*values: Any) -> dict[str, Any]:
        uuid, title, subtitle, slug, name, status, hidden, marketing_slug, readable_id, degree, created, modified, *rest = (
            values
        )
        authoring, credit, courses = rest
        return {
            "uuid": str(uuid),
            "title": title,
            "subtitle": subtitle,
            "type": {"slug": slug, "name": name},
            "status": status,
            "hidden": hidden,
            "marketing_slug": marketing_slug,
            "readable_id": readable_id,
            "is_degree": degree is not None,
            "authoring_organizations": authoring,
            "credit_organizations": credit,
            "courses": courses,
            "created": instant(created),
            "modified": instant(modified),
        }


class _DatedReader(serializers.Serializer):
    """From when until when something is in effect."""

    effective_at = serializers.DateTimeField(allow_null=True)
    retired_at = serializers.DateTimeField(allow_null=True)
    version = serializers.CharField()
    is_current = serializers.BooleanField(help_text="Whether it is in effect now.")


class MemberCourseReader(_DatedReader):
    """A catalog course in a curriculum."""

    uuid = serializers.UUIDField(allow_null=True)
    key = serializers.CharField()
    title = serializers.CharField()
    excluded_runs = serializers.ListField(child=serializers.CharField(), help_text="Course keys.")


class MemberProgramReader(_DatedReader):
    """A program in a curriculum of another one."""

    uuid = serializers.UUIDField()
    title = serializers.CharField()


class CurriculumReader(Reader):
    """A curriculum with all that stands, stood or will stand in it, in order."""

    model = Curriculum
    columns = ("uuid", "program__uuid", "name", *_DATES, "created", "modified")

    uuid = serializers.UUIDField()
    program = serializers.UUIDField()
    name = serializers.CharField()
    effective_at = serializers.DateTimeField(allow_null=True)
    retired_at = serializers.DateTimeField(allow_null=True)
    version = serializers.CharField()
    is_current = serializers.BooleanField(help_text="Whether it is in effect now.")
    courses = MemberCourseReader(many=True)
    programs = MemberProgramReader(many=True)
    created = serializers.DateTimeField()
    modified = serializers.DateTimeField(allow_null=True)

    @classmethod
    def read(cls, pks: Sequence[int], viewer: Any = None) -> list[dict[str, Any]]:
        """Four queries, whatever the number of curricula."""
        rows = cls.model.objects.filter(pk__in=pks).order_by().values_list("pk", *cls.columns)
        found = {row[0]: row[1:] for row in rows}
        members = CurriculumCourseMembership.objects.filter(curriculum_id__in=pks).order_by("position", "pk")
        members = members.select_related("catalog_course__org").prefetch_related("run_exclusions__run")
        courses: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for member in members:
            course = member.catalog_course
            excluded = sorted(str(exclusion.run.course_key) for exclusion in member.run_exclusions.all())
            entry = {"uuid": str(course.uuid) if course.uuid else None, "key": course.key_str, "title": course.title}
            courses[member.curriculum_id].append({**entry, **_dates(member), "excluded_runs": excluded})
        programs: dict[int, list[dict[str, Any]]] = defaultdict(list)
        inside_these = CurriculumProgramMembership.objects.filter(curriculum_id__in=pks).order_by("position", "pk")
        for inside in permissions.visible(viewer, inside_these).select_related("program"):
            entry = {"uuid": str(inside.program.uuid), "title": inside.program.title}
            programs[inside.curriculum_id].append({**entry, **_dates(inside)})
        return [cls.represent(*found[pk], courses[pk], programs[pk]) for pk in pks if pk in found]

    @staticmethod
    def represent(*values: Any) -> dict[str, Any]:
        uuid, program, name, effective_at, retired_at, version, created, modified, courses, programs = values
        dated = Curriculum(effective_at=effective_at, retired_at=retired_at, version=version)
        return {
            "uuid": str(uuid),
            "program": str(program),
            "name": name,
            **_dates(dated),
            "courses": courses,
            "programs": programs,
            "created": instant(created),
            "modified": instant(modified),
        }


class CostReader(_DatedReader):
    """What a part of a degree costs."""

    description = serializers.CharField()
    amount = serializers.CharField(help_text='Exact, e.g. "9900.00".')
    currency = serializers.CharField()


class DeadlineReader(_DatedReader):
    """When something is due."""

    semester = serializers.CharField()
    name = serializers.CharField()
    due_at = serializers.DateTimeField()
    zone = serializers.CharField(help_text="IANA time zone.")


class DegreeReader(Reader):
    """A degree with all its costs and deadlines, of whatever time."""

    model = Degree
    columns = ("program__uuid", "program__title", "apply_url", "created", "modified")

    program = serializers.UUIDField()
    title = serializers.CharField()
    apply_url = serializers.CharField(allow_blank=True)
    costs = CostReader(many=True)
    deadlines = DeadlineReader(many=True)
    created = serializers.DateTimeField()
    modified = serializers.DateTimeField(allow_null=True)

    @classmethod
    def read(cls, pks: Sequence[int], viewer: Any = None) -> list[dict[str, Any]]:
        """Three queries, whatever the number of degrees."""
        rows = cls.model.objects.filter(pk__in=pks).order_by().values_list("pk", *cls.columns)
        found = {row[0]: row[1:] for row in rows}
        costs: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for cost in DegreeCost.objects.filter(degree_id__in=pks).order_by("description", "pk"):
            entry = {"description": cost.description, "amount": str(cost.amount), "currency": cost.currency}
            costs[cost.degree_id].append({**entry, **_dates(cost)})
        deadlines: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for due in DegreeDeadline.objects.filter(degree_id__in=pks).order_by("due_at", "pk"):
            entry = {"semester": due.semester, "name": due.name, "zone": due.zone}
            deadlines[due.degree_id].append({**entry, "due_at": instant(due.due_at), **_dates(due)})
        return [cls.represent(*found[pk], costs[pk], deadlines[pk]) for pk in pks if pk in found]

    @staticmethod
    def represent(*values: Any) -> dict[str, Any]:
        program, title, apply_url, created, modified, costs, deadlines = values
        return {
            "program": str(program),
            "title": title,
            "apply_url": apply_url,
            "costs": costs,
            "deadlines": deadlines,
            "created": instant(created),
            "modified": instant(modified),
        }


def _dates(row: Any) -> dict[str, Any]:
    return {
        "effective_at": instant(row.effective_at),
        "retired_at": instant(row.retired_at),
        "version": row.version,
        "is_current": row.is_current(),
    }


def _courses(pks: set[int]) -> dict[int, dict[str, Any]]:
    """``{id: uuid, key and title}`` of catalog courses. One query."""
    rows = CatalogCourse.objects.filter(pk__in=pks).order_by()
    return {
        pk: {"uuid": str(uuid) if uuid else None, "key": format_key_str(org, code), "title": title}
        for pk, uuid, org, code, title in rows.values_list("pk", "uuid", "org__short_name", "course_code", "title")
    }


# Writers


class ProgramTypeWriter(Writer):
    """A type to create; the slug follows from the name unless given."""

    name = Text(max_length=64)
    slug = Text(max_length=64, required=False)


class ProgramTypePatch(ProgramTypeWriter):
    """Changes of a type."""

    name = Text(max_length=64, required=False)


class ProgramPatch(Writer):
    """Changes of a program; organizations are given whole, in order. Another status must be one that may follow."""

    title = Text(required=False)
    type = Text(max_length=64, required=False, help_text="Slug of the type.")
    subtitle = Text(allow_blank=True, required=False)
    status = serializers.ChoiceField(Program.Status.values, required=False)
    hidden = Truth(required=False)
    marketing_slug = Text(allow_null=True, allow_blank=True, required=False)
    readable_id = Text(allow_null=True, allow_blank=True, required=False)
    authoring_organizations = Texts(most=100, longest=255, required=False)
    credit_organizations = Texts(most=100, longest=255, required=False)
    reason = Text(allow_blank=True, required=False, help_text="What the history will say.")


class ProgramWriter(ProgramPatch):
    """A program to create."""

    title = Text()
    type = Text(max_length=64, help_text="Slug of the type.")
    uuid = UUIDText(required=False)


class _DatesWriter(Writer):
    effective_at = Text(allow_null=True, allow_blank=True, required=False, help_text="ISO 8601 with an offset.")
    retired_at = Text(allow_null=True, allow_blank=True, required=False, help_text="ISO 8601 with an offset.")
    reason = Text(allow_blank=True, required=False, help_text="What the history will say.")


class CurriculumWriter(_DatesWriter):
    """A curriculum to create, with its courses in order."""

    program = UUIDText()
    name = Text()
    courses = Texts(most=500, longest=600, required=False)
    version = Text(max_length=32, required=False)


class CurriculumPatch(_DatesWriter):
    """Changes of a curriculum; what stands in it has routes of its own."""

    program = UUIDText(required=False)
    name = Text(required=False)


class AddMemberWriter(_DatesWriter):
    """A course (its key) or a program (its uuid) that comes into a curriculum; exactly one of them."""

    catalog_course = Text(max_length=600, required=False)
    program = UUIDText(required=False)
    excluded_runs = Texts(most=500, longest=255, required=False, help_text="Keys of runs of the course that do not count.")
    version = Text(max_length=32, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("catalog_course" in attrs) == ("program" in attrs):
            raise serializers.ValidationError("Give catalog_course or program.")
        if "program" in attrs and "excluded_runs" in attrs:
            raise serializers.ValidationError({"excluded_runs": "Programs have no runs of their own."})
        return attrs


class MemberWriter(Writer):
    """A course or program of a curriculum; exactly one of them, and when it leaves (now unless given)."""

    catalog_course = Text(max_length=600, required=False)
    program = UUIDText(required=False)
    at = Text(required=False, help_text="ISO 8601 with an offset.")
    reason = Text(allow_blank=True, required=False)

    validate = AddMemberWriter.validate


class OrderWriter(Writer):
    """The courses of a curriculum in their new order, each once."""

    courses = Texts(most=500, longest=600)
    reason = Text(allow_blank=True, required=False)


class RunWriter(Writer):
    """A run of a program."""

    course_key = Text(max_length=255)
    reason = Text(allow_blank=True, required=False)


class DegreeWriter(Writer):
    """A program that becomes a degree."""

    program = UUIDText()
    apply_url = Text(allow_blank=True, required=False)
    reason = Text(allow_blank=True, required=False)


class DegreePatch(Writer):
    """Changes of a degree."""

    apply_url = Text(allow_blank=True, required=False)
    reason = Text(allow_blank=True, required=False)


class CostWriter(_DatesWriter):
    """What a part of a degree costs; the amount is a text, exact."""

    description = Text()
    amount = Text(max_length=20)
    currency = Text(max_length=3)
    version = Text(max_length=32, required=False)


class DeadlineWriter(_DatesWriter):
    """When something is due."""

    semester = Text()
    name = Text()
    due_at = Text(help_text="ISO 8601 with an offset.")
    zone = Text(max_length=64, required=False)
    version = Text(max_length=32, required=False)
