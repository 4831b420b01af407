"""What an operator reads where the key of a run names another course than its own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from ..models_api import CourseRun


def association_text(run: CourseRun) -> str:
    """For a cell of a list."""
    label = run.get_association_display()
    if _agree(run):
        return label
    text = _("%(association)s: the key names %(org)s %(code)s")
    return "⚠ " + text % {"association": label, "org": run.org_code, "code": run.course_code}


def mismatch_text(run: CourseRun) -> str:
    """For the page of the run: also what that means."""
    if _agree(run):
        return str(_("The key names this course."))
    if run.association == run.Association.EXPLICIT:
        text = _("The key names %(org)s %(code)s. A person or an import chose this course, and no sync changes that.")
    else:
        text = _(
            "The key names %(org)s %(code)s, and nobody has chosen this course for the run. Move the run to the course that it "
            "belongs to, or to this one if it is right."
        )
    return "⚠ " + text % {"org": run.org_code, "code": run.course_code}


def _agree(run: CourseRun) -> bool:
    return run.catalog_course.owns_code(run.org_code, run.course_code)
