"""What the operator reads: instants in UTC."""

from __future__ import annotations

from datetime import UTC, datetime


def utc(moment: datetime | None) -> str:
    """An instant, or a dash. Never local: an hour in autumn comes twice, and the last day of 9999 has none in Tokyo."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if moment else "–"
