"""What is sold of a course as a whole, and which programs the LMS may sell at once: discovery's rule, in what is known here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from openedx_catalog.data import RunMode
from openedx_catalog.lib.values import iso_instant
from openedx_catalog.policies import date_window

from .lms_modes import MASTERS
from .models_api import Program

if TYPE_CHECKING:
    from .lms_dicts import KnownRun


class Offer(NamedTuple):
    """A course of a program: its entitlements, and the runs that count there."""

    entitlements: Sequence[RunMode]
    runs: Sequence[KnownRun]


def entitlement_dicts(entitlements: Sequence[RunMode]) -> list[dict[str, Any]]:
    """Entitlements as the LMS reads them."""
    return [
        {
            "mode": entitlement.slug,
            "price": entitlement.price,
            "currency": entitlement.currency,
            "sku": entitlement.sku,
            "expires": iso_instant(entitlement.upgrade_deadline),
        }
        for entitlement in entitlements
    ]


def may_be_bought_at_once(program: Program) -> bool:
    """Whether somebody wants it, and has said with which seats: what is sold for its courses is not looked at."""
    wanted = program.one_click_purchase_enabled and program.status == Program.Status.ACTIVE
    return bool(wanted and program.type.applicable_seat_types)


def is_bought_at_once(seat_types: Sequence[str], offers: Sequence[Offer], at: datetime) -> bool:
    """
    Whether one thing is on sale for each course, so that nobody has to choose: an entitlement of one of these types, else its
    only run that is published, if learners can enroll in it by a seat of one of them. What has no SKU cannot be bought.
    """
    return bool(offers) and all(_is_bought(set(seat_types), offer, at) for offer in offers)


def moments(offers: Sequence[Offer]) -> Iterator[datetime]:
    """When the answer may become another one because time passes. That a run is archived is not among it."""
    conditions = date_window().enrollable
    for offer in offers:
        sold = [*offer.entitlements, *(mode for run in offer.runs for mode in run.modes)]
        yield from (mode.upgrade_deadline for mode in sold if mode.upgrade_deadline is not None)
        for run in offer.runs:
            dates = ((getattr(run.dates, each.field), each.ahead) for each in conditions)
            yield from (moment - ahead for moment, ahead in dates if moment is not None)


def _is_bought(seat_types: set[str], offer: Offer, at: datetime) -> bool:
    if len(_on_sale(seat_types, offer.entitlements, at)) == 1:
        return True
    published = [run for run in offer.runs if run.entry["status"] == "published"]
    if len(published) != 1 or not date_window().is_enrollable(published[0].dates, at):
        return False
    return bool(_on_sale(seat_types - {MASTERS}, published[0].modes, at))


def _on_sale(seat_types: set[str], some: Sequence[RunMode], at: datetime) -> list[RunMode]:
    return [
        each
        for each in some
        if each.slug in seat_types and each.sku and (each.upgrade_deadline is None or at < each.upgrade_deadline)
    ]
