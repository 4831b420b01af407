"""A host with catalog tables of its own."""

from django.apps import AppConfig


class CustomCatalogConfig(AppConfig):
    name = "test_project.custom_catalog"
    label = "custom_catalog"
    default_auto_field = "django.db.models.BigAutoField"
