"""Whether somebody who passed some courses has completed a program, and what is missing. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from opaque_keys.edx.keys import CourseKey

from openedx_catalog import keys
from openedx_catalog.exceptions import InvalidCourseKey, InvalidRequest
from openedx_catalog.lib import values
from openedx_catalog.models_api import CatalogCourse, CatalogCourseCode, CourseRun

from ..data import CurriculumEvaluation, CurriculumRequirement, Evaluation, GroupEvaluation, GroupRequirement
from ..models import Curriculum, Program
from .lookup import id_of
from .reading import CourseUse, counting_runs, course_uses, nestings
from .requirements import requirements_of

Passed = set[tuple[int, int]]
"""(curriculum, course in it that was passed)"""


def evaluate(
    program: Program | UUID | str,
    passed_course_keys: Iterable[CourseKey | str],
    *,
    started_at: datetime | str | None = None,
    at: datetime | str | None = None,
) -> Evaluation:
    """
    What somebody still lacks of a program who has passed these runs, given by their course keys.

    The program is complete if one of its curricula is: all that it requires was passed, and of each group as many as it says.
    A course is passed by a run of it that counts there, or by the key of the course itself (``Org+Code``), e.g. for credit; a
    program in a curriculum is passed when it is complete. A curriculum that requires nothing is never complete.

    The curricula are those in effect at an instant (`at`, now unless given), or those that were open to somebody who started
    at `started_at`, as they stood then. Keys that the catalog does not know count for nothing. At most 11 queries, and one
    for each level of nested programs; programs in a circle do not complete each other. Does not check permissions.

    Raises Program.DoesNotExist, InvalidCourseKey or InvalidCatalogKey for what is no key, InvalidDate, InvalidRequest.
    """
    if started_at and at:
        raise InvalidRequest(reason=_("Give one of started_at and at."), field="at")
    passed = _Keys(passed_course_keys)
    instant = values.instant_or_now("started_at" if started_at else "at", started_at or at)
    pk = id_of(Program, program)
    owners = list(dict.fromkeys([pk, *(child for _program, _curriculum, child in nestings([pk], instant))]))
    rows = Curriculum.objects.open(instant) if started_at else Curriculum.objects.current(instant)
    asked = requirements_of(list(rows.filter(program_id__in=owners).order_by("pk")), instant)
    courses, programs = passed.courses_in(course_uses(owners, instant)), set[int]()
    # A program may be what completes another one: until nothing is completed any more.
    while True:
        found = {each.curriculum.program_id for each in asked if _evaluate(each, courses, programs).is_complete}
        if found == programs:
            break
        programs = found
    own = [_evaluate(each, courses, programs) for each in asked if each.curriculum.program_id == pk]
    return Evaluation(pk in programs, own)


def _evaluate(asked: CurriculumRequirement, passed: Passed, programs: set[int]) -> CurriculumEvaluation:
    """`programs` are those that are complete."""
    pk = asked.curriculum.pk
    missing_courses, missing_programs = _missing(asked, pk, passed, programs)
    groups = [_evaluate_group(group, pk, passed, programs) for group in asked.groups]
    members = [*asked.courses, *asked.programs, *(row for group in asked.groups for row in (*group.courses, *group.programs))]
    missing = missing_courses or missing_programs or not all(group.is_complete for group in groups)
    return CurriculumEvaluation(asked.curriculum, bool(members and not missing), missing_courses, missing_programs, groups)


def _evaluate_group(group: GroupRequirement, curriculum: int, passed: Passed, programs: set[int]) -> GroupEvaluation:
    missing_courses, missing_programs = _missing(group, curriculum, passed, programs)
    count = len(group.courses) + len(group.programs) - len(missing_courses) - len(missing_programs)
    return GroupEvaluation(group.name, group.minimum, count, missing_courses, missing_programs)


def _missing(
    asked: CurriculumRequirement | GroupRequirement, curriculum: int, passed: Passed, programs: set[int]
) -> tuple[list[CatalogCourse], list[Program]]:
    courses = [course for course in asked.courses if (curriculum, course.pk) not in passed]
    return courses, [program for program in asked.programs if program.pk not in programs]


class _Keys:
    """The keys of what was passed: of runs, and of catalog courses."""

    def __init__(self, given: Iterable[CourseKey | str]) -> None:
        self.runs: list[keys.RunKey] = []
        self.courses: list[keys.CatalogKey] = []
        if isinstance(given, str | bytes) or not isinstance(given, Iterable):
            raise InvalidRequest(reason=_("Expected a list of course keys."), field="passed_course_keys")
        for key in given:
            try:
                self.runs.append(keys.parse_course_key(key))
            except InvalidCourseKey:
                if not isinstance(key, str) or key.strip().startswith("course-v1:"):
                    raise
                self.courses.append(keys.parse_catalog_key(key))

    def courses_in(self, uses: Sequence[CourseUse]) -> Passed:
        """The courses that were passed, of these. At most 4 queries."""
        runs = CourseRun.objects.by_key(*self.runs) if self.runs else CourseRun.objects.none()
        began = Coalesce("schedule__start", "created")
        counting = counting_runs(uses, runs.values_list("catalog_course_id", "pk", began))
        named = self._named({use.course for use in uses})
        return {(use.curriculum, use.course) for use in uses if counting[use.membership] or use.course in named}

    def _named(self, course_ids: set[int]) -> set[int]:
        """Which of these catalog courses the keys of courses name, also by a code that they had before."""
        if not self.courses:
            return set()
        wanted = {(keys.fold(key.org), keys.fold(key.code)) for key in self.courses}
        slots = CatalogCourseCode.objects.filter(catalog_course_id__in=course_ids)
        columns = slots.values_list("org__short_name", "code_ci", "catalog_course_id")
        return {pk for org, code_ci, pk in columns if (keys.fold(org), code_ci) in wanted}
