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
from django.db.models import QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete, pre_migrate, pre_save
from organizations.models import Organization

from . import guards, messages
from .data import SyncRecord
from .exceptions import CatalogError
from .lib.changes import MAX_TEXT, Change, written_by_api
from .lib.models import row_changed
from .lib.refusals import answerable
from .lib.routing import reads_from_writer
from .lib.texts import storable
from .models_api import CatalogChange, CatalogCourse, CourseRun, CourseRunWithdrawal, CourseSchedule, FormerOrganizationName

# The reasons of what is written past the API, where the caller gives none.
SAVED, DELETED = Change("orm", "saved past the API"), Change("orm", "deleted past the API")


def connect(app_config: AppConfig) -> None:
    """Called when the app is ready."""
    pre_migrate.connect(guards.refuse_uninstall, sender=app_config, dispatch_uid="openedx_catalog.refuse_uninstall")
    pre_migrate.connect(guards.refuse_downgrade, sender=app_config, dispatch_uid="openedx_catalog.refuse_downgrade")
    for model in (CatalogCourse, CourseRun, CourseSchedule, CourseRunWithdrawal):
        name = f"openedx_catalog.{model.__name__}"
        pre_save.connect(note_reason, sender=model, dispatch_uid=f"{name}.note_reason")
        row_changed.connect(row_saved, sender=model, dispatch_uid=f"{name}.row_saved")
        pre_delete.connect(note_reason_of_delete, sender=model, dispatch_uid=f"{name}.note_reason_of_delete")
        # An event says what a run or a course was, and how a run is without what belongs to it.
        deleted = pre_delete if model in (CatalogCourse, CourseRun) else post_delete
        deleted.connect(row_deleted, sender=model, dispatch_uid=f"{name}.row_deleted")
    organizations: Any = "organizations.Organization"
    pre_save.connect(guard_organization_rename, sender=organizations, dispatch_uid="openedx_catalog.guard_organization")
    post_save.connect(organization_saved, sender=organizations, dispatch_uid="openedx_catalog.organization_saved")
    post_delete.connect(organization_deleted, sender=organizations, dispatch_uid="openedx_catalog.organization_deleted")
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
    if not _is_deleted_itself(instance, origin):
        instance._change_reason = getattr(origin, "_change_reason", None)
    elif not written_by_api(instance):
        instance._change_reason = getattr(instance, "_change_reason", None) or str(DELETED)


@answerable
@reads_from_writer()
def row_deleted(sender: Any, instance: Any, origin: Any = None, **kwargs: Any) -> None:
    """What is deleted past the API is an event; what a delete takes along has none of its own."""
    from . import api

    if _is_deleted_itself(instance, origin) and not written_by_api(instance):
        api.row_deleted(instance)


def _is_deleted_itself(instance: Any, origin: Any) -> bool:
    """Whether a row, or a queryset of such rows, is what is deleted, and not what takes this row along."""
    return origin is instance or (isinstance(origin, QuerySet) and issubclass(origin.model, type(instance)))


@answerable
@reads_from_writer()
def guard_organization_rename(
    sender: Any, instance: Any, raw: bool = False, using: str = "", update_fields: Any = None, **kwargs: Any
) -> None:
    """
    ``pre_save``: refuse a short_name that is, or was, another organization's. Raises DuplicateOrganization.

    One query where the name stays. What was stored is noted for `organization_saved`.
    """
    from . import api

    using = using or router.db_for_write(sender, instance=instance)
    vars(instance).pop("_catalog_before", None)
    if raw or instance.pk is None or not _is_ours(using):
        return
    rows = sender._base_manager.using(using).filter(pk=instance.pk)
    stored = rows.first()
    if stored is None:
        return
    instance._catalog_before = _changed_values(stored, instance, update_fields)
    if "short_name" in instance._catalog_before and not written_by_api(instance) and _has_tables(using):
        if connections[using].in_atomic_block:
            # Whoever is just creating a course by the old name is waited for, and seen; whoever comes later waits for us. A
            # save outside a transaction cannot hold anything.
            rows.select_for_update().get()
        api.check_organization_rename(stored, instance.short_name)


@answerable
@reads_from_writer()
def organization_saved(sender: Any, instance: Any, created: bool, raw: bool = False, using: str = "", **kwargs: Any) -> None:
    """``post_save``: the change feed says so, and a rename past the API has what one of the API has."""
    from . import api

    changed = vars(instance).pop("_catalog_before", {})
    ours = written_by_api(instance)
    if raw or not (created or changed) or not _is_ours(using) or not (ours or _has_tables(using)):
        return
    if "short_name" in changed and not ours:
        api.record_organization_rename(instance, changed["short_name"], _change_of(instance))
    what = "created" if created else "renamed" if "short_name" in changed else "updated"
    api.record_organization_change(instance, what, changed.get("short_name"))


@answerable
@reads_from_writer()
def organization_deleted(sender: Any, instance: Any, using: str = "", **kwargs: Any) -> None:
    """``post_delete``: likewise."""
    from . import api

    if _is_ours(using) and (written_by_api(instance) or _has_tables(using)):
        api.record_organization_change(instance, "deleted")


def _is_ours(using: str) -> bool:
    """Organizations of a database without the catalog are others, though their ids may be the same."""
    return using == router.db_for_write(CourseRun)


def _has_tables(using: str) -> bool:
    """Organizations are saved before our migrations have run, too, and while an older version's tables are there."""
    return len(guards.stored_on(using, [CatalogChange, FormerOrganizationName])) == 2


def _changed_values(stored: Any, instance: Any, update_fields: Any) -> dict[str, Any]:
    """``{field: what is stored}`` of what this save changes."""
    changed = {}
    for field in stored._meta.concrete_fields:
        # As the column takes them: a file that there is none of has two forms.
        before, now = (field.get_prep_value(field.value_from_object(row)) for row in (stored, instance))
        if before != now and field.name not in ("created", "modified"):
            changed[field.name] = before
    return changed if update_fields is None else {name: changed[name] for name in update_fields if name in changed}


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
