"""What histories of courses and runs say of their listings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from openedx_catalog.data import AttachedHistory

from ..models import CourseListing, CourseRunListing, Level

_OF_COURSE = {
    "+": ("listed", _("The catalog course %(key)s was given a listing.")),
    "~": ("relisted", _("What learners read of the catalog course %(key)s was changed.")),
    "-": ("unlisted", _("The listing of the catalog course %(key)s was deleted.")),
}
_OF_RUN = {
    "+": ("listed", _("The course run %(key)s was given a listing.")),
    "~": ("relisted", _("What learners read of the course run %(key)s was changed.")),
    "-": ("unlisted", _("The listing of the course run %(key)s was deleted.")),
}


def histories_of(kind: str) -> list[AttachedHistory]:
    """Those of our tables whose changes stand in the history of a ``catalog_course`` or a ``course_run``."""
    if kind == "catalog_course":
        return [AttachedHistory(CourseListing, "catalog_course", _OF_COURSE, {"level": _slugs})]
    if kind == "course_run":
        return [AttachedHistory(CourseRunListing, "run", _OF_RUN, {})]
    return []


def _slugs(pks: set[int]) -> dict[int, str]:
    return dict(Level.objects.filter(pk__in=pks).values_list("pk", "slug"))
