"""The change feed: what a consumer follows, so that it never has to compare its copy with the catalog."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import router
from django.db.models import Max, Q, QuerySet, Value
from django.db.models.functions import Replace
from django.utils.translation import gettext as _

from ..data import ChangePage, ChangeRow
from ..exceptions import InvalidRequest
from ..lib import feed
from ..lib.texts import shorten
from ..lib.values import sequence, text
from ..models import CatalogChange

__all__ = ["get_latest_change", "iter_changes", "read_changes"]

PAGE = 1000
MAX_POSITION = 2**63 - 1


def iter_changes(after: int | None = None, limit: int | None = None) -> Iterator[ChangeRow]:
    """
    What has changed since a consumer last asked, in an order that all consumers see alike: `data.ChangeRow`, oldest first.

    `after` is the `position` of the last one that was read, None to begin at the beginning; at most `limit` are read, all by
    default. Every change of a catalog course or a run that any answer shows is there, also a change of its course or of its
    organization, of an organization itself, and of the rows of optional apps; one transaction may leave several of a row. The
    order within a row is that of its changes. What a row is now is read by its uuid or key: the feed does not repeat values.

    A consumer that begins with a full copy asks `get_latest_change` before it reads that, and goes on from there. Two queries
    and one a thousand rows; a few more where something was written since anybody asked, whose positions are given now, which
    writes. So it is read where it is written. What changed past Django's signals (``QuerySet.update``) is in no feed. Does not
    check permissions: `audience` says who is not to know. Raises InvalidRequest.
    """
    position = 0 if after is None else _checked(after, "after")
    remaining = None if limit is None else _checked(limit, "limit")
    feed.number()
    return islice(_read(position), remaining)


def read_changes(
    after: int | None = None, *, limit: int = 100, kind: str | None = None, kinds_seen: Iterable[str] | None = None
) -> ChangePage:
    """
    One page of `iter_changes`: at most `limit` (1,000), of one `kind` if given, and where to go on. Three queries.

    `kinds_seen` are the kinds, with or without underscores, of which the reader sees every row: of others entries for
    ``viewers`` are left out. None leaves nothing out. `position` is past what was left out, so nobody reads that twice. Does
    not check permissions.

    Raises InvalidValue, or InvalidRequest, also for a position that was never given: it is of another database, or of before a
    backup was restored, and whoever went on from there would miss what comes until then.
    """
    position, size = 0 if after is None else _checked(after, "after"), _checked(limit, "limit")
    if not 1 <= size <= PAGE:
        reason = _("Expected a limit from 1 to %(most)d, got %(value)d.") % {"most": PAGE, "value": size}
        raise InvalidRequest(reason=reason, field="limit")
    wanted = _wanted(kind, kinds_seen)
    # What is numbered later than this is read the next time: it must not be jumped over.
    latest = get_latest_change()
    if position > latest:
        reason = _("%(value)d is beyond the last change. Begin again: with a full copy, and the position of now.")
        raise InvalidRequest(reason=reason % {"value": position}, field="after")
    rows = _changes().annotate(plain=Replace("kind", Value("_"), Value("")))
    rows = rows.filter(wanted, position__gt=position, position__lte=latest).order_by("position")
    found = [ChangeRow._make(row) for row in rows.values_list(*ChangeRow._fields)[: size + 1]]
    more = len(found) > size
    return ChangePage(found[:size], found[size - 1].position if more else latest, more)


def _wanted(kind: str | None, kinds_seen: Iterable[str] | None) -> Q:
    wanted = Q() if kind is None else Q(kind=text("kind", kind))
    if kinds_seen is None:
        return wanted
    plain = [text("kinds_seen", seen).replace("_", "") for seen in sequence("kinds_seen", kinds_seen)]
    public = ~Q(audience=CatalogChange.Audience.VIEWERS)
    return wanted & (public | Q(plain__in=plain) if plain else public)


def get_latest_change() -> int:
    """The position of the last change that was committed; 0 where there is none yet. Two queries, as `iter_changes`."""
    feed.number()
    return _changes().aggregate(last=Max("position"))["last"] or 0


def _read(position: int) -> Iterator[ChangeRow]:
    while page := list(_changes().filter(position__gt=position).order_by("position").values_list(*ChangeRow._fields)[:PAGE]):
        yield from map(ChangeRow._make, page)
        position = page[-1][0]


def _changes() -> QuerySet[CatalogChange]:
    return CatalogChange.objects.using(router.db_for_write(CatalogChange))


def _checked(value: int, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_POSITION:
        reason = _("Expected a whole number of 0 or more as %(name)s, got %(value)r.")
        raise InvalidRequest(reason=reason % {"name": name, "value": shorten(value, 60)}, field=name)
    return value
