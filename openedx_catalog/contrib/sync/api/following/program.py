"""A program, its type and its organizations; what stands in it: `curricula`, and what a degree has: `degrees`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from openedx_catalog import api as catalog
from openedx_catalog import keys
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.programs.models_api import Program
from openedx_catalog.lib import texts
from openedx_catalog.lib.changes import Provenance

from ...data import PROGRAM_FIELDS, SourceRow
from ...exceptions import InvalidRow
from ...models import RecordKind, Source, SourceRecord
from .._memory import Memory
from .._records import may_write
from .chains import chains
from .curricula import follow_curricula
from .degrees import follow_degree
from .exclusions import follow_program_exclusions
from .taking import Taking
from .types import type_of

AUTHORS, CREDIT = "authoring_organizations", "credit_organizations"
# What a program with another status cannot gain.
_OPEN = ("unpublished", "active")


def follow_program(taking: Taking, values: dict[str, Any]) -> tuple[str, str, str]:
    """
    Take over a program with all that stands in it: (outcome, code, reason).

    Raises InvalidRow, or another CatalogError, where it is not here and cannot be created.
    """
    program = find_followed(taking, values["uuid"])
    authors = values["organizations"]
    if authors is None:
        authors = program.author_codes if program is not None else []
    if not may_write(taking.allowed, *authors):
        return "skipped", "other_organization", _("The source may not write programs of its organizations.")
    for name, why in values["unreadable"].items():
        taking.leave("invalid_value", f"{name}: {why}")
    values["status"] = _known_status(taking, values["status"])
    created = program is None
    if program is None:
        if not taking.source.create_missing:
            return "skipped", "not_created", _("The source may not create programs.")
        if values["status"] == "deleted":
            return "skipped", "deleted_there", _("It is deleted at the source, and was never here.")
        program = _create(taking, values)
    known = taking.memory.find(RecordKind.PROGRAM, taking.memory.program)
    before = known.fields if known is not None else {}
    modified = program.modified
    if program.status == "deleted" and (known is None or values["status"] in (None, before.get("status"))):
        if values["status"] != "deleted":
            # Somebody here has deleted it: the source has not said so, and says nothing new.
            taking.keep(_("it was deleted here"))
    else:
        _follow(taking, program, values, created=created)
    # Of what cannot be read, what it said last.
    fields = (before if values["unreadable"] else {}) | _stated(values)
    taking.memory.note(RecordKind.PROGRAM, taking.memory.program, program.uuid, made=created, fields=fields)
    after = programs.get_program(program.uuid)
    # Its address may have come with those of others (`pass_on_slugs`).
    return taking.outcome(created=created, changed=after.modified != modified or values.get("given", False))


def find_followed(taking: Taking, uuid: str) -> Program | None:
    """The program that a source means: the one that it meant before, else the one of this uuid."""
    known = taking.memory.find(RecordKind.PROGRAM, uuid)
    return programs.find_program(uuid=known.record if known is not None else uuid)


def _known_status(taking: Taking, status: str | None) -> str | None:
    """The status; None of one that is none of ours, which is noted."""
    if status is None or status in Program.Status.values:
        return status
    facts = {"value": texts.shorten(status, 60), "names": ", ".join(Program.Status.values)}
    taking.leave("invalid_value", _("status %(value)r: expected one of %(names)s") % facts)
    return None


def _create(taking: Taking, values: dict[str, Any]) -> Program:
    """As it is said; where something of that is refused, without it. Not without a title and a type."""
    kind = type_of(taking, values)
    needed = {"title": values["title"], "type": kind}
    for name in (name for name, value in needed.items() if value is None):
        reason = "; ".join(why for _code, why in taking.left)
        raise InvalidRow(field=name, value=texts.shorten(values[name] or "", 60), reason=reason)
    wanted = _wanted(taking, values)
    own = {"title": values["title"], "type": kind, "uuid": values["uuid"]}
    left = list(taking.left)
    made = taking.attempt(lambda: programs.create_program(**(wanted | own), **taking.provenance))
    if made is None:
        # Whatever is refused is found out, and noted, when the values are taken one by one.
        taking.left[:] = left
        made = programs.create_program(**own, **taking.provenance)
    return made


def _follow(taking: Taking, program: Program, values: dict[str, Any], *, created: bool) -> None:
    memory, status = taking.memory, values["status"]
    if not created:
        memory.read_others(RecordKind.PROGRAM, program.uuid)
    memory.read_pins([program.uuid, *program.curricula.values_list("uuid", flat=True)])
    is_opened = status in _OPEN and program.status not in _OPEN
    if is_opened:
        _set_status(taking, program, status)
    _follow_values(taking, program, values)
    follow_curricula(taking, program, values)
    follow_program_exclusions(taking, program, values)
    follow_degree(taking, program, values)
    if not is_opened:
        _set_status(taking, program, status)


def _follow_values(taking: Taking, program: Program, values: dict[str, Any]) -> None:
    wanted = _wanted(taking, values)
    now = {name: getattr(program, name) for name in wanted if name in PROGRAM_FIELDS}
    now |= {name: _codes(program, name) for name in (AUTHORS, CREDIT) if name in wanted}
    changes = {name: value for name, value in wanted.items() if not _is_same(value, now[name])}
    kind = type_of(taking, values)
    if kind is not None and kind.pk != program.type_id:
        changes["type"] = kind
    changes = {name: value for name, value in changes.items() if taking.may_set(program, name)}
    update = partial(programs.update_program, program, **taking.provenance)
    if changes and _all_at_once(taking, partial(update, **changes)):
        return
    for name, value in changes.items():
        taking.attempt(partial(update, **{name: value}))


def _all_at_once(taking: Taking, write: Any) -> bool:
    left = list(taking.left)
    if taking.attempt(write) is not None:
        return True
    taking.left[:] = left
    return False


def _wanted(taking: Taking, values: dict[str, Any]) -> dict[str, Any]:
    """The values that a program takes as they are, and its organizations as far as they exist."""
    wanted = {name: value for name, value in _stated(values).items() if name in PROGRAM_FIELDS}
    for name, given in _organizations(values).items():
        if given is None:
            continue
        found = {code: catalog.find_organization_by_code(code) for code in dict.fromkeys(given)}
        wanted[name] = list(dict.fromkeys(org.short_name for org in found.values() if org is not None))
        for code in (code for code, org in found.items() if org is None):
            taking.leave("organization_unknown", _("there is no organization %(code)s") % {"code": code})
    return wanted


def _stated(values: dict[str, Any]) -> dict[str, Any]:
    """What the source says of a program's own values, by our names."""
    found = {name: values[name] for name in PROGRAM_FIELDS if values.get(name) is not None}
    if "marketing_slug" in found:
        found["marketing_slug"] = found["marketing_slug"] or None
    found |= {name: given for name, given in _organizations(values).items() if given is not None}
    if (values.get("degree") or {}).get("apply_url") is not None:
        found["apply_url"] = values["degree"]["apply_url"]
    return found | {name: values[name] for name in ("type", "status") if values[name] is not None}


