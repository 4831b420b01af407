"""The app. Imports its events here, so that they are known when openedx_events reads EVENT_BUS_PRODUCER_CONFIG."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models.signals import pre_migrate

from openedx_catalog.extensions import CatalogExtensionConfig

from . import signals  # noqa: F401

if TYPE_CHECKING:
    from django.contrib.admin import ListFilter

    from openedx_catalog.data import AttachedHistory, CourseRunTexts, CourseTexts, Finding
    from openedx_catalog.lib.admin.panels import Panel
    from openedx_catalog.lib.changes import Change
    from openedx_catalog.models_api import CatalogCourse
    from openedx_catalog.rest_api.v1.extending import CourseFields


class ListingsConfig(CatalogExtensionConfig):
    """Label ``openedx_catalog_listings``."""

    name = "openedx_catalog.contrib.listings"
    label = "openedx_catalog_listings"
    verbose_name = "Open edX Catalog: Listings"
    catalog_urls = "openedx_catalog.contrib.listings.urls"

    def import_models(self) -> None:
        """Say in words what is not installed, before something imports it. Raises ImproperlyConfigured."""
        if not find_spec("nh3"):
            raise ImproperlyConfigured(f'{self.name} needs its extra: pip install "openedx-catalog[listings]".')
        super().import_models()

    def catalog_course_fields(self) -> type[CourseFields]:
        """The listing of a course."""
        from .rest_api.v1.fields import ListingOfCourse

        return ListingOfCourse

    def course_owners(self, catalog_course_ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
        """As the listings of courses say."""
        from . import api

        return api.owners_of_courses(catalog_course_ids)

    def courses_of_owner(self, org_code: str) -> Sequence[int]:
        """As the listings of courses say."""
        from . import api

        return api.courses_of_owner(org_code)

    def course_texts(self, catalog_course_ids: Sequence[int]) -> Mapping[int, CourseTexts]:
        """Those of public listings."""
        from . import api

        return api.texts_of_courses(catalog_course_ids)

    def course_run_texts(self, course_keys: Sequence[str]) -> Mapping[str, CourseRunTexts]:
        """Those of runs that the pages of public courses show."""
        from . import api

        return api.texts_of_runs(course_keys)

    def histories(self, kind: str) -> Sequence[AttachedHistory]:
        """What learners read, and read before."""
        from . import api

        return api.histories_of(kind)

    def panels(self, row: Any, viewer: Any) -> Iterable[Panel]:
        """What learners read of it, and who of them."""
        from .admin.panels import panels

        return panels(row, viewer)

    def list_filters(self, model: Any, viewer: Any) -> Sequence[type[ListFilter]]:
        """By who sees it."""
        from .admin.filters import filters_of

        return filters_of(model, viewer)

    def diagnose(self, quick: bool) -> Iterator[Finding]:
        """Listings whose slug is not theirs."""
        from . import api

        return api.diagnose(quick)

    def repair(self, change: Change) -> int:
        """They get one of their titles."""
        from . import api

        return api.repair(change)

    def course_runs_moved(self, moved: Mapping[int, int], to: CatalogCourse, change: Change) -> None:
        """They are seen where their new course is."""
        from . import api

        api.follow_moved_runs(moved, to)

    def catalog_courses_merged(
        self, moved: Mapping[int, int], merged: CatalogCourse, into: CatalogCourse, change: Change
    ) -> None:
        """The course that stays keeps its listing, or gets that of the other one; the slugs of both lead to it."""
        from . import api

        api.follow_merged_courses(merged, into, change)
        self.course_runs_moved(moved, into, change)

    def catalog_courses_unmerged(
        self, moved: Mapping[int, int], restored: CatalogCourse, survivor: CatalogCourse, change: Change
    ) -> None:
        """The course that is back has its slugs and its listing again."""
        from . import api

        api.follow_unmerged_courses(restored, survivor, change)
        self.course_runs_moved(moved, restored, change)

    def ready(self) -> None:
        """Connect the guard against losing rows with the app."""
        from openedx_catalog import guards

        pre_migrate.connect(guards.refuse_uninstall, sender=self, dispatch_uid=f"{self.label}.refuse_uninstall")
