"""The Python API of subscriptions. Nothing here checks permissions."""

from ..data import Explanation, Reason, RefreshReport, SubscriptionRecord
from .choices import (
    get_course_choices,
    get_subscribed_organizations,
    import_course_subscriptions,
    set_course_subscription,
    set_organization_subscription,
)
from .diagnosing import diagnose
from .explaining import Standing, explain_course, explain_in_each_plan, explain_program, explain_run
from .merging import follow_merged_courses, follow_unmerged_courses
from .plans import (
    create_subscription_plan,
    delete_subscription_plan,
    get_subscription_plan,
    get_subscription_plans,
    update_subscription_plan,
)
from .reading import (
    get_included_courses,
    get_included_programs,
    get_included_runs,
    get_plans_of_courses,
    get_plans_of_programs,
    get_plans_of_runs,
)
from .refreshing import pending_changes, refresh_courses, refresh_organizations, refresh_programs, refresh_subscriptions

__all__ = [
    "Explanation",
    "Reason",
    "RefreshReport",
    "Standing",
    "SubscriptionRecord",
    "create_subscription_plan",
    "delete_subscription_plan",
    "diagnose",
    "explain_course",
    "explain_in_each_plan",
    "explain_program",
    "explain_run",
    "follow_merged_courses",
    "follow_unmerged_courses",
    "get_course_choices",
    "get_included_courses",
    "get_included_programs",
    "get_included_runs",
    "get_plans_of_courses",
    "get_plans_of_programs",
    "get_plans_of_runs",
    "get_subscribed_organizations",
    "get_subscription_plan",
    "get_subscription_plans",
    "import_course_subscriptions",
    "pending_changes",
    "refresh_courses",
    "refresh_organizations",
    "refresh_programs",
    "refresh_subscriptions",
    "set_course_subscription",
    "set_organization_subscription",
    "update_subscription_plan",
]
