"""What of dated rows (`lib.dated`) goes over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rest_framework import serializers

from ..dated import covers
from .serializers import Reader, Text, Writer


class DatedReader(Reader):
    """From when until when something is in effect."""

    effective_at = serializers.DateTimeField(allow_null=True)
    retired_at = serializers.DateTimeField(allow_null=True)
    version = serializers.CharField()
    is_current = serializers.BooleanField(source="*", help_text="Whether it is in effect now, or at ?at.")

    told_by_the_clock = ("is_current",)

    @classmethod
    def represent(cls, row: dict[str, Any], at: str = "", moment: datetime | None = None) -> dict[str, Any]:
        """`moment` is the instant that was asked for."""
        is_current = covers(row[f"{at}effective_at"], row[f"{at}retired_at"], moment)
        return {**super().represent(row, at), "is_current": is_current}


class ReasonedWriter(Writer):
    """What is written with a reason."""

    reason = Text(allow_blank=True, required=False, help_text="Recorded in the history.")


class DatesWriter(ReasonedWriter):
    """From when until when something is in effect."""

    effective_at = Text(allow_null=True, allow_blank=True, required=False, help_text="ISO 8601 with an offset.")
    retired_at = Text(allow_null=True, allow_blank=True, required=False, help_text="ISO 8601 with an offset.")
