"""Routes of version 1; reversed as ``openedx_catalog:v1:course-run-detail``."""

from __future__ import annotations

from typing import Any

from django.urls import path
from rest_framework.routers import SimpleRouter

from .changes import ChangeViewSet
from .deleted_runs import DeletedRunViewSet
from .root import RootViewSet
from .views import CatalogCourseViewSet, CourseRunViewSet, OrganizationViewSet

app_name = "v1"


class Router(SimpleRouter):
    """Offers of a resource what it does not leave out."""

    def get_method_map(self, viewset: Any, method_map: Any) -> Any:
        found = super().get_method_map(viewset, method_map)
        return {method: name for method, name in found.items() if name not in getattr(viewset, "left_out", ())}


router = Router()
router.register("organizations", OrganizationViewSet, basename="organization")
router.register("catalog-courses", CatalogCourseViewSet, basename="catalog-course")
router.register("deleted-course-runs", DeletedRunViewSet, basename="deleted-course-run")
router.register("course-runs", CourseRunViewSet, basename="course-run")

urlpatterns = [
    path("", RootViewSet.as_view({"get": "lists"}), name="root"),
    *router.urls,
    path("changes/", ChangeViewSet.as_view({"get": "follow"}), name="change-list"),
]
