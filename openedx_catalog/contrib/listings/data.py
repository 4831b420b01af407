"""The records of listings; no Django import."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from openedx_catalog.data import UNSET, ScheduleData, Unset


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
        return _given(self)


class CourseRunListingRecord(NamedTuple):
    """The same of a run by its key, or its uuid, and what learners read of it beside what they read of its course."""

    course_key: str
    title_override: str | Unset = UNSET
    short_description: str | Unset = UNSET
    full_description: str | Unset = UNSET
    video_url: str | Unset = UNSET
    courseware_url: str | Unset = UNSET
    unscheduled: bool | Unset = UNSET
    min_effort: int | Unset | None = UNSET
    max_effort: int | Unset | None = UNSET
    weeks: int | Unset | None = UNSET
    languages: Sequence[str] | Unset = UNSET
    slug: str | Unset = UNSET
    live: bool | Unset = UNSET
    visibility: str | Unset = UNSET
    invitation_only: bool | Unset = UNSET
    line: int = 0

    def given(self) -> dict[str, Any]:
        """What is said of it."""
        return _given(self)


def _given(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record._fields[1:-1] if getattr(record, name) is not UNSET}


class RunListingRow(NamedTuple):
    """What of the listing of a run stands with its course; all None where it has none."""

    slug: str | None
    title_override: str | None
    courseware_url: str | None
    unscheduled: bool | None


class RunRow(NamedTuple):
    """
    A run that learners see, with what lists show and our policies look at, under the names of CourseRun; its key is a text, and
    a schedule without dates is as none.
    """

    pk: int
    catalog_course_id: int
    course_key: str
    title: str
    uuid: UUID | None
    schedule: ScheduleData
    listing: RunListingRow
    withdrawal: None = None
