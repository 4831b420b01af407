"""What everybody may know of: no more than that comes into an index, whoever asks it later."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from openedx_catalog import permissions
from openedx_catalog.models_api import CatalogCourse, CourseRun

COURSE_TYPES, LISTINGS, PATHWAYS, PROGRAMS, SKILLS = (
    f"openedx_catalog.contrib.{name}" for name in ("course_types", "listings", "pathways", "programs", "skills")
)
ANYBODY: Any = AnonymousUser()


def public_courses() -> Any:
    """Courses (a CatalogCourseQuerySet) whose listing is live and public; without listings, all."""
    rows = permissions.visible(ANYBODY, CatalogCourse.objects.all())
    if not apps.is_installed(LISTINGS):
        return rows
    from openedx_catalog.contrib.listings.models_api import CourseListing

    return rows.filter(pk__in=CourseListing.objects.public().order_by().values("catalog_course"))


def public_runs() -> QuerySet[CourseRun]:
    """Runs whose content is there, and whose type is for learners who look for courses. Nothing is said of their courses."""
    rows = permissions.visible(ANYBODY, CourseRun.objects.filter(withdrawal=None))
    if not apps.is_installed(COURSE_TYPES):
        return rows
    return rows.filter(Q(course_run_typing=None) | Q(course_run_typing__course_run_type__is_marketable=True))


def public_programs() -> QuerySet[Any]:
    """Programs that are neither hidden nor in preparation, retired ones too. None without that app."""
    from openedx_catalog.contrib.programs.models_api import Program

    return permissions.visible(ANYBODY, Program.objects.public())


def offered_programs() -> QuerySet[Any]:
    """Those of them that take learners: these have documents."""
    from openedx_catalog.contrib.programs.models_api import Program

    return public_programs().filter(status=Program.Status.ACTIVE)


def public_pathways() -> QuerySet[Any]:
    """Pathways that are active, listed, and for everybody."""
    from openedx_catalog.contrib.pathways.models_api import LearnerPathway

    return permissions.visible(ANYBODY, LearnerPathway.objects.public())
