"""
Thin receivers: pathways that are saved past the API, and changes of those of programs for the cache of the LMS. Fixtures
(``raw=True``) pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save, pre_migrate

from openedx_catalog import guards
from openedx_catalog.contrib.programs import conf, lms_cache
from openedx_catalog.lib import dispatch
from openedx_catalog.lib.changes import written_by_api
from openedx_catalog.lib.routing import reads_from_writer

from . import api, signals

_PARTS = (
    "LearnerPathway", "LearnerPathwayGroup", "LearnerPathwayNode", "LearnerPathwayOrganization", "LearnerPathwayStep",
    "ProgramPathway", "ProgramPathwayProgram",
)  # fmt: skip
_OF_PATHWAYS = (signals.PROGRAM_PATHWAY_CREATED, signals.PROGRAM_PATHWAY_UPDATED, signals.PROGRAM_PATHWAY_DELETED)


def connect(app_config: AppConfig) -> None:
    """Called when the app is ready."""
    pre_migrate.connect(guards.refuse_uninstall, sender=app_config, dispatch_uid=f"{app_config.label}.refuse_uninstall")
    for name in _PARTS:
        sender = app_config.get_model(name)
        post_save.connect(saved_past_the_api, sender=sender, dispatch_uid=f"{app_config.label}.feed.{name}")
        post_delete.connect(deleted_past_the_api, sender=sender, dispatch_uid=f"{app_config.label}.feed.{name}")
    if conf.fill_lms_cache():
        for signal in _OF_PATHWAYS:
            signal.connect(pathway_changed, dispatch_uid=f"{app_config.label}.fill_lms_cache")


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


def pathway_changed(sender: Any, pathway: Any = None, **kwargs: Any) -> None:
    """An event of pathways of programs: what the cache of the LMS has of this one, and of its programs, is written anew."""
    dispatch.coalesce(_refresh, [pathway.id])


def _refresh(ids: Iterable[int]) -> None:
    lms_cache.refresh_pathways(ids)
