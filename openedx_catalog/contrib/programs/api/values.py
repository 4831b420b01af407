"""The values of programs, costs and deadlines: what may be stored, and the typed error for what may not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from openedx_catalog import keys
from openedx_catalog.lib import values
from openedx_catalog.lib.values import parse_uuid

from ..models import Program

READABLE = re.compile(r"[A-Za-z0-9._~:+@-]+\Z")
UUID_LIKE = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}\Z")
# What discovery's marketing slugs are made of, "xseries/delft-…" and "business-(online)" among them: what a path may have.
PATH = re.compile(r"[^\s?#%\\<>\"\x00-\x1f\x7f]+\Z")
MAX_AMOUNT = Decimal("9999999999.99")
MAX_POSITION = 2**31 - 1
_CURRENCY = re.compile(r"[A-Z]{3}\Z")


def path_or_none(field: str, value: Any) -> str | None:
    """A part of a URL, or None for None and "". Raises InvalidValue."""
    found = "" if value is None else values.text(field, value)
    if found and not PATH.match(found):
        raise values.invalid(field, value, _('spaces and the characters ? # %% \\ < > " are not allowed') % {})
    if len(keys.fold(found)) > keys.MAX_LENGTH:
        reason = _("it is longer than %(limit)d characters in lower case") % {"limit": keys.MAX_LENGTH}
        raise values.invalid(field, value, reason)
    return found or None


def readable_or_none(field: str, value: Any) -> str | None:
    """A readable id, which is one part of a URL and no uuid, or None for None and "". Raises InvalidValue."""
    found = "" if value is None else values.text(field, value)
    if found and (not READABLE.match(found) or not found.strip(".")):
        raise values.invalid(field, value, _("only letters, digits and . _ ~ : + @ - are allowed, and not only dots"))
    if UUID_LIKE.match(found):
        raise values.invalid(field, value, _("it looks like a UUID, which already names a program"))
    return found or None


def parse_status(value: Any) -> str:
    """A status of a program. Raises InvalidValue."""
    if value not in Program.Status.values:
        reason = _("expected one of %(names)s") % {"names": ", ".join(Program.Status.values)}
        raise values.invalid("status", value, reason)
    return str(value)


def identifier(value: UUID | str | None) -> dict[str, UUID]:
    """``{"uuid": …}`` where one is given. Raises InvalidRequest."""
    return {} if value is None else {"uuid": parse_uuid(value)}


def parse_list(field: str, value: Any) -> list[Any]:
    """A list, or another sequence that is no text. Raises InvalidValue."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise values.invalid(field, value, _("expected a list"))
    return list(value)


def parse_position(value: Any) -> int | None:
    """A position from 0 on, or None. Raises InvalidValue."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_POSITION):
        return value
    raise values.invalid("position", value, _("expected a whole number of 0 or more"))


def parse_amount(value: Any) -> Decimal:
    """An amount with at most two decimals, not below 0. Raises InvalidValue."""
    try:
        amount = Decimal(value) if isinstance(value, Decimal | str | int) and not isinstance(value, bool) else None
    except (InvalidOperation, ValueError):
        amount = None
    if amount is None or not amount.is_finite() or not 0 <= amount <= MAX_AMOUNT or amount != round(amount, 2):
        reason = _("expected an exact amount from 0 to %(limit)s with at most two decimals") % {"limit": f"{MAX_AMOUNT:,}"}
        raise values.invalid("amount", value, reason)
    return abs(amount.quantize(Decimal("0.01")))


def parse_currency(value: Any) -> str:
    """Three capital letters. Raises InvalidValue."""
    if not isinstance(value, str) or not _CURRENCY.match(value):
        raise values.invalid("currency", value, _('expected an ISO 4217 code such as "USD"'))
    return value


def parse_zone(value: Any) -> str:
    """An IANA time zone. Raises InvalidValue."""
    if not isinstance(value, str) or value not in available_timezones():
        raise values.invalid("zone", value, _('expected an IANA time zone such as "America/New_York"'))
    return value


def parse_due(value: Any) -> datetime:
    """An instant that must be given. Raises InvalidDate, InvalidValue."""
    due = values.instant("due_at", value)
    if due is None:
        raise values.invalid("due_at", value, _("it is missing"))
    return due
