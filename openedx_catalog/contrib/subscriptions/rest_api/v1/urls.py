"""Routes of version 1, beside those of the core."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from ...api.refreshing import PROGRAMS
from . import views

router = SimpleRouter()
router.register("subscriptions", views.PlanViewSet, basename="subscription")

LIST: Any = {"get": "list"}
READ: Any = {"get": "retrieve"}
WITHIN = "subscriptions/<str:plan>"

urlpatterns: list[Any] = [
    *router.urls,
    path(f"{WITHIN}/courses/", views.PlanCourses.as_view(LIST), name="subscription-course-list"),
    path(
        f"{WITHIN}/courses/<str:key>/",
        views.CourseInPlan.as_view({**READ, "put": "choose"}),
        name="subscription-course-detail",
    ),
    path(f"{WITHIN}/runs/", views.PlanRuns.as_view(LIST), name="subscription-run-list"),
    re_path(
        # As the core's own: one key is no slash or two of them.
        rf"^subscriptions/(?P<plan>[^/]+)/runs/(?P<course_key>{views.PlanRuns.lookup_value_regex})/$",
        views.RunInPlan.as_view(READ),
        name="subscription-run-detail",
    ),
    path(f"{WITHIN}/organizations/", views.PlanOrganizations.as_view(LIST), name="subscription-organization-list"),
    path(
        f"{WITHIN}/organizations/<str:short_name>/",
        views.PlanOrganizations.as_view({"get": "retrieve", "put": "put_in", "delete": "take_out"}),
        name="subscription-organization-detail",
    ),
]

if apps.is_installed(PROGRAMS):
    from . import programs

    urlpatterns += [
        path(f"{WITHIN}/programs/", programs.PlanPrograms.as_view(LIST), name="subscription-program-list"),
        path(f"{WITHIN}/programs/<str:uuid>/", programs.ProgramInPlan.as_view(READ), name="subscription-program-detail"),
    ]
