"""Routes of version 1, beside those of the core."""

from rest_framework.routers import SimpleRouter

from . import views

router = SimpleRouter()
router.register("skills", views.SkillViewSet, basename="skill")

urlpatterns = router.urls
