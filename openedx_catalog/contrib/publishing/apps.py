"""The app. Imports its events here, so that they are known when openedx_events reads EVENT_BUS_PRODUCER_CONFIG."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db.models.signals import pre_migrate

from openedx_catalog.extensions import CatalogExtensionConfig

from . import signals  # noqa: F401

if TYPE_CHECKING:
    from django.contrib.admin import ListFilter

    from openedx_catalog.data import AttachedHistory, Finding
    from openedx_catalog.lib.admin.panels import Panel
    from openedx_catalog.lib.changes import Change
    from openedx_catalog.models_api import CatalogCourse


class PublishingConfig(CatalogExtensionConfig):
    """Label ``openedx_catalog_publishing``."""

    name = "openedx_catalog.contrib.publishing"
    label = "openedx_catalog_publishing"
    verbose_name = "Open edX Catalog: Publishing"
    catalog_urls = "openedx_catalog.contrib.publishing.urls"

    def import_models(self) -> None:
        """Say in words what is not installed, before something imports it. Raises ImproperlyConfigured."""
        if not find_spec("edx_rbac"):
            raise ImproperlyConfigured(f'{self.name} needs its extra: pip install "openedx-catalog[publishing]".')
        if not apps.is_installed("openedx_catalog.contrib.listings"):
            raise ImproperlyConfigured(f"{self.name} publishes listings: add openedx_catalog.contrib.listings above it.")
        super().import_models()

    def histories(self, kind: str) -> Sequence[AttachedHistory]:
        """What is to be published, and was."""
        from . import api

        return api.histories_of(kind)

    def needs_decision(self, viewer: Any) -> Sequence[tuple[str, str]]:
        """Reviews that wait, and comments that were not sent."""
        from .admin.panels import to_decide

        return list(to_decide(viewer))

    def panels(self, row: Any, viewer: Any) -> Iterable[Panel]:
        """Where it is on its way to learners, and who edits it."""
        from .admin.panels import panels

        return panels(row, viewer)

    def list_filters(self, model: Any, viewer: Any) -> Sequence[type[ListFilter]]:
        """Courses by where they are on their way to learners."""
        from .admin.filters import filters_of

        return filters_of(model, viewer)

    def diagnose(self, quick: bool) -> Iterator[Finding]:
        """Courses that should be live by now, comments that were not sent, and working copies that nobody can publish."""
        from . import api

        return api.diagnose(quick)

    def course_runs_moved(self, moved: Mapping[int, int], to: CatalogCourse, change: Change) -> None:
        """Their working copies are published with their new course."""
        from . import api

        api.follow_moved_runs(moved, to, change)

    def catalog_courses_merged(
        self, moved: Mapping[int, int], merged: CatalogCourse, into: CatalogCourse, change: Change
    ) -> None:
        """The course that stays keeps its working copy, or gets that of the other one; editors, reviews and comments follow."""
        from . import api

        api.follow_merged_courses(merged, into, change)
        self.course_runs_moved(moved, into, change)

    def ready(self) -> None:
        """Register the checks, and connect what writes e-mail, and the guard against losing rows with the app."""
        from openedx_catalog import guards

        from . import checks, mailing  # noqa: F401

        mailing.connect(f"{self.label}.mail")
        pre_migrate.connect(guards.refuse_uninstall, sender=self, dispatch_uid=f"{self.label}.refuse_uninstall")
