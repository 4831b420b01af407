"""What holds for rows that somebody saves past the API, with a model's own `save`: the same rules, asked later."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from openedx_catalog.lib import values
from openedx_catalog.lib.dated import check_dates
from openedx_catalog.lib.transactions import writes_to

from ..models import Curriculum, ExternalCourseKey, Program, ProgramCourseRunExclusion
from . import _scopes, external_keys
from ._changing import refuse_cycle


@writes_to(Program)
def check_saved(row: Any) -> None:
    """
    Hold a row that was just saved against the rules: dates, cycles, external keys.

    For the models that take part in them. Call it in the transaction of the save; `save()` of these models opens one. Raises
    what the functions of this API raise. Writes no event.
    """
    if isinstance(row, ExternalCourseKey):
        if not row.key or row.key != external_keys.normalize(row.key):
            raise values.invalid("external_course_key", row.key, _("it is empty, or has spaces around it"))
        run = external_keys.locked_with_course(str(row.run.course_key))
        external_keys.claim_for_courses([run.catalog_course_id], run_id=row.run_id)
        return
    of_program = isinstance(row, Program)
    read = partial(_scopes.affected_by_program, row.pk) if of_program else partial(_scopes.affected_by, row)
    affected, programs = _scopes.lock_affected(read)
    if not of_program:
        check_dates(row)
        refuse_cycle((row if isinstance(row, Curriculum) else row.curriculum).program, row)
    external_keys.claim(affected.courses, programs)


@writes_to(Program)
def check_included(exclusion: Any) -> None:
    """
    Hold the external key of a run whose exclusion was just deleted against the rule. Raises ExternalKeyConflict.

    Call it in the transaction of the delete; `delete()` of these models opens one. Writes no event.
    """
    of_program = isinstance(exclusion, ProgramCourseRunExclusion)
    program_id = exclusion.program_id if of_program else exclusion.membership.curriculum.program_id
    run = external_keys.locked_with_course(str(exclusion.run.course_key))
    external_keys.claim([run.catalog_course_id], _scopes.lock_programs(lambda: [program_id]))
