"""Skills from the lines of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any, Unpack

from django.db import router
from django.utils.translation import gettext as _

from openedx_catalog.api import AssociationReport, RowOutcome, get_course_run
from openedx_catalog.api.for_contrib import Written, course_named, given_values, import_rows
from openedx_catalog.contrib.programs.api import find_program
from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.data import RowChange
from openedx_catalog.exceptions import InvalidRequest
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import Change, Provenance
from openedx_catalog.models_api import CatalogCourse

from ..data import SkillRecord
from ..models import CourseSkill, Skill
from .skills import get_skill
from .tagging import COURSES, PROGRAMS, Kind, set_course_skill, set_program_skill

_SAID = ("source", "confidence", "blocked")
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")


def import_skills(
    records: Iterable[SkillRecord],
    *,
    dry_run: bool = False,
    on_row: Callable[[RowOutcome], Any] | None = None,
    on_change: Callable[[RowChange], Any] | None = None,
    on_progress: Callable[[int], Any] = lambda records: None,
    **provenance: Unpack[Provenance],
) -> AssociationReport:
    """
    `set_course_skill` or `set_program_skill` for the lines of a file. ``blocked`` is true or yes, false or no; what is empty
    says nothing. What a file does not name stays as it is.

    Each is written in a transaction of its own; a record that is refused is a problem of the report, and keeps no other out.
    `on_progress` is called with how many more are done, `on_row` and `on_change` after the last one. A dry run reports the
    same and writes nothing. Raises InvalidRequest (provenance).
    """
    Change(**provenance)
    told: dict[str, Any] = {"on_row": on_row, "on_change": on_change, "on_progress": on_progress}
    using = router.db_for_write(CourseSkill)
    return import_rows(records, partial(_write, provenance=provenance), using=using, key="subject", dry_run=dry_run, **told)


def subject_named(name: Any) -> tuple[Kind, CatalogCourse | Program, str]:
    """
    What has skills by that name, and how it is called: a course by its key, that of a run or its uuid; a program by its uuid.
    Raises CatalogCourse.DoesNotExist, CourseRun.DoesNotExist, InvalidCatalogKey, InvalidCourseKey, InvalidRequest.
    """
    text = name.strip() if isinstance(name, str) else name
    if isinstance(text, str) and text.startswith("course-v1:"):
        course = get_course_run(text).catalog_course
    elif isinstance(text, str) and values.UUID_LIKE.match(text) and (program := find_program(text)) is not None:
        return PROGRAMS, program, str(program.uuid)
    else:
        course = course_named(text)
    return COURSES, course, course.key_str


def _write(record: SkillRecord, provenance: Any) -> Written:
    if not isinstance(record, SkillRecord):
        raise InvalidRequest(reason=_("Expected a SkillRecord, got %(type)s.") % {"type": type(record).__name__})
    kind, subject, called = subject_named(record.subject)
    name = values.text("skill", record.skill, required=True)
    given = _given(record)
    before = None
    with suppress(Skill.DoesNotExist):
        row = kind.row(subject, get_skill(name))
        before = None if row.pk is None else {field: getattr(row, field) for field in _SAID}
    store: Any = set_course_skill if kind is COURSES else set_program_skill
    after = store(subject, name, **given, **provenance)
    changes = [
        (field, before[field], getattr(after, field)) for field in _SAID if before and before[field] != getattr(after, field)
    ]
    return Written(f"{called}: {after.skill}", before is None, changes)


def _given(record: SkillRecord) -> dict[str, Any]:
    given = given_values(record, _SAID)
    if given.get("source") is not None:
        given["skill_source"] = given.pop("source")
    given.pop("source", None)
    if isinstance(text := given.get("confidence"), str):
        try:
            given["confidence"] = float(text)
        except ValueError:
            raise values.invalid("confidence", text, _("expected a number from 0 to 1")) from None
    if "blocked" in given:
        given["blocked"] = _truth(given["blocked"])
    return given


def _truth(given: Any) -> bool:
    text = given.strip().lower() if isinstance(given, str) else given
    if isinstance(text, str) and text in _TRUE + _FALSE:
        return text in _TRUE
    return values.flag("blocked", given)
