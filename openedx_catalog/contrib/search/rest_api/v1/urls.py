"""Routes of version 1, beside those of the core."""

from __future__ import annotations

from typing import Any

from django.urls import path
from rest_framework.routers import SimpleRouter

from .searching import SearchViewSet
from .views import CourseCatalogViewSet

router = SimpleRouter()
router.register("catalogs", CourseCatalogViewSet, basename="course_catalog")

urlpatterns: list[Any] = [
    path("search/", SearchViewSet.as_view({"get": "find_all"}), name="search-list"),
    path("search/suggestions/", SearchViewSet.as_view({"get": "suggestions"}), name="search-suggestions"),
    *router.urls,
]
