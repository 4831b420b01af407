"""
Guards on what others do to our tables: thin receivers that call the API.

They refuse; they never repair. Fixtures (``raw=True``) pass.
"""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.db import connections
from django.db.models.signals import pre_migrate, pre_save

from . import conf
from .exceptions import UninstallRefused


def connect(app_config: AppConfig) -> None:
    """Called when the app is ready."""
    pre_migrate.connect(refuse_uninstall, sender=app_config, dispatch_uid="openedx_catalog.refuse_uninstall")
    pre_save.connect(
        guard_organization_rename, sender="organizations.Organization", dispatch_uid="openedx_catalog.guard_organization"
    )


def guard_organization_rename(sender: Any, instance: Any, raw: bool = False, using: str = "", **kwargs: Any) -> None:
    """Refuse a short_name that contradicts the keys of implicit runs. Raises OrganizationRenameRefused. One query."""
    from . import api

    if raw or instance.pk is None:
        return
    stored = sender._base_manager.using(using or instance._state.db).filter(pk=instance.pk).first()
    if stored is not None and stored.short_name != instance.short_name:
        api.check_organization_rename(stored, instance.short_name)


def refuse_uninstall(sender: AppConfig, using: str, plan: Any = (), **kwargs: Any) -> None:
    """
    Refuse ``migrate openedx_catalog zero`` before any DDL, while it would lose rows or other apps' tables.

    Django would drop foreign tables without a word. Raises UninstallRefused, unless a setting allows it.
    """
    to_zero = any(
        backwards and migration.app_label == sender.label and migration.name == "0001_initial" for migration, backwards in plan
    )
    if not to_zero or conf.allow_uninstall():
        return
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    losses = [f"{count} rows of {table}" for table, count in _filled(connection, tables)]
    losses += [f"the table {table}" for table in sorted(_foreign_tables(sender) & tables)]
    if losses:
        raise UninstallRefused(losses=", ".join(losses))


def _filled(connection: Any, tables: set[str]) -> list[tuple[str, int]]:
    counts = []
    with connection.cursor() as cursor:
        for model in apps.get_app_config("openedx_catalog").get_models():
            table = model._meta.db_table
            if table in tables and not hasattr(model, "history_id"):
                cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
                counts.append((table, cursor.fetchone()[0]))
    return [(table, count) for table, count in counts if count]


def _foreign_tables(sender: AppConfig) -> set[str]:
    """Tables of other apps that point at ours: Django drops them along with us."""
    return {
        relation.related_model._meta.db_table
        for model in sender.get_models()
        for relation in model._meta.related_objects
        if relation.related_model._meta.app_label != sender.label
    }
