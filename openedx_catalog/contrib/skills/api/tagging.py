"""Which courses and programs teach which skills: what sources give, and what people block."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, Unpack

from django.utils.translation import gettext as _

from openedx_catalog.api.for_contrib import CourseName, hold_courses
from openedx_catalog.contrib.programs.api import ProgramName, hold_program
from openedx_catalog.data import UNSET, Unset
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import Change, Provenance, delete_with_history, save_with_history, store_changes
from openedx_catalog.lib.transactions import writes_to

from ..data import SkillTag
from ..models import CourseSkill, ProgramSkill, Skill, Tagged
from ._telling import note_courses, note_programs
from .skills import SkillName, found_or_made, get_skill

MANUAL = "manual"
MAX_SOURCE = 64


class Kind(NamedTuple):
    """What has skills: the table of them, the foreign key in it, how a subject is held, and how it is said that it changed."""

    model: Any
    owner: str
    hold: Callable[[Any], Any]
    note: Callable[[Iterable[int]], None]

    def rows(self, subject: Any) -> dict[int, Tagged]:
        """``{skill: row}``. One query."""
        return {row.skill_id: row for row in self.model.objects.filter(**{self.owner: subject})}

    def row(self, subject: Any, skill: Skill) -> Tagged:
        """The row of one skill, or a new one. One query."""
        found = self.model.objects.filter(**{self.owner: subject, "skill": skill}).first()
        return found or self.model(**{self.owner: subject, "skill": skill})


COURSES = Kind(CourseSkill, "catalog_course", lambda given: hold_courses(given)[0], note_courses)
PROGRAMS = Kind(ProgramSkill, "program", hold_program, note_programs)


@writes_to(CourseSkill)
def set_course_skills(
    catalog_course: CourseName,
    skills: Iterable[SkillTag | SkillName],
    *,
    skill_source: str = MANUAL,
    **provenance: Unpack[Provenance],
) -> int:
    """
    Have one source say, whole, which skills a catalog course has. Returns how many rows that changed.

    What other sources have given stays as it is, also where this one gives it, too. A blocked skill stays blocked, whoever
    gives it. A name that is new is that of a new skill. What shows the course is dated, and named in the change feed; no event.

    Raises CatalogCourse.DoesNotExist, InvalidCatalogKey, Skill.DoesNotExist, InvalidValue, InvalidRequest.
    """
    return _set_all(COURSES, catalog_course, skills, skill_source, Change(**provenance))


@writes_to(ProgramSkill)
def set_program_skills(
    program: ProgramName,
    skills: Iterable[SkillTag | SkillName],
    *,
    skill_source: str = MANUAL,
    **provenance: Unpack[Provenance],
) -> int:
    """The same of a program's own skills, an object or its uuid. Raises Program.DoesNotExist, and as `set_course_skills`."""
    return _set_all(PROGRAMS, program, skills, skill_source, Change(**provenance))


@writes_to(CourseSkill)
def set_course_skill(
    catalog_course: CourseName,
    skill: SkillName,
    *,
    skill_source: str | Unset = UNSET,
    confidence: float | Unset | None = UNSET,
    blocked: bool | Unset = UNSET,
    **provenance: Unpack[Provenance],
) -> CourseSkill:
    """
    Give a catalog course one skill, or change what is said of that; UNSET values stay. A new one is given by "manual".

    Raises as `set_course_skills`.
    """
    given = _checked(skill_source=skill_source, confidence=confidence, blocked=blocked)
    return _set_one(COURSES, catalog_course, skill, given, Change(**provenance))


@writes_to(ProgramSkill)
def set_program_skill(
    program: ProgramName,
    skill: SkillName,
    *,
    skill_source: str | Unset = UNSET,
    confidence: float | Unset | None = UNSET,
    blocked: bool | Unset = UNSET,
    **provenance: Unpack[Provenance],
) -> ProgramSkill:
    """The same of a program itself. Raises as `set_program_skills`."""
    given = _checked(skill_source=skill_source, confidence=confidence, blocked=blocked)
    return _set_one(PROGRAMS, program, skill, given, Change(**provenance))


@writes_to(CourseSkill)
def remove_course_skill(catalog_course: CourseName, skill: SkillName, **provenance: Unpack[Provenance]) -> bool:
    """
    Take a skill away from a catalog course, whoever gave it; an import may bring it back, unless it is blocked instead. Returns
    whether it was there.

    Raises CatalogCourse.DoesNotExist, InvalidCatalogKey, Skill.DoesNotExist, InvalidValue, InvalidRequest.
    """
    return _remove(COURSES, catalog_course, skill, Change(**provenance))


@writes_to(ProgramSkill)
def remove_program_skill(program: ProgramName, skill: SkillName, **provenance: Unpack[Provenance]) -> bool:
    """The same of a program itself. Raises Program.DoesNotExist, Skill.DoesNotExist, InvalidValue, InvalidRequest."""
    return _remove(PROGRAMS, program, skill, Change(**provenance))


