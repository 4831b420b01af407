"""The values of costs and deadlines: what may be stored, and the typed error for what may not."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import available_timezones

from openedx_catalog.lib import values

_CURRENCY = re.compile(r"[A-Z]{3}\Z")
MOST = Decimal("9999999999.99")


def parse_amount(value: Any) -> Decimal:
    """An amount with at most two decimals, not below 0. Raises InvalidValue."""
    try:
        amount = Decimal(value) if isinstance(value, Decimal | str | int) and not isinstance(value, bool) else None
    except (InvalidOperation, ValueError):
        amount = None
    if amount is None or not amount.is_finite() or not 0 <= amount <= MOST or amount != amount.quantize(Decimal("0.01")):
        raise values.invalid("amount", value, f"no exact amount from 0 to {MOST:,} with at most two decimals")
    return abs(amount.quantize(Decimal("0.01")))


def parse_currency(value: Any) -> str:
    """Three capital letters. Raises InvalidValue."""
    if not isinstance(value, str) or not _CURRENCY.match(value):
        raise values.invalid("currency", value, 'it is no ISO 4217 code such as "USD"')
    return value


def parse_zone(value: Any) -> str:
    """An IANA time zone. Raises InvalidValue."""
    if not isinstance(value, str) or value not in available_timezones():
        raise values.invalid("zone", value, 'it is no IANA time zone such as "America/New_York"')
    return value


def parse_due(value: Any) -> datetime:
    """An instant that is there. Raises InvalidDate, InvalidValue."""
    due = values.instant("due_at", value)
    if due is None:
        raise values.invalid("due_at", value, "it is missing")
    return due
