"""
The tables of course types.

Outside this package import them from `openedx_catalog.contrib.course_types.models_api`, and change them through its `api`.
"""

from openedx_catalog.extensions import require_installed

require_installed("openedx_catalog.contrib.course_types")

from .kinds import Mode, SeatType, Track  # noqa: E402
from .products import CourseProducts, CourseRunProducts  # noqa: E402
from .types import (  # noqa: E402
    CourseRunType,
    CourseRunTypeTrack,
    CourseType,
    CourseTypeEntitlement,
    CourseTypeOrganization,
    CourseTypeRunType,
)
from .typing import CourseRunTyping, CourseTyping  # noqa: E402

__all__ = [
    "CourseProducts",
    "CourseRunProducts",
    "CourseRunType",
    "CourseRunTypeTrack",
    "CourseRunTyping",
    "CourseType",
    "CourseTypeEntitlement",
    "CourseTypeOrganization",
    "CourseTypeRunType",
    "CourseTyping",
    "Mode",
    "SeatType",
    "Track",
]
