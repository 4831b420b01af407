"""Routes of version 1, beside those of the core."""

from rest_framework.routers import SimpleRouter

from .catalogs.views import CourseCatalogViewSet

router = SimpleRouter()
router.register("catalogs", CourseCatalogViewSet, basename="course_catalog")

urlpatterns = router.urls
