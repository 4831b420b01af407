"""The app."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models.signals import pre_migrate

from openedx_catalog.extensions import CatalogExtensionConfig

if TYPE_CHECKING:
    from django.contrib.admin import ListFilter
    from django.db.models import Model

    from openedx_catalog.data import Finding, RunElsewhere, SetElsewhere
    from openedx_catalog.lib.admin.panels import Panel
    from openedx_catalog.lib.changes import Change
    from openedx_catalog.models_api import CatalogCourse
    from openedx_catalog.rest_api.v1.extending import RunFields

# As in requirements/sync.in. Before 2.0 an answer cannot be read piece by piece.
OLDEST_URLLIB3 = "2.5"


class SyncConfig(CatalogExtensionConfig):
    """Label ``openedx_catalog_sync``."""

    name = "openedx_catalog.contrib.sync"
    label = "openedx_catalog_sync"
    verbose_name = "Open edX Catalog: Sync"

    def import_models(self) -> None:
        """Say in words what is too old or not installed, before something imports it. Raises ImproperlyConfigured."""
        if older := _older(OLDEST_URLLIB3):
            raise ImproperlyConfigured(
                f"{self.name} needs urllib3 {OLDEST_URLLIB3} or newer, but {older} is installed. Upgrade urllib3, if what else "
                "is installed allows it. If not, take the app out of INSTALLED_APPS, and load files (manage.py "
                "backfill_catalog) or let another service sync."
            )
        if not (find_spec("edx_rest_api_client") and find_spec("requests_hardened")):
            raise ImproperlyConfigured(f'{self.name} needs its extra: pip install "openedx-catalog[sync]".')
        super().import_models()

    def diagnose(self, quick: bool) -> Iterator[Finding]:
        """Jobs that are stuck, sources that fail or are overdue, records that are not found by their ids."""
        from . import api

        return api.diagnose(quick)

    def repair(self, change: Change) -> int:
        """Mark jobs as killed that are, and fold ids anew."""
        from . import api

        return api.repair()

    def pinned_fields(self, course_keys: Sequence[str]) -> Mapping[str, set[str]]:
        """Keep what somebody has pinned from every source."""
        from . import api

        return api.pinned_fields(course_keys)

    def catalog_courses_merged(
        self, moved: Mapping[int, int], merged: CatalogCourse, into: CatalogCourse, change: Change
    ) -> None:
        """Give the runs of other platforms to the course that stays."""
        from . import api

        api.follow_merged_courses(merged, into, change)

    def course_run_fields(self) -> type[RunFields]:
        """Which sources do not list it any more."""
        from .rest_api.v1.run_fields import NotListedFields

        return NotListedFields

    def needs_decision(self, viewer: Any) -> Sequence[tuple[str, str]]:
        """Sources whose last jobs failed, or met conflicts."""
        from . import api

        return api.jobs_to_look_at(viewer)

    def panels(self, row: Any, viewer: Any) -> Iterable[Panel]:
        """The sources that list it, and its pins."""
        from .admin.panels import panels

        return panels(row, viewer)

    def list_filters(self, model: Any, viewer: Any) -> Sequence[type[ListFilter]]:
        """By source; runs also by whether one does not list them any more."""
        from .admin.filters import filters_of

        return filters_of(model, viewer)

    def remarks_on_run(self, course_run_id: int, viewer: Any) -> Sequence[str]:
        """Which sources do not list it any more."""
        from . import api

        return api.remarks_on_run(course_run_id, viewer)

    def set_elsewhere(self, rows: Sequence[Model], viewer: Any) -> Mapping[int, Mapping[str, SetElsewhere]]:
        """What the next sync of a source sets."""
        from . import api

        return api.set_elsewhere(rows, viewer)

    def keep_values(self, row: Model, fields: Sequence[str], change: Change) -> None:
        """Pin them."""
        from . import api

        api.keep_values(row, fields, change)

    def runs_elsewhere(self, catalog_course_ids: Sequence[int]) -> Mapping[int, Sequence[RunElsewhere]]:
        """The runs without a course key that sources have of these courses."""
        from . import api

        return api.runs_elsewhere(catalog_course_ids)

    def ready(self) -> None:
        """Register the checks, and connect the guard against losing rows with the app."""
        from openedx_catalog import guards

        from . import checks  # noqa: F401

        pre_migrate.connect(guards.refuse_uninstall, sender=self, dispatch_uid=f"{self.label}.refuse_uninstall")


def _older(wanted: str) -> str:
    """The release of urllib3 that is installed, if it is older; without any, the extra is missing as a whole."""
    try:
        found = version("urllib3")
    except PackageNotFoundError:
        return ""
    return found if _numbers(found) < _numbers(wanted) else ""


def _numbers(release: str) -> list[int]:
    return [int(part) for part in release.split(".")[:2]]
