"""Modes and seat types, and the tracks that are made of them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, Unpack

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from openedx_catalog.data import UNSET, Unset
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import Change, Provenance, save_with_history
from openedx_catalog.lib.named import NamedRows
from openedx_catalog.lib.transactions import writes_to

from ..models import Mode, SeatType, Track

Pair = tuple[Mode | str, SeatType | str | None]
SEAT_TYPES = NamedRows(SeatType, "seat_type")
MODES = NamedRows(
    Mode,
    "mode",
    is_id_verified=values.flag,
    is_credit_eligible=values.flag,
    certificate_type=partial(values.text, max_length=64),
    payee=partial(values.choice, names=["", *Mode.Payee.values]),
)


def get_seat_types() -> QuerySet[SeatType]:
    """All seat types, the oldest first. One query when it is read."""
    return SeatType.objects.order_by("pk")


def get_seat_type(slug: str) -> SeatType:
    """The seat type with exactly this slug. One query. Raises SeatType.DoesNotExist, InvalidValue."""
    return SEAT_TYPES.find(slug)


@writes_to(SeatType)
def create_seat_type(*, name: str, slug: str | None = None, **provenance: Unpack[Provenance]) -> SeatType:
    """Create a kind of product; the slug follows from the name unless given. Raises DuplicateValue, InvalidValue."""
    return SEAT_TYPES.create(Change(**provenance), name=name, slug=slug)


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
    return SEAT_TYPES.update(seat_type, Change(**provenance), name=name, slug=slug)


@writes_to(SeatType)
def delete_seat_type(seat_type: SeatType | str, **provenance: Unpack[Provenance]) -> None:
    """
    Delete a seat type of which no type makes use, with its tracks. Raises HasDependents (a ProtectedError),
    SeatType.DoesNotExist, InvalidValue.
    """
    SEAT_TYPES.delete(seat_type, Change(**provenance), {Track: "seat_type"})


def get_modes() -> QuerySet[Mode]:
    """All modes, the oldest first. One query when it is read."""
    return Mode.objects.order_by("pk")


def get_mode(slug: str) -> Mode:
    """The mode with exactly this slug, e.g. "verified". One query. Raises Mode.DoesNotExist, InvalidValue."""
    return MODES.find(slug)


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
    own: dict[str, Any] = {"is_id_verified": is_id_verified, "is_credit_eligible": is_credit_eligible}
    own |= {"certificate_type": certificate_type, "payee": payee}
    return MODES.create(Change(**provenance), name=name, slug=slug, **own)


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
    return MODES.update(mode, Change(**provenance), name=name, slug=slug, **own)


@writes_to(Mode)
def delete_mode(mode: Mode | str, **provenance: Unpack[Provenance]) -> None:
    """
    Delete a mode of which no type makes use, with its tracks. Raises HasDependents (a ProtectedError), Mode.DoesNotExist,
    InvalidValue.
    """
    MODES.delete(mode, Change(**provenance), {Track: "mode"})


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
        mode = MODES.find(pair[0])
        seat = None if pair[1] in (None, "") else SEAT_TYPES.find(pair[1])
        row = Track.objects.filter(mode=mode, seat_type=seat).first()
        if row is None:
            row = Track(mode=mode, seat_type=seat)
            save_with_history(row, change)
        found[row.pk] = row
    return list(found.values())
