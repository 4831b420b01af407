"""
The tables of publishing.

Outside this package import them from `openedx_catalog.contrib.publishing.models_api`, and change them through its `api`.
"""

from openedx_catalog.extensions import require_installed

require_installed("openedx_catalog.contrib.publishing")

from .comments import CommentThread, CourseComment  # noqa: E402
from .copies import (  # noqa: E402
    CourseRestriction,
    CourseRunWorkingCopy,
    CourseWorkingCopy,
    Review,
    WorkingCopyOwner,
    WorkingCopySubject,
)
from .people import CourseEditor, OrganizationGroup, PublisherRole, PublisherRoleAssignment  # noqa: E402

__all__ = [
    "CommentThread",
    "CourseComment",
    "CourseEditor",
    "CourseRestriction",
    "CourseRunWorkingCopy",
    "CourseWorkingCopy",
    "OrganizationGroup",
    "PublisherRole",
    "PublisherRoleAssignment",
    "Review",
    "WorkingCopyOwner",
    "WorkingCopySubject",
]
