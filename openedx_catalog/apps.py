"""
The app. Imports the standard library, django.apps and our events: an import error here drops a plugin without a word.
"""

from typing import Any, ClassVar

from django.apps import AppConfig

# Known before openedx_events is ready, which looks for every type that EVENT_BUS_PRODUCER_CONFIG names.
from . import signals  # noqa: F401

_MODULESTORE = "xmodule.modulestore.django"
_EVENTS = "openedx_events.content_authoring.signals"
_OVERVIEW = "openedx.core.djangoapps.content.course_overviews.models.CourseOverview"
_RECEIVERS = {
    "course_published": {"signal_path": f"{_MODULESTORE}.COURSE_PUBLISHED"},
    "course_deleted": {"signal_path": f"{_MODULESTORE}.COURSE_DELETED"},
    "course_overview_saved": {"signal_path": "django.db.models.signals.post_save", "sender_path": _OVERVIEW},
    "course_created": {"signal_path": f"{_EVENTS}.COURSE_CREATED"},
    "course_rerun_completed": {"signal_path": f"{_EVENTS}.COURSE_RERUN_COMPLETED"},
    "course_catalog_info_changed": {"signal_path": f"{_EVENTS}.COURSE_CATALOG_INFO_CHANGED"},
}
_PROJECTS = ("lms.djangoapp", "cms.djangoapp")
_URLS = {"namespace": "openedx_catalog", "regex": "", "relative_path": "urls"}
_SETTINGS = {"common": {"relative_path": "settings.common"}}
_SIGNALS = {
    "relative_path": "handlers",
    "receivers": [
        {"receiver_func_name": name, "dispatch_uid": f"openedx_catalog.{name}", **paths} for name, paths in _RECEIVERS.items()
    ],
}


class OpenedxCatalogConfig(AppConfig):
    """Label ``openedx_catalog``, as openedx-core's app: its tables are ours, and foreign keys name it (ADR 0007)."""

    name = "openedx_catalog"
    label = "openedx_catalog"
    verbose_name = "Open edX Catalog"
    default_auto_field = "django.db.models.BigAutoField"

    # What LMS and CMS take of a plugin: edx-django-utils says what each part means. Names only, so that nothing is imported.
    plugin_app: ClassVar[dict[str, Any]] = {
        "url_config": dict.fromkeys(_PROJECTS, _URLS),
        "settings_config": dict.fromkeys(_PROJECTS, _SETTINGS),
        "signals_config": dict.fromkeys(_PROJECTS, _SIGNALS),
    }

    def ready(self) -> None:
        """Connect the guards and the checks."""
        from . import checks, handlers

        checks.register()
        handlers.connect(self)


class CatalogAppConfig(OpenedxCatalogConfig):
    """The same, under the name that openedx-core's app has for it; ``"openedx_catalog"`` takes the one above."""

    default = False