def _organizations(values: dict[str, Any]) -> dict[str, list[str] | None]:
    return {AUTHORS: values["organizations"], CREDIT: values.get("credit_organizations")}


def _is_same(wanted: Any, now: Any) -> bool:
    if isinstance(wanted, str) and isinstance(now, str):
        # As they are stored.
        return wanted.strip() == now
    return wanted == now


def _codes(program: Program, name: str) -> list[str]:
    if name == AUTHORS:
        return program.author_codes
    rows = program.organizations.filter(role="credit").order_by("position", "pk")
    return list(rows.values_list("organization__short_name", flat=True))


def pass_on_slugs(
    source: Source, allowed: set[str], provenance: Provenance, listed: Mapping[str, SourceRow], within: set[str]
) -> set[str]:
    """
    Let programs exchange their addresses as the source says, all of a chain at once, since one by one each would meet the
    other. Returns the uuids, as the source has them, of those that have got another address by it.

    `listed` is what the source says of all, by uuid; only chains with a program of `within` are looked at. A chain that would
    be refused changes nothing: each is told, and why, when it is its turn. Two queries, and about four for each program that
    has another address there.
    """
    records = SourceRecord.objects.filter(source=source, kind=RecordKind.PROGRAM, missing_since=None)
    ours = dict(records.values_list("record", "external_id"))
    moves: dict[str, tuple[Program, str]] = {}
    for program in Program.objects.exclude(status=Program.Status.DELETED).order_by("pk"):
        name = ours.get(str(program.uuid), str(program.uuid))
        if name in listed and (slug := _moves_to(source, allowed, provenance, name, listed[name], program)) is not None:
            moves[name] = (program, slug)
    done: set[str] = set()
    for chain in chains({name: (program.marketing_slug_ci, keys.fold(slug)) for name, (program, slug) in moves.items()}):
        if chain & within and len(chain) > 1:
            slugs = {moves[name][0]: moves[name][1] or None for name in chain}
            taking = Taking(source, allowed, provenance, Memory(source))
            taking.attempt(partial(programs.exchange_marketing_slugs, slugs, **provenance))
            done |= set() if taking.left else chain
    return done


def _moves_to(
    source: Source, allowed: set[str], provenance: Provenance, name: str, said: SourceRow, program: Program
) -> str | None:
    """The address that a program has at the source, "" for none; None where it is the same, or will not be taken."""
    slug, authors = said.values["marketing_slug"], said.values["organizations"]
    if not isinstance(slug, str) or keys.fold(slug) == (program.marketing_slug_ci or ""):
        return None
    if said.values["status"] not in Program.Status.values:
        return None
    if not may_write(allowed, *(program.author_codes if authors is None else authors)):
        return None
    taking = Taking(source, allowed, provenance, Memory.of_program(source, name))
    taking.memory.read_pins([program.uuid])
    taking.memory.read_others(RecordKind.PROGRAM, program.uuid)
    return slug if taking.may_set(program, "marketing_slug") else None


def _set_status(taking: Taking, program: Program, status: str | None) -> None:
    """Step by step, since not every status may follow every other."""
    now = programs.get_program(program.uuid).status
    if status in (None, now) or not taking.may_set(program, "status"):
        return
    for step in programs.status_steps(now, status):
        if taking.attempt(partial(programs.change_program_status, program, step, **taking.provenance)) is None:
            return
    program.refresh_from_db(fields=["status", "retired_at"])
