"""Making an index of the whole catalog, and keeping it in step: by the change feed, and by the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from django.core.exceptions import ImproperlyConfigured
from django.db import router
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from openedx_catalog.api import get_latest_change, iter_changes
from openedx_catalog.exceptions import CatalogUnavailable, InvalidRequest
from openedx_catalog.lib.pages import pages, slices
from openedx_catalog.lib.routing import reads_from_writer
from openedx_catalog.lib.transactions import atomically

from .. import conf
from ..data import Document, Followed, Rebuilt
from ..documents import documents_of, models
from ..engines.base import engine
from ..exceptions import SearchIndexChanged, SearchIndexMissing
from ..models import SearchIndex
from ._relatives import Affected, affected_by

# How many documents are made at once, and how many changes are followed at once.
BATCH, CHANGES = 500, 1000
# So often an index is told at least that somebody looks after it.
SEEN_EVERY = timedelta(minutes=1)


def search_index() -> SearchIndex:
    """The index that is searched. One query. Raises SearchIndexMissing, also where another engine is configured by now."""
    row = SearchIndex.objects.filter(is_live=True, engine=conf.engine_path()).first()
    if row is None:
        raise SearchIndexMissing
    return row


def count_rows() -> int:
    """How many rows `rebuild_index` reads: some of them have no document. A query for each kind."""
    return sum(model.objects.count() for model in models().values())


@reads_from_writer()
def rebuild_index(
    *, max_change: int | None = None, any_change: bool = False, progress: Callable[[int], Any] = lambda rows: None
) -> Rebuilt:
    """
    Make a new index of the whole catalog, and have it searched from then on; the one before is searched until then.

    It is not taken where it has more than `max_change` percent more or fewer documents (default: as
    OPENEDX_CATALOG_SEARCH_MAX_CHANGE says), unless `any_change` is allowed: so a slip does not empty the search. Reads the
    catalog by its ids, in constant memory, while others write; what they change meanwhile is in the change feed, and so in the
    index. Of two at once the later one stays. `progress` is called with how many more rows were read. What one that was killed
    has left behind goes with the next one.

    Raises SearchIndexChanged, SearchIndexMissing where a later one came first, SearchUnavailable, InvalidRequest.
    """
    limit = _checked_limit(max_change)
    path, keeper, now = conf.engine_path(), engine(), timezone.now()
    values = {"engine": path, "position": get_latest_change(), "looked_at": now}
    index = SearchIndex.objects.create(name=f"catalog_{now:%Y%m%d%H%M%S}_{uuid4().hex[:8]}", **values)
    try:
        keeper.create(index.name)
        for kind, pks in _all_rows():
            documents = [document for _id, document in documents_of(kind, pks, now=timezone.now()) if document is not None]
            keeper.put(index.name, documents)
            progress(len(pks))
        while _follow(index.pk, CHANGES).changes == CHANGES:
            continue
        # Counted before anybody has to wait: an engine may be asked for each thousand of them.
        index.documents, before = _count(index), _count_live()
        if not any_change and before and abs(index.documents - before) * 100 > limit * before:
            raise SearchIndexChanged(before=before, after=index.documents, limit=limit)
        atomically(router.db_for_write(SearchIndex), partial(_take_over, index))
    except BaseException:
        # Whoever came first may have forgotten its row, and this one has gone on to fill it.
        keeper.drop(index.name)
        _forget(SearchIndex.objects.filter(pk=index.pk))
        raise
    _forget(SearchIndex.objects.filter(pk__lt=index.pk))
    return Rebuilt(index.name, index.documents, before)


@reads_from_writer()
def follow_changes(*, limit: int = CHANGES) -> Followed:
    """
    Bring the index that is searched in step with at most `limit` changes of the feed, and with the dates that have passed.

    Documents of all that they concern are made anew, and only then it is noted that they are: whoever is killed in between
    leaves nothing out, and what is done twice is the same. Only one at a time does so, the others find it done. Call it again
    as long as it has read `limit` changes. Raises SearchIndexMissing, SearchUnavailable.
    """
    return _follow(search_index().pk, limit)


def _follow(pk: int, limit: int) -> Followed:
    index = SearchIndex.objects.filter(pk=pk).first()
    if index is None:
        raise SearchIndexMissing
    # Before anything is held: this gives positions to changes, for which others would wait.
    changes, now = list(iter_changes(index.position, limit)), timezone.now()
    affected = affected_by(changes, index.looked_at, now)
    if not (changes or affected or now - index.looked_at > SEEN_EVERY):
        return Followed(0, 0, 0, index.position)
    position = changes[-1].position if changes else index.position
    work = partial(_redo, index, affected, position, now)
    done = atomically(router.db_for_write(SearchIndex), work)
    return Followed(len(changes), *done, position) if done else Followed(0, 0, 0, index.position)


def _redo(index: SearchIndex, affected: Affected, position: int, now: datetime) -> tuple[int, int] | None:
    """
    How many documents were put and removed; None where somebody else was faster. Its row is written first: SQLite does not
    wait for whoever has read, and MariaDB would go on to read what was then.
    """
    rows = SearchIndex.objects.filter(pk=index.pk, position=index.position, looked_at=index.looked_at)
    if not rows.update(name=F("name")):
        return None
    keeper, gone, put = engine(), set(affected.ids), 0
    for kind, pks in affected.pks.items():
        for page in slices(sorted(pks), BATCH):
            found = dict(documents_of(kind, page, now=now))
            documents: list[Document] = [document for document in found.values() if document is not None]
            keeper.put(index.name, documents)
            put += len(documents)
            gone = gone.union(found).difference(document.id for document in documents)
    for ids in slices(sorted(gone), BATCH):
        keeper.remove(index.name, ids)
    SearchIndex.objects.filter(pk=index.pk).update(position=position, looked_at=now)
    return put, len(gone)


def _take_over(index: SearchIndex) -> None:
    """Have an index searched, while nobody follows another one."""
    SearchIndex.objects.update(name=F("name"))
    if not SearchIndex.objects.filter(pk=index.pk).exists():
        raise SearchIndexMissing
    SearchIndex.objects.filter(is_live=True).update(is_live=None)
    SearchIndex.objects.filter(pk=index.pk).update(is_live=True, documents=index.documents)


def _forget(rows: QuerySet[SearchIndex]) -> None:
    """Drop what these indexes have, and their rows, each while nobody follows it; with the engine that each was made by."""
    for row in rows.order_by("pk"):
        atomically(router.db_for_write(SearchIndex), partial(_drop, row))


def _drop(row: SearchIndex) -> None:
    if not SearchIndex.objects.filter(pk=row.pk).update(name=F("name")):
        return
    # The class may be gone, or what it needs.
    with suppress(ImportError, ImproperlyConfigured, CatalogUnavailable):
        import_string(row.engine)().drop(row.name)
    row.delete()


def _count(index: SearchIndex) -> int:
    return sum(1 for _id in engine().ids(index.name))


def _count_live() -> int | None:
    """The documents of the index that is searched; None where there is none, or another engine has it."""
    live = SearchIndex.objects.filter(is_live=True, engine=conf.engine_path()).first()
    return None if live is None else _count(live)


def _all_rows() -> Iterator[tuple[str, list[int]]]:
    """All rows by kind, some at a time, in the order of their ids."""
    for kind, model in models().items():
        for page in pages(model.objects.all(), "pk"):
            yield from ((kind, [pk for (pk,) in rows]) for rows in slices(page, BATCH))


def _checked_limit(given: Any) -> int:
    limit = conf.max_change() if given is None else given
    if not isinstance(limit, int) or isinstance(limit, bool) or limit < 0:
        raise InvalidRequest(reason=_("Expected a whole number of percent, 0 or more, as max_change."), field="max_change")
    return limit
