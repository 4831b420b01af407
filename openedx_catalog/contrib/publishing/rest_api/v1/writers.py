"""What is taken over the wire; types only, as the core's writers."""

from __future__ import annotations

from typing import Any

from openedx_catalog.contrib.listings.rest_api.v1.writers import CourseListingWriter, CourseRunListingWriter
from openedx_catalog.lib.rest.serializers import Text, Texts, Writer

_INSTANT = "ISO 8601 with an offset; none takes it away."


class OpenedCourseWriter(Writer):
    """A course to create, by organization, code and title; or a catalog course that is there, to open its working copy."""

    catalog_course = Text(required=False, max_length=255, help_text="uuid or key. Alone.")
    org = Text(required=False, max_length=255, help_text="short_name of an organization that you are a member of.")
    course_code = Text(required=False, max_length=255)
    title = Text(required=False, max_length=255)


class WorkingCopyWriter(CourseListingWriter):
    """What learners are to read of a course once it is published; what is left out stays as it is."""

    live: Any = None
    title = Text(required=False, max_length=255, help_text="The title in the catalog.")


class RunWorkingCopyWriter(CourseRunListingWriter):
    """What learners are to read of a run, and its dates; what is left out stays as it is."""

    title = Text(required=False, max_length=255, help_text="The title in the catalog.")
    start, end, enrollment_start, enrollment_end = (
        Text(required=False, allow_blank=True, allow_null=True, help_text=_INSTANT) for _name in range(4)
    )
    pacing = Text(required=False, allow_blank=True, allow_null=True, help_text="instructor or self; none takes it away.")


class LegalFieldsWriter(Writer):
    """In which countries a course may not be taken, and why; what is left out stays as it is."""

    restricted_countries = Texts(max_items=300, max_length=2, required=False, help_text="Codes of ISO 3166-1, given whole.")
    legal_note = Text(required=False, allow_blank=True, max_length=10_000, help_text="Learners do not see it.")


class ActionWriter(Writer):
    """A step of a course on its way to learners."""

    action = Text(max_length=32, help_text="submit, approve, reject, withdraw, schedule, publish, unpublish or discard.")
    go_live_at = Text(
        required=False,
        allow_null=True,
        help_text="With schedule: when it is published by itself, ISO 8601 with an offset; null: not.",
    )


class PersonWriter(Writer):
    """A user of the site."""

    username = Text(max_length=255, help_text="Exactly as it is.")


class RoleAssignmentWriter(PersonWriter):
    """Who gets the role PUBLISHER_EDITOR."""

    reason = Text(max_length=1000, help_text="Why. It stands in the assignment.")


class CommentWriter(Writer):
    """A comment on a course, or on one of its runs."""

    body = Text(max_length=10_000, help_text="Plain text.")
    course_key = Text(
        required=False, allow_blank=True, allow_null=True, max_length=255, help_text="Of the run that it is about."
    )
