"""The app."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models.signals import pre_migrate

from openedx_catalog.extensions import CatalogExtensionConfig

if TYPE_CHECKING:
    from django.contrib.admin import ListFilter

    from openedx_catalog.data import AttachedHistory, Finding, RunMode
    from openedx_catalog.lib.admin.panels import Panel
    from openedx_catalog.lib.changes import Change
    from openedx_catalog.models_api import CatalogCourse
    from openedx_catalog.rest_api.v1.extending import CourseFields, RunFields


class CourseTypesConfig(CatalogExtensionConfig):
    """Label ``openedx_catalog_course_types``."""

    name = "openedx_catalog.contrib.course_types"
    label = "openedx_catalog_course_types"
    verbose_name = "Open edX Catalog: Course Types"
    catalog_urls = "openedx_catalog.contrib.course_types.urls"

    def catalog_course_fields(self) -> type[CourseFields]:
        """The type of a course."""
        from .rest_api.v1.fields import CourseTypeFields

        return CourseTypeFields

    def course_run_fields(self) -> type[RunFields]:
        """The type of a run, and its modes."""
        from .rest_api.v1.fields import CourseRunTypeFields

        return CourseRunTypeFields

    def course_run_modes(self, course_keys: Sequence[str]) -> Mapping[str, Sequence[RunMode]]:
        """Those of the tracks of a run's type, with the prices that a source has said; without a type what it has said."""
        from . import api

        return api.modes_of_runs(course_keys)

    def course_entitlements(self, catalog_course_ids: Sequence[int]) -> Mapping[int, Sequence[RunMode]]:
        """What a shop has said that it sells for a course."""
        from . import api

        return api.entitlements_of_courses(catalog_course_ids)

    def histories(self, kind: str) -> Sequence[AttachedHistory]:
        """When a course or a run got its type, another one, or none."""
        from . import api

        return api.histories_of(kind)

    def diagnose(self, quick: bool) -> Iterator[Finding]:
        """Runs whose type is none of those of their course's, and types for organizations that the course is not of."""
        from . import api

        return api.diagnose(quick)

    def catalog_courses_merged(
        self, moved: Mapping[int, int], merged: CatalogCourse, into: CatalogCourse, change: Change
    ) -> None:
        """The course that stays keeps its type and entitlements, or gets those of the other one."""
        from . import api

        api.follow_merged_courses(merged, into, change)

    def catalog_courses_unmerged(
        self, moved: Mapping[int, int], restored: CatalogCourse, survivor: CatalogCourse, change: Change
    ) -> None:
        """The course that is back has its type again."""
        from . import api

        api.follow_unmerged_courses(restored, survivor, change)

    def panels(self, row: Any, viewer: Any) -> Iterable[Panel]:
        """Its type, and what services say is sold for it."""
        from .admin.panels import panels

        return panels(row, viewer)

    def list_filters(self, model: Any, viewer: Any) -> Sequence[type[ListFilter]]:
        """By type; runs by mode, too."""
        from .admin.filters import filters_of

        return filters_of(model, viewer)

    def ready(self) -> None:
        """Connect the guard against losing rows with the app."""
        from openedx_catalog import guards

        pre_migrate.connect(guards.refuse_uninstall, sender=self, dispatch_uid=f"{self.label}.refuse_uninstall")
