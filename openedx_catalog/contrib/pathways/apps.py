"""The app. Imports its events here, so that they are known when openedx_events reads EVENT_BUS_PRODUCER_CONFIG."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from openedx_catalog.extensions import CatalogExtensionConfig

from . import signals  # noqa: F401

if TYPE_CHECKING:
    from openedx_catalog.data import Finding, PathwayOfPrograms
    from openedx_catalog.lib.admin.panels import Panel
    from openedx_catalog.lib.changes import Change
    from openedx_catalog.models_api import CatalogCourse


class PathwaysConfig(CatalogExtensionConfig):
    """Label ``openedx_catalog_pathways``."""

    name = "openedx_catalog.contrib.pathways"
    label = "openedx_catalog_pathways"
    verbose_name = "Open edX Catalog: Pathways"
    catalog_urls = "openedx_catalog.contrib.pathways.urls"

    def import_models(self) -> None:
        """Say in words what is not installed, before something imports it. Raises ImproperlyConfigured."""
        if not apps.is_installed("openedx_catalog.contrib.programs"):
            raise ImproperlyConfigured(f"{self.name} has programs in its steps: add openedx_catalog.contrib.programs above it.")
        super().import_models()

    def diagnose(self, quick: bool) -> Iterator[Finding]:
        """Steps that ask for more than they offer."""
        from . import api

        return api.diagnose(quick)

    def repair(self, change: Change) -> int:
        """Have them ask for all that they still offer."""
        from . import api

        return api.repair(change)

    def course_runs_moved(self, moved: Mapping[int, int], to: CatalogCourse, change: Change) -> None:
        """Blocks are offered with the course of their run."""
        from . import api

        api.follow_moved_runs(moved, to, change)

    def catalog_courses_merged(
        self, moved: Mapping[int, int], merged: CatalogCourse, into: CatalogCourse, change: Change
    ) -> None:
        """The course that stays is offered in place of the other one."""
        from . import api

        api.follow_merged_courses(merged, into, change)

    def catalog_courses_unmerged(
        self, moved: Mapping[int, int], restored: CatalogCourse, survivor: CatalogCourse, change: Change
    ) -> None:
        """What had been offered of the course that is back is offered again."""
        from . import api

        api.follow_moved_runs(moved, restored, change)
        api.follow_unmerged_courses(restored, survivor, change)

    def panels(self, row: Any, viewer: Any) -> Iterable[Panel]:
        """The pathways that offer it."""
        from .admin.panels import panels

        return panels(row, viewer)

    def shown_with(self, catalog_course_ids: Sequence[int], viewer: Any) -> Mapping[int, Sequence[str]]:
        """The pathways that offer these courses."""
        from .admin.panels import pathways_by_course

        return pathways_by_course(catalog_course_ids, viewer)

    def program_pathways(self, ids: Sequence[int] | None = None) -> Sequence[PathwayOfPrograms]:
        """The published ones."""
        from . import api

        return api.told_pathways(ids)

    def pathways_of_programs(self, program_ids: Sequence[int]) -> Mapping[int, Sequence[int]]:
        """The published ones."""
        from . import api

        return api.pathways_of_programs(program_ids)

    def ready(self) -> None:
        """Register the checks, and connect the guard against losing rows with the app, and what writes the cache of the LMS."""
        from . import checks, handlers  # noqa: F401

        handlers.connect(self)
