"""What runs, catalog courses and organizations are called in histories: by key and short name, deleted ones too."""

from __future__ import annotations

from organizations.models import Organization

from .. import keys
from ..lib.admin.history import by_columns, named_by, through, values_of
from ..models_api import CatalogCourse, CatalogCourseCode, CourseRun, CourseRunWithdrawal, CourseSchedule


def organization_names(pks: set[int]) -> dict[int, str]:
    """``{id: short_name}``."""
    return {pk: name for pk, (name,) in values_of(Organization, pks, "short_name").items()}


def course_names(pks: set[int]) -> dict[int, str]:
    """``{id: key_str}``."""
    courses = values_of(CatalogCourse, pks, "org_id", "course_code")
    orgs = organization_names({org for org, _code in courses.values()})
    return {pk: keys.format_key_str(orgs.get(org, "?"), code) for pk, (org, code) in courses.items()}


def run_names(pks: set[int]) -> dict[int, str]:
    """``{id: course key}``."""
    return {pk: str(key) for pk, (key,) in values_of(CourseRun, pks, "course_key").items()}


named_by(Organization._meta.label, organization_names)
named_by(CatalogCourse._meta.label, course_names)
named_by(CourseRun._meta.label, run_names)
named_by(CatalogCourseCode._meta.label, by_columns(CatalogCourseCode, "code"))
for _of_run in (CourseSchedule, CourseRunWithdrawal):
    named_by(_of_run._meta.label, through(_of_run, "run_id", run_names))
