"""What rows of subscriptions are called in histories, deleted ones too."""

from __future__ import annotations

from openedx_catalog.admin.naming import course_names, organization_names
from openedx_catalog.lib.admin.history import by_columns, named_by, through

from ..models_api import CourseChoice, SubscribedOrganization, SubscriptionPlan

for _model, _namer in (
    (SubscriptionPlan, by_columns(SubscriptionPlan, "name")),
    (SubscribedOrganization, through(SubscribedOrganization, "organization_id", organization_names)),
    (CourseChoice, through(CourseChoice, "catalog_course_id", course_names)),
):
    named_by(_model._meta.label, _namer)
