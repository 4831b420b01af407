"""The skills themselves, whoever teaches them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack
from uuid import UUID

import attrs
from django.db import router
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from openedx_catalog.data import UNSET, Unset
from openedx_catalog.lib import feed, texts, values
from openedx_catalog.lib.changes import (
    Change,
    Provenance,
    delete_with_history,
    refuse_duplicate,
    save_with_history,
    store_changes,
)
from openedx_catalog.lib.dated import revised
from openedx_catalog.lib.transactions import refuse_if_protected, writes_to

from ..data import SkillTag
from ..models import CourseSkill, ProgramSkill, Skill
from ._telling import note_courses, note_programs

SkillName = Skill | UUID | str
"""What a caller may name a skill by: its object, its uuid, the text of it, or its name in any case."""

MAX_DESCRIPTION = 10_000


def get_skills() -> QuerySet[Skill]:
    """All skills, by name. One query when it is read."""
    return Skill.objects.order_by("name_ci", "pk")


def get_skill(skill: SkillName) -> Skill:
    """The skill with this uuid, or this name in any case. One query. Raises Skill.DoesNotExist, InvalidValue."""
    return _named(Skill.objects.all(), skill)


@writes_to(Skill)
def create_skill(
    *,
    name: str,
    description: str = "",
    external_id: str | None = None,
    uuid: UUID | str | None = None,
    **provenance: Unpack[Provenance],
) -> Skill:
    """
    Create a skill. Its name is that of no other one in any case, nor is its `external_id`, what the service calls it that
    found it. Raises DuplicateValue, InvalidValue, InvalidRequest (uuid, provenance).
    """
    change, own = Change(**provenance), {} if uuid is None else {"uuid": values.parse_uuid(uuid)}
    row = Skill(**_checked(name=name, description=description, external_id=external_id), **own)
    refuse_duplicate(row, "name", "external_id", *own)
    save_with_history(row, change)
    _tell(row, "created")
    return row


@writes_to(Skill)
def update_skill(
    skill: SkillName,
    *,
    name: str | Unset = UNSET,
    description: str | Unset = UNSET,
    external_id: str | Unset | None = UNSET,
    **provenance: Unpack[Provenance],
) -> Skill:
    """
    Change a skill; UNSET values stay. Courses and programs keep it, and are named in the change feed where its name is another
    one now. Raises Skill.DoesNotExist, DuplicateValue, InvalidValue, InvalidRequest (provenance).
    """
    change, wanted = Change(**provenance), _checked(name=name, description=description, external_id=external_id)
    row = _named(Skill.objects.select_for_update(), skill)
    before = row.name
    refuse_duplicate(revised(row, wanted), *(field for field in ("name", "external_id") if field in wanted))
    if store_changes(row, wanted, change):
        _tell(row, "updated")
    if row.name != before:
        note_courses(CourseSkill.objects.filter(skill=row).values_list("catalog_course_id", flat=True))
        note_programs(ProgramSkill.objects.filter(skill=row).values_list("program_id", flat=True))
    return row


@writes_to(Skill)
def delete_skill(skill: SkillName, **provenance: Unpack[Provenance]) -> None:
    """
    Delete a skill that no course and no program has, nor has blocked. Raises HasDependents (a ProtectedError),
    Skill.DoesNotExist, InvalidValue, InvalidRequest (provenance).
    """
    change = Change(**provenance)
    row = _named(Skill.objects.select_for_update(), skill)
    with refuse_if_protected(row.name):
        delete_with_history(row, change)
    _tell(row, "deleted")


def found_or_made(tags: Sequence[SkillTag], change: Change) -> list[Skill]:
    """
    The skills that tags name; by `external_id` first, whatever they are called here. One that is known by its name, and by no
    such id yet, gets it. A name that is new is that of a new skill.

    Raises Skill.DoesNotExist for a uuid of none, InvalidValue. One query, and three statements for each that is new.
    """
    folded = [texts.fold(values.text_to_fold("skill", tag.skill)) if isinstance(tag.skill, str) else "" for tag in tags]
    ids = [_external_id("external_id", tag.external_id) for tag in tags]
    rows = Skill.objects.filter(Q(external_id__in=[each for each in ids if each]) | Q(name_ci__in=folded))
    by_id, by_name = {row.external_id: row for row in rows if row.external_id}, {row.name_ci: row for row in rows}
    found = []
    for tag, name, external_id in zip(tags, folded, ids, strict=True):
        row = by_id.get(external_id or "") or by_name.get(name) or _got_or_made(tag.skill, external_id, change)
        if external_id and row.external_id is None and store_changes(row, {"external_id": external_id}, _silent(change)):
            _tell(row, "updated")
        by_name.setdefault(row.name_ci, row)
        by_id |= {row.external_id: row} if row.external_id else {}
        found.append(row)
    return found


def _got_or_made(given: SkillName, external_id: str | None, change: Change) -> Skill:
    try:
        return get_skill(given)
    except Skill.DoesNotExist:
        if not isinstance(given, str) or values.UUID_LIKE.match(given.strip()):
            raise
    row = Skill(**_checked(name=given, external_id=external_id))
    save_with_history(row, _silent(change))
    _tell(row, "created")
    return row


def _silent(change: Change) -> Change:
    """Why a program has a skill is nobody's business who may only see the skill."""
    return attrs.evolve(change, reason="")


def _named(rows: QuerySet[Skill], given: SkillName) -> Skill:
    if isinstance(given, Skill):
        return rows.get(pk=given.pk)
    name = str(given) if isinstance(given, UUID) else values.text_to_fold("skill", given)
    by_uuid = values.UUID_LIKE.match(name)
    found = rows.filter(uuid=UUID(name)) if by_uuid else rows.filter(name_ci=texts.fold(name))
    if (row := found.first()) is None:
        raise Skill.DoesNotExist(_("There is no skill %(name)r.") % {"name": texts.shorten(name, 60)})
    return row


def _checked(**given: Any) -> dict[str, Any]:
    readers = {"name": _name, "description": _description, "external_id": _external_id}
    return {name: readers[name](name, value) for name, value in given.items() if value is not UNSET}


def _name(field: str, value: Any) -> str:
    found = values.text_to_fold(field, values.text(field, value, required=True))
    if values.UUID_LIKE.match(found):
        raise values.invalid(field, value, _("it looks like a UUID, which already names a row"))
    return found


def _description(field: str, value: Any) -> str:
    return values.text(field, value, max_length=MAX_DESCRIPTION)


def _external_id(field: str, value: Any) -> str | None:
    return None if value is None else values.text(field, value) or None


def _tell(row: Skill, what: str) -> None:
    """Nothing emits an event, and the change feed tells of them: followers have copies of their names."""
    feed.write([feed.Entry("skill", str(row.uuid), row.name, what)], using=router.db_for_write(Skill, instance=row))
