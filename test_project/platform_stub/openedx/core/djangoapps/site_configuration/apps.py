"""The app of SiteConfiguration."""

from django.apps import AppConfig


class SiteConfigurationConfig(AppConfig):
    """As the platform calls it."""

    name = "openedx.core.djangoapps.site_configuration"
    label = "site_configuration"
