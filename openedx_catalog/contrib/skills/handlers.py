"""Thin receivers: a program is saved, by whatever way, and its skills are to be found. Fixtures (``raw=True``) pass."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.apps import AppConfig, apps
from django.db import DEFAULT_DB_ALIAS
from django.db.models.signals import post_save, pre_migrate, pre_save

from openedx_catalog import guards

from . import api
from .api.requesting import Before

# What the rules read.
_READ = {"status", "description"}


def connect(app_config: AppConfig) -> None:
    """Called when the app is ready."""
    label, program = app_config.label, apps.get_model("openedx_catalog_programs", "Program")
    pre_migrate.connect(guards.refuse_uninstall, sender=app_config, dispatch_uid=f"{label}.refuse_uninstall")
    pre_save.connect(remember_stored, sender=program, dispatch_uid=f"{label}.remember")
    post_save.connect(program_saved, sender=program, dispatch_uid=f"{label}.request")


def remember_stored(
    sender: Any,
    instance: Any,
    raw: bool = False,
    using: str = DEFAULT_DB_ALIAS,
    update_fields: Collection[str] | None = None,
    **kwargs: Any,
) -> None:
    """What was stored of a program that may be active after it is saved. One query, none where what is read stays."""
    vars(instance).pop("_before_skills", None)
    saved = _READ if update_fields is None else _READ & set(update_fields)
    if raw or not saved or instance._state.adding or ("status" in saved and not instance.live):
        return
    rows = sender._base_manager.using(using).filter(pk=instance.pk).values_list(*Before._fields)
    instance._before_skills = next((Before(*row) for row in rows), None)


def program_saved(
    sender: Any, instance: Any, created: bool, raw: bool = False, using: str = DEFAULT_DB_ALIAS, **kwargs: Any
) -> None:
    """In the transaction of the save."""
    before = vars(instance).pop("_before_skills", None)
    if not raw and (before is not None or (created and instance.live)):
        api.follow_saved_program(instance.pk, before, using=using)
