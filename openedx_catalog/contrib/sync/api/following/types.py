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


def type_of(taking: Taking, values: dict[str, Any]) -> ProgramType | None:
    """
    The type of a program, created where the source may; None where it is unknown, or cannot be read, which is noted.

    A type that was renamed here, or has another slug here, is found by the uuid that the source has for it. One that the source
    renames is renamed here, unless somebody here has done so, or another source wins.
    """
    if values["type"] is None:
        return None
    name, uuid = values["type"], values.get("type_uuid") or ""
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
    if known is not None and name not in (found.name, known.fields.get("name")):
        found = _rename(taking, memory, known, found, name)
    memory.note(RecordKind.PROGRAM_TYPE, uuid or slug or name, found.uuid, made=made, fields={"name": name})
    return found


def _rename(taking: Taking, memory: Memory, known: SourceRecord, found: ProgramType, name: str) -> ProgramType:
    if found.name != known.fields.get("name"):
        taking.keep(_("the type %(name)s") % {"name": found.name})
        return found
    memory.read_others(RecordKind.PROGRAM_TYPE, found.uuid)
    if winner := memory.winner_of("name", known):
        taking.outrank(winner, _("the type %(name)s") % {"name": found.name})
        return found
    renamed = taking.attempt(lambda: programs.update_program_type(found, name=name, **taking.provenance))
    taking.changed |= renamed is not None
    return renamed or found


def _named(types: list[ProgramType], name: str, slug: str) -> ProgramType | None:
    folded, hyphenated = keys.fold(name), slug.replace("_", "-")
    same = (row for row in types if row.slug in (slug, hyphenated))
    return next(same, None) or next((row for row in types if keys.fold(row.name) == folded or row.slug == slugify(name)), None)


def _create(name: str, slug: str, uuid: str, taking: Taking) -> ProgramType:
    return programs.create_program_type(name=name, slug=slug or None, uuid=uuid or None, **taking.provenance)
