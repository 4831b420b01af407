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
    from openedx_catalog.rest_api.v1.extending import RunFields


class ProgramsConfig(CatalogExtensionConfig):
    """Label ``openedx_catalog_programs``."""

    name = "openedx_catalog.contrib.programs"
    label = "openedx_catalog_programs"
    verbose_name = "Open edX Catalog: Programs"
    catalog_urls = "openedx_catalog.contrib.programs.urls"

    def course_run_fields(self) -> type[RunFields]:
        """What its partner calls a run."""
        from .rest_api.v1.run_fields import ExternalKeyFields

        return ExternalKeyFields

    def diagnose(self, quick: bool) -> Iterator[Finding]:
        """Circles of programs, versions in effect at one time, external keys that name several runs, and more."""
        from . import api

        return api.diagnose(quick)

    def repair(self, change: Change) -> int:
        """The slots of external keys, and folded columns."""
        from . import api

        return api.repair(change)

    def course_runs_moved(self, moved: Mapping[int, int], to: CatalogCourse, change: Change) -> None:
        """Hold the external keys of moved runs against their new course; drop exclusions that have lost their meaning."""
        from . import api

        api.follow_moved_runs(moved, to, change)

    def catalog_courses_merged(
        self, moved: Mapping[int, int], merged: CatalogCourse, into: CatalogCourse, change: Change
    ) -> None:
        """Let the course that stays stand in the curricula in which the other one stood."""
        from . import api

        api.follow_merged_courses(moved, merged, into, change)

    def panels(self, row: Any, viewer: Any) -> Iterable[Panel]:
        """The programs in which it stands, and its external keys."""
        from .admin.panels import panels

        return panels(row, viewer)

    def list_filters(self, model: Any, viewer: Any) -> Sequence[type[ListFilter]]:
        """By program."""
        from .admin.filters import filters_of

        return filters_of(model, viewer)

    def shown_with(self, catalog_course_ids: Sequence[int], viewer: Any) -> Mapping[int, Sequence[str]]:
        """The programs in whose curricula these courses stand, or will."""
        from . import api

        return api.programs_by_course(catalog_course_ids, viewer)

    def ready(self) -> None:
        """Register the checks, connect the guards and what fills the LMS's cache, and serve the LMS where that is told."""
        from . import checks, conf, handlers, lms_patch  # noqa: F401

        handlers.connect(self)
        if conf.serve_lms_programs():
            lms_patch.install()
