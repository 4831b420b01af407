"""The course modes of the LMS, where this is one: the platform's model is named by a setting, and never imported."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import CharField
from django.db.models.functions import Cast

from .. import conf
from ..data import RunMode

# With more runs than this, the whole table is read: a key that is parsed costs more than a row.
_BY_KEY = 1000


def modes_of_lms(course_keys: Sequence[str]) -> dict[str, list[RunMode]]:
    """
    ``{course key: modes}`` of these stored runs, [] for those of which the LMS has none; {} where this is no LMS.

    One query, if it is one.
    """
    try:
        model: Any = apps.get_model(conf.course_mode_model())
    except LookupError:
        return {}
    rows = model._default_manager.annotate(key=Cast("course_id", CharField(max_length=255))).order_by("pk")
    if len(course_keys) <= _BY_KEY:
        rows = rows.filter(course_id__in=course_keys)
    columns = ("key", "mode_slug", "min_price", "currency", "_expiration_datetime", "sku", "bulk_sku")
    found: dict[str, dict[str, RunMode]] = {key: {} for key in course_keys}
    for key, slug, price, currency, deadline, sku, bulk_sku in rows.values_list(*columns):
        if key in found:
            # A mode may stand there once more in another currency.
            mode = RunMode(slug, f"{Decimal(price):.2f}", currency.upper(), deadline, sku or None, bulk_sku or None)
            found[key].setdefault(slug, mode)
    return {key: list(modes.values()) for key, modes in found.items()}
