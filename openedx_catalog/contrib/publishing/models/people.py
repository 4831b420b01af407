"""Who edits: the members of organizations, the editors of courses, and who of the staff may edit at all."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from edx_rbac.models import UserRole, UserRoleAssignment

from openedx_catalog.history import CatalogHistoricalRecords
from openedx_catalog.lib.fields import ExactCharField
from openedx_catalog.lib.models import SignedModel, TimestampedModel

from .copies import KeptBackModel


class OrganizationGroup(KeptBackModel, TimestampedModel):
    """
    The group of users that are the members of an organization, e.g. "Course editors of MITx".

    .. no_pii:
    """

    organization = models.OneToOneField(
        "organizations.Organization", on_delete=models.CASCADE, related_name="catalog_editors", verbose_name=_("organization")
    )
    group = models.OneToOneField(
        "auth.Group",
        on_delete=models.CASCADE,
        related_name="catalog_organization",
        verbose_name=_("group"),
        help_text=_("Its members create courses of the organization, and may become editors of its courses."),
    )

    history = CatalogHistoricalRecords()

    class Meta:
        verbose_name = _("Group of an Organization")
        verbose_name_plural = _("Groups of Organizations")

    def __str__(self) -> str:
        return f"{self.organization_id}: {self.group_id}"


class CourseEditor(KeptBackModel, TimestampedModel):
    """
    A user who was made an editor of a course. Whether he still is one is asked of `api.get_editors`, not of this row: it counts
    as long as he is active and a member of one of the organizations of the course.

    .. no_pii:
    """

    catalog_course = models.ForeignKey(
        "openedx_catalog.CatalogCourse", on_delete=models.CASCADE, related_name="editor_rows", verbose_name=_("catalog course")
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("account"))

    history = CatalogHistoricalRecords()

    class Meta:
        verbose_name = _("Editor of a Course")
        verbose_name_plural = _("Editors of Courses")
        constraints = [models.UniqueConstraint(fields=["catalog_course", "user"], name="oex_publishing_editor_uniq")]

    def __str__(self) -> str:
        return f"{self.catalog_course_id}: {self.user_id}"


class PublisherRole(KeptBackModel, TimestampedModel, UserRole):
    """
    A role of edx-rbac. Only PUBLISHER_EDITOR means something: see `permission_policies.PublisherEditors`.

    .. no_pii:
    """

    EDITOR: ClassVar[str] = "PUBLISHER_EDITOR"

    # edx-rbac's is compared as each database likes: on MariaDB "publisher_editor" would be the same.
    name = ExactCharField(_("name"), unique=True)

    class Meta:
        verbose_name = _("Publisher Role")
        verbose_name_plural = _("Publisher Roles")


class PublisherRoleAssignment(KeptBackModel, SignedModel, TimestampedModel, UserRoleAssignment):
    """
    A user has a role: who gave it, when, and why. Its history says who took it away.

    .. pii: ``user_name`` is the username of who gave the role.
    .. pii_types: username
    .. pii_retirement: retained
    """

    role_class = PublisherRole

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("account"))
    # Not CASCADE, as edx-rbac has it: nobody would have said why all of them lose it.
    role = models.ForeignKey(PublisherRole, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("role"))

    history = CatalogHistoricalRecords(excluded=("at", "source", "reason", "user_name"))

    class Meta:
        verbose_name = _("Publisher Role of a User")
        verbose_name_plural = _("Publisher Roles of Users")
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="oex_publishing_role_uniq")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role_id}"
