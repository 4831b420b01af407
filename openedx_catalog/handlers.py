"""
Thin receivers. Guards on what others do to our tables call the API: they refuse, they never repair, and fixtures
(``raw=True``) pass. Receivers of signals of the platform and of events only write them down in the inbox.

The latter are connected by the plugin in LMS and CMS (`plugin.apps`); another service connects those it needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.apps import AppConfig
from django.core.exceptions import ValidationError
from django.db import connections, router
from django.db.models.signals import post_delete, pre_delete, pre_migrate, pre_save
from organizations.models import Organization

from . import guards, messages
from .data import SyncRecord
from .exceptions import CatalogError
from .lib.changes import MAX_TEXT, Change, written_by_api
from .lib.models import row_changed
from .lib.refusals import answerable
from .lib.routing import reads_from_writer
from .lib.texts import storable
from .models_api import CatalogCourse, CourseRun, CourseSchedule

# The reasons of what is written past the API, where the caller gives none.
SAVED, DELETED = Change("orm", "saved past the API"), Change("orm", "deleted past the API")


def connect(app_config: AppConfig) -> None:
    """Called when the app is ready."""
    pre_migrate.connect(guards.refuse_uninstall, sender=app_config, dispatch_uid="openedx_catalog.refuse_uninstall")
    pre_migrate.connect(guards.refuse_downgrade, sender=app_config, dispatch_uid="openedx_catalog.refuse_downgrade")
    for model in (CatalogCourse, CourseRun, CourseSchedule):
        name = f"openedx_catalog.{model.__name__}"
        pre_save.connect(note_reason, sender=model, dispatch_uid=f"{name}.note_reason")
        row_changed.connect(row_saved, sender=model, dispatch_uid=f"{name}.row_saved")
        pre_delete.connect(note_reason_of_delete, sender=model, dispatch_uid=f"{name}.note_reason_of_delete")
        # An event says what a run or a course was, and how a run is without its schedule.
        deleted = post_delete if model is CourseSchedule else pre_delete
        deleted.connect(row_deleted, sender=model, dispatch_uid=f"{name}.row_deleted")
    pre_save.connect(
        guard_organization_rename, sender="organizations.Organization", dispatch_uid="openedx_catalog.guard_organization"
    )
    validate_organization_renames(Organization)


def note_reason(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """``pre_save``: the history of what is saved past the API says so, unless the caller has set ``_change_reason``."""
    if not raw and not written_by_api(instance) and not getattr(instance, "_change_reason", None):
        instance._change_reason = str(SAVED)


@answerable
@reads_from_writer()
def row_saved(sender: Any, instance: Any, before: dict[str, Any], **kwargs: Any) -> None:
    """What is saved past the API is an event as well, and extensions follow a run, or refuse, and nothing is stored."""
    from . import api

    if not written_by_api(instance):
        api.row_saved(instance, before, _change_of(instance))
        # It was the reason of this one change.
        vars(instance).pop("_change_reason", None)


def note_reason_of_delete(sender: Any, instance: Any, origin: Any = None, **kwargs: Any) -> None:
    """``pre_delete``: likewise; what a delete takes along has the reason of the delete."""
    if origin is not instance:
        instance._change_reason = getattr(origin, "_change_reason", None)
    elif not written_by_api(instance):
        instance._change_reason = getattr(instance, "_change_reason", None) or str(DELETED)


@answerable
@reads_from_writer()
def row_deleted(sender: Any, instance: Any, origin: Any = None, **kwargs: Any) -> None:
    """What is deleted past the API is an event; what a delete takes along has none of its own."""
    from . import api

    if origin is instance and not written_by_api(instance):
        api.row_deleted(instance)


@answerable
@reads_from_writer()
def guard_organization_rename(sender: Any, instance: Any, raw: bool = False, using: str = "", **kwargs: Any) -> None:
    """Refuse a short_name that contradicts the keys of implicit runs. Raises OrganizationRenameRefused. One query."""
    from . import api

    using = using or router.db_for_write(sender, instance=instance)
    # Organizations of a database without the catalog are others, though their ids may be the same.
    if raw or instance.pk is None or using != router.db_for_write(CourseRun):
        return
    rows = sender._base_manager.using(using).filter(pk=instance.pk)
    stored = rows.first()
    if stored is not None and stored.short_name != instance.short_name:
        if connections[using].in_atomic_block:
            # Whoever is just creating a run by the old name is waited for, and seen; whoever comes later waits for us. A save
            # outside a transaction cannot hold anything: what slips through there the doctor lists.
            stored = rows.select_for_update().get()
        api.check_organization_rename(stored, instance.short_name)


def validate_organization_renames(model: Any) -> None:
    """
    Let every form of organizations say at its field what `guard_organization_rename` would refuse.

    The admin of edx-organizations is one, a host's own may be another. What they all call is the model, which is not ours and
    has no other place to ask from: so its ``clean_fields`` asks us as well.
    """
    clean_fields = model.clean_fields
    if hasattr(clean_fields, "__wrapped__"):
        return

    @wraps(clean_fields)
    def clean_fields_and_rename(self: Any, exclude: Any = None) -> None:
        clean_fields(self, exclude=exclude)
        if "short_name" not in (exclude or ()):
            try:
                guard_organization_rename(model, self)
            except CatalogError as error:
                raise ValidationError({"short_name": [str(error)]}, code=error.code) from error

    model.clean_fields = clean_fields_and_rename


def _change_of(instance: Any) -> Change:
    reason = str(getattr(instance, "_change_reason", SAVED))
    return SAVED if reason == str(SAVED) else Change("orm", storable(reason, MAX_TEXT))


# Receivers of the platform and the event bus. Their names stand in `plugin`, and in operators' code.


def course_published(sender: Any, course_key: Any, **kwargs: Any) -> None:
    """COURSE_PUBLISHED of the modulestore. Its values are read from CourseOverview, after the commit."""
    messages.record("exists", course_key, source="course_published")


def course_deleted(sender: Any, course_key: Any, **kwargs: Any) -> None:
    """COURSE_DELETED of the modulestore; openedx-events has no such event."""
    messages.record("deleted", course_key, source="course_deleted")


def course_overview_saved(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """``post_save`` of CourseOverview, wherever it is loaded; CCX rows too."""
    if raw:
        return
    with _reading("course_overview", "", instance):
        _observe("course_overview", instance.id, messages.of_course_overview(instance))


def course_created(sender: Any, course: Any = None, metadata: Any = None, **kwargs: Any) -> None:
    """COURSE_CREATED of openedx-events."""
    _record_course("course_created", course, metadata)


def course_rerun_completed(sender: Any, course: Any = None, metadata: Any = None, **kwargs: Any) -> None:
    """COURSE_RERUN_COMPLETED of openedx-events: it names the new run only."""
    _record_course("course_rerun_completed", course, metadata)


def course_catalog_info_changed(sender: Any, catalog_info: Any = None, metadata: Any = None, **kwargs: Any) -> None:
    """COURSE_CATALOG_INFO_CHANGED of openedx-events, in process or from the bus; its time is that of the last edit."""
    with _reading("course_catalog_info_changed", _event_id(metadata), catalog_info):
        record = messages.of_catalog_info(catalog_info, metadata.time)
        _observe("course_catalog_info_changed", catalog_info.course_key, record, _event_id(metadata))


def _observe(source: str, course_key: Any, record: SyncRecord, event_id: str = "") -> None:
    payload = messages.payload_of(record)
    messages.record("observed", course_key, source=source, payload=payload, source_time=record.observed_at, event_id=event_id)


def _record_course(source: str, course: Any, metadata: Any) -> None:
    with _reading(source, _event_id(metadata), course):
        messages.record("exists", course.course_key, source=source, source_time=metadata.time, event_id=_event_id(metadata))


def _event_id(metadata: Any) -> str:
    return str(getattr(metadata, "id", "") or "")


@contextmanager
def _reading(source: str, event_id: str, content: Any) -> Iterator[None]:
    """What has another shape than we know, of a newer version say, is kept as it came, parked."""
    try:
        yield
    except (AttributeError, TypeError, ValueError) as error:
        messages.record_unknown(repr(content), source=source, event_id=event_id, error=f"{type(error).__name__}: {error}")
