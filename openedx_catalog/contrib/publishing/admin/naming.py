"""What rows of publishing are called in histories, deleted ones too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from openedx_catalog.admin.naming import course_names, organization_names, run_names
from openedx_catalog.contrib.listings.models_api import Subject
from openedx_catalog.lib.admin.history import by_columns, named_by, through

from .. import models_api as models


def _named(model: Any, column: str) -> Callable[[set[int]], dict[int, str]]:
    """Rows of Django's own, which have no history of ours."""
    return lambda pks: dict(model._default_manager.filter(pk__in=pks).values_list("pk", column))


_users: Any = get_user_model()
for _model, _namer in (
    (_users, _named(_users, _users.USERNAME_FIELD)),
    (Group, _named(Group, "name")),
    (models.CourseWorkingCopy, through(models.CourseWorkingCopy, "catalog_course_id", course_names)),
    (models.CourseRunWorkingCopy, through(models.CourseRunWorkingCopy, "run_id", run_names)),
    (models.CourseRestriction, through(models.CourseRestriction, "catalog_course_id", course_names)),
    (models.WorkingCopySubject, through(models.WorkingCopySubject, "subject_id", by_columns(Subject, "name"))),
    (models.WorkingCopyOwner, through(models.WorkingCopyOwner, "organization_id", organization_names)),
    (models.OrganizationGroup, through(models.OrganizationGroup, "organization_id", organization_names)),
    (models.CourseEditor, through(models.CourseEditor, "catalog_course_id", course_names)),
    (models.PublisherRoleAssignment, through(models.PublisherRoleAssignment, "user_id", _named(_users, _users.USERNAME_FIELD))),
):
    named_by(_model._meta.label, _namer)
