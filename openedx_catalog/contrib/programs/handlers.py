"""Thin receivers: rows that are saved past the API, and changes for the cache of the LMS. Fixtures (``raw=True``) pass."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS
from django.db.models.signals import post_delete, post_save, pre_migrate
from organizations.models import Organization

from openedx_catalog import guards
from openedx_catalog import signals as core_signals
from openedx_catalog.lib import dispatch
from openedx_catalog.lib.changes import written_by_api
from openedx_catalog.lib.committed import once_committed
from openedx_catalog.lib.refusals import answerable
from openedx_catalog.lib.routing import reads_from_writer

from . import api, conf, lms_cache, signals

_GUARDED = ("Curriculum", "CurriculumCourseMembership", "CurriculumProgramMembership", "ExternalCourseKey", "Program")
_EXCLUSIONS = ("CurriculumCourseRunExclusion", "ProgramCourseRunExclusion")
_OF_PROGRAMS = (signals.PROGRAM_CREATED, signals.PROGRAM_UPDATED, signals.PROGRAM_RETIRED, signals.PROGRAM_DELETED)
_OF_RUNS = (
    core_signals.COURSE_RUN_CREATED,
    core_signals.COURSE_RUN_UPDATED,
    core_signals.COURSE_RUN_MOVED,
    core_signals.COURSE_RUN_WITHDRAWN,
    core_signals.COURSE_RUN_DELETED,
)


def connect(app_config: AppConfig) -> None:
    """Called when the app is ready."""
    label, model = app_config.label, app_config.get_model
    pre_migrate.connect(guards.refuse_uninstall, sender=app_config, dispatch_uid=f"{label}.refuse_uninstall")
    for name in _GUARDED:
        post_save.connect(guard_rules, sender=model(name), dispatch_uid=f"{label}.guard.{name}")
    for name in _EXCLUSIONS:
        post_delete.connect(guard_inclusion, sender=model(name), dispatch_uid=f"{label}.guard.{name}")
    if conf.fill_lms_cache():
        uid = f"{label}.fill_lms_cache"
        for signal in _OF_PROGRAMS:
            signal.connect(program_changed, dispatch_uid=uid)
        for signal in _OF_RUNS:
            signal.connect(run_changed, dispatch_uid=uid)
        for sender in (model("ExternalCourseKey"), model("ProgramType"), Organization):
            post_save.connect(name_changed, sender=sender, dispatch_uid=uid)
        post_delete.connect(name_changed, sender=model("ExternalCourseKey"), dispatch_uid=uid)


@answerable
@reads_from_writer()
def guard_rules(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """Hold what was saved past the API against the same rules; raising undoes the save."""
    if not raw and not written_by_api(instance):
        api.check_saved(instance)


@answerable
@reads_from_writer()
def guard_inclusion(sender: Any, instance: Any, origin: Any = None, **kwargs: Any) -> None:
    """A run counts again whose exclusion was deleted past the API; raising undoes it. What goes with its parent passes."""
    if not written_by_api(instance) and getattr(origin, "model", type(origin)) is sender:
        api.check_included(instance)


def program_changed(sender: Any, program: Any = None, **kwargs: Any) -> None:
    """An event of programs: what the cache of the LMS has of this program, and of what it belongs to, is written anew."""
    dispatch.coalesce(_refresh_changed, [program.uuid])


def run_changed(sender: Any, course_run: Any = None, **kwargs: Any) -> None:
    """An event of a run: so do the programs that have its course, or had it before a move."""
    now = course_run.catalog_course_uuid or course_run.catalog_course_key
    dispatch.coalesce(_refresh_courses, {now, course_run.previous_catalog_course_key} - {""})


def name_changed(sender: Any, instance: Any, raw: bool = False, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Changes without an event: of the partner's key of a run, a type, an organization. After the commit."""
    if not raw:
        # A key that was deleted is found by its run.
        named = instance.run_id if sender._meta.model_name == "externalcoursekey" else instance.pk
        once_committed(_named_changed, [(sender, named)], using=using)


# Each of these puts the refresh off once more, so that there is one for whatever they name.


def _refresh_changed(uuids: Iterable[str]) -> None:
    dispatch.coalesce(_refresh_programs, uuids)


def _refresh_courses(names: Iterable[str]) -> None:
    dispatch.coalesce(_refresh_programs, lms_cache.programs_of_courses(names))


def _named_changed(rows: Iterable[tuple[Any, int]], *, using: str) -> None:
    dispatch.coalesce(_refresh_named, rows)


def _refresh_named(rows: Iterable[tuple[Any, int]]) -> None:
    dispatch.coalesce(_refresh_programs, lms_cache.programs_naming(rows))


def _refresh_programs(uuids: Iterable[str]) -> None:
    lms_cache.refresh(uuids)
