"""Thin receivers: what others do to our tables, and what the cache of the LMS must learn. Fixtures (``raw=True``) pass."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_save, pre_migrate

from openedx_catalog import guards

from . import conf, signals

_GUARDED = (
    "Curriculum",
    "CurriculumCourseMembership",
    "CurriculumProgramMembership",
    "ExternalCourseKey",
)


def connect(app_config: AppConfig) -> None:
    """Called when the app is ready."""
    label = app_config.label
    pre_migrate.connect(guards.refuse_uninstall, sender=app_config, dispatch_uid=f"{label}.refuse_uninstall")
    for name in _GUARDED:
        post_save.connect(guard_rules, sender=app_config.get_model(name), dispatch_uid=f"{label}.guard.{name}")
    if conf.fill_lms_cache():
        for signal in (signals.PROGRAM_CREATED, signals.PROGRAM_UPDATED, signals.PROGRAM_RETIRED, signals.PROGRAM_DELETED):
            signal.connect(program_changed, dispatch_uid=f"{label}.fill_lms_cache")


def guard_rules(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """Hold what was saved past the API against the same rules; raising undoes the save."""
    from . import api

    if not raw and not getattr(instance, "_checked", False):
        api.check_saved(instance)


def program_changed(sender: Any, program: Any = None, **kwargs: Any) -> None:
    """An event of programs: what the cache of the LMS has of this program, and of what it belongs to, is written anew."""
    from . import lms_cache

    lms_cache.refresh([program.uuid])
