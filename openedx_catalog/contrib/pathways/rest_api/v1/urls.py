"""Routes of version 1, beside those of the core."""

from __future__ import annotations

from typing import Any

from rest_framework.routers import SimpleRouter

from . import views
from .program_pathways import ProgramPathwayViewSet

router = SimpleRouter()
router.register("learner-pathways", views.LearnerPathwayViewSet, basename="learner-pathway")
router.register("program-pathways", ProgramPathwayViewSet, basename="program-pathway")

urlpatterns: list[Any] = [*router.urls]
