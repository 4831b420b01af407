"""Thin receivers: whatever the rules read has changed, so what follows from it is computed anew, once for each commit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig, apps
from django.db import DEFAULT_DB_ALIAS
from django.db.models.signals import post_save, pre_migrate

from openedx_catalog import guards
from openedx_catalog import signals as core_signals
from openedx_catalog.lib import dispatch
from openedx_catalog.lib.committed import once_committed
from openedx_catalog.lib.routing import reads_from_writer

from . import api, signals

_OF_COURSES = (
    core_signals.CATALOG_COURSE_CREATED,
    core_signals.CATALOG_COURSE_UPDATED,
    core_signals.CATALOG_COURSE_RENAMED,
    core_signals.CATALOG_COURSE_MERGED,
)
_OF_RUNS = (core_signals.COURSE_RUN_CREATED, core_signals.COURSE_RUN_UPDATED, core_signals.COURSE_RUN_MOVED)


def connect(app_config: AppConfig) -> None:
    """Called when the app is ready."""
    uid = f"{app_config.label}.refresh"
    pre_migrate.connect(guards.refuse_uninstall, sender=app_config, dispatch_uid=f"{app_config.label}.refuse_uninstall")
    for signal in _OF_COURSES:
        signal.connect(course_changed, dispatch_uid=uid)
    for signal in _OF_RUNS:
        signal.connect(run_changed, dispatch_uid=uid)
    signals.ORGANIZATION_SUBSCRIPTION_CHOSEN.connect(organization_chosen, dispatch_uid=uid)
    signals.CATALOG_COURSE_SUBSCRIPTION_CHOSEN.connect(course_chosen, dispatch_uid=uid)
    if apps.is_installed("openedx_catalog.contrib.programs"):
        from openedx_catalog.contrib.programs import signals as of_programs

        for signal in (of_programs.PROGRAM_CREATED, of_programs.PROGRAM_UPDATED, of_programs.PROGRAM_DELETED):
            signal.connect(program_changed, dispatch_uid=uid)
        post_save.connect(type_changed, sender=apps.get_model("openedx_catalog_programs", "ProgramType"), dispatch_uid=uid)


def course_changed(sender: Any, catalog_course: Any = None, **kwargs: Any) -> None:
    """A course is new, has another organization, or is part of another one by now, which got what was decided about it."""
    dispatch.coalesce(_refresh_courses, [catalog_course.merged_into_uuid or catalog_course.uuid])


def run_changed(sender: Any, course_run: Any = None, **kwargs: Any) -> None:
    """A run is new, has another pacing, or stands under another course."""
    dispatch.coalesce(_refresh_courses, [course_run.catalog_course_uuid])


def course_chosen(sender: Any, subscription: Any = None, **kwargs: Any) -> None:
    """Somebody has decided about a course."""
    dispatch.coalesce(_refresh_courses, [subscription.uuid])


def organization_chosen(sender: Any, subscription: Any = None, **kwargs: Any) -> None:
    """An organization takes part in a plan, or no longer."""
    dispatch.coalesce(_refresh_organizations, [subscription.key])


def program_changed(sender: Any, program: Any = None, **kwargs: Any) -> None:
    """A program has another type, or other courses."""
    dispatch.coalesce(_refresh_programs, [program.uuid])


def type_changed(
    sender: Any, instance: Any, created: bool, raw: bool = False, using: str = DEFAULT_DB_ALIAS, **kwargs: Any
) -> None:
    """A type of programs is called otherwise, which says whether plans include them, and has no event. After the commit."""
    if not raw and not created:
        once_committed(_types_changed, [instance.pk], using=using)


# Works are told apart by equality, and answers are nobody's here.


@reads_from_writer()
def _refresh_courses(uuids: set[str]) -> None:
    api.refresh_courses(uuids - {""})


@reads_from_writer()
def _refresh_organizations(codes: set[str]) -> None:
    api.refresh_organizations(codes)


@reads_from_writer()
def _types_changed(pks: Iterable[int], *, using: str) -> None:
    programs = apps.get_model("openedx_catalog_programs", "Program").objects.filter(type__in=pks)
    dispatch.coalesce(_refresh_programs, map(str, programs.values_list("uuid", flat=True)))


@reads_from_writer()
def _refresh_programs(uuids: set[str]) -> None:
    api.refresh_programs(uuids)
