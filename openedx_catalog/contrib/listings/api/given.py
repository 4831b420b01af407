"""What is said of a course or of a run, as functions of this API and of those that stand on it take it."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.files import File
from organizations.models import Organization

from openedx_catalog.data import Unset
from openedx_catalog.lib.changes import Provenance

from ..models import Level, Subject


class ListingTexts(Provenance, total=False):
    """What both have; UNSET is as not given, and stays."""

    title_override: str | Unset
    short_description: str | Unset
    full_description: str | Unset
    video_url: str | Unset
    min_effort: int | Unset | None
    max_effort: int | Unset | None
    weeks: int | Unset | None
    languages: Sequence[str] | Unset
    slug: str | Unset
    visibility: str | Unset
    invitation_only: bool | Unset


class CourseTexts(ListingTexts, total=False):
    """What a course has."""

    image: File | Unset | None
    image_alt: str | Unset
    subjects: Sequence[Subject | str] | Unset
    level: Level | str | Unset | None
    owners: Sequence[Organization | str] | Unset
    readable_id: str | Unset | None


class CourseListingValues(CourseTexts, total=False):
    """The values of `set_course_listing`, and who gives them."""

    live: bool | Unset


class RunListingValues(ListingTexts, total=False):
    """The values of `set_course_run_listing`, and who gives them."""

    courseware_url: str | Unset
    live: bool | Unset
    unscheduled: bool | Unset
