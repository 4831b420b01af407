"""Modes and seat types, and the tracks that are made of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from openedx_catalog.data import UNSET, Unset
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import (
    Change,
    Provenance,
    delete_with_history,
    refuse_duplicate,
    save_with_history,
    store_changes,
)
from openedx_catalog.lib.transactions import refuse_if_protected, writes_to

from ..models import Mode, SeatType, Track
from .values import checked, find_by_slug, hold_by_slug, named

Pair = tuple[Mode | str, SeatType | str | None]


def get_seat_types() -> QuerySet[SeatType]:
    """All seat types, the oldest first. One query when it is read."""
    return SeatType.objects.order_by("pk")


def get_seat_type(slug: str) -> SeatType:
    """The seat type with exactly this slug. One query. Raises SeatType.DoesNotExist, InvalidValue."""
    return find_by_slug(SeatType, slug, "seat_type")


@writes_to(SeatType)
def create_seat_type(*, name: str, slug: str | None = None, **provenance: Unpack[Provenance]) -> SeatType:
    """Create a kind of product; the slug follows from the name unless given. Raises DuplicateValue, InvalidValue."""
    return _create(SeatType, named(SeatType, name, slug), Change(**provenance))


@writes_to(SeatType)
def update_seat_type(
    seat_type: SeatType | str,
    *,
    name: str | Unset = UNSET,
    slug: str | Unset = UNSET,
    **provenance: Unpack[Provenance],
) -> SeatType:
    """
    Change a seat type, given as an object or by its slug: tracks and course types keep it. What a source says of seats is
    compared with slugs. Raises SeatType.DoesNotExist, DuplicateValue, InvalidValue.
    """
    return _update(SeatType, seat_type, checked(SeatType, name=name, slug=slug), Change(**provenance))


@writes_to(SeatType)
def delete_seat_type(seat_type: SeatType | str, **provenance: Unpack[Provenance]) -> None:
    """
    Delete a seat type of which no type makes use, with its tracks. Raises HasDependents (a ProtectedError),
    SeatType.DoesNotExist, InvalidValue.
    """
    _delete(SeatType, seat_type, Change(**provenance), {"seat_type": seat_type})


def get_modes() -> QuerySet[Mode]:
    """All modes, the oldest first. One query when it is read."""
    return Mode.objects.order_by("pk")


def get_mode(slug: str) -> Mode:
    """The mode with exactly this slug, e.g. "verified". One query. Raises Mode.DoesNotExist, InvalidValue."""
    return find_by_slug(Mode, slug, "mode")


@writes_to(Mode)
def create_mode(
    *,
    name: str,
    slug: str | None = None,
    is_id_verified: bool = False,
    is_credit_eligible: bool = False,
    certificate_type: str = "",
    payee: str = "",
    **provenance: Unpack[Provenance],
) -> Mode:
    """
    Create a mode, with the slug that the LMS has for it; it follows from the name unless given. `payee` is "platform",
    "organization" or "". Raises DuplicateValue, InvalidValue.
    """
    own = {"is_id_verified": is_id_verified, "is_credit_eligible": is_credit_eligible}
    wanted = checked(Mode, **own, certificate_type=certificate_type, payee=payee)
    return _create(Mode, {**named(Mode, name, slug), **wanted}, Change(**provenance))


@writes_to(Mode)
def update_mode(
    mode: Mode | str,
    *,
    name: str | Unset = UNSET,
    slug: str | Unset = UNSET,
    is_id_verified: bool | Unset = UNSET,
    is_credit_eligible: bool | Unset = UNSET,
    certificate_type: str | Unset = UNSET,
    payee: str | Unset = UNSET,
    **provenance: Unpack[Provenance],
) -> Mode:
    """
    Change a mode, given as an object or by its slug: tracks keep it. What the LMS says of modes is compared with slugs.

    Raises Mode.DoesNotExist, DuplicateValue, InvalidValue.
    """
    own: dict[str, Any] = {"is_id_verified": is_id_verified, "is_credit_eligible": is_credit_eligible}
    own |= {"certificate_type": certificate_type, "payee": payee}
    return _update(Mode, mode, checked(Mode, name=name, slug=slug, **own), Change(**provenance))


@writes_to(Mode)
def delete_mode(mode: Mode | str, **provenance: Unpack[Provenance]) -> None:
    """
    Delete a mode of which no type makes use, with its tracks. Raises HasDependents (a ProtectedError), Mode.DoesNotExist,
    InvalidValue.
    """
    _delete(Mode, mode, Change(**provenance), {"mode": mode})


def get_tracks() -> QuerySet[Track]:
    """
    All tracks, the oldest first, their modes and seat types joined: pairs that some type has, or had. They come with the types
    (`create_course_run_type`). One query when it is read.
    """
    return Track.objects.select_related("mode", "seat_type").order_by("pk")


# For the other modules of this API


def tracks_of(pairs: Iterable[Pair], change: Change) -> list[Track]:
    """
    The tracks of pairs of a mode and a seat type, in order, each once; those that are not there are created.

    Raises Mode.DoesNotExist, SeatType.DoesNotExist, InvalidValue. At most three queries for each.
    """
    found: dict[int, Track] = {}
    for pair in values.sequence("tracks", pairs):
        if isinstance(pair, str) or not isinstance(pair, tuple | list) or len(pair) != 2:
            raise values.invalid("tracks", pair, _('expected pairs of a mode and a seat type, e.g. ("verified", "verified")'))
        mode = find_by_slug(Mode, pair[0], "mode")
        seat = None if pair[1] in (None, "") else find_by_slug(SeatType, pair[1], "seat_type")
        row = Track.objects.filter(mode=mode, seat_type=seat).first()
        if row is None:
            row = Track(mode=mode, seat_type=seat)
            save_with_history(row, change)
        found[row.pk] = row
    return list(found.values())


def _create(model: Any, wanted: dict[str, Any], change: Change) -> Any:
    row = model(**wanted)
    refuse_duplicate(row, "slug")
    save_with_history(row, change)
    return row


def _update(model: Any, given: Any, wanted: dict[str, Any], change: Change) -> Any:
    row = hold_by_slug(model, given, model._meta.model_name)
    if "slug" in wanted:
        refuse_duplicate(model(pk=row.pk, slug=wanted["slug"]), "slug")
    store_changes(row, wanted, change)
    return row


def _delete(model: Any, given: Any, change: Change, of_tracks: dict[str, Any]) -> None:
    row = hold_by_slug(model, given, model._meta.model_name)
    with refuse_if_protected(row.name):
        for track in Track.objects.filter(**dict.fromkeys(of_tracks, row)):
            delete_with_history(track, change)
        delete_with_history(row, change)
