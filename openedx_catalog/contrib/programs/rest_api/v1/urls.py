"""Routes of version 1, beside those of the core."""

from rest_framework.routers import SimpleRouter

from .views import CurriculumViewSet, DegreeViewSet, ProgramTypeViewSet, ProgramViewSet

router = SimpleRouter()
router.register("program-types", ProgramTypeViewSet, basename="program-type")
router.register("programs", ProgramViewSet, basename="program")
router.register("curricula", CurriculumViewSet, basename="curriculum")
router.register("degrees", DegreeViewSet, basename="degree")

urlpatterns = router.urls
