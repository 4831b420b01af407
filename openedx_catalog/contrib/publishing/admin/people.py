"""Who edits courses, in the admin: members of organizations, editors of courses, and who of the staff may edit at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from organizations.models import Organization

from openedx_catalog.admin.filters import OrganizationFilter
from openedx_catalog.lib.admin.base import KeptAdmin
from openedx_catalog.lib.admin.forms import ApiForm, ApiModelAdmin, CodesField, DeleteForm, ReasonField
from openedx_catalog.lib.admin.texts import link_column, value_column
from openedx_catalog.lib.exceptions import InvalidRequest
from openedx_catalog.models_api import CatalogCourse

from .. import api
from ..models_api import CourseEditor, OrganizationGroup, PublisherRoleAssignment
from .base import AT, CREATED, OfCourses

USERNAME = f"user__{get_user_model().USERNAME_FIELD}"
USERNAMES = value_column(USERNAME.replace("__", "."), _("Username"), ordering=USERNAME)


class MembersForm(ApiForm):
    """An organization, chosen once, and its members."""

    named: ClassVar[dict[str, str]] = {"member": "members"}
    owner, taken = "organization", _("It has a group already: change that one.")

    members = CodesField(label=_("Members"), help_text=_("Usernames, separated by commas or blanks."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["members"] = ", ".join(_members(self.instance))


@admin.register(OrganizationGroup)
class OrganizationGroupAdmin(KeptAdmin, ApiModelAdmin):
    """Organizations whose members edit courses. To end all memberships at once, delete the group where Django has groups."""

    form = MembersForm
    list_display = ("organization_name", "group", "number")
    search_fields = ("organization__short_name", "organization__name", "group__name")
    search_help_text = _("Search by organization or group.")
    prefetched = ("organization", "group")
    autocomplete_fields = ("organization",)
    add_fieldsets: ClassVar[Any] = ((None, {"fields": ("organization", "members")}),)
    fieldsets = ((None, {"fields": ("organization_link", "group_link", "members", CREATED)}),)
    readonly_fields = ("organization_link", "group_link", CREATED)
    organization_name = value_column("organization.short_name", _("Organization"), ordering="organization__short_name")
    organization_link = link_column("organization", _("Organization"), text="short_name")
    group_link = link_column("group", _("Group"))
    number = value_column("number_", _("Members"), ordering="number_")

    @staticmethod
    def create_row(*, organization: Organization, members: Sequence[str], **provenance: Any) -> OrganizationGroup:
        """Raises InvalidRequest where there are none."""
        if not members:
            raise InvalidRequest(field="members", reason=_("A group begins with its first member."))
        for name in members:
            api.add_member(organization, name, **provenance)
        return OrganizationGroup.objects.get(organization=organization)

    @staticmethod
    def update_row(row: OrganizationGroup, *, members: Sequence[str] | None = None, **provenance: Any) -> OrganizationGroup:
        """Add who is missing, and remove who is not named."""
        before = _members(row)
        wanted = before if members is None else members
        for change, given, known in ((api.add_member, wanted, before), (api.remove_member, before, wanted)):
            for name in given:
                if name not in known:
                    change(row.organization, name, **provenance)
        return row

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        active = Count("group__user", filter=Q(group__user__is_active=True), distinct=True)
        return super().get_queryset(request).annotate(number_=active)

    @admin.display(description=_("Members"))
    def members(self, row: OrganizationGroup) -> str:
        """What the form asks for, and who may not change it reads."""
        return ", ".join(_members(row)) or "–"


def _members(row: OrganizationGroup) -> list[str]:
    return [user.get_username() for user in api.get_members(row.organization)]


class EditorForm(ApiForm):
    """A course, and who is to edit it."""

    editor = forms.CharField(label=_("Username"), help_text=_("Of a member of one of the organizations of the course."))


@admin.register(CourseEditor)
class CourseEditorAdmin(OfCourses, ApiModelAdmin):
    """Who was made an editor, the newest first, and whether he still is one. Delete a row to take a course from somebody."""

    form = EditorForm
    list_display = ("course_key", "username", "counts", CREATED)
    list_filter = (OrganizationFilter,)
    search_help_text = _("Search by username, or by code, key or title of the course.")
    found_by = (f"{USERNAME}__icontains",)
    prefetched = ("catalog_course__org", "user")
    autocomplete_fields = ("catalog_course",)
    add_fieldsets: ClassVar[Any] = ((None, {"fields": ("catalog_course", "editor")}),)
    fieldsets = ((None, {"fields": ("course_link", "username", "counts", CREATED)}),)
    username = USERNAMES
    # Active, and still a member of an organization of the course.
    counts = value_column("is_valid", _("Is one"), boolean=True)

    @staticmethod
    def create_row(*, catalog_course: CatalogCourse, editor: str, **provenance: Any) -> CourseEditor:
        """Raises InvalidRequest where he is one already."""
        if not api.add_editor(catalog_course, editor, **provenance):
            raise InvalidRequest(field="editor", reason=_("He is an editor of it already."))
        return CourseEditor.objects.get(**{"catalog_course": catalog_course, USERNAME: editor})

    @staticmethod
    def delete_row(row: CourseEditor, **provenance: Any) -> None:
        """He edits it no longer."""
        api.remove_editor(row.catalog_course, row.user, **provenance)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        valid = api.valid_editors().filter(pk=OuterRef("pk"))
        return super().get_queryset(request).annotate(is_valid=Exists(valid))


class HolderForm(ApiForm):
    """Who gets the role, and why."""

    holder = forms.CharField(label=_("Username"))


class RevokeForm(DeleteForm):
    """Why it is taken away."""

    reason = ReasonField(required=True, help_text=_("Recorded in the history."))


@admin.register(PublisherRoleAssignment)
class PublisherRoleAssignmentAdmin(KeptAdmin, ApiModelAdmin):
    """Who has the role PUBLISHER_EDITOR, the newest first. Delete a row to take it away."""

    form = HolderForm
    delete_form = RevokeForm
    list_display = ("username", "role", AT, "user_name", "reason")
    search_fields = (USERNAME,)
    search_help_text = _("Search by username.")
    prefetched = ("user", "role")
    add_fieldsets: ClassVar[Any] = ((None, {"fields": ("holder", "reason")}),)
    fieldsets = ((None, {"fields": ("username", "role", AT, "user_name", "source", "reason")}),)
    username = USERNAMES

    @staticmethod
    def create_row(*, holder: str, **provenance: Any) -> PublisherRoleAssignment:
        """What he has already stays as it is."""
        return api.grant_publisher_editor(holder, **provenance)

    @staticmethod
    def delete_row(row: PublisherRoleAssignment, **provenance: Any) -> None:
        """Raises ReasonRequired."""
        api.revoke_publisher_editor(row.user, **{"reason": "", **provenance})
