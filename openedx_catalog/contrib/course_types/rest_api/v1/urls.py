"""Routes of version 1, beside those of the core."""

from rest_framework.routers import SimpleRouter

from .views import CourseRunTypeViewSet, CourseTypeViewSet, ModeViewSet, SeatTypeViewSet

router = SimpleRouter()
router.register("modes", ModeViewSet, basename="mode")
router.register("seat-types", SeatTypeViewSet, basename="seat-type")
router.register("course-run-types", CourseRunTypeViewSet, basename="course-run-type")
router.register("course-types", CourseTypeViewSet, basename="course-type")

urlpatterns = router.urls
