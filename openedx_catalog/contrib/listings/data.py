"""The records of listings; no Django import."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from openedx_catalog.data import UNSET, Unset


class SlugMatch(NamedTuple):
    """
    What a slug leads to: the id of its catalog course or run, and the slug that it has now; "" where it has no listing any
    more.
    """

    pk: int
    slug: str
    is_current: bool


class ListingRecord(NamedTuple):
    """
    A line of a file: a catalog course by its key, and what learners read of it; UNSET is left as it is. `subjects` and `owners`
    in order. `line` is where it stands in its file.
    """

    catalog_course: str
    title_override: str | Unset = UNSET
    short_description: str | Unset = UNSET
    full_description: str | Unset = UNSET
    video_url: str | Unset = UNSET
    subjects: Sequence[str] | Unset = UNSET
    level: str | Unset | None = UNSET
    min_effort: int | Unset | None = UNSET
    max_effort: int | Unset | None = UNSET
    weeks: int | Unset | None = UNSET
    languages: Sequence[str] | Unset = UNSET
    owners: Sequence[str] | Unset = UNSET
    readable_id: str | Unset | None = UNSET
    slug: str | Unset = UNSET
    live: bool | Unset = UNSET
    visibility: str | Unset = UNSET
    invitation_only: bool | Unset = UNSET
    line: int = 0

    def given(self) -> dict[str, Any]:
        """What is said of it."""
        values = self._asdict()
        return {name: value for name, value in values.items() if name not in ("catalog_course", "line") and value is not UNSET}
