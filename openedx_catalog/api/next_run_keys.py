"""Keys for the next run of a course: with the code that is reserved for its reruns, and free, whatever their case."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from itertools import count, product
from string import ascii_lowercase

from django.db import router
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import keys
from ..exceptions import DeletedOnPurpose, DuplicateCourseRun, InvalidCatalogKey, InvalidRequest, InvalidValue
from ..lib.routing import reads_from_writer
from ..lib.transactions import Outdated, atomically
from ..models import CatalogCourse, CatalogCourseCode, CourseRun, DeletedRunKey
from . import lookup, values

__all__ = ["next_run_key"]


def next_run_key(catalog_course: lookup.CourseName, *, start: datetime | str | None = None, term: str | None = None) -> str:
    """
    Propose a course key for a new run: ``course-v1:MITx+14.100x+1T2027``, or with ``1T2027a``, ``b``, … ``z``, ``aa``.

    The code is the course's rerun code (`set_rerun_code`) of the organization that it belongs to, else its own. The run is the
    third of the year and the year of `start` (aware, or ISO 8601 with an offset; default: now), in UTC; or `term`, as it is;
    and then the first letters with which no run has the key in any case, also none that was deleted for good. Reserves nothing:
    to create the run for sure, call `create_course_run` with ``next_for``. Three queries, one more for a course that is not
    given as an object with its organization. Does not check permissions.

    Raises CatalogCourse.DoesNotExist, InvalidCatalogKey, InvalidDate, InvalidValue (a term that cannot be part of a key),
    InvalidCourseKey (a key that would be too long), or InvalidRequest.
    """
    return _free_key(lookup.course_named(catalog_course), _first_run(start, term))


def create_with_next_key(
    catalog_course: lookup.CourseName, create: Callable[[str], CourseRun], *, start: datetime | str | None, term: str | None
) -> CourseRun:
    """``create(key)`` with the next key of a course: with another one where somebody else was faster."""
    # Before the transaction, whose first statement then waits for the others: what it reads afterwards, they have committed.
    with reads_from_writer():
        course = lookup.course_named(catalog_course)
    run = _first_run(start, term)
    return atomically(router.db_for_write(CourseRun), partial(_create, course, run, create))


def _create(course: CatalogCourse, run: str, create: Callable[[str], CourseRun]) -> CourseRun:
    held = lookup.locked_courses(course)[0]
    try:
        return create(_free_key(held, run))
    except (DuplicateCourseRun, DeletedOnPurpose) as error:
        raise Outdated(str(error)) from error


def _first_run(start: datetime | str | None, term: str | None) -> str:
    if term is not None and term != "":
        return _checked_term(term)
    moment = values.parse_datetime(start, "start") or timezone.now()
    return f"{math.ceil(moment.month / 4)}T{moment.year}"


def _checked_term(term: str) -> str:
    try:
        return keys.check_code(term)
    except InvalidCatalogKey as error:
        raise InvalidValue(**error.facts | {"field": "term"}) from error


def _free_key(course: CatalogCourse, run: str) -> str:
    slots = CatalogCourseCode.objects.filter(catalog_course=course, for_reruns=True, org=course.org_id)
    code = slots.values_list("code", flat=True).first() or course.course_code
    first = keys.parse_course_key(f"course-v1:{course.org_code}+{code}+{run}")
    taken = _taken(first)
    return next(text for text in _candidates(first.text) if keys.fold(text) not in taken)


def _candidates(first: str) -> Iterator[str]:
    """Raises InvalidCourseKey where letters would make it too long."""
    yield first
    for length in count(1):
        for letters in product(ascii_lowercase, repeat=length):
            yield keys.parse_course_key(first + "".join(letters)).text


def _taken(first: keys.RunKey) -> set[str]:
    """The folded keys that begin so, of runs and of what was deleted for good. Two queries."""
    # "{" comes after "z": a range that every database reads from the index, as LIKE is not.
    letters = Q(key_ci__gte=first.key_ci, key_ci__lt=f"{first.key_ci}{{")
    # Rows of another program, whose identity is not filled yet: all of them, since what "same letters" are is decided here.
    runs = CourseRun.objects.filter(letters | Q(key_ci=None)).order_by().values_list("key_ci", "course_key__text")
    deleted = DeletedRunKey.objects.filter(letters).order_by().values_list("key_ci", flat=True)
    return {key_ci or keys.fold(text) for key_ci, text in runs} | {key_ci for key_ci in deleted if key_ci}


def refuse_both(course_key: object, next_for: object, others: bool) -> None:
    """Raise InvalidRequest unless a run is given by its key alone, or as the next one of a course."""
    if next_for is None and others:
        raise InvalidRequest(reason=_("Start and term make the key of the next run. Give next_for, too."), field="next_for")
    if next_for is not None and course_key is not None:
        reason = _("Give a course key, or the course whose next run it is, not both.")
        raise InvalidRequest(reason=reason, field="next_for")
