"""Routes of version 1, beside those of the core."""

from __future__ import annotations

from typing import Any

from django.urls import path, re_path

from openedx_catalog.lib.rest.parsing import ImageFormParser, StrictJSONParser

from . import people, views

LIST: Any = {"get": "list"}
COURSE = {"basename": "publishing-course"}
ALL, ONE = "publishing/courses/", "publishing/courses/<str:ref>/"
# One key is no slash or two of them, as in the core.
RUN = r"^publishing/courses/(?P<ref>[^/]+)/runs/(?P<course_key>[^/]+(?:/[^/]+/[^/]+)?)/$"
DETAIL: Any = {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}
PEOPLE: Any = {**LIST, "post": "create"}
REMOVE: Any = {"delete": "destroy"}
MEMBERS, ASSIGNMENTS = "publishing/organizations/<str:short_name>/members/", "publishing/role-assignments/"

# Beside JSON as everywhere, a form with a file.
IMAGE: Any = {"parser_classes": (StrictJSONParser, ImageFormParser), "pagination_class": None, **COURSE}

_UNDER: dict[str, tuple[Any, Any]] = {
    "actions": (views.CourseViewSet, {"get": "actions", "post": "act"}),
    "legal": (views.CourseLegalFields, {"get": "retrieve", "put": "say"}),
    "comparison": (views.CourseViewSet, {"get": "compare"}),
    "comments": (views.CourseComments, {"get": "comments", "post": "comment"}),
}

urlpatterns: list[Any] = [
    path(ALL, views.CourseViewSet.as_view({**LIST, "post": "create"}, **COURSE), name="publishing-course-list"),
    path(ONE, views.CourseViewSet.as_view(DETAIL, **COURSE), name="publishing-course-detail"),
    path(f"{ONE}image/", views.CourseViewSet.as_view({"put": "upload"}, **IMAGE), name="publishing-course-image"),
    *(
        path(f"{ONE}{name}/", view.as_view(actions, pagination_class=None, **COURSE), name=f"publishing-course-{name}")
        for name, (view, actions) in _UNDER.items()
    ),
    path(f"{ONE}runs/", views.CourseRuns.as_view(LIST), name="publishing-run-list"),
    re_path(RUN, views.CourseRuns.as_view({"get": "retrieve", "patch": "partial_update"}), name="publishing-run-detail"),
    path(f"{ONE}reviews/", views.CourseReviews.as_view(LIST), name="publishing-review-list"),
    path(f"{ONE}editors/", people.CourseEditors.as_view(PEOPLE), name="publishing-editor-list"),
    path(f"{ONE}editors/<str:username>/", people.CourseEditors.as_view(REMOVE), name="publishing-editor-detail"),
    path(MEMBERS, people.OrganizationMembers.as_view(PEOPLE), name="publishing-member-list"),
    path(f"{MEMBERS}<str:username>/", people.OrganizationMembers.as_view(REMOVE), name="publishing-member-detail"),
    path("publishing/role/", people.OwnRole.as_view({"get": "own"}, pagination_class=None), name="publishing-role"),
    path(ASSIGNMENTS, people.RoleAssignments.as_view(PEOPLE), name="publishing-role-assignment-list"),
    path(f"{ASSIGNMENTS}<str:username>/", people.RoleAssignments.as_view(REMOVE), name="publishing-role-assignment-detail"),
]
