"""The history of a course, a run or an organization as one timeline: all that changed it, wherever it was written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias, overload
from uuid import UUID

from django.utils.translation import gettext as _
from opaque_keys.edx.keys import CourseKey
from organizations.models import Organization

from ..data import HistoryEntry
from ..exceptions import InvalidRequest
from ..lib.texts import shorten
from ..models import CatalogCourse, CourseRun
from ._timelines import finding, steps
from ._timelines.names import COURSE, RUN
from ._timelines.telling import tell

__all__ = ["Timeline", "history_of"]

Subject: TypeAlias = CatalogCourse | CourseRun | Organization | CourseKey | UUID | str | int


class Timeline(Sequence[HistoryEntry]):
    """
    `data.HistoryEntry`, newest first. ``len()`` costs nothing, since it is read as bare steps; each slice reads the names of
    what it speaks of, in two to five queries, whatever its length. `total` counts what a limit has left out as well.
    """

    def __init__(self, subject: finding.Subject, found: Sequence[steps.Step], numbers: range) -> None:
        self._subject, self._steps, self._numbers = subject, found, numbers

    @property
    def total(self) -> int:
        """How many changes there are in all."""
        return len(self._steps)

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int) -> HistoryEntry: ...
    @overload
    def __getitem__(self, index: slice) -> list[HistoryEntry]: ...
    def __getitem__(self, index: int | slice) -> HistoryEntry | list[HistoryEntry]:
        if isinstance(index, slice):
            return tell(self._steps, self._numbers[index], self._subject)
        number = self._numbers[index]
        return tell(self._steps, range(number, number + 1), self._subject)[0]

    def __iter__(self) -> Iterator[HistoryEntry]:
        return iter(self[:])

    def __reversed__(self) -> Iterator[HistoryEntry]:
        return iter(self[::-1])


def history_of(subject: Subject, *, kind: str | None = None, limit: int | None = None, offset: int = 0) -> Timeline:
    """
    The timeline of a catalog course, a run or an organization (`Timeline`), newest first, at most `limit` after `offset`.

    - Of a course: its own changes, its codes, runs that came and left or were created and deleted in it, merges into it, new
      names of the organization that it belonged to then, and, where it is gone, into what.
    - Of a run: each course it stood under, by the key that had then, title, dates, withdrawals, and what had its key before.
    - Of an organization: its own changes and names, and courses that came and left.

    Given is an object, a uuid, a key or a short_name, present or former, also of what was deleted or merged: a key leads where
    it leads now, a uuid to the course it was given to. What differs only by case is not found once it is deleted. `kind`
    (``catalog_course``, ``course_run``, ``organization``) says what a text or a row number (int) means.

    At most nine queries with a slice, whatever the length. A uuid of what was deleted is looked for in the whole history.
    What changed while SIMPLE_HISTORY_ENABLED was off, or past Django's signals, is in no history. Does not check permissions:
    it names users.

    Raises CatalogCourse.DoesNotExist, CourseRun.DoesNotExist, Organization.DoesNotExist, InvalidCatalogKey, InvalidCourseKey,
    InvalidRequest.
    """
    first = _checked(offset, "offset")
    last = None if limit is None else first + _checked(limit, "limit")
    found = finding.find(subject, kind)
    known = _steps_of(found)
    if not known and not finding.is_there(found):
        raise finding.no_such(found.kind, subject)
    return Timeline(found, known, range(len(known) - 1, -1, -1)[first:last])


def _steps_of(subject: finding.Subject) -> list[steps.Step]:
    if subject.kind == COURSE:
        return steps.of_course(subject.pk)
    return steps.of_run(subject.key, subject.pk) if subject.kind == RUN else steps.of_organization(subject.pk)


def _checked(value: Any, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        reason = _("Expected a whole number of 0 or more as %(name)s, got %(value)r.")
        raise InvalidRequest(reason=reason % {"name": name, "value": shorten(value, 60)}, field=name)
    return value
