"""
How this project keeps history: django-simple-history, in a form that no host setting changes.

SIMPLE_HISTORY_DATE_INDEX, …_HISTORY_ID_USE_UUID and …_CHANGE_REASON_USE_TEXT_FIELD of a host would otherwise change our
tables, and the host's ``makemigrations`` would write migrations into this package (ADR 0007).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from simple_history.manager import HistoricalQuerySet
from simple_history.models import HistoricalRecords

from .lib.changes import user_name
from .lib.fields import OptionalCharField
from .lib.routing import WriterReads


class CatalogHistoricalQuerySet(WriterReads, HistoricalQuerySet):
    """What is decided by the history of a row is decided where it is written."""


class NamesItsUser(models.Model):
    """
    What each of our history tables has besides: the name of who made the change, which stays when the user is deleted.

    .. pii: ``history_user_name`` is the username of who made a change to the catalog.
    .. pii_types: username
    .. pii_retirement: retained
    """

    history_user_name = OptionalCharField(editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        row: Any = self
        if row.history_user_id is not None and not self.history_user_name:
            self.history_user_name = user_name(row.history_user)
        super().save(*args, **kwargs)


class CatalogHistoricalRecords(HistoricalRecords):
    """
    ``history = CatalogHistoricalRecords()`` on a model: every change with who, when and why.

    ``history_change_reason`` begins with the source of the change: ``api``, ``admin``, ``backfill:<name>``, ….
    Derived columns (`excluded`) are left out, and only ``id``, foreign keys and what `indexes` names are indexed: history is
    written far more often than it is read.
    """

    # A private attribute of simple-history 3.x; tests/core/test_history.py fails if a release stops reading it.
    _date_indexing = False

    def __init__(
        self,
        *,
        excluded: Sequence[str] = (),
        unindexed: Sequence[str] = (),
        indexes: Sequence[models.Index] = (),
        **kwargs: Any,
    ) -> None:
        self.indexes = list(indexes)
        super().__init__(
            excluded_fields=list(excluded),
            no_db_index=list(unindexed),
            history_id_field=models.BigAutoField(),
            history_change_reason_field=models.TextField(null=True),
            historical_queryset=CatalogHistoricalQuerySet,
            bases=(NamesItsUser,),
            **kwargs,
        )

    def create_history_model(self, model: Any, inherited: bool) -> Any:
        """Say in which module the history model stands, where simple-history names the package: so it can be pickled."""
        history_model = super().create_history_model(model, inherited)
        history_model.__module__ = model.__module__ if inherited else self.module
        return history_model

    def get_meta_options(self, model: Any) -> dict[str, Any]:
        """With our indexes: one that a field brings along would be two on PostgreSQL."""
        options = super().get_meta_options(model)
        return {**options, "indexes": self.indexes} if self.indexes else options
