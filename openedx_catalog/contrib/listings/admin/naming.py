"""What rows of listings are called in histories, deleted ones too."""

from __future__ import annotations

from openedx_catalog.admin.naming import course_names, organization_names, run_names
from openedx_catalog.lib.admin.history import by_columns, named_by, through

from ..models_api import CourseListing, CourseListingOwner, CourseListingSubject, CourseRunListing, Level, Subject

_subjects = by_columns(Subject, "name")

for _model, _namer in (
    (Subject, _subjects),
    (Level, by_columns(Level, "name")),
    (CourseListing, through(CourseListing, "catalog_course_id", course_names)),
    (CourseRunListing, through(CourseRunListing, "run_id", run_names)),
    (CourseListingSubject, through(CourseListingSubject, "subject_id", _subjects)),
    (CourseListingOwner, through(CourseListingOwner, "organization_id", organization_names)),
):
    named_by(_model._meta.label, _namer)
