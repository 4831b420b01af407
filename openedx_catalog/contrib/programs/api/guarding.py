"""What holds for rows that somebody saves past the API, with a model's own `save`: the same rules, asked later."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from openedx_catalog.lib import values
from openedx_catalog.lib.dated import check_dates

from ..models import (
    Curriculum,
    CurriculumCourseMembership,
    CurriculumProgramMembership,
    ExternalCourseKey,
    Program,
    ProgramCourseRunExclusion,
)
from . import _scopes, external_keys
from .curricula import member_text, nested_in, refuse_cycle

__all__ = ["check_included", "check_saved"]


def check_saved(row: Any) -> None:
    """
    Hold a row that was just saved against the rules: dates, cycles, external keys.

    For the models that take part in them. Call it in the transaction of the save; `save()` of these models opens one. Raises
    what the functions of this API raise. Writes no event.
    """
    if isinstance(row, ExternalCourseKey):
        if not row.key or row.key != external_keys.normalize(row.key):
            raise values.invalid("external_course_key", row.key, "it is empty, or has blanks around it")
        run = external_keys.locked_with_course(str(row.run.course_key))
        external_keys.claim_for_courses([run.catalog_course_id], run_id=row.run_id)
        return
    if isinstance(row, Program):
        external_keys.claim(*_hold({row.pk}, lambda: Curriculum.objects.filter(program=row).values_list("pk", flat=True)))
        return
    curriculum = row if isinstance(row, Curriculum) else row.curriculum
    program = curriculum.program
    courses, held = _hold({program.pk}, lambda: [curriculum.pk])
    is_member = isinstance(row, CurriculumCourseMembership | CurriculumProgramMembership)
    check_dates(row, member_text(row) if is_member else f"The curriculum {curriculum.name!r}")
    if not row.is_over():
        nested = [row.program_id] if isinstance(row, CurriculumProgramMembership) else nested_in(curriculum)
        refuse_cycle(program, nested, curriculum.name)
    external_keys.claim(courses, held)


def check_included(exclusion: Any) -> None:
    """
    Hold the external key of a run whose exclusion was just deleted against the rule. Raises ExternalKeyConflict.

    Call it in the transaction of the delete; `delete()` of these models opens one. Writes no event.
    """
    of_program = isinstance(exclusion, ProgramCourseRunExclusion)
    program_id = exclusion.program_id if of_program else exclusion.membership.curriculum.program_id
    courses = [external_keys.locked_with_course(str(exclusion.run.course_key)).catalog_course_id]
    external_keys.claim(courses, _scopes.lock_programs(lambda: [program_id]))


def _hold(owners: set[int], curricula: Callable[[], Iterable[int]]) -> tuple[set[int], set[int]]:
    """The courses of curricula and the programs around them, held; what has come in while they were waited for as well."""
    while True:
        courses, programs = _scopes.inside(curricula())
        _scopes.lock_courses(courses)

        def wanted(nested: set[int] = programs) -> set[int]:
            return owners | _scopes.ProgramGraph().descendants(nested)

        held = _scopes.lock_programs(wanted)
        if (courses, programs) == _scopes.inside(curricula()):
            return courses, held
