"""
What catalog courses learn from the rows of their runs: the first title, and the first language, that any of them says.

A title that is only the code counts as not set: it stands there because nobody gave one. So it is of the runs that copied it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

import attrs

from ._decisions import Asked, decide
from ._store import CourseRef, RunChange, RunState
from .values import is_title

if TYPE_CHECKING:
    from ._engine import _Batch
    from ._requests import Request

# What became of a request whose row says something of its course; the others were not taken.
_TAKEN = frozenset({"updated", "unchanged", "stale", "confirmed"})


@attrs.define
class _News:
    """What a row says of a course."""

    course: CourseRef
    title: str | None = None
    language: str | None = None

    def of(self, stored: CourseRef) -> CourseRef:
        """The course with what it does not know yet."""
        title = self.title if self.title and not is_title(stored.title, stored.code) else stored.title
        return stored._replace(title=title, language=stored.language or self.language or "")


def fill_courses(rows: Iterable[Request], batch: _Batch) -> list[tuple[CourseRef, CourseRef]]:
    """
    Write titles and languages that courses do not have yet; returns those courses as they were and as they are.

    Of a round, in which one of the `rows` has news of a course, and none that comes after it has more. Locks the courses, so it
    comes before any run is locked. No statement where there is no news; five for any number of courses.
    """
    news: dict[int, _News] = {}
    for row in rows:
        if row.title or row.language:
            _listen(row, batch, news)
    if not news:
        return []
    locked = batch.store.lock_courses([item.course for item in news.values()])
    filled = [(course, news[pk].of(course)) for pk, course in locked.items()]
    # Those that others have filled meanwhile, as they are now: new runs copy their titles.
    batch.replace({after.id: after for _before, after in filled})
    filled = [(before, after) for before, after in filled if before != after]
    if filled:
        batch.store.update_courses([after for _before, after in filled], batch.now)
    return filled


def _listen(row: Request, batch: _Batch, news: dict[int, _News]) -> None:
    state = batch.states.get(row.key.key_ci)
    course = state.course if state is not None else batch.course_of(row)
    if course is not None and row.error is None:
        title, language = news_of(row, course, state, batch.asked(row) if state else {})
        if title or language:
            news.setdefault(course.id, _News(course, title, language))


def news_of(row: Request, course: CourseRef, state: RunState | None, asked: Asked) -> tuple[str | None, str | None]:
    """The title and the language that a row brings the course of its run, which is stored where there is a state."""
    title, language = title_for(row, course), None if course.language else row.language
    if state is not None and (title or language):
        if row.moves and asked.get(row.key.key_ci, state.course_id) != state.course_id:
            # It leaves, also for a course that it creates.
            return None, None
        decision = decide(row, state, frozenset(), asked)
        if decision.outcome not in _TAKEN:
            return None, None
        if title != decision.values.get("title", state.title):
            # Stale, that is: somebody knows better.
            title = None
    return title, language


def title_for(request: Request, course: CourseRef) -> str | None:
    """The title that a request has for a course without one."""
    title = request.filtered[0] if request.title and request.filtered else request.title
    if title and not is_title(course.title, course.code) and is_title(title, course.code, request.key.course):
        return title
    return None


def retitle_copies(filled: Sequence[tuple[CourseRef, CourseRef]], batch: _Batch, *, besides: Collection[str] = ()) -> None:
    """
    Give the runs that have copied the code of their course as their title the title that it has now; `besides` those of these
    folded keys, which were created after it.
    """
    retitled = [after for before, after in filled if before.title != after.title]
    if not retitled:
        return
    copies = [(state, course) for state, course in batch.store.find_copies(retitled) if state.key.key_ci not in besides]
    changes = [RunChange(attrs.evolve(state, title=course.title), True, False) for state, course in copies]
    if changes:
        batch.store.update_runs(changes, batch.now)


def title_of_run(request: Request, course: CourseRef) -> str:
    """The title of a new run: as given, else that of its course; a code is none, where the course has one."""
    given = request.filtered[0] if request.filtered else request.title
    if given and (is_title(given, course.code, request.key.course) or not is_title(course.title, course.code)):
        return given
    return course.title


def title_of_course(request: Request) -> str:
    """The title of a course that a request creates: as given, unless that is only the code of the run, else its code."""
    if request.title and (is_title(request.title, request.key.course) or not is_title(request.title, request.code)):
        return request.title
    return request.code


def course_to_create(request: Request) -> CourseRef:
    """The course that a request creates, where no filter changes it."""
    language = request.language or request.language_of_new
    return CourseRef(0, title_of_course(request), code=request.code, language=language)
