"""The app. Imports its events here, so that they are known when openedx_events reads EVENT_BUS_PRODUCER_CONFIG."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from openedx_catalog.extensions import CatalogExtensionConfig

from . import signals  # noqa: F401

if TYPE_CHECKING:
    from django.contrib.admin import ListFilter

    from openedx_catalog.lib.admin.panels import Panel
    from openedx_catalog.lib.changes import Change
    from openedx_catalog.models_api import CatalogCourse
    from openedx_catalog.rest_api.v1.extending import CourseFields, ProgramFields


class SkillsConfig(CatalogExtensionConfig):
    """Label ``openedx_catalog_skills``."""

    name = "openedx_catalog.contrib.skills"
    label = "openedx_catalog_skills"
    verbose_name = "Open edX Catalog: Skills"
    catalog_urls = "openedx_catalog.contrib.skills.urls"

    def import_models(self) -> None:
        """Say in words what is not installed, before something imports it. Raises ImproperlyConfigured."""
        if not apps.is_installed("openedx_catalog.contrib.programs"):
            raise ImproperlyConfigured(f"{self.name} is also about programs: add openedx_catalog.contrib.programs above it.")
        super().import_models()

    def catalog_course_fields(self) -> type[CourseFields]:
        """The skills of a course."""
        from .rest_api.v1.fields import SkillsOfCourse

        return SkillsOfCourse

    def program_fields(self) -> type[ProgramFields]:
        """The skills of a program."""
        from .rest_api.v1.fields import SkillsOfProgram

        return SkillsOfProgram

    def catalog_courses_merged(
        self, moved: Mapping[int, int], merged: CatalogCourse, into: CatalogCourse, change: Change
    ) -> None:
        """The course that stays gets the skills that it has not."""
        from . import api

        api.follow_merged_courses(merged, into, change)

    def catalog_courses_unmerged(
        self, moved: Mapping[int, int], restored: CatalogCourse, survivor: CatalogCourse, change: Change
    ) -> None:
        """The course that is back has its skills again."""
        from . import api

        api.follow_unmerged_courses(restored, survivor, change)

    def panels(self, row: Any, viewer: Any) -> Iterable[Panel]:
        """Its skills, who says so, and what is blocked."""
        from .admin.panels import panels

        return panels(row, viewer)

    def list_filters(self, model: Any, viewer: Any) -> Sequence[type[ListFilter]]:
        """Courses by skill."""
        from .admin.filters import filters_of

        return filters_of(model, viewer)

    def ready(self) -> None:
        """Notice when programs are published."""
        from . import handlers

        handlers.connect(self)
