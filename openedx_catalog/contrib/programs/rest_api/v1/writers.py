"""What is taken over the wire of programs; types only, as the core's writers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from openedx_catalog.lib.rest.dated import DatesWriter, ReasonedWriter
from openedx_catalog.lib.rest.named import NamedWriter
from openedx_catalog.lib.rest.serializers import ImageText, Number, Text, Texts, Truth, UUIDText, Writer

from ...models_api import Program


class ProgramTypeWriter(NamedWriter):
    """A type to create; the slug follows from the name unless given."""

    applicable_seat_types = Texts(
        max_items=20, max_length=64, required=False, help_text="Slugs of seats with which its programs are bought as a whole."
    )
    uuid = UUIDText(required=False)


class ProgramWriter(ReasonedWriter):
    """A program to create, or its changes: organizations are given whole, in order; a status must be one that may follow."""

    title = Text()
    type = Text(max_length=64, help_text="Slug of the type.")
    uuid = UUIDText(required=False)
    subtitle = Text(allow_blank=True, required=False)
    description = Text(allow_blank=True, max_length=10_000, required=False)
    image = ImageText(
        allow_null=True,
        required=False,
        help_text="A PNG, JPEG, GIF or WebP image in Base64, as far as the body has room for it; null takes it away.",
    )
    image_alt = Text(allow_blank=True, required=False, help_text="What is to be seen in its image.")
    status = serializers.ChoiceField(Program.Status.values, required=False)
    hidden = Truth(required=False)
    one_click_purchase_enabled = Truth(required=False, help_text="Whether the LMS may sell all of its courses at once.")
    marketing_slug = Text(allow_null=True, allow_blank=True, required=False)
    readable_id = Text(allow_null=True, allow_blank=True, required=False)
    authoring_organizations = Texts(max_items=100, max_length=255, required=False)
    credit_organizations = Texts(max_items=100, max_length=255, required=False)


class CurriculumWriter(DatesWriter):
    """A curriculum to create, with its courses in order; afterwards what stands in it has routes of its own."""

    program = UUIDText()
    name = Text()
    closed_at = Text(allow_null=True, allow_blank=True, required=False, help_text="When it closes to new learners.")
    courses = Texts(max_items=500, max_length=600, required=False)
    version = Text(max_length=32, required=False)


class _OfCurriculum(Writer):
    """What names exactly one of several things that a curriculum has."""

    one_of: tuple[str, ...] = ("catalog_course", "program")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if sum(name in attrs for name in self.one_of) != 1:
            raise serializers.ValidationError(_("Give exactly one of %(names)s.") % {"names": ", ".join(self.one_of)})
        if "program" in attrs and "excluded_runs" in attrs:
            raise serializers.ValidationError({"excluded_runs": _("A program has no runs of its own.")})
        return attrs


class RemoveWriter(_OfCurriculum, ReasonedWriter):
    """A row of a curriculum (its uuid), or a course (its key) or program (its uuid) of it; exactly one of them."""

    one_of = ("membership", "catalog_course", "program")

    membership = UUIDText(required=False, help_text="Needed where the course or program has several rows.")
    catalog_course = Text(max_length=600, required=False)
    program = UUIDText(required=False)


class MemberWriter(RemoveWriter):
    """A row, course or program of a curriculum; exactly one of them, and when it leaves (now unless given)."""

    at = Text(required=False, help_text="ISO 8601 with an offset.")


class _MemberValues(DatesWriter):
    """What courses and programs of a curriculum share."""

    position = Number(required=False, help_text="Its place, from 0; at the end unless given. The others move.")
    group = Text(max_length=100, allow_blank=True, required=False, help_text='The group of which it counts; "" is required.')
    version = Text(max_length=32, required=False)


class AddMemberWriter(_OfCurriculum, _MemberValues):
    """A course (its key) or a program (its uuid) that comes into a curriculum; exactly one of them."""

    catalog_course = Text(max_length=600, required=False)
    program = UUIDText(required=False)
    excluded_runs = Texts(
        max_items=500, max_length=255, required=False, help_text="Keys of runs of the course that do not count."
    )


class CourseMembershipWriter(_MemberValues):
    """A course that comes into a curriculum; from now on where that is in effect and no `effective_at` is given."""

    curriculum = UUIDText()
    catalog_course = Text(max_length=600)
    excluded_runs = Texts(
        max_items=500, max_length=255, required=False, help_text="Keys of runs of the course that do not count."
    )


class ProgramMembershipWriter(_MemberValues):
    """A program that comes into a curriculum of another one."""

    curriculum = UUIDText()
    program = UUIDText()


class GroupWriter(DatesWriter):
    """Of the courses and programs of a curriculum with this group, so many have to be passed."""

    curriculum = UUIDText()
    name = Text(max_length=100)
    minimum = Number()
    version = Text(max_length=32, required=False)


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


class DegreeCostWriter(CostWriter):
    """What a part of a degree costs; the degree is named by the uuid of the program that it is."""

    degree = UUIDText()


class DeadlineWriter(DatesWriter):
    """When something is due."""

    semester = Text()
    name = Text()
    due_at = Text(help_text="ISO 8601 with an offset.")
    zone = Text(max_length=64, required=False)
    version = Text(max_length=32, required=False)


class DegreeDeadlineWriter(DeadlineWriter):
    """When something is due; the degree is named by the uuid of the program that it is."""

    degree = UUIDText()


class RetireWriter(ReasonedWriter):
    """When something ends: now unless given."""

    at = Text(required=False, help_text="ISO 8601 with an offset.")


class ReintroduceWriter(RetireWriter):
    """From when on something that was retired is offered again: now unless given, as the next version unless named."""

    version = Text(max_length=32, required=False)


class ReintroduceGroupWriter(ReintroduceWriter):
    """The next version of a group, and how many it asks for."""

    minimum = Number(required=False)


class ReintroduceCostWriter(ReintroduceWriter):
    """The next version of a cost, and what of it is new."""

    amount = Text(max_length=20, required=False)
    currency = Text(max_length=3, required=False)


class ReintroduceDeadlineWriter(ReintroduceWriter):
    """The next version of a deadline, and what of it is new."""

    due_at = Text(required=False, help_text="ISO 8601 with an offset.")
    zone = Text(max_length=64, required=False)


class EvaluateWriter(Writer):
    """What somebody has passed, and when they started, or as of which instant it is asked; one of the two at most."""

    passed_course_keys = Texts(max_items=1000, max_length=600, help_text="Keys of runs, or of catalog courses.")
    started_at = Text(required=False, help_text="ISO 8601 with an offset.")
    at = Text(required=False, help_text="ISO 8601 with an offset; default: now.")
