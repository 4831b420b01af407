"""The values of our tables: what may be stored, and the typed error for what may not."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from openedx_catalog.api.for_contrib import some_title
from openedx_catalog.data import UNSET
from openedx_catalog.lib import values
from openedx_catalog.lib.images import read_image
from openedx_catalog.lib.values import parse_uuid, text_to_fold

from ..models import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumGroup,
    CurriculumProgramMembership,
    Degree,
    DegreeCost,
    DegreeDeadline,
    Program,
)

# What discovery's marketing slugs are made of, "xseries/delft-…" and "business-(online)" among them: what a path may have.
PATH = re.compile(r"[^\s?#%\\<>\"\x00-\x1f\x7f]+\Z")
MAX_DESCRIPTION = 10_000
MAX_AMOUNT = Decimal("9999999999.99")
MAX_POSITION = 2**31 - 1
MAX_SEAT_TYPES = 20
_CURRENCY = re.compile(r"[A-Z]{3}\Z")

parse_status = partial(values.choice, names=Program.Status.values)


def checked(model: Any, /, **given: Any) -> dict[str, Any]:
    """The values that are given for a row of a model, as they are stored. UNSET ones are left out. Raises as their readers."""
    return {name: _READERS[model][name](name, value) for name, value in given.items() if value is not UNSET}


def _path_or_none(field: str, value: Any) -> str | None:
    """A part of a URL, or None for None and "". Raises InvalidValue."""
    found = text_to_fold(field, value)
    if found and not PATH.match(found):
        raise values.invalid(field, value, _('spaces and the characters ? # %% \\ < > " are not allowed') % {})
    return found or None


def identifier(value: UUID | str | None) -> dict[str, UUID]:
    """``{"uuid": …}`` where one is given. Raises InvalidRequest."""
    return {} if value is None else {"uuid": parse_uuid(value)}


def _amount(field: str, value: Any) -> Decimal:
    """An amount with at most two decimals, not below 0. Raises InvalidValue."""
    try:
        amount = Decimal(value) if isinstance(value, Decimal | str | int) and not isinstance(value, bool) else None
    except (InvalidOperation, ValueError):
        amount = None
    if amount is None or not amount.is_finite() or not 0 <= amount <= MAX_AMOUNT or amount != round(amount, 2):
        reason = _("expected an exact amount from 0 to %(limit)s with at most two decimals") % {"limit": f"{MAX_AMOUNT:,}"}
        raise values.invalid(field, value, reason)
    return abs(amount.quantize(Decimal("0.01")))


def _currency(field: str, value: Any) -> str:
    """Three capital letters. Raises InvalidValue."""
    if not isinstance(value, str) or not _CURRENCY.match(value):
        raise values.invalid(field, value, _('expected an ISO 4217 code such as "USD"'))
    return value


def _zone(field: str, value: Any) -> str:
    """An IANA time zone. Raises InvalidValue."""
    if not isinstance(value, str) or value not in available_timezones():
        raise values.invalid(field, value, _('expected an IANA time zone such as "America/New_York"'))
    return value


def _due(field: str, value: Any) -> datetime:
    """An instant that must be given. Raises InvalidDate, InvalidValue."""
    due = values.instant(field, value)
    if due is None:
        raise values.invalid(field, value, _("it is missing"))
    return due


def _minimum(field: str, value: Any) -> int:
    """How many have to be passed, at least one. Raises InvalidValue."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MAX_POSITION:
        raise values.invalid(field, value, _("expected a whole number of 1 or more"))
    return value


def seat_types(field: str, value: Any) -> list[str]:
    """Slugs of kinds of seats, each once, in order. Raises InvalidValue."""
    given = values.sequence(field, value, most=MAX_SEAT_TYPES)
    return list(dict.fromkeys(values.text(field, each, max_length=64, required=True) for each in given))


_NAME, _SHORT_NAME = partial(values.text, required=True), partial(values.text, max_length=100, required=True)
_POSITION, _VERSION = partial(values.number, most=MAX_POSITION), partial(values.text, max_length=32)
_GROUP = partial(values.text, max_length=100)
_DATES: dict[str, Any] = {"effective_at": values.instant, "retired_at": values.instant, "version": _VERSION}
_READERS: dict[Any, dict[str, Any]] = {
    Program: {
        "title": lambda _field, value: some_title(value),
        "subtitle": values.text,
        "description": partial(values.text, max_length=MAX_DESCRIPTION),
        "image": read_image,
        "image_alt": values.text,
        "status": parse_status,
        "hidden": values.flag,
        "one_click_purchase_enabled": values.flag,
        "marketing_slug": _path_or_none,
        "readable_id": values.readable_id,
    },
    Curriculum: {"name": _NAME, "closed_at": values.instant, **_DATES},
    CurriculumGroup: {"name": _SHORT_NAME, "minimum": _minimum, **_DATES},
    CurriculumCourseMembership: {"position": _POSITION, "group": _GROUP, **_DATES},
    CurriculumProgramMembership: {"position": _POSITION, "group": _GROUP, **_DATES},
    Degree: {"apply_url": values.address},
    DegreeCost: {"description": _NAME, "amount": _amount, "currency": _currency, **_DATES},
    DegreeDeadline: {"semester": _SHORT_NAME, "name": _SHORT_NAME, "due_at": _due, "zone": _zone, **_DATES},
}
