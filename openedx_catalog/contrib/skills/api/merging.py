"""What becomes of the skills of a course when it is merged into another one, and when that is undone."""

from __future__ import annotations

from openedx_catalog.api import get_catalog_merges
from openedx_catalog.lib.changes import Change, delete_with_history, save_with_history
from openedx_catalog.models_api import CatalogCourse

from ..models import CourseSkill, Skill
from ._telling import note_courses

_SAID = ("source", "confidence", "blocked")


def follow_merged_courses(merged: CatalogCourse, into: CatalogCourse, change: Change) -> None:
    """The course that stays keeps what is said of its skills, blocked or not, and gets what is said only of the other's."""
    rows = list(CourseSkill.objects.filter(catalog_course=merged).order_by("pk"))
    if not rows:
        return
    kept = set(CourseSkill.objects.filter(catalog_course=into).values_list("skill_id", flat=True))
    for row in rows:
        said = {name: getattr(row, name) for name in _SAID}
        delete_with_history(row, change)
        if row.skill_id not in kept:
            save_with_history(CourseSkill(catalog_course=into, skill_id=row.skill_id, **said), change)
    if {row.skill_id for row in rows} - kept:
        note_courses([into.pk])


def follow_unmerged_courses(restored: CatalogCourse, survivor: CatalogCourse, change: Change) -> None:
    """
    The course that is back gets the skills that it had, as long as history is kept; what was blocked is blocked. The survivor
    keeps what the merge gave it.
    """
    merge = get_catalog_merges(survivor).get(uuid=restored.uuid)
    taken = CourseSkill.history.filter(catalog_course_id=merge.course_id, history_type="-", history_date__gte=merge.at)
    found = {row["skill_id"]: row for row in taken.order_by("history_id").values("skill_id", *_SAID)}
    has = set(CourseSkill.objects.filter(catalog_course=restored).values_list("skill_id", flat=True))
    there = set(Skill.objects.filter(pk__in=found.keys() - has).values_list("pk", flat=True))
    for pk in sorted(there):
        save_with_history(CourseSkill(catalog_course=restored, **found[pk]), change)
    if there:
        note_courses([restored.pk])
