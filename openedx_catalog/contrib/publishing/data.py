"""The records of publishing; no Django import."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple


class Difference(NamedTuple):
    """
    A value of a working copy that is not what learners read: of the course, or of the run with the key `run`. `official` and
    `copy` are values as columns hold them, slugs and short names for subjects, level and owners, the name of an image.

    `needs_review` unless the field is exempt. `is_overwriting`: what learners read was changed since the editor's change, and
    publishing writes over it.
    """

    field: str
    label: str
    official: Any
    copy: Any
    needs_review: bool
    is_overwriting: bool = False
    run: str = ""


class PublishReport(NamedTuple):
    """What `publish_due_listings` did: keys of courses, and ``{key: why not}``."""

    published: list[str]
    failed: dict[str, str]


class Comment(NamedTuple):
    """
    A comment on a course: who wrote it (username; first and last name in one), the key of the run that it is about, or "".
    `state` is that of its copy in another system: "pending", "sent", "parked"; "" where it stands in one system alone. `id` is
    None where that is the other one.
    """

    user_name: str
    name: str
    course_key: str
    body: str
    created: datetime
    state: str = ""
    id: int | None = None
    external_id: str = ""

    @property
    def mark(self) -> tuple[str, str, str]:
        """What it is recognised by in a system that has no id of ours; blanks do not count, nor the end of a long body."""
        return self.user_name, self.course_key, " ".join(self.body.split())[:8000]


class Comments(NamedTuple):
    """The comments on a course, oldest first. Not `is_complete`: another system did not answer, and its own are missing."""

    comments: list[Comment]
    is_complete: bool = True


class SendReport(NamedTuple):
    """What `send_comments` did: how many it sent, how many are to be tried again, how many it parked, and the last reason."""

    sent: int = 0
    failed: int = 0
    parked: int = 0
    error: str = ""
