"""
What services say of what is sold: the seats, modes and types of runs, the entitlements of courses, in their own shapes. It is
read only where contrib.course_types is installed, which keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.apps import apps

from openedx_catalog.data import RunMode

COURSE_TYPES = "openedx_catalog.contrib.course_types"
_PRICE = re.compile(r"\d{1,9}(\.\d{1,6})?")


def is_kept() -> bool:
    """Whether there are tables for it."""
    return apps.is_installed(COURSE_TYPES)


def seats_of(item: Mapping[str, Any]) -> list[RunMode] | None:
    """The seats of a run of discovery; None where it does not say. Raises KeyError, TypeError or ValueError."""
    return _each(item.get("seats"), _seat)


def entitlements_of(item: Mapping[str, Any]) -> list[RunMode] | None:
    """What is sold for a course of discovery as a whole; None where it does not say. Raises as `seats_of`."""
    return _each(item.get("entitlements"), _entitlement)


def type_of(item: Mapping[str, Any], *names: str) -> str | None:
    """The uuid or slug of a type, under the first of these names that has one. Raises TypeError."""
    found = next((value for name in names if (value := item.get(name))), None)
    return None if found is None else _text(found)


def modes_of(answer: Any) -> list[RunMode]:
    """The modes of a run, as ``/api/course_modes/v1/`` of an LMS lists them. Raises KeyError, TypeError or ValueError."""
    return _each(_listed(answer), _mode) or []


def _seat(item: Mapping[str, Any]) -> RunMode:
    return _run_mode(item, item["type"], item.get("price"), item.get("upgrade_deadline"))


def _entitlement(item: Mapping[str, Any]) -> RunMode:
    return _run_mode(item, item["mode"], item.get("price"), item.get("expires"))


def _mode(item: Mapping[str, Any]) -> RunMode:
    return _run_mode(item, item["mode_slug"], item.get("min_price"), item.get("expiration_datetime"))


def _run_mode(item: Mapping[str, Any], slug: Any, price: Any, deadline: Any) -> RunMode:
    if not _PRICE.fullmatch(amount := "0" if price is None else str(price)):
        raise ValueError(f"expected a price, got {amount[:40]!r}")
    if not isinstance(deadline or "", str):
        raise TypeError(f"expected a date, got {type(deadline).__name__}")
    currency, *skus = (_some_text(item.get(name)) for name in ("currency", "sku", "bulk_sku"))
    sku, bulk_sku = (sku or None for sku in skus)
    return RunMode(_text(slug), f"{Decimal(amount):.2f}", currency.upper() or "USD", deadline or None, sku, bulk_sku)


def _each(found: Any, read: Callable[[Any], RunMode]) -> list[RunMode] | None:
    """In one order, since services have none: of two of a mode the cheaper one counts."""
    if found is None:
        return None
    modes: Iterable[RunMode] = map(read, _listed(found))
    return sorted(modes, key=lambda mode: (mode.slug, Decimal(mode.price), mode.sku or ""))


def _listed(found: Any) -> list[Any]:
    if not isinstance(found, list):
        raise TypeError(f"expected a list, got {type(found).__name__}")
    return found


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError(f"expected a text, got {type(value).__name__}")
    if len(value) > 64:
        raise ValueError("it is longer than 64 characters")
    return value.strip()


def _some_text(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > 255:
        raise TypeError(f"expected a short text, got {type(value).__name__}")
    return value
