"""What the operator reads: instants in UTC, and where the key of a run names another course than its own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from ..models_api import CourseRun


def association_text(run: CourseRun) -> str:
    """For a cell of a list."""
    label = run.get_association_display()
    return label if _agree(run) else f"⚠ {label}: {_named(run)}"


def mismatch_text(run: CourseRun) -> str:
    """For the page of the run: also what that means."""
    if _agree(run):
        return str(_("The key names this course."))
    if run.association == run.Association.EXPLICIT:
        why = _("A person or an import put the run here, and no sync moves it.")
    else:
        why = _("Nobody said that the run belongs here. Move it: to the course it belongs to, or to this one if that is right.")
    return f"⚠ {_named(run)}. {why}"


def _agree(run: CourseRun) -> bool:
    return run.catalog_course.owns_code(run.org_code, run.course_code)


def _named(run: CourseRun) -> str:
    return str(_("The key names {} {}")).format(run.org_code, run.course_code)
