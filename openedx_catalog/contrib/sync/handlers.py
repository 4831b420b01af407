"""Thin receivers."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import pre_migrate

from openedx_catalog import guards


def connect(app_config: AppConfig) -> None:
    """Called when the app is ready."""
    dispatch_uid = f"{app_config.label}.refuse_uninstall"
    pre_migrate.connect(guards.refuse_uninstall, sender=app_config, dispatch_uid=dispatch_uid)
