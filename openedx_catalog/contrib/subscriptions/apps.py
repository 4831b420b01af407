"""The app. Imports its events here, so that they are known when openedx_events reads EVENT_BUS_PRODUCER_CONFIG."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from openedx_catalog.extensions import CatalogExtensionConfig

from . import signals  # noqa: F401

if TYPE_CHECKING:
    from django.contrib.admin import ListFilter

    from openedx_catalog.data import Finding
    from openedx_catalog.lib.admin.panels import Panel
    from openedx_catalog.lib.changes import Change
    from openedx_catalog.models_api import CatalogCourse
    from openedx_catalog.rest_api.v1.extending import CourseFields, ProgramFields, RunFields


class SubscriptionsConfig(CatalogExtensionConfig):
    """Label ``openedx_catalog_subscriptions``."""

    name = "openedx_catalog.contrib.subscriptions"
    label = "openedx_catalog_subscriptions"
    verbose_name = "Open edX Catalog: Subscriptions"
    catalog_urls = "openedx_catalog.contrib.subscriptions.urls"

    def catalog_course_fields(self) -> type[CourseFields]:
        """The plans that include a course."""
        from .rest_api.v1.fields import PlansOfCourse

        return PlansOfCourse

    def course_run_fields(self) -> type[RunFields]:
        """The plans that include a run."""
        from .rest_api.v1.fields import PlansOfRun

        return PlansOfRun

    def program_fields(self) -> type[ProgramFields]:
        """The plans that include a program."""
        from .rest_api.v1.fields import PlansOfProgram

        return PlansOfProgram

    def diagnose(self, quick: bool) -> Iterator[Finding]:
        """What a plan includes and should not, and the other way round."""
        from . import api

        return api.diagnose(quick)

    def repair(self, change: Change) -> int:
        """All of that is computed anew."""
        from . import api

        return api.refresh_subscriptions().changed

    def catalog_courses_merged(
        self, moved: Mapping[int, int], merged: CatalogCourse, into: CatalogCourse, change: Change
    ) -> None:
        """The course that stays keeps what somebody has chosen for it, or gets that of the other one."""
        from . import api

        api.follow_merged_courses(merged, into, change)

    def catalog_courses_unmerged(
        self, moved: Mapping[int, int], restored: CatalogCourse, survivor: CatalogCourse, change: Change
    ) -> None:
        """The course that is back gets what had been decided about it."""
        from . import api

        api.follow_unmerged_courses(restored, survivor, change)

    def panels(self, row: Any, viewer: Any) -> Iterable[Panel]:
        """Which plans include it, and why others do not."""
        from .admin.panels import panels

        return panels(row, viewer)

    def list_filters(self, model: Any, viewer: Any) -> Sequence[type[ListFilter]]:
        """By plan."""
        from .admin.filters import filters_of

        return filters_of(model, viewer)

    def ready(self) -> None:
        """Follow what the rules read."""
        from . import handlers

        handlers.connect(self)
