"""
Policies for OPENEDX_CATALOG_PERMISSION_POLICY by which staff only read courses, until somebody says why they may write.

A site that names none of them goes on as before.
"""

from __future__ import annotations

from typing import Any

from openedx_catalog.contrib.listings.models_api import CourseListing, CourseRunListing
from openedx_catalog.models_api import CatalogCourse, CourseRun, CourseSchedule
from openedx_catalog.permissions import ModelPermissions, StaffMayWrite

from . import models

READ_ONLY = frozenset({
    CatalogCourse, CourseRun, CourseSchedule, CourseListing, CourseRunListing, models.CourseWorkingCopy,
    models.CourseRunWorkingCopy, models.CourseRestriction, models.CourseEditor, models.OrganizationGroup,
})  # fmt: skip
ROLES = frozenset({models.PublisherRole, models.PublisherRoleAssignment})


class PublisherEditors(ModelPermissions):
    """
    `ModelPermissions`, but staff only read courses, runs, schedules, listings, working copies, and who edits, whatever their
    permissions say, unless they have the role PUBLISHER_EDITOR besides. Superusers need none.

    Who reviews for the law, or edits as a member of an organization, does so as one, and not as staff. Put before another
    policy it restricts that: ``class Ours(PublisherEditors, Librarians)``.
    """

    def can_view(self, user: Any, model: Any) -> bool:
        """Whether a user may see every row of a model; what he could change without the restriction he may read."""
        return self.can_write(user, model, "view") or super().can_write(user, model, "change")

    def can_write(self, user: Any, model: Any, action: str) -> bool:
        """Whether a user may do this. One query for each object of a user who is staff, which remembers his role."""
        if model in ROLES:
            # Another policy may let staff write everything, and they would give the role to themselves.
            return ModelPermissions.can_write(self, user, model, action)
        if not super().can_write(user, model, action):
            return False
        is_restricted = model in READ_ONLY and action != "view" and user.is_staff and not user.is_superuser
        return not is_restricted or _has_role(user)


class StaffWithRoleMayWrite(PublisherEditors, StaffMayWrite):
    """`StaffMayWrite`, but what `PublisherEditors` restricts only with the role."""


def _has_role(user: Any) -> bool:
    """Kept as Django keeps permissions: whoever reads the user anew asks anew."""
    if not hasattr(user, "_is_publisher_editor"):
        from . import api

        user._is_publisher_editor = api.is_publisher_editor(user)
    return user._is_publisher_editor
