"""
The one rule of which connection a read goes to, where reads and writes are routed apart (ADR 0014).

A replica is late. Whoever writes decides by what is stored, so what a write path reads comes from where it writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connections, models, router

from .fields import folded_forms

_from_writer: ContextVar[bool] = ContextVar("openedx_catalog_from_writer", default=False)


@contextmanager
def reads_from_writer() -> Iterator[None]:
    """
    Within it every read goes where the model is written, outside a transaction too.

    For a door that writes (a POST of REST or the admin, a command that mends): what it looks up, and what it answers with
    after the commit, is what is stored, however late a replica is.
    """
    token = _from_writer.set(True)
    try:
        yield
    finally:
        _from_writer.reset(token)


class WriterReads:
    """
    A queryset that reads where its model is written, as long as somebody is writing there.

    That is within a transaction on that connection, or `reads_from_writer`; else Django's routers decide, and an alias that
    is given (``.using``) always wins. Managers, related managers, foreign keys that are followed and checks of uniqueness
    read through it.
    """

    @property
    def db(self) -> str:
        """The alias that is read from if the query is executed now."""
        if self._db is None:  # type: ignore[attr-defined]
            alias = router.db_for_write(self.model, **self._hints)  # type: ignore[attr-defined]
            if _from_writer.get() or connections[alias].in_atomic_block:
                return alias
        return super().db  # type: ignore[misc]


class CatalogQuerySet(WriterReads, models.QuerySet):
    """The base of the querysets of all our models."""

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], *args: Any, **kwargs: Any) -> int:
        """With texts their folded forms, as `save` does it."""
        rows, names = list(objs), set(fields)
        for form in folded_forms(self.model, names):
            for row in rows:
                form.pre_save(row, False)
            names.add(form.name)
        return super().bulk_update(rows, sorted(names), *args, **kwargs)


def rows_of(model: Any) -> CatalogQuerySet:
    """The rows of a model whose manager is not ours (organizations), by the same rule."""
    return CatalogQuerySet(model)
