"""Thin receivers: rows that are saved past the API, and changes for the cache of the LMS. Fixtures (``raw=True``) pass."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS
from django.db.models.signals import post_delete, post_save, pre_migrate, pre_save
from organizations.models import Organization

from openedx_catalog import guards
from openedx_catalog import signals as core_signals
from openedx_catalog.lib import dispatch
from openedx_catalog.lib.changes import written_by_api
from openedx_catalog.lib.committed import once_committed
from openedx_catalog.lib.models import rows_stored
from openedx_catalog.lib.refusals import answerable
from openedx_catalog.lib.routing import reads_from_writer

from . import api, conf, lms_cache, signals

_DATED = (
    "Curriculum", "CurriculumCourseMembership", "CurriculumProgramMembership", "CurriculumGroup", "DegreeCost", "DegreeDeadline"
)  # fmt: skip
_GUARDED = (*_DATED, "ExternalCourseKey", "Program")
_EXCLUSIONS = ("CurriculumCourseRunExclusion", "ProgramCourseRunExclusion")
_PARTS = (*_GUARDED, *_EXCLUSIONS, "Degree", "ProgramOrganization", "ProgramType")
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
    rows_stored.connect(guard_many_keys, sender=model("ExternalCourseKey"), dispatch_uid=f"{label}.guard.many_keys")
    for name in (*_DATED, *_EXCLUSIONS, "Program"):
        pre_save.connect(remember_stored, sender=model(name), dispatch_uid=f"{label}.remember.{name}")
    for name in _EXCLUSIONS:
        post_save.connect(guard_exclusion, sender=model(name), dispatch_uid=f"{label}.guard.saved.{name}")
        post_delete.connect(guard_inclusion, sender=model(name), dispatch_uid=f"{label}.guard.{name}")
    for name in _PARTS:
        post_save.connect(saved_past_the_api, sender=model(name), dispatch_uid=f"{label}.feed.{name}")
        post_delete.connect(deleted_past_the_api, sender=model(name), dispatch_uid=f"{label}.feed.{name}")
    if conf.fill_lms_cache():
        uid = f"{label}.fill_lms_cache"
        for signal in _OF_PROGRAMS:
            signal.connect(program_changed, dispatch_uid=uid)
        for signal in _OF_RUNS:
            signal.connect(run_changed, dispatch_uid=uid)
        core_signals.CATALOG_COURSE_UPDATED.connect(course_changed, dispatch_uid=uid)
        for sender in (model("ExternalCourseKey"), model("ProgramType"), Organization):
            post_save.connect(name_changed, sender=sender, dispatch_uid=uid)
        post_delete.connect(name_changed, sender=model("ExternalCourseKey"), dispatch_uid=uid)
        rows_stored.connect(keys_changed, sender=model("ExternalCourseKey"), dispatch_uid=uid)


@answerable
@reads_from_writer()
def guard_rules(sender: Any, instance: Any, created: bool, raw: bool = False, **kwargs: Any) -> None:
    """Hold what was saved past the API against the same rules; raising undoes the save."""
    if not raw and not written_by_api(instance):
        api.check_saved(instance, vars(instance).pop("_stored", None), new=created)


@answerable
@reads_from_writer()
def guard_many_keys(sender: Any, rows: Any, **kwargs: Any) -> None:
    """Hold keys that were stored many at once past the API against the rule; raising undoes all of them."""
    if not written_by_api(rows):
        api.check_saved_keys(rows)
        api.note_runs_past_the_api(row.run_id for row in rows)


@reads_from_writer()
def remember_stored(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """What was stored before a row is saved past the API: its dates, its course, its status, or the run that counts again."""
    if not raw and instance.pk and not written_by_api(instance):
        instance._stored = sender._base_manager.filter(pk=instance.pk).first()


@answerable
@reads_from_writer()
def guard_exclusion(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """Hold an exclusion that was saved past the API against the rules; raising undoes the save."""
    if not raw and not written_by_api(instance):
        api.check_excluded(instance, vars(instance).pop("_stored", None))


@answerable
@reads_from_writer()
def guard_inclusion(sender: Any, instance: Any, origin: Any = None, **kwargs: Any) -> None:
    """A run counts again whose exclusion was deleted past the API; raising undoes it. What goes with its parent passes."""
    if not written_by_api(instance) and getattr(origin, "model", type(origin)) is sender:
        api.check_included(instance)


@reads_from_writer()
def saved_past_the_api(sender: Any, instance: Any, created: bool, raw: bool = False, **kwargs: Any) -> None:
    """What is saved past the API is in the change feed, too."""
    if not raw and not written_by_api(instance):
        api.note_past_the_api(instance, "created" if created else "updated")


@reads_from_writer()
def deleted_past_the_api(sender: Any, instance: Any, **kwargs: Any) -> None:
    """So is what is deleted past it."""
    if not written_by_api(instance):
        api.note_past_the_api(instance, "deleted")


def program_changed(sender: Any, program: Any = None, **kwargs: Any) -> None:
    """An event of programs: what the cache of the LMS has of this program, and of what it belongs to, is written anew."""
    dispatch.coalesce(_refresh_changed, [program.uuid])


def run_changed(sender: Any, course_run: Any = None, **kwargs: Any) -> None:
    """An event of a run: so do the programs that have its course, or had it before a move."""
    now = course_run.catalog_course_uuid or course_run.catalog_course_key
    dispatch.coalesce(_refresh_courses, {now, course_run.previous_catalog_course_key} - {""})


def course_changed(sender: Any, catalog_course: Any = None, **kwargs: Any) -> None:
    """An event of a course: of what is sold for it, or is to be read of it, its runs tell nothing."""
    dispatch.coalesce(_refresh_courses, {catalog_course.uuid or catalog_course.key} - {""})


def name_changed(sender: Any, instance: Any, raw: bool = False, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Changes without an event: of the partner's key of a run, a type, an organization. After the commit."""
    if not raw:
        # A key that was deleted is found by its run.
        named = instance.run_id if sender._meta.model_name == "externalcoursekey" else instance.pk
        once_committed(_named_changed, [(sender, named)], using=using)


def keys_changed(sender: Any, rows: Any, using: str, **kwargs: Any) -> None:
    """Keys of partners that were stored many at once. After the commit."""
    once_committed(_named_changed, [(sender, row.run_id) for row in rows], using=using)


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
