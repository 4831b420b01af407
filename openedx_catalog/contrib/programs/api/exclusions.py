"""Runs that do not count in a program, or in one of its curricula. Everything emits ``program.updated``."""

from __future__ import annotations

from functools import partial
from typing import Any, Unpack

from django.utils.translation import gettext as _
from opaque_keys.edx.keys import CourseKey

from openedx_catalog.api import get_course_run
from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.lib.changes import Change, Provenance, delete_with_history, save_with_history
from openedx_catalog.lib.transactions import writes_to
from openedx_catalog.models_api import CourseRun

from ..exceptions import NotAMember
from ..models import CurriculumCourseMembership, Program
from . import _scopes
from ._changing import changing_program, refuse_closed, stored

Subject = Program | CurriculumCourseMembership


@writes_to(Program)
def exclude_course_run(subject: Subject, course_key: CourseKey | str, **provenance: Unpack[Provenance]) -> bool:
    """
    Leave a run of one of its courses out of a program, or out of one curriculum (its membership). Returns whether it counted.

    It counted at no instant then. Where its course leaves the program, that stays so for as long as the course was there, and
    not where it comes back by `add_course` (ADR 0034). Its external key does not count there any more. Raises NotAMember,
    CourseRun.DoesNotExist, InvalidCourseKey.
    """
    change = Change(**provenance)
    with changing_program(partial(_affected, subject, course_key), change, releases_only=True) as held:
        run, owner = get_course_run(course_key), stored(subject)
        held.changed = not owner.run_exclusions.filter(run=run).exists()
        if held.changed:
            refuse_foreign_run(owner, run)
            rows = owner.run_exclusions
            save_with_history(rows.model(run=run, **{rows.field.name: owner}), change)
    return held.changed


@writes_to(Program)
def include_course_run(subject: Subject, course_key: CourseKey | str, **provenance: Unpack[Provenance]) -> bool:
    """
    Let a run that was excluded count again. Returns whether it was excluded.

    Raises ExternalKeyConflict where its external key has been given to another run meanwhile, ProgramClosed,
    CourseRun.DoesNotExist, InvalidCourseKey.
    """
    change = Change(**provenance)
    with changing_program(partial(_affected, subject, course_key), change) as held:
        row = subject.run_exclusions.filter(run=get_course_run(course_key)).first()
        held.changed = row is not None
        if row is not None:
            refuse_closed(held.program)
            delete_with_history(row, change)
    return held.changed


def _affected(subject: Any, course_key: CourseKey | str) -> _scopes.Affected:
    if not isinstance(subject, Subject):
        reason = _("Runs are excluded from a program, or from the membership of a course in a curriculum.")
        raise InvalidRequest(reason=reason)
    if isinstance(subject, Program):
        return _scopes.Affected(subject.pk, {get_course_run(course_key).catalog_course_id})
    return _scopes.affected_by(subject)._replace(courses={get_course_run(course_key).catalog_course_id})


# For the other modules of this API


def refuse_foreign_run(subject: Subject, run: CourseRun) -> None:
    """Raise NotAMember for a run of another course than those of a program, or that of a membership."""
    if isinstance(subject, Program):
        courses = CurriculumCourseMembership.objects.standing().filter(curriculum__program=subject)
        known = courses.filter(catalog_course_id=run.catalog_course_id).exists()
        name = _("the program %(program)r") % {"program": subject.title}
    else:
        known, name = subject.catalog_course_id == run.catalog_course_id, subject.subject
    if not known:
        raise NotAMember(course_key=str(run.course_key), subject=name)
