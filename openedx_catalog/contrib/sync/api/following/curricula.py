"""The curricula of a program: found by the ids of the source, whatever they are called here by now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from openedx_catalog import keys
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models_api import Curriculum, Program
from openedx_catalog.lib.changes import Provenance
from openedx_catalog.models_api import CatalogCourse

from ...models import RecordKind, SourceRecord
from .._records import courses_by_key
from .chains import chains
from .exclusions import follow_curriculum_exclusions
from .members import carry_over, follow_members, note_members
from .taking import Taking, unknown_course

# Of the courses that a program has beside curricula.
NAME = "Courses"


def follow_curricula(taking: Taking, program: Program, values: dict[str, Any]) -> None:
    """Every curriculum that the source has, and one more for the courses that it has in none."""
    stated = stated_curricula(taking.memory.program, values)
    listed = [course for each in stated.values() for course in each["courses"] or ()]
    names = [course["key"] for course in listed]
    courses = courses_by_key(names, {keys.fold(course["key"]): course["uuid"] for course in listed})
    for name in dict.fromkeys(names):
        if keys.fold(name) not in courses:
            taking.leave(*unknown_course(name))
    _exchange_names(taking, program, stated)
    for external_id, each in stated.items():
        curriculum = _followed(taking, program, external_id, each, courses, stated.keys())
        if curriculum is not None and not curriculum.is_over():
            follow_members(taking, curriculum, external_id, each, courses)
            follow_curriculum_exclusions(taking, curriculum, external_id, each, courses)
    records = taking.memory.all_of(RecordKind.CURRICULUM)
    meant = {record.record for record in records if record.external_id in stated}
    for record in records:
        said = values["courses"] if record.external_id == taking.memory.program else values.get("curricula")
        if said is not None and record.external_id not in stated:
            _miss(taking, record, is_meant=record.record in meant)


def stated_curricula(program: str, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """
    ``{external id: curriculum}`` of those that it says; first the one of the courses that stand in none, whose id is the
    program's own.
    """
    own = {"name": NAME, "is_active": True, "courses": values["courses"], "programs": [], "is_own": True}
    said = {program: own} if values["courses"] is not None else {}
    return said | {each["uuid"]: each for each in values.get("curricula") or ()}


def _followed(
    taking: Taking,
    program: Program,
    external_id: str,
    stated: dict[str, Any],
    courses: Mapping[str, CatalogCourse],
    listed: AbstractSet[str],
) -> Curriculum | None:
    """The curriculum of ours, in step with the source; None where somebody here has deleted it, or it cannot be."""
    memory = taking.memory
    record = memory.find(RecordKind.CURRICULUM, external_id)
    if record is None:
        return _found_or_made(taking, program, external_id, stated, courses, listed)
    before, curriculum = record.fields, _meant(taking, program, record, stated)
    if curriculum is None:
        taking.keep(stated["name"] or external_id)
        return None
    fields = before | _fields(stated)
    curriculum = _follow_activity(taking, record, curriculum, stated, before)
    is_active = stated["is_active"]
    if is_active is not None and curriculum.is_over() == is_active != before.get("is_active", is_active):
        # Refused, as in a program that gains nothing, or outranked: to be tried again.
        fields["is_active"] = before["is_active"]
    if stated["name"] and stated["name"] != curriculum.name:
        if before.get("name") == stated["name"]:
            # Somebody here calls it otherwise, and the source says nothing new.
            taking.keep(curriculum.name)
        elif not _rename(taking, record, curriculum, stated["name"]):
            # Pinned, outranked, or refused, since another one has the name: to be tried again, too.
            fields["name"] = before.get("name", "")
    memory.note(RecordKind.CURRICULUM, external_id, curriculum.uuid, fields=fields)
    return curriculum


def _meant(taking: Taking, program: Program, record: SourceRecord, stated: dict[str, Any]) -> Curriculum | None:
    """
    The curriculum of a record; where somebody here has retired that and offers it again, as another version, that one. Not one
    that they made of their own after the source had retired its own.
    """
    found = Curriculum.objects.filter(uuid=record.record).first()
    is_offered = record.fields.get("is_active", True) and stated["is_active"] is not False and record.missing_since is None
    if found is None or not found.is_over() or not is_offered:
        return found
    meant = {each.record for each in taking.memory.all_of(RecordKind.CURRICULUM)}
    later = program.curricula.not_over().filter(pk__gt=found.pk).order_by("-pk")
    new = next((row for row in later if keys.fold(row.name) == keys.fold(found.name) and str(row.uuid) not in meant), None)
    if new is None:
        return found
    carry_over(taking, found, new)
    return new


def _rename(taking: Taking, record: SourceRecord, curriculum: Curriculum, name: str) -> bool:
    if not taking.may_change_part(record, curriculum, "name", curriculum.name):
        return False
    return taking.attempt(partial(programs.update_curriculum, curriculum, name=name, **taking.provenance)) is not None


def _exchange_names(taking: Taking, program: Program, stated: Mapping[str, dict[str, Any]]) -> None:
    """
    Let curricula take over each other's names, all of a chain at once. A chain that is refused changes nothing: each is told,
    and why, when it is its turn.
    """
    known = [record for record in taking.memory.all_of(RecordKind.CURRICULUM) if record.external_id in stated]
    new = {
        record: name
        for record in known
        if (name := stated[record.external_id]["name"]) not in (None, record.fields.get("name"))
    }
    if len(new) < 2:
        return
    rows = {str(row.uuid): row for row in program.curricula.not_over()}
    moves: dict[str, tuple[Curriculum, str]] = {}
    for record, name in new.items():
        if (row := rows.get(record.record)) is not None and name != row.name:
            moves[record.external_id] = (row, name)
    for chain in chains({key: (keys.fold(row.name), keys.fold(name)) for key, (row, name) in moves.items()}):
        # What keeps one of them is noted when it is its turn.
        alone = Taking(taking.source, taking.allowed, taking.provenance, taking.memory)
        records = {key: taking.memory.find(RecordKind.CURRICULUM, key) for key in chain}
        if len(chain) > 1 and all(alone.may_change_part(records[key], moves[key][0], "name", "") for key in chain):
            alone.attempt(partial(_rename_all, [moves[key] for key in sorted(chain)], taking.provenance))


def _rename_all(moves: Sequence[tuple[Curriculum, str]], provenance: Provenance) -> None:
    wanted = {keys.fold(name) for _row, name in moves}
    for row, _name in moves:
        if keys.fold(row.name) in wanted:
            programs.update_curriculum(row, name=str(row.uuid), **provenance)
    for row, name in moves:
        programs.update_curriculum(row, name=name, **provenance)


def _fields(stated: dict[str, Any]) -> dict[str, Any]:
    return {name: stated[name] for name in ("name", "is_active") if stated[name] is not None}


def _follow_activity(
    taking: Taking, record: SourceRecord | None, curriculum: Curriculum, stated: dict[str, Any], before: dict[str, Any]
) -> Curriculum:
    """Retire it, or offer it again, where the source says something new; what somebody here has decided stays."""
    if stated["is_active"] is None or stated["is_active"] != curriculum.is_over():
        return curriculum
    if before.get("is_active") == stated["is_active"]:
        taking.keep(curriculum.name)
    elif taking.may_change_part(record, curriculum, "is_active", curriculum.name):
        change = programs.reintroduce if stated["is_active"] else programs.retire
        changed = taking.attempt(partial(change, curriculum, **taking.provenance))
        if changed is not None and stated["is_active"]:
            carry_over(taking, curriculum, changed)
        return changed or curriculum
    return curriculum


def _found_or_made(
    taking: Taking,
    program: Program,
    external_id: str,
    stated: dict[str, Any],
    courses: Mapping[str, CatalogCourse],
    listed: AbstractSet[str],
) -> Curriculum | None:
    """One of this uuid or name that is here already becomes what the source means; else it is created."""
    is_own = stated.get("is_own", False)
    stated = stated | {"name": stated["name"] or external_id, "is_active": stated["is_active"] is not False}
    if is_own and not stated["courses"]:
        return None
    rows = list(program.curricula.order_by("-pk"))
    found = next((row for row in rows if str(row.uuid) == external_id), None)
    if found is None and stated["is_active"]:
        found = next((row for row in _free(taking, rows, listed) if keys.fold(row.name) == keys.fold(stated["name"])), None)
    if found is None:
        found = _create(taking, program, None if is_own else external_id, stated, courses)
        if found is None:
            return None
        note_members(taking, found, external_id, stated, courses)
        taking.memory.note(RecordKind.CURRICULUM, external_id, found.uuid, made=True, fields=_fields(stated))
    else:
        taking.memory.read_pins([found.uuid])
        found = _follow_activity(taking, None, found, stated, {})
        taking.memory.note(RecordKind.CURRICULUM, external_id, found.uuid, fields=_fields(stated))
    return found


def _free(taking: Taking, rows: Iterable[Curriculum], listed: AbstractSet[str]) -> Iterator[Curriculum]:
    """Those that are offered and that the source does not mean by another one of its own: it may give two the same name."""
    meant = {record.record for record in taking.memory.all_of(RecordKind.CURRICULUM) if record.external_id in listed}
    return (row for row in rows if not row.is_over() and str(row.uuid) not in meant)


def _create(
    taking: Taking, program: Program, uuid: str | None, stated: dict[str, Any], courses: Mapping[str, CatalogCourse]
) -> Curriculum | None:
    """With its courses; where they are refused, without them: they are added, or refused, one by one."""
    known = {found.pk: found for each in stated["courses"] or () if (found := courses.get(keys.fold(each["key"])))}
    dates: dict[str, Any] = {}
    if not stated["is_active"]:
        # It was never offered here.
        dates = {"effective_at": (now := timezone.now()), "retired_at": now}
    write = partial(programs.create_curriculum, program, name=stated["name"], uuid=uuid, **dates, **taking.provenance)
    left = list(taking.left)
    made = taking.attempt(partial(write, courses=list(known.values())))
    if made is None and known:
        taking.left[:] = left
        made = taking.attempt(write)
    return made


def _miss(taking: Taking, record: SourceRecord, *, is_meant: bool) -> None:
    """
    A curriculum that the source has no longer: marked, and retired where the source's own choice is that. Not one that it has
    under another id by now (`is_meant`).
    """
    curriculum = Curriculum.objects.filter(uuid=record.record).first()
    if record.missing_since is None:
        taking.memory.miss(record)
    if curriculum is None or curriculum.is_over() or is_meant:
        return
    if not taking.source.retire_missing:
        taking.leave("curriculum_missing", _("the source has the curriculum %(name)r no longer") % {"name": curriculum.name})
    elif not record.fields.get("is_active", True):
        # It was retired, and somebody here has opened it again.
        taking.keep(curriculum.name)
    elif (
        taking.may_change(curriculum.uuid, "is_active", curriculum.name)
        and taking.attempt(partial(programs.retire, curriculum, **taking.provenance)) is not None
    ):
        # Should the source have it again, it says something new.
        record.fields = record.fields | {"is_active": False}
        record.save(update_fields=["fields"])
