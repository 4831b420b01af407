"""Routes of version 1, beside those of the core."""

from rest_framework.routers import SimpleRouter

from .curricula import CourseMembershipViewSet, CurriculumGroupViewSet, CurriculumViewSet, ProgramMembershipViewSet
from .degrees import DegreeCostViewSet, DegreeDeadlineViewSet, DegreeViewSet
from .views import ProgramTypeViewSet, ProgramViewSet

router = SimpleRouter()
router.register("program-types", ProgramTypeViewSet, basename="program-type")
router.register("programs", ProgramViewSet, basename="program")
router.register("curricula", CurriculumViewSet, basename="curriculum")
router.register("curriculum-courses", CourseMembershipViewSet, basename="curriculum-course")
router.register("curriculum-programs", ProgramMembershipViewSet, basename="curriculum-program")
router.register("curriculum-groups", CurriculumGroupViewSet, basename="curriculum-group")
router.register("degrees", DegreeViewSet, basename="degree")
router.register("degree-costs", DegreeCostViewSet, basename="degree-cost")
router.register("degree-deadlines", DegreeDeadlineViewSet, basename="degree-deadline")

urlpatterns = router.urls
