"""What histories of courses and runs say of their types."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from openedx_catalog.data import AttachedHistory

from ..models import CourseRunType, CourseRunTyping, CourseType, CourseTyping

_OF_COURSE = {
    "+": ("typed", _("The catalog course %(key)s was given a type.")),
    "~": ("retyped", _("The catalog course %(key)s was given another type.")),
    "-": ("untyped", _("The type of the catalog course %(key)s was taken away.")),
}
_OF_RUN = {
    "+": ("typed", _("The course run %(key)s was given a type.")),
    "~": ("retyped", _("The course run %(key)s was given another type.")),
    "-": ("untyped", _("The type of the course run %(key)s was taken away.")),
}


def histories_of(kind: str) -> list[AttachedHistory]:
    """Those of our tables whose changes stand in the history of a ``catalog_course`` or a ``course_run``."""
    if kind == "catalog_course":
        return [AttachedHistory(CourseTyping, "catalog_course", _OF_COURSE, {"course_type": partial(_slugs, CourseType)})]
    if kind == "course_run":
        return [AttachedHistory(CourseRunTyping, "run", _OF_RUN, {"course_run_type": partial(_slugs, CourseRunType)})]
    return []


def _slugs(model: Any, pks: set[int]) -> dict[int, str]:
    """As they are, or, where they are gone, as they were last."""
    found = dict(model.objects.filter(pk__in=pks).values_list("pk", "slug"))
    if gone := pks - set(found):
        found |= dict(model.history.filter(id__in=gone).order_by("history_id").values_list("id", "slug"))
    return found
