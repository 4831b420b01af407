"""Routes of version 1; reversed as ``openedx_catalog:v1:course-run-detail``."""

from rest_framework.routers import SimpleRouter

from .views import CatalogCourseViewSet, CourseRunViewSet, OrganizationViewSet

app_name = "v1"

router = SimpleRouter()
router.register("organizations", OrganizationViewSet, basename="organization")
router.register("catalog-courses", CatalogCourseViewSet, basename="catalog-course")
router.register("course-runs", CourseRunViewSet, basename="course-run")

urlpatterns = router.urls
