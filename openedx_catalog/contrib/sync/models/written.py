"""Where the rows of sync are read."""

from __future__ import annotations

from typing import Any

from django.db import models, router


class WrittenManager(models.Manager):
    """
    Reads from where it writes, whatever a router says of reads.

    A replica that lags does not know what a job has just done: its totals, its checkpoints and its lease would be those of
    before. `using` still names another database.
    """

    def get_queryset(self) -> models.QuerySet[Any]:
        found = super().get_queryset()
        # Of a row, where its relations are read: Django notes them itself.
        hints: dict[str, Any] = getattr(self, "_hints", {})
        return found if self._db else found.using(router.db_for_write(self.model, **hints))


class SyncModel(models.Model):
    """
    The base of all tables of sync. `objects` is the base manager as well; said here, where no Meta inherits it: migrations know
    nothing of it.
    """

    objects = WrittenManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
