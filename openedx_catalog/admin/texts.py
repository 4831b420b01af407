"""What an operator reads of the dates of a run, and where its key names another course than its own."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from ..models_api import CatalogCourseCode, CourseRun
from ..policies import ARCHIVED, CURRENT, STARTING_SOON, UPCOMING

# What the dates of a run say. A host's own policy may have others, which are called by their names.
STATUS_LABELS = {
    ARCHIVED: _("Archived"),
    CURRENT: _("Current"),
    STARTING_SOON: _("Starting soon"),
    UPCOMING: _("Upcoming"),
}


def codes_at(path: str) -> tuple[Any, ...]:
    """What to prefetch for the texts below, at the path of the codes of catalog courses: two queries."""
    codes = Prefetch(path, CatalogCourseCode.objects.select_related("org"))
    return codes, f"{path}__org__catalog_former_names"


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
