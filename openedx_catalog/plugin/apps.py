"""The app that the entry points name. Imports the standard library and django.apps: an error here drops a plugin silently."""

from typing import Any, ClassVar

from django.apps import AppConfig

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
# Modules of this package, since the machinery looks nowhere else.
_URLS = {"namespace": "openedx_catalog", "regex": "", "relative_path": "urls"}
_SETTINGS = {"common": {"relative_path": "settings"}}
_SIGNALS = {
    "relative_path": "handlers",
    "receivers": [
        {"receiver_func_name": name, "dispatch_uid": f"openedx_catalog.{name}", **paths} for name, paths in _RECEIVERS.items()
    ],
}


class OpenedxCatalogPluginConfig(AppConfig):
    """Not the core's app: a label twice in INSTALLED_APPS is fatal, and newer platforms list ``openedx_catalog`` themselves."""

    name = "openedx_catalog.plugin"
    label = "openedx_catalog_plugin"
    verbose_name = "Open edX Catalog: plugin of LMS and CMS"

    # edx-django-utils says what each part means. Names only, so that nothing is imported.
    plugin_app: ClassVar[dict[str, Any]] = {
        "url_config": dict.fromkeys(_PROJECTS, _URLS),
        "settings_config": dict.fromkeys(_PROJECTS, _SETTINGS),
        "signals_config": dict.fromkeys(_PROJECTS, _SIGNALS),
    }
