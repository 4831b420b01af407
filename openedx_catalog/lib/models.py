"""The bases of all tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models, router, transaction
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _

from .fields import FoldedCharField, ModifiedField, OptionalCharField, folded_forms
from .routing import CatalogQuerySet

# Sent by `SavesChangesOnly`, in the transaction of a save that writes: `before` is ``{attname: stored value}`` of the fields
# that are saved, and empty for a new row.
row_changed = Signal()

# Sent by `GuardedQuerySet`, in the transaction of what stores many rows at once: `rows` as they were given.
rows_stored = Signal()


class CatalogModel(models.Model):
    """
    The base of all our tables: they are read where they are written, as long as somebody is writing there (ADR 0014).

    `objects` is the base manager as well, so that foreign keys that are followed and ``refresh_from_db`` obey. Said here,
    where no Meta inherits it: migrations know nothing of it.
    """

    id = models.BigAutoField(primary_key=True, editable=False)

    objects = CatalogQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save_base(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        if update_fields is not None:
            update_fields = {*update_fields, *(field.name for field in folded_forms(type(self), update_fields))}
        super().save_base(*args, update_fields=update_fields, **kwargs)


class TimestampedModel(CatalogModel):
    """When a row was created, and when it last changed; None for rows that other programs wrote without it."""

    created = models.DateTimeField(_("created"), auto_now_add=True, editable=False)
    modified = ModifiedField(_("modified"), null=True)

    class Meta:
        abstract = True


class SignedModel(CatalogModel):
    """
    A row that says itself who wrote it, and why (`changes.signature`): of what keeps no history. The name outlives the user.

    .. pii: ``user_name`` is the username of who made a change to the catalog.
    .. pii_types: username
    .. pii_retirement: retained
    """

    at = models.DateTimeField(_("at"))
    source = models.TextField(_("source"), blank=True, help_text=_("Where it came from, for example admin."))
    reason = models.TextField(_("reason"), blank=True)
    user_name = OptionalCharField(_("user"))

    class Meta:
        abstract = True


class SavesChangesOnly(CatalogModel):
    """A save that would change nothing writes no row, sends no signal and leaves no history (it costs one SELECT)."""

    class Meta:
        abstract = True

    def save(self, *, force_insert: Any = False, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        known = {} if self._state.adding or force_insert else self._stored(update_fields, kwargs.get("using"))
        if not known or any(self._value_of(field) != value for field, value in known.items()):
            before = {field.attname: value for field, value in known.items()}
            self._save_changed(before, force_insert=force_insert, update_fields=update_fields, **kwargs)

    def _save_changed(self, before: dict[str, Any], **kwargs: Any) -> None:
        using = kwargs.get("using") or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using):
            super().save(**kwargs)
            row_changed.send(type(self), instance=self, before=before, using=using)

    def _stored(self, update_fields: Iterable[str] | None, using: str | None) -> dict[models.Field, Any]:
        wanted = None if update_fields is None else set(update_fields)
        fields = [
            field
            for field in self._meta.concrete_fields
            if not isinstance(field, ModifiedField) and (wanted is None or field.name in wanted or field.attname in wanted)
        ]
        # Not where the instance was read, which may be a replica.
        rows = type(self)._base_manager.using(using or router.db_for_write(type(self), instance=self)).filter(pk=self.pk)
        stored = rows.values_list(*(field.attname for field in fields)).first() if fields else None
        return {} if stored is None else dict(zip(fields, stored, strict=True))

    def _value_of(self, field: models.Field) -> Any:
        if isinstance(field, FoldedCharField):
            return field.pre_save(self, False)
        return field.to_python(getattr(self, field.attname))


class GuardedQuerySet(CatalogQuerySet):
    """Rows that are stored many at once are held against the rules as `GuardedModel.save` has them held, or not stored."""

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        return self._guarded(super().bulk_create, objs, *args, **kwargs)

    def bulk_update(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        return self._guarded(super().bulk_update, objs, *args, **kwargs)

    def _guarded(self, store: Any, objs: Any, *args: Any, **kwargs: Any) -> Any:
        rows = objs if isinstance(objs, list) else list(objs)
        using = self._db or router.db_for_write(self.model, **self._hints)  # type: ignore[attr-defined]
        with transaction.atomic(using=using):
            found = store(rows, *args, **kwargs)
            rows_stored.send(self.model, rows=rows, using=using)
            return found


class GuardedModel(CatalogModel):
    """A row and what receivers of its signals store are stored together, or not at all, whoever saves it."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic(using=kwargs.get("using") or router.db_for_write(type(self), instance=self)):
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic(using=kwargs.get("using") or router.db_for_write(type(self), instance=self)):
            return super().delete(*args, **kwargs)
