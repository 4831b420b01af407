"""Connects the receivers of plugins, as the platform does."""

from django.apps import AppConfig
from django.conf import settings


class PluginsConfig(AppConfig):
    """The platform's app for plugins."""

    name = "openedx.core.djangoapps.plugins"
    label = "plugins"

    def ready(self):
        from edx_django_utils.plugins import connect_plugin_receivers

        connect_plugin_receivers(settings.PROJECT_TYPE)
