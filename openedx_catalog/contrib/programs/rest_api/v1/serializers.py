"""What of programs goes over the wire; see the core's module of the same name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from openedx_catalog.keys import format_key_str
from openedx_catalog.lib import permissions
from openedx_catalog.lib.rest.dated import DatedReader, DatesWriter, ReasonedWriter
from openedx_catalog.lib.rest.serializers import Reader, Text, Texts, TimestampedReader, Truth, UUIDText, Writer
from openedx_catalog.rest_api.v1.serializers import CourseReader

from ...api import reading
from ...models_api import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    CurriculumProgramMembership,
    Degree,
    DegreeCost,
    DegreeDeadline,
    Program,
    ProgramOrganization,
    ProgramType,
)


class ProgramTypeReader(Reader):
    """A kind of program."""

    model = ProgramType

    uuid = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()


class TypeOfProgramReader(Reader):
    """The type of a program."""

    slug = serializers.CharField()
    name = serializers.CharField()


class ProgramReader(TimestampedReader):
    """A program with the courses that its curricula have now, in order."""

    model = Program
    also = ("degree__id",)

    uuid = serializers.UUIDField()
    title = serializers.CharField()
    subtitle = serializers.CharField(allow_blank=True)
    type = TypeOfProgramReader()
    status = serializers.ChoiceField(Program.Status.values)
    hidden = serializers.BooleanField()
    marketing_slug = serializers.CharField(allow_null=True)
    readable_id = serializers.CharField(allow_null=True)
    is_degree = serializers.BooleanField(source="*")
    authoring_organizations = serializers.ListField(
        source="*", child=serializers.CharField(), help_text="short_names, in order."
    )
    credit_organizations = serializers.ListField(source="*", child=serializers.CharField(), help_text="short_names, in order.")
    courses = CourseReader(many=True)

    @classmethod
    def represent(cls, row: dict[str, Any], at: str = "") -> dict[str, Any]:
        return {**super().represent(row, at), "is_degree": row["degree__id"] is not None}

    @classmethod
    def related(cls, pks: Sequence[int], viewer: Any) -> dict[int, dict[str, Any]]:
        """Three queries, whatever the number of programs."""
        organizations: dict[tuple[int, str], list[str]] = defaultdict(list)
        named = ProgramOrganization.objects.filter(program_id__in=pks).order_by("position", "pk")
        for program, role, code in named.values_list("program_id", "role", "organization__short_name"):
            organizations[program, role].append(code)
        courses: dict[int, dict[int, None]] = defaultdict(dict)
        for use in reading.course_uses(pks, timezone.now()):
            courses[use.program][use.course] = None
        known = CourseReader.by_pk({course for own in courses.values() for course in own})
        return {
            pk: {
                "authoring_organizations": organizations[pk, "authoring"],
                "credit_organizations": organizations[pk, "credit"],
                "courses": [known[course] for course in courses[pk] if course in known],
            }
            for pk in pks
        }


class MemberCourseReader(DatedReader):
    """A catalog course in a curriculum."""

    also = ("catalog_course__org__short_name", "catalog_course__course_code")

    uuid = serializers.UUIDField(source="catalog_course.uuid", allow_null=True)
    key = serializers.CharField(source="*")
    title = serializers.CharField(source="catalog_course.title")
    excluded_runs = serializers.ListField(source="*", child=serializers.CharField(), help_text="Course keys.")

    @classmethod
    def represent(cls, row: dict[str, Any], at: str = "") -> dict[str, Any]:
        key = format_key_str(row["catalog_course__org__short_name"], row["catalog_course__course_code"])
        return {**super().represent(row, at), "key": key}


class MemberProgramReader(DatedReader):
    """A program in a curriculum of another one."""

    uuid = serializers.UUIDField(source="program.uuid")
    title = serializers.CharField(source="program.title")


class CurriculumReader(TimestampedReader, DatedReader):
    """A curriculum with all that stands, stood or will stand in it, in order."""

    model = Curriculum

    uuid = serializers.UUIDField()
    program = serializers.UUIDField(source="program.uuid")
    name = serializers.CharField()
    courses = MemberCourseReader(many=True)
    programs = MemberProgramReader(many=True)

    @classmethod
    def related(cls, pks: Sequence[int], viewer: Any) -> dict[int, dict[str, Any]]:
        """Three queries, whatever the number of curricula."""
        excluded: dict[int, list[str]] = defaultdict(list)
        exclusions = CurriculumCourseRunExclusion.objects.filter(membership__curriculum_id__in=pks)
        for membership, key in exclusions.values_list("membership_id", "run__course_key__text"):
            excluded[membership].append(key)
        members = CurriculumCourseMembership.objects.filter(curriculum_id__in=pks).order_by("position", "pk")
        nested = CurriculumProgramMembership.objects.filter(curriculum_id__in=pks).order_by("position", "pk")
        courses = MemberCourseReader.by_parent(members, "curriculum_id", lambda pk: {"excluded_runs": sorted(excluded[pk])})
        programs = MemberProgramReader.by_parent(permissions.visible(viewer, nested), "curriculum_id")
        return {pk: {"courses": courses[pk], "programs": programs[pk]} for pk in pks}


class CostReader(DatedReader):
    """What a part of a degree costs."""

    description = serializers.CharField()
    amount = serializers.DecimalField(12, 2, help_text='Exact, e.g. "9900.00".')
    currency = serializers.CharField()


class DeadlineReader(DatedReader):
    """When something is due."""

    semester = serializers.CharField()
    name = serializers.CharField()
    due_at = serializers.DateTimeField()
    zone = serializers.CharField(help_text="IANA time zone.")


class DegreeReader(TimestampedReader):
    """A degree with all its costs and deadlines, of whatever time."""

    model = Degree

    program = serializers.UUIDField(source="program.uuid")
    title = serializers.CharField(source="program.title")
    apply_url = serializers.CharField(allow_blank=True)
    costs = CostReader(many=True)
    deadlines = DeadlineReader(many=True)

    @classmethod
    def related(cls, pks: Sequence[int], viewer: Any) -> dict[int, dict[str, Any]]:
        """Two queries, whatever the number of degrees."""
        named = DegreeCost.objects.filter(degree_id__in=pks).order_by("description", "pk")
        due = DegreeDeadline.objects.filter(degree_id__in=pks).order_by("due_at", "pk")
        costs, deadlines = CostReader.by_parent(named, "degree_id"), DeadlineReader.by_parent(due, "degree_id")
        return {pk: {"costs": costs[pk], "deadlines": deadlines[pk]} for pk in pks}


# Writers


class ProgramTypeWriter(Writer):
    """A type to create; the slug follows from the name unless given."""

    name = Text(max_length=64)
    slug = Text(max_length=64, required=False)


class ProgramWriter(ReasonedWriter):
    """A program to create, or its changes: organizations are given whole, in order; a status must be one that may follow."""

    title = Text()
    type = Text(max_length=64, help_text="Slug of the type.")
    uuid = UUIDText(required=False)
    subtitle = Text(allow_blank=True, required=False)
    status = serializers.ChoiceField(Program.Status.values, required=False)
    hidden = Truth(required=False)
    marketing_slug = Text(allow_null=True, allow_blank=True, required=False)
    readable_id = Text(allow_null=True, allow_blank=True, required=False)
    authoring_organizations = Texts(max_items=100, max_length=255, required=False)
    credit_organizations = Texts(max_items=100, max_length=255, required=False)


class CurriculumWriter(DatesWriter):
    """A curriculum to create, with its courses in order; afterwards what stands in it has routes of its own."""

    program = UUIDText()
    name = Text()
    courses = Texts(max_items=500, max_length=600, required=False)
    version = Text(max_length=32, required=False)


class RemoveWriter(ReasonedWriter):
    """A course (its key) or a program (its uuid) of a curriculum; exactly one of them."""

    catalog_course = Text(max_length=600, required=False)
    program = UUIDText(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("catalog_course" in attrs) == ("program" in attrs):
            raise serializers.ValidationError(_("Give either catalog_course or program."))
        if "program" in attrs and "excluded_runs" in attrs:
            raise serializers.ValidationError({"excluded_runs": _("A program has no runs of its own.")})
        return attrs


class AddMemberWriter(RemoveWriter, DatesWriter):
    """A course (its key) or a program (its uuid) that comes into a curriculum; exactly one of them."""

    excluded_runs = Texts(
        max_items=500, max_length=255, required=False, help_text="Keys of runs of the course that do not count."
    )
    version = Text(max_length=32, required=False)


class MemberWriter(RemoveWriter):
    """A course or program of a curriculum; exactly one of them, and when it leaves (now unless given)."""

    at = Text(required=False, help_text="ISO 8601 with an offset.")


class OrderWriter(ReasonedWriter):
    """The courses of a curriculum in their new order, each once."""

    courses = Texts(max_items=500, max_length=600)


class RunWriter(ReasonedWriter):
    """A run of a program."""

    course_key = Text(max_length=255)


class DegreeWriter(ReasonedWriter):
    """A program that becomes a degree."""

    program = UUIDText()
    apply_url = Text(allow_blank=True, required=False)


class CostWriter(DatesWriter):
    """What a part of a degree costs; the amount is a text, exact."""

    description = Text()
    amount = Text(max_length=20)
    currency = Text(max_length=3)
    version = Text(max_length=32, required=False)


class DeadlineWriter(DatesWriter):
    """When something is due."""

    semester = Text()
    name = Text()
    due_at = Text(help_text="ISO 8601 with an offset.")
    zone = Text(max_length=64, required=False)
    version = Text(max_length=32, required=False)
