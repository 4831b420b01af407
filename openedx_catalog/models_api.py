"""
What other apps may point foreign keys at and type against. Read-only: change rows through `openedx_catalog.api`.
"""

from .models import (
    CatalogCourse,
    CatalogCourseCode,
    CourseRun,
    CourseRunWithdrawal,
    CourseSchedule,
    InboxMessage,
    OutboxMessage,
)

__all__ = [
    "CatalogCourse",
    "CatalogCourseCode",
    "CourseRun",
    "CourseRunWithdrawal",
    "CourseSchedule",
    "InboxMessage",
    "OutboxMessage",
]
