"""
The tables of subscriptions.

Outside this package import them from `openedx_catalog.contrib.subscriptions.models_api`, and change them through its `api`.
"""

from openedx_catalog.extensions import require_installed

require_installed("openedx_catalog.contrib.subscriptions")

from .choices import CourseChoice, SubscribedOrganization  # noqa: E402
from .included import IncludedCourse, IncludedCourseRun, IncludedProgram  # noqa: E402
from .plan import SubscriptionPlan  # noqa: E402

__all__ = [
    "CourseChoice",
    "IncludedCourse",
    "IncludedCourseRun",
    "IncludedProgram",
    "SubscribedOrganization",
    "SubscriptionPlan",
]
