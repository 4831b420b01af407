"""
The fields that a query may ask for, by the names that discovery's catalogs use: those of the core, and of the apps that are
there.

Discovery's index knows a run only as a part of its course, and so does this: a course fits where any of its runs does, and
``start:… AND end:…`` may be true of two different runs. What only some people may see (hidden listings, programs that are not
public, blocked skills) counts for nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from organizations.models import Organization

from openedx_catalog.lib.routing import rows_of
from openedx_catalog.models_api import CourseRun, CourseSchedule
from openedx_catalog.policies import date_window

from .columns import Folded, FoldedText, Named, Text
from .keyed import Keys, Languages, of_runs
from .kinds import Choices, Dates, Field, Source, Uuids, Words, everything, of_course


def fields() -> Mapping[str, Field]:
    """What can be asked for, by name; several names may have the same field."""
    found = _of_core()
    for name, of_app in _OPTIONAL.items():
        if apps.is_installed(f"openedx_catalog.contrib.{name}"):
            found |= of_app()
    return found


def unstated() -> Field:
    """What a word without a field is looked for in."""
    return Words(
        _("The title, the course code, and the short name of the organization."),
        Source(of_course, (Text("title"), FoldedText("course_code_ci"))),
        Source(_of_organization, (Text("short_name"),)),
    )


def _of_organization(found: Q, now: datetime) -> Q:
    # There are not many: a list that the database makes once.
    return Q(org__in=rows_of(Organization).filter(found).order_by().values("pk"))


def _of_schedules(found: Q, now: datetime) -> Q:
    return Q(Exists(CourseSchedule.objects.order_by().filter(found, run__catalog_course=OuterRef("pk"))))


def _in_status(status: str, now: datetime) -> Q:
    return Q(Exists(CourseRun.objects.order_by().in_status(status, now).filter(catalog_course=OuterRef("pk"))))


def _of_core() -> dict[str, Field]:
    key = Keys(_("The key of the course, as MITx+14.100x, former codes too, or that of one of its runs."))
    aggregated = Keys(_("The same, with what it is a key of: course:MITx+14.100x."), "courserun:", "course:")
    runs = Source(of_runs, (Folded("key_ci"),))
    run_key = Words(_("The key of a run, as course-v1:MITx+14.100x+3T2017."), runs)
    organization = Source(_of_organization, (Named("short_name"),))
    language = Languages(_("The language of the course: a code as en or pt-br, or a name as English."))
    statuses = {name: partial(_in_status, name) for name in date_window().statuses()}
    found: dict[str, Field] = {
        "key": key,
        "aggregation_key": aggregated,
        "org": Words(_("The short name of the organization, as MITx."), organization),
        "organizations": Words(_("Short names and names of its organizations."), _organizations()),
        "number": Words(_("The course code, as 14.100x."), Source(of_course, (Folded("course_code_ci"),))),
        "title": Words(_("A part of the title."), Source(of_course, (Text("title"),))),
        "uuid": Uuids(_("The UUID of the course.")),
        "language": language,
        "availability": Choices(_("What the dates of a run say: Archived, Current, Starting Soon, Upcoming."), statuses),
        "content_type": Choices(_("Always course."), {"course": lambda now: everything()}),
        "course_runs.key": run_key,
        "course_runs.uuid": Uuids(_("The UUID of a run."), of_runs),
        "start": Dates(_("When a run starts."), _of_schedules, "start"),
        "end": Dates(_("When a run ends."), _of_schedules, "end"),
        "enrollment_start": Dates(_("When the enrollment of a run begins."), _of_schedules, "enrollment_start"),
        "enrollment_end": Dates(_("When the enrollment of a run ends."), _of_schedules, "enrollment_end"),
    }
    return found | {"course_key": key, "course_code": found["number"], "languages": language, "run_key": run_key}


def _organizations() -> Source:
    return Source(_of_organization, (Named("short_name"), Named("name")))


def _of_listings() -> dict[str, Field]:
    from openedx_catalog.contrib.listings.models_api import CourseListing, CourseListingOwner, CourseListingSubject

    listing = partial(_rows, lambda now: CourseListing.objects.public(), "catalog_course")
    subject = partial(_rows, lambda now: CourseListingSubject.objects.public(), "listing__catalog_course")
    owner = partial(_rows, lambda now: CourseListingOwner.objects.public(), "listing__catalog_course")
    owned = Source(owner, (Named("organization__short_name"), Named("organization__name")))
    level = Words(_("The name or slug of its level."), Source(listing, (Named("level__name"), Named("level__slug"))))
    subjects = Source(subject, (Named("subject__name"), Named("subject__slug")))
    titles = (Source(of_course, (Text("title"),)), Source(listing, (Text("title_override"),)))
    return {
        "organizations": Words(
            _("Short names and names of its organization, and of those that own it."), _organizations(), owned
        ),
        "title": Words(_("A part of the title, in the catalog or on its page."), *titles),
        "short_description": Words(_("A part of it."), Source(listing, (Text("short_description"),))),
        "full_description": Words(_("A part of it."), Source(listing, (Text("full_description"),))),
        "level": level,
        "level_type": level,
        "subjects": Words(_("The name or slug of a subject."), subjects),
    }


def _of_programs() -> dict[str, Field]:
    from openedx_catalog.contrib.programs.models_api import CurriculumCourseMembership

    way = partial(_rows, lambda now: CurriculumCourseMembership.objects.public().counting(now), "catalog_course")
    program = "curriculum__program__"
    types = Words(
        _("The name or slug of the type of a program that it is in."),
        Source(way, (Named(f"{program}type__name"), Named(f"{program}type__slug"))),
    )
    titles = Words(_("A part of the title of a program that it is in."), Source(way, (Text(f"{program}title"),)))
    return {
        "program_types": types,
        "programs": titles,
        "programs.title": titles,
        "programs.uuid": Uuids(_("The UUID of a program that it is in."), way, f"{program}uuid"),
    }


def _of_course_types() -> dict[str, Field]:
    from openedx_catalog.contrib.course_types.models_api import CourseRunTypeTrack, CourseTyping

    typing = partial(_rows, lambda now: CourseTyping.objects.all(), "catalog_course")
    of_run = "course_run_type__typings__run__catalog_course"
    track = partial(_rows, lambda now: CourseRunTypeTrack.objects.all(), of_run)
    kinds = Words(_("The name or slug of its type."), Source(typing, (Named("course_type__name"), Named("course_type__slug"))))
    modes = Words(_("A mode of a run, as verified."), Source(track, (Named("track__mode__slug"), Named("track__mode__name"))))
    seats = Words(_("A kind of seat of a run, as verified."), Source(track, (Named("track__seat_type__slug"),)))
    return {"type": kinds, "course_type": kinds, "mode": modes, "seat_types": seats}


def _of_skills() -> dict[str, Field]:
    from openedx_catalog.contrib.skills.models_api import CourseSkill

    way = partial(_rows, lambda now: CourseSkill.objects.shown(), "catalog_course")
    skills = Words(_("The name of a skill that it teaches."), Source(way, (Folded("skill__name_ci"),)))
    return {"skill_names": skills, "skills": skills}


_OPTIONAL: dict[str, Callable[[], dict[str, Field]]] = {
    "listings": _of_listings,
    "programs": _of_programs,
    "course_types": _of_course_types,
    "skills": _of_skills,
}


def _rows(rows: Callable[[datetime], Any], course: str, found: Q, now: datetime) -> Q:
    """The way to rows, as of an instant, of which `course` leads to the course."""
    return Q(Exists(rows(now).order_by().filter(found, **{course: OuterRef("pk")})))
