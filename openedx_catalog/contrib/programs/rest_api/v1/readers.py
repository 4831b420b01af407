"""What of programs goes over the wire; see the core's serializers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from openedx_catalog.keys import format_key_str
from openedx_catalog.lib import permissions
from openedx_catalog.lib.rest.dated import DatedReader
from openedx_catalog.lib.rest.named import NamedReader
from openedx_catalog.lib.rest.serializers import Reader, TimestampedReader
from openedx_catalog.models_api import CourseRun
from openedx_catalog.rest_api.v1.extending import all_program_fields, showing_extensions
from openedx_catalog.rest_api.v1.serializers import CourseReader

from ...api import reading
from ...models_api import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumCourseRunExclusion,
    CurriculumGroup,
    CurriculumProgramMembership,
    Degree,
    DegreeCost,
    DegreeDeadline,
    Program,
    ProgramCourseRunExclusion,
    ProgramOrganization,
    ProgramType,
)


class AsOfReader(Reader):
    """Rows with what stands in them, as of an instant (`moment`) where one is asked for."""

    @classmethod
    def by_pk(cls, pks: Iterable[int], viewer: Any = None, **context: Any) -> dict[int, dict[str, Any]]:
        found = super().by_pk(pks, viewer, **context)
        for pk, more in cls.standing(list(found), viewer, context.get("moment")).items() if found else ():
            found[pk] |= more
        return found

    @classmethod
    def standing(cls, pks: Sequence[int], viewer: Any, moment: datetime | None) -> dict[int, dict[str, Any]]:
        """``{pk: {field: value}}`` of what stands in them."""
        raise NotImplementedError


class ProgramTypeReader(NamedReader):
    """A kind of program."""

    model = ProgramType

    uuid = serializers.UUIDField()
    applicable_seat_types = serializers.ListField(
        child=serializers.CharField(), help_text="Slugs of seats with which its programs are bought as a whole."
    )


class TypeOfProgramReader(NamedReader):
    """The type of a program."""


@showing_extensions(all_program_fields)
class ProgramReader(TimestampedReader, AsOfReader):
    """A program with the courses that its curricula have now, or at ?at, in order."""

    model = Program
    also = ("degree__id", "image")

    uuid = serializers.UUIDField()
    title = serializers.CharField()
    subtitle = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    image = serializers.CharField(source="*", allow_null=True, help_text="The URL of the image, as the site's storage has it.")
    image_alt = serializers.CharField(allow_blank=True, help_text="What is to be seen in the image.")
    type = TypeOfProgramReader()
    status = serializers.ChoiceField(Program.Status.values)
    live = serializers.BooleanField(source="*", help_text="Whether it is offered: its status is active.")
    hidden = serializers.BooleanField()
    one_click_purchase_enabled = serializers.BooleanField(help_text="Whether the LMS may sell all of its courses at once.")
    marketing_slug = serializers.CharField(allow_null=True)
    readable_id = serializers.CharField(allow_null=True)
    is_degree = serializers.BooleanField(source="*")
    authoring_organizations = serializers.ListField(
        source="*", child=serializers.CharField(), help_text="short_names, in order."
    )
    credit_organizations = serializers.ListField(source="*", child=serializers.CharField(), help_text="short_names, in order.")
    courses = CourseReader(many=True)
    excluded_runs = serializers.ListField(
        source="*", child=serializers.CharField(), help_text="Course keys of runs that count in none of its curricula."
    )

    @classmethod
    def represent(cls, row: dict[str, Any], at: str = "", moment: datetime | None = None) -> dict[str, Any]:
        image, status = row["image"], row["status"]
        said = {
            "image": Program._meta.get_field("image").storage.url(image) if image else None,
            "live": status == Program.Status.ACTIVE,
            "is_degree": row["degree__id"] is not None,
        }
        return {**super().represent(row, at), **said}

    @classmethod
    def standing(cls, pks: Sequence[int], viewer: Any, moment: datetime | None) -> dict[int, dict[str, Any]]:
        """Four queries, whatever the number of programs."""
        organizations: dict[tuple[int, str], list[str]] = defaultdict(list)
        named = ProgramOrganization.objects.filter(program_id__in=pks).order_by("position", "pk")
        for program, role, code in named.values_list("program_id", "role", "organization__short_name"):
            organizations[program, role].append(code)
        courses: dict[int, dict[int, None]] = defaultdict(dict)
        for use in reading.course_uses(pks, moment or timezone.now()):
            courses[use.program][use.course] = None
        known = CourseReader.by_pk({course for own in courses.values() for course in own})
        excluded = excluded_runs(ProgramCourseRunExclusion.objects.filter(program_id__in=pks), "program_id")
        return {
            pk: {
                "authoring_organizations": organizations[pk, "authoring"],
                "credit_organizations": organizations[pk, "credit"],
                "courses": [known[course] for course in courses[pk] if course in known],
                "excluded_runs": excluded[pk],
            }
            for pk in pks
        }


class _MemberReader(DatedReader):
    """What courses and programs of a curriculum share."""

    position = serializers.IntegerField()
    group = serializers.CharField(allow_blank=True, help_text="The group of which it counts; empty where it is required.")


class MemberCourseReader(_MemberReader):
    """A catalog course in a curriculum."""

    also = ("catalog_course__org__short_name", "catalog_course__course_code")

    membership = serializers.UUIDField(source="uuid", help_text="Names the row, as a course may have several.")
    uuid = serializers.UUIDField(source="catalog_course.uuid", allow_null=True)
    key = serializers.CharField(source="*")
    title = serializers.CharField(source="catalog_course.title")
    excluded_runs = serializers.ListField(source="*", child=serializers.CharField(), help_text="Course keys.")

    @classmethod
    def represent(cls, row: dict[str, Any], at: str = "", moment: datetime | None = None) -> dict[str, Any]:
        key = format_key_str(row["catalog_course__org__short_name"], row["catalog_course__course_code"])
        return {**super().represent(row, at, moment), "key": key}


class GroupReader(DatedReader):
    """A group of a curriculum."""

    uuid = serializers.UUIDField()
    name = serializers.CharField()
    minimum = serializers.IntegerField(help_text="How many of the group have to be passed, at least.")


class MemberProgramReader(_MemberReader):
    """A program in a curriculum of another one."""

    membership = serializers.UUIDField(source="uuid", help_text="Names the row, as a program may have several.")
    uuid = serializers.UUIDField(source="program.uuid")
    title = serializers.CharField(source="program.title")


class CurriculumReader(TimestampedReader, DatedReader, AsOfReader):
    """A curriculum with all that stands, stood or will stand in it, in order; with ?at, with what stands in it then."""

    model = Curriculum

    uuid = serializers.UUIDField()
    program = serializers.UUIDField(source="program.uuid")
    name = serializers.CharField()
    closed_at = serializers.DateTimeField(allow_null=True, help_text="When it closes to new learners.")
    courses = MemberCourseReader(many=True)
    programs = MemberProgramReader(many=True)
    groups = GroupReader(many=True)

    @classmethod
    def standing(cls, pks: Sequence[int], viewer: Any, moment: datetime | None) -> dict[int, dict[str, Any]]:
        """Four queries, whatever the number of curricula."""
        members = standing_at(CurriculumCourseMembership.objects.filter(curriculum_id__in=pks), moment)
        nested = standing_at(CurriculumProgramMembership.objects.filter(curriculum_id__in=pks), moment)
        excluded = excluded_runs(CurriculumCourseRunExclusion.objects.filter(membership__curriculum_id__in=pks))
        courses = MemberCourseReader.by_parent(
            members.order_by("position", "pk"), "curriculum_id", lambda pk: {"excluded_runs": excluded[pk]}, moment=moment
        )
        shown = permissions.visible(viewer, nested.order_by("position", "pk"))
        programs = MemberProgramReader.by_parent(shown, "curriculum_id", moment=moment)
        named = standing_at(CurriculumGroup.objects.filter(curriculum_id__in=pks), moment).order_by("pk")
        groups = GroupReader.by_parent(named, "curriculum_id", moment=moment)
        return {pk: {"courses": courses[pk], "programs": programs[pk], "groups": groups[pk]} for pk in pks}


class CourseMembershipReader(_MemberReader):
    """A catalog course in a curriculum, as a resource of its own."""

    model = CurriculumCourseMembership

    uuid = serializers.UUIDField()
    curriculum = serializers.UUIDField(source="curriculum.uuid")
    catalog_course = CourseReader()
    excluded_runs = serializers.ListField(source="*", child=serializers.CharField(), help_text="Course keys.")

    @classmethod
    def related(cls, pks: Sequence[int], viewer: Any) -> dict[int, dict[str, Any]]:
        """One query, whatever the number of rows."""
        excluded = excluded_runs(CurriculumCourseRunExclusion.objects.filter(membership_id__in=pks))
        return {pk: {"excluded_runs": excluded[pk]} for pk in pks}


class ProgramMembershipReader(_MemberReader):
    """A program in a curriculum of another one, as a resource of its own."""

    model = CurriculumProgramMembership

    uuid = serializers.UUIDField()
    curriculum = serializers.UUIDField(source="curriculum.uuid")
    program = serializers.UUIDField(source="program.uuid")
    title = serializers.CharField(source="program.title")


class CurriculumGroupReader(DatedReader):
    """How many of some courses and programs of a curriculum have to be passed: of those with its name as their group."""

    model = CurriculumGroup

    uuid = serializers.UUIDField()
    curriculum = serializers.UUIDField(source="curriculum.uuid")
    name = serializers.CharField()
    minimum = serializers.IntegerField()


class CostReader(DatedReader):
    """What a part of a degree costs."""

    uuid = serializers.UUIDField()
    description = serializers.CharField()
    amount = serializers.DecimalField(12, 2, help_text='Exact, e.g. "9900.00".')
    currency = serializers.CharField()


class DegreeCostReader(CostReader):
    """What a part of a degree costs, as a resource of its own."""

    model = DegreeCost

    degree = serializers.UUIDField(source="degree.program.uuid", help_text="The uuid of the program that it is.")


class DeadlineReader(DatedReader):
    """When something is due."""

    uuid = serializers.UUIDField()
    semester = serializers.CharField()
    name = serializers.CharField()
    due_at = serializers.DateTimeField()
    zone = serializers.CharField(help_text="IANA time zone.")


class DegreeDeadlineReader(DeadlineReader):
    """When something is due, as a resource of its own."""

    model = DegreeDeadline

    degree = serializers.UUIDField(source="degree.program.uuid", help_text="The uuid of the program that it is.")


class DegreeReader(TimestampedReader, AsOfReader):
    """A degree with all its costs and deadlines, of whatever time; with ?at, with those in effect then."""

    model = Degree

    program = serializers.UUIDField(source="program.uuid")
    title = serializers.CharField(source="program.title")
    apply_url = serializers.CharField(allow_blank=True)
    costs = CostReader(many=True)
    deadlines = DeadlineReader(many=True)

    @classmethod
    def represent(cls, row: dict[str, Any], at: str = "", moment: datetime | None = None) -> dict[str, Any]:
        return super().represent(row, at)

    @classmethod
    def standing(cls, pks: Sequence[int], viewer: Any, moment: datetime | None) -> dict[int, dict[str, Any]]:
        """Two queries, whatever the number of degrees."""
        named = standing_at(DegreeCost.objects.filter(degree_id__in=pks), moment).order_by("description", "pk")
        due = standing_at(DegreeDeadline.objects.filter(degree_id__in=pks), moment).order_by("due_at", "pk")
        costs = CostReader.by_parent(named, "degree_id", moment=moment)
        deadlines = DeadlineReader.by_parent(due, "degree_id", moment=moment)
        return {pk: {"costs": costs[pk], "deadlines": deadlines[pk]} for pk in pks}


class ProgramRunReader(Reader):
    """A run that counts in a program."""

    model = CourseRun
    also = ("catalog_course__org__short_name", "catalog_course__course_code")

    uuid = serializers.UUIDField(allow_null=True)
    course_key = serializers.CharField(source="course_key__text")
    title = serializers.CharField()
    catalog_course = serializers.CharField(source="*", help_text="catalog-course:{org_code}:{course_code}")
    external_course_key = serializers.CharField(
        source="external_course_key.key", allow_null=True, help_text="The partner's key of the run."
    )

    @classmethod
    def represent(cls, row: dict[str, Any], at: str = "") -> dict[str, Any]:
        key = format_key_str(row["catalog_course__org__short_name"], row["catalog_course__course_code"])
        return {**super().represent(row, at), "catalog_course": key}


def standing_at(rows: Any, moment: datetime | None) -> Any:
    """Those of some dated rows that are in effect at an instant; all of them where none was asked for."""
    return rows if moment is None else rows.current(moment)


def excluded_runs(exclusions: Any, of: str = "membership_id") -> dict[int, list[str]]:
    """``{membership or program: keys of the runs that it leaves out}``. One query."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = exclusions.order_by("run__course_key__text", "pk")
    for pk, key in rows.values_list(of, "run__course_key__text"):
        found[pk].append(key)
    return found
