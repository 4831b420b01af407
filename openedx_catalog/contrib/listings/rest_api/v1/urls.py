"""Routes of version 1, beside those of the core."""

from __future__ import annotations

from typing import Any

from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from . import views

router = SimpleRouter()
router.register("listings/subjects", views.SubjectViewSet, basename="listing-subject")
router.register("listings/levels", views.LevelViewSet, basename="listing-level")

LIST: Any = {"get": "list"}
DETAIL: Any = {"get": "retrieve", "put": "upsert", "patch": "partial_update", "delete": "destroy"}
REDIRECTS: Any = {"get": "redirects", "post": "add_redirect"}
# A slug may have several parts (OPENEDX_CATALOG_SLUGS_WITH_SLASHES), as old course keys do: details come last.
REF = "(?P<ref>[^/]+(?:/[^/]+)*)"
COURSES, RUNS = {"basename": "listing-course"}, {"basename": "listing-course-run"}

urlpatterns: list[Any] = [
    *router.urls,
    path("listings/courses/", views.CourseListingViewSet.as_view(LIST, **COURSES), name="listing-course-list"),
    path(
        "listings/courses/facets/",
        views.CourseListingViewSet.as_view({"get": "facets"}, pagination_class=None, **COURSES),
        name="listing-course-facets",
    ),
    re_path(
        rf"^listings/courses/{REF}/redirects/$",
        views.CourseRedirects.as_view(REDIRECTS, **COURSES),
        name="listing-course-redirects",
    ),
    re_path(
        rf"^listings/courses/{REF}/image/$",
        views.CourseImage.as_view({"put": "upload"}, **COURSES),
        name="listing-course-image",
    ),
    re_path(rf"^listings/courses/{REF}/$", views.CourseListingViewSet.as_view(DETAIL, **COURSES), name="listing-course-detail"),
    path("listings/course-runs/", views.CourseRunListingViewSet.as_view(LIST, **RUNS), name="listing-course-run-list"),
    re_path(
        rf"^listings/course-runs/{REF}/$",
        views.CourseRunListingViewSet.as_view(DETAIL, **RUNS),
        name="listing-course-run-detail",
    ),
]
