"""
AppConfigs for the INSTALLED_APPS of a host. Imports nothing but Django's: settings name it before apps are loaded.
"""

from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    """
    edx-organizations with the ids that its migrations have made, whatever DEFAULT_AUTO_FIELD says.

    ``"openedx_catalog.host_apps.OrganizationsConfig"`` in place of ``"organizations"``: it has no AppConfig of its own, so that
    ``makemigrations`` of a host with larger ids would write a migration into its package (check W006).
    """

    name = "organizations"
    default_auto_field = "django.db.models.AutoField"
