"""Which of our types a source means: by its uuid, which is remembered, then by its slug, then by its name."""

from __future__ import annotations

from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from openedx_catalog import keys
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models_api import ProgramType

from ...models import RecordKind, SourceRecord
from .._memory import Memory
from .taking import Taking

SEATS = "applicable_seat_types"


def type_of(taking: Taking, values: dict[str, Any]) -> ProgramType | None:
    """
    The type of a program, created where the source may; None where it is unknown, or cannot be read, which is noted.

    A type that was renamed here, or has another slug here, is found by the uuid that the source has for it. One that the source
    renames is renamed here, unless somebody here has done so, or another source wins; and so it is with its applicable seat
    types, where the source says them.
    """
    if values["type"] is None:
        return None
    name, uuid, seats = values["type"], values.get("type_uuid") or "", values.get("seat_types")
    slug = values.get("type_slug") or slugify(name)
    memory = Memory.of(taking.source, RecordKind.PROGRAM_TYPE, uuid or slug or name)
    known = memory.find(RecordKind.PROGRAM_TYPE, uuid or slug or name)
    types = list(programs.get_program_types())
    found = next((row for row in types if known is not None and str(row.uuid) == known.record), None)
    found = found or _named(types, name, slug)
    made = found is None
    if found is None:
        if not taking.source.create_missing:
            taking.leave(
                "type_unknown", _("there is no program type %(type)s, and the source may not create it") % {"type": name}
            )
            return None
        found = taking.attempt(lambda: _create(name, slug, uuid, taking))
        if found is None:
            return None
    before: dict[str, Any] = known.fields if known is not None else {}
    if known is not None and name not in (found.name, before.get("name")):
        found = _change(taking, memory, known, found, before.get("name"), name=name)
    # Until a source says any, there are none.
    said = before.get(SEATS, [])
    if seats is not None and seats not in (found.applicable_seat_types, said):
        found = _change(taking, memory, known, found, said, applicable_seat_types=seats)
    fields = {**before, "name": name, **({} if seats is None else {SEATS: seats})}
    memory.note(RecordKind.PROGRAM_TYPE, uuid or slug or name, found.uuid, made=made, fields=fields)
    return found


def _change(
    taking: Taking, memory: Memory, known: SourceRecord | None, found: ProgramType, before: Any, **values: Any
) -> ProgramType:
    """Give a type another value, where it still has the one that the source said `before`."""
    ((field, _value),) = values.items()
    if getattr(found, field) != before:
        taking.keep(_("the type %(name)s") % {"name": found.name})
        return found
    memory.read_others(RecordKind.PROGRAM_TYPE, found.uuid)
    if winner := memory.winner_of(field, known):
        taking.outrank(winner, _("the type %(name)s") % {"name": found.name})
        return found
    changed = taking.attempt(lambda: programs.update_program_type(found, **values, **taking.provenance))
    taking.changed |= changed is not None
    return changed or found


def _named(types: list[ProgramType], name: str, slug: str) -> ProgramType | None:
    folded, hyphenated = keys.fold(name), slug.replace("_", "-")
    same = (row for row in types if row.slug in (slug, hyphenated))
    return next(same, None) or next((row for row in types if keys.fold(row.name) == folded or row.slug == slugify(name)), None)


def _create(name: str, slug: str, uuid: str, taking: Taking) -> ProgramType:
    return programs.create_program_type(name=name, slug=slug or None, uuid=uuid or None, **taking.provenance)
