"""The app."""

from django.apps import AppConfig


class UsersConfig(AppConfig):
    name = "test_project.users"
    default_auto_field = "django.db.models.BigAutoField"