@writes_to(CourseSkill)
def block_course_skill(catalog_course: CourseName, skill: SkillName, **provenance: Unpack[Provenance]) -> bool:
    """
    Never show a skill with a catalog course, nor with programs on its account, whether or not anybody has given it. Returns
    whether that changed anything. Raises as `remove_course_skill`.
    """
    return _block(COURSES, catalog_course, skill, Change(**provenance))


@writes_to(ProgramSkill)
def block_program_skill(program: ProgramName, skill: SkillName, **provenance: Unpack[Provenance]) -> bool:
    """Never show a skill with a program, even where its courses have it. Otherwise as `block_course_skill`."""
    return _block(PROGRAMS, program, skill, Change(**provenance))


@writes_to(CourseSkill)
def unblock_course_skill(catalog_course: CourseName, skill: SkillName, **provenance: Unpack[Provenance]) -> bool:
    """Take that back: what a source gives is shown again, and what none gives is gone. Otherwise as `block_course_skill`."""
    return _unblock(COURSES, catalog_course, skill, Change(**provenance))


@writes_to(ProgramSkill)
def unblock_program_skill(program: ProgramName, skill: SkillName, **provenance: Unpack[Provenance]) -> bool:
    """The same of a program itself. Otherwise as `block_program_skill`."""
    return _unblock(PROGRAMS, program, skill, Change(**provenance))


def _set_all(kind: Kind, name: Any, skills: Iterable[Any], skill_source: str, change: Change) -> int:
    source, subject = _source(skill_source), kind.hold(name)
    tags = list(_tags(skills))
    wanted = {skill.pk: (skill, tag) for skill, tag in zip(found_or_made(tags, change), tags, strict=True)}
    stored, changed = kind.rows(subject), 0
    for pk, (skill, tag) in wanted.items():
        row = stored.get(pk) or kind.model(**{kind.owner: subject, "skill": skill})
        given: dict[str, Any] = {} if tag.blocked is None else {"blocked": tag.blocked}
        if row.source in ("", source):
            given |= {"source": source, "confidence": tag.confidence}
        changed += store_changes(row, given, change)
    for pk, row in stored.items():
        if row.source == source and pk not in wanted:
            changed += _drop(row, change)
    if changed:
        kind.note([subject.pk])
    return changed


def _set_one(kind: Kind, name: Any, skill: SkillName, given: Mapping[str, Any], change: Change) -> Any:
    subject = kind.hold(name)
    row = kind.row(subject, *found_or_made([SkillTag(skill)], change))
    # Nobody may have given what was only blocked.
    said = {"source": row.source or MANUAL, **given} if row.pk is None or not given.get("blocked") else given
    if store_changes(row, dict(said), change):
        kind.note([subject.pk])
    return row


def _remove(kind: Kind, name: Any, skill: SkillName, change: Change) -> bool:
    subject = kind.hold(name)
    row = kind.row(subject, get_skill(skill))
    if row.pk is not None:
        delete_with_history(row, change)
        kind.note([subject.pk])
        return True
    return False


def _block(kind: Kind, name: Any, skill: SkillName, change: Change) -> bool:
    subject = kind.hold(name)
    row = kind.row(subject, get_skill(skill))
    if row.blocked:
        return False
    row.blocked = True
    save_with_history(row, change)
    kind.note([subject.pk])
    return True


def _unblock(kind: Kind, name: Any, skill: SkillName, change: Change) -> bool:
    subject = kind.hold(name)
    row = kind.row(subject, get_skill(skill))
    if not row.blocked:
        return False
    if row.source:
        row.blocked = False
        save_with_history(row, change)
    else:
        delete_with_history(row, change)
    kind.note([subject.pk])
    return True


def _drop(row: Tagged, change: Change) -> bool:
    """A source gives a skill no longer. What is blocked stays, and is nobody's."""
    if row.blocked:
        return store_changes(row, {"source": "", "confidence": None}, change)
    delete_with_history(row, change)
    return True


def _tags(given: Iterable[Any]) -> Iterable[SkillTag]:
    for each in values.sequence("skills", given if isinstance(given, str) else list(given)):
        tag = each if isinstance(each, SkillTag) else SkillTag(each)
        blocked = None if tag.blocked is None else values.flag("blocked", tag.blocked)
        yield tag._replace(confidence=_confidence("confidence", tag.confidence), blocked=blocked)


def _checked(**given: Any) -> dict[str, Any]:
    said = {name: value for name, value in given.items() if value is not UNSET}
    readers = {"skill_source": lambda _name, value: _source(value), "confidence": _confidence, "blocked": values.flag}
    found = {name: readers[name](name, value) for name, value in said.items()}
    return {"source" if name == "skill_source" else name: value for name, value in found.items()}


def _source(value: Any) -> str:
    return values.text("skill_source", value, max_length=MAX_SOURCE, required=True)


def _confidence(field: str, value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise values.invalid(field, value, _("expected a number from 0 to 1"))
    return float(value)
