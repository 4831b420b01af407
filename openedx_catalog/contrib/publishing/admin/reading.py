"""What was decided and said of courses, in the admin, to read; and another attempt to send a comment elsewhere."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from openedx_catalog.admin.filters import OneOfFilter, OrganizationFilter
from openedx_catalog.lib import permissions
from openedx_catalog.lib.admin.texts import instant_column

from .. import api
from ..models_api import CourseComment, CourseRestriction, Review
from ..showing import named_action
from ..workflow import Action
from .base import AT, CREATED, MODIFIED, ReadOnlyOfCourses


@admin.register(CourseRestriction)
class CourseRestrictionAdmin(ReadOnlyOfCourses):
    """In which countries courses may not be taken, as it was published. Legal reviewers set it on the pages for editors."""

    list_display = ("course_key", "countries", MODIFIED)
    list_filter = (OrganizationFilter,)
    fields = ("course_link", "countries", "legal_note", CREATED, MODIFIED)

    @admin.display(description=_("Restricted countries"))
    def countries(self, row: CourseRestriction) -> str:
        return str(row) or "–"


class ActionFilter(OneOfFilter):
    """By what was done; Django's own filter would look through the whole table for it."""

    title = _("action")
    parameter_name = "action"
    offered = Action.choices


@admin.register(Review)
class ReviewAdmin(ReadOnlyOfCourses):
    """The steps that courses have taken, the newest first."""

    list_display = (AT, "course_key", "action_", "from_state", "to_state", "user_name", "reason")
    list_filter = (ActionFilter, "to_state", OrganizationFilter)
    search_help_text = _("Search by username, or by code, key or title of the course.")
    found_by = ("user_name__icontains",)
    fields = ("course_link", AT, "action_", "from_state", "to_state", "user_name", "source", "reason")

    @admin.display(description=_("Action"), ordering="action")
    def action_(self, row: Review) -> str:
        return named_action(row)


@admin.register(CourseComment)
class CourseCommentAdmin(ReadOnlyOfCourses):
    """The newest first. Written on the pages for editors; the permission to change comments lets send parked ones again."""

    list_display = (AT, "about", "user_name", "start", "state", "attempts", "error")
    list_filter = ("state", OrganizationFilter)
    actions = ("retry",)
    search_help_text = _("Search by username, a part of the text, or by code, key or title of the course.")
    found_by = ("user_name__icontains", "body__icontains", "course_key__icontains")
    _sent = ("state", "external_id", "attempts", instant_column("due_at", _("Due at")), "error")
    fieldsets = (
        (None, {"fields": ("course_link", "course_key", AT, "user_name", "body")}),
        (_("In another system"), {"fields": _sent}),
    )

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """For the action that sends parked ones again."""
        return self.has_view_permission(request) and permissions.can_write(request.user, CourseComment, "change")

    @admin.action(description=_("Send selected parked comments again"), permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """They become due, with all their attempts."""
        count = api.retry_comments(list(queryset.values_list("pk", flat=True)))
        text = ngettext("%(count)d comment will be sent again.", "%(count)d comments will be sent again.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS if count else messages.WARNING)

    @admin.display(description=_("About"))
    def about(self, row: CourseComment) -> str:
        return row.course_key or row.catalog_course.key_str

    @admin.display(description=_("Comment"))
    def start(self, row: CourseComment) -> str:
        return Truncator(row.body).chars(80)
