"""
Which rows of a batch are written together: what becomes of a row must not depend on how a call is cut into batches.

Rows of one round end as if they had come one after the other. Those that would not wait for the next round: the second row of
a run; the row that brings a catalog course its title or language after others have touched it, since runs that copied the code
follow; and what depends on one that waits. Rows of other runs and courses overtake them. So a batch takes as many rounds as its
longest chain of such rows, mostly one; of one course there is a title and a language to bring.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import attrs

from .. import keys
from ._decisions import decide
from ._filling import course_to_create, news_of, title_for
from ._store import CourseRef, RunState
from .values import is_title

if TYPE_CHECKING:
    from ._engine import _Batch
    from ._requests import Request


@attrs.define(slots=True)
class _Place:
    """A catalog course, or an organization that is to be created, and what the rows before do to it."""

    # As it is after those; None of an organization.
    course: CourseRef | None = None
    # Whether it is not there, and may not be after this round either.
    missing: bool = False
    # Of what is created: whether that is for a run which moves there.
    for_moves: bool | None = None
    # Whether a row before writes to one of its runs, or one that waits may.
    touched: bool = False
    # Whether a row before brings a title or language: its runs are not as they were read.
    filled: bool = False
    # Whether a row that waits may change the course.
    closed: bool = False


class _First(NamedTuple):
    """The first row of a run: its places, and how the run is spelled after it, None where that is not certain."""

    places: list[_Place]
    text: str | None
    decided: bool


class Round:
    """The rows that are written `now`, those that come `later`, each in their order, and the `learning` courses, by id."""

    def __init__(self, batch: _Batch, may_create: Callable[[str], bool], *, filtered: bool) -> None:
        self.now: list[Request] = []
        self.later: list[Request] = []
        self.learning: set[int] = set()
        self.batch, self.filtered, self._may_create = batch, filtered, may_create
        self._places: dict[Hashable, _Place] = {}
        self._first: dict[str, _First] = {}

    def add(self, rows: Iterable[Request]) -> None:
        """Take the rows that wait, in their order, of whose runs and courses the batch knows what is stored."""
        for row in rows:
            first = self._first.get(row.key.key_ci)
            if first is None:
                self._add_first(row)
            else:
                self._add_next(row, first)

    def _add_first(self, row: Request) -> None:
        state = self.batch.states.get(row.key.key_ci)
        stored, refused = state is not None, state is not None and self._is_refused(row, state)
        places = [] if row.decision else self._places_of(row, refused=refused)
        news = bool(places) and not refused and self._brings(row, places[0])
        taken = not (news and places[0].touched) and not any(_is_in_the_way(place, stored=stored) for place in places)
        (self.now if taken else self.later).append(row)
        # What is refused changes nothing, but the reason says what is stored.
        if taken and not refused:
            self._write(row, places, stored=stored, news=news)
        elif not taken:
            self._put_off(row, places, refused=refused)
        text = state.text if state else row.key.text if taken and places and not self.filtered else None
        self._first[row.key.key_ci] = _First(places, text, row.decision is not None)

    def _write(self, row: Request, places: Sequence[_Place], *, stored: bool, news: bool) -> None:
        for place in places:
            if place.missing and not place.touched:
                self._create(row, place, stored=stored)
            place.touched = True
        if news:
            place = places[0]
            self._learn(place)
            place.filled, place.course = True, _with_news(row, place.course)
            # Only the filter knows which title it will be.
            place.closed = self.filtered

    def _create(self, row: Request, place: _Place, *, stored: bool) -> None:
        place.for_moves = stored
        if self.filtered:
            place.closed = bool(row.title or row.language)
        else:
            place.missing = False
            if place.course is not None:
                place.course = course_to_create(row)

    def _add_next(self, row: Request, first: _First) -> None:
        """A row which is not the first one of its run waits, whatever that one does."""
        self.later.append(row)
        if not first.decided:
            refused = first.text not in (None, row.key.text) and not row.existing
            places = [] if refused else self._places_of(row, refused=False, waits=True)
            self._put_off(row, [*first.places, *places], refused=refused)

    def _put_off(self, row: Request, places: Sequence[_Place], *, refused: bool) -> None:
        for place in places:
            if not refused and (place.missing or self._may_bring(row, place)):
                self._learn(place)
                place.closed = True
            else:
                place.touched = True

    def _learn(self, place: _Place) -> None:
        if place.course is not None and place.course.id > 0:
            self.learning.add(place.course.id)

    # What a row is about

    def _is_refused(self, row: Request, state: RunState) -> bool:
        """Whether a row about a stored run is not taken, whatever others of this round do."""
        if state.text != row.key.text:
            return not row.existing
        return bool(row.course) and decide(row, state, frozenset(), self.batch.asked(row)).outcome == "conflict"

    def _places_of(self, row: Request, *, refused: bool, waits: bool = False) -> list[_Place]:
        """That of the course which the run is under, or comes under, first."""
        state = self.batch.states.get(row.key.key_ci)
        if state is None:
            course = self.batch.course_of(row)
            return self._missing(row, waits=waits) if course is None else [self._place(course)]
        own = [] if state.course is None else [self._place(state.course)]
        return own if refused else [*own, *self._targets(row, waits=waits)]

    def _targets(self, row: Request, *, waits: bool) -> list[_Place]:
        if not row.moves:
            return []
        if row.course_id is not None:
            return [self._place(CourseRef(row.course_id, ""))]
        course = self.batch.by_pair.get(row.pair)
        if course is not None:
            return [self._place(course)]
        return self._missing(row, waits=waits) if row.course and not row.existing else []

    def _place(self, course: CourseRef) -> _Place:
        return self._places.setdefault(course.id, _Place(course))

    def _missing(self, row: Request, *, waits: bool) -> list[_Place]:
        """
        Of a course that the row creates, and of its organization where that is created; none where it may not.

        A row that `waits` and may not must find nothing of what rows after it create.
        """
        org, code_ci = row.pair
        org_id = self.batch.store.find_org(org)
        slot = keys.fold(org) if org_id is None else org_id, code_ci
        if (org_id is None and not self._may_create(org)) or (row.names_course and not waits and slot not in self._places):
            return []
        places = [self._places.setdefault(slot, _Place(CourseRef(0, row.code, code=row.code), missing=True))]
        if org_id is None:
            places.append(self._places.setdefault(keys.fold(org), _Place(missing=True)))
        return places

    # What it brings

    def _brings(self, row: Request, place: _Place) -> bool:
        """Whether a row brings the course of its run what that does not know; who creates it does not."""
        if place.missing and not place.touched:
            return False
        if not self._may_bring(row, place):
            return False
        state = self.batch.states.get(row.key.key_ci)
        return state is None or place.course is None or any(news_of(row, place.course, state, self.batch.asked(row)))

    def _may_bring(self, row: Request, place: _Place) -> bool:
        course = place.course
        if course is None or not (row.title or row.language):
            return False
        if self.filtered and (place.missing or (row.title and not is_title(course.title, course.code))):
            return True
        return bool(title_for(row, course) or (row.language and not course.language))


def _is_in_the_way(place: _Place, *, stored: bool) -> bool:
    return place.closed or (place.filled and stored) or place.for_moves is (not stored)


def _with_news(row: Request, course: CourseRef | None) -> CourseRef | None:
    if course is None:
        return None
    return course._replace(title=title_for(row, course) or course.title, language=course.language or row.language or "")
