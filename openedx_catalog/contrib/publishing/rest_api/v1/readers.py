"""What goes over the wire. Usernames stand only where somebody may work on the course; e-mail addresses nowhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import F
from rest_framework import serializers

from openedx_catalog.contrib.listings.rest_api.v1.readers import DATES, CourseListingReader, CourseRunListingReader
from openedx_catalog.lib.images import thumbnail_name
from openedx_catalog.lib.rest.serializers import Reader
from openedx_catalog.lib.values import iso_instant
from openedx_catalog.models_api import CatalogCourse, CourseRun

from ... import api, workflow
from ...data import Comment, Difference
from ...models_api import CourseWorkingCopy, PublisherRoleAssignment, Review

Absolute = Callable[[str], str]
Values = dict[str, Any]

User: Any = get_user_model()
HAS_COPY = "Whether changes wait to be published: ?editable=true shows them."


class WorkableCourseReader(CourseListingReader):
    """A catalog course: where it is on its way to learners, and what they read of it, or are to read."""

    best_run: Any = None
    runs: Any = None
    created: Any = None
    modified: Any = None
    told_by_the_clock: Any = ()

    title = serializers.CharField(help_text="In the catalog.")
    live = serializers.BooleanField(help_text="Whether learners see its page.")
    state = serializers.CharField(help_text="unpublished, legal_review, internal_review, reviewed or published.")
    actions = serializers.ListField(child=serializers.CharField(), help_text="What you may do with it in this state.")
    has_working_copy = serializers.BooleanField(help_text=HAS_COPY)
    go_live_at = serializers.DateTimeField(allow_null=True, help_text="When it is published by itself, once it is reviewed.")
    editors = serializers.ListField(
        child=serializers.CharField(), help_text="Usernames; none where all members of its organizations edit it."
    )

    @classmethod
    def read(
        cls, pks: Sequence[int], viewer: Any = None, *, editable: bool = False, absolute: Absolute = str, **context: Any
    ) -> list[dict[str, Any]]:
        """17 queries at most, whatever the number of courses; the values are those of working copies if `editable`."""
        rows = CatalogCourse.objects.with_org().filter(pk__in=pks)
        joined = {"copy": F("working_copy"), "goes_live_at": F("working_copy__go_live_at"), "is_live": F("listing__live")}
        courses = {course.pk: course for course in rows.annotate(**joined)}
        values = api.values_of_courses(courses.values(), editable=editable)
        named = api.rows_named(values.values())
        states, roles, editors = api.states_of(pks), api.roles_of(viewer, courses.values()), api.editors_of(courses.values())
        found = []
        for pk in filter(courses.__contains__, pks):
            course: Any = courses[pk]
            said = _of_course(values[pk], course, named, absolute) | {
                "uuid": None if course.uuid is None else str(course.uuid),
                "key": course.key_str,
                "state": str(states[pk]),
                "actions": [str(action) for action in workflow.allowed(states[pk], roles[pk])],
                "has_working_copy": course.copy is not None,
                "go_live_at": iso_instant(course.goes_live_at),
                "editors": editors[pk],
                "live": bool(course.is_live),
            }
            found.append({name: said[name] for name in cls._declared_fields})
        return found


class WorkableRunReader(CourseRunListingReader):
    """What learners read of a run, or are to read, and its dates."""

    catalog_course: Any = None
    created: Any = None
    modified: Any = None

    title = serializers.CharField(help_text="In the catalog.")
    pacing = serializers.CharField(help_text="instructor, self, or empty.")
    has_working_copy = serializers.BooleanField(help_text=HAS_COPY)

    @classmethod
    def read(cls, pks: Sequence[int], viewer: Any = None, *, editable: bool = False, **context: Any) -> list[dict[str, Any]]:
        """Three queries; the values are those of working copies if `editable`."""
        rows = CourseRun.objects.select_related("schedule").filter(pk__in=pks).annotate(copy=F("working_copy"))
        runs = {run.pk: run for run in rows}
        values = api.values_of_runs(runs.values(), editable=editable)
        found = []
        for pk in filter(runs.__contains__, pks):
            run: Any = runs[pk]
            said = values[pk] | {name: iso_instant(values[pk][name]) for name in DATES}
            said |= {
                "video_url": said["video_url"] or None,
                "uuid": None if run.uuid is None else str(run.uuid),
                "course_key": str(run.course_key),
                "has_working_copy": run.copy is not None,
            }
            found.append({name: said[name] for name in cls._declared_fields})
        return found


class LegalFieldsReader(Reader):
    """In which countries a course may not be taken."""

    restricted_countries = serializers.ListField(child=serializers.CharField(), help_text="Codes of ISO 3166-1.")
    legal_note = serializers.CharField(help_text="Why. Learners do not see it.")

    @classmethod
    def read(cls, pks: Sequence[int], viewer: Any = None, *, editable: bool = False, **context: Any) -> list[dict[str, Any]]:
        """Of courses; those of working copies if `editable`. At most eight queries."""
        values = api.values_of_courses(CatalogCourse.objects.filter(pk__in=pks), editable=editable)
        return [{name: values[pk][name] for name in cls._declared_fields} for pk in pks if pk in values]


class ChangedValueReader(serializers.Serializer):
    """A value that publishing would change."""

    field = serializers.CharField()
    # DRF takes the fields out of the class: `label` of a serializer stays what it is.
    label = serializers.CharField(help_text="The name of the field, for people.")  # type: ignore[assignment]
    run = serializers.CharField(help_text="The course key of the run that it is of; empty: of the course.")
    official = serializers.JSONField(allow_null=True, help_text="What learners read.")
    copy = serializers.JSONField(allow_null=True, help_text="What they are to read.")
    needs_review = serializers.BooleanField()
    is_overwriting = serializers.BooleanField(help_text="Whether what learners read was changed since.")


class ComparisonReader(serializers.Serializer):
    """What publishing would change."""

    differences = ChangedValueReader(many=True)


class ReviewReader(Reader):
    """A step of a course on its way to learners."""

    model = Review

    action = serializers.CharField()
    from_state = serializers.CharField()
    to_state = serializers.CharField()
    username = serializers.CharField(source="user_name", help_text="Who took it; empty where nobody was signed in.")
    at = serializers.DateTimeField()
    reason = serializers.CharField()


class ActionsReader(serializers.Serializer):
    """What you may do with a course now."""

    state = serializers.CharField()
    actions = serializers.ListField(child=serializers.CharField())


class PersonReader(Reader):
    """A user of the site."""

    model = User
    also = (User.USERNAME_FIELD,)

    username = serializers.CharField(source="*")

    @classmethod
    def represent(cls, row: dict[str, Any], at: str = "") -> dict[str, Any]:
        return {"username": row[User.USERNAME_FIELD]}


class CommentReader(serializers.Serializer):
    """A comment."""

    username = serializers.CharField(help_text="Who wrote it; of another system, whatever it says.")
    name = serializers.CharField(help_text="First and last name; may be empty.")
    course_key = serializers.CharField(help_text="The run that it is about; empty: the course.")
    body = serializers.CharField()
    created = serializers.DateTimeField()
    state = serializers.CharField(help_text="Of its copy in another system: pending, sent or parked; empty: there is none.")


class CommentsReader(serializers.Serializer):
    """The comments on a course, the oldest first."""

    comments = CommentReader(many=True)
    is_complete = serializers.BooleanField(help_text="False where another system, which has some of them, does not answer.")


class AssignmentReader(Reader):
    """Who has the role PUBLISHER_EDITOR."""

    model = PublisherRoleAssignment

    username = serializers.CharField(source=f"user.{User.USERNAME_FIELD}")
    at = serializers.DateTimeField(help_text="When it was given.")
    reason = serializers.CharField(help_text="Why.")
    given_by = serializers.CharField(source="user_name", help_text="Username; empty where nobody was signed in.")


class RoleReader(serializers.Serializer):
    """What you are to courses."""

    username = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField(), help_text="To every course: staff, legal.")
    organizations = serializers.ListField(
        child=serializers.CharField(), help_text="short_names of those whose courses you may create, as a member."
    )
    is_restricted = serializers.BooleanField(help_text="Whether staff only read here unless they are given PUBLISHER_EDITOR.")
    publisher_editor = AssignmentReader(allow_null=True)


def difference(found: Difference, absolute: Absolute) -> dict[str, Any]:
    """As `ChangedValueReader` has it."""
    said = found._asdict()
    for name in ("official", "copy"):
        if isinstance(said[name], datetime):
            said[name] = iso_instant(said[name])
        elif found.field == "image" and said[name]:
            said[name] = absolute(_storage().url(said[name]))
    return said


def comment(found: Comment) -> dict[str, Any]:
    """As `CommentReader` has it."""
    said = {name: getattr(found, name) for name in ("name", "course_key", "body", "state")}
    return {**said, "username": found.user_name, "created": iso_instant(found.created)}


def _of_course(said: Values, course: CatalogCourse, named: dict[str, dict[str, Any]], absolute: Absolute) -> Values:
    """Values of a course, with what they name."""
    level = named["level"].get(said["level"])
    owners = [named["owners"][each] for each in said["owners"] if each in named["owners"]] or [course.org]
    return said | {
        "video_url": said["video_url"] or None,
        "image": _image(said["image"], said["image_alt"], absolute),
        "subjects": [_kind(named["subjects"][each]) for each in said["subjects"] if each in named["subjects"]],
        "level": _kind(level) if level else None,
        "owners": [{"short_name": each.short_name, "name": each.name} for each in owners],
    }


def _kind(row: Any) -> dict[str, str]:
    return {"slug": row.slug, "name": row.name_in()}


def _image(name: str, alt: str, absolute: Absolute) -> dict[str, str] | None:
    names = {"src": name, "thumbnail": thumbnail_name(name)} if name else {}
    return {**{part: absolute(_storage().url(each)) for part, each in names.items()}, "alt": alt} if names else None


def _storage() -> Any:
    field: Any = CourseWorkingCopy._meta.get_field("image")
    return field.storage
