"""
What becomes of each column of a working copy when it is published, and whether a changed value has to be reviewed.

Every column of both tables is here: a test fails for one that a later version of listings adds until it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class Kind(Enum):
    """
    REVIEWED and EXEMPT values are published; only the former send what was reviewed back to review. LEGAL ones are published,
    and set by legal reviewers alone. OWN ones belong to the copy: they are never published.
    """

    REVIEWED = "reviewed"
    EXEMPT = "exempt"
    LEGAL = "legal"
    OWN = "own"


_TEXTS = ("title", "title_override", "short_description", "full_description", "video_url", "slug")
_SEEN = ("visibility", "invitation_only")
_EFFORT = ("min_effort", "max_effort", "weeks", "languages")

COURSE: dict[str, Kind] = {
    **dict.fromkeys((*_TEXTS, "image", "image_alt", "subjects", "level", "owners", "readable_id", *_SEEN), Kind.REVIEWED),
    **dict.fromkeys(_EFFORT, Kind.EXEMPT),
    **dict.fromkeys(("restricted_countries", "legal_note"), Kind.LEGAL),
    # `live` is what publishing itself decides.
    **dict.fromkeys(("live", "readable_id_ci", "id", "created", "modified"), Kind.OWN),
    **dict.fromkeys(("catalog_course", "state", "go_live_at", "taken_from"), Kind.OWN),
}
SCHEDULE = ("start", "end", "enrollment_start", "enrollment_end", "pacing")
RUN: dict[str, Kind] = {
    **dict.fromkeys((*_TEXTS, "courseware_url", *_SEEN), Kind.REVIEWED),
    **dict.fromkeys((*SCHEDULE, *_EFFORT, "live", "unscheduled"), Kind.EXEMPT),
    **dict.fromkeys(("id", "created", "modified", "run", "taken_from"), Kind.OWN),
}


def published(kinds: Mapping[str, Kind]) -> list[str]:
    """The names of the values that are published, in order."""
    return [name for name, kind in kinds.items() if kind is not Kind.OWN]


def editable(kinds: Mapping[str, Kind]) -> list[str]:
    """Those that editors set."""
    return [name for name, kind in kinds.items() if kind in (Kind.REVIEWED, Kind.EXEMPT)]
