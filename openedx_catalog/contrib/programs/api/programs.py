"""Programs: reading, creating, changing, and the one table of what may follow on what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Unpack
from uuid import UUID

from django.db import router
from django.db.models import QuerySet
from django.utils import timezone
from organizations.models import Organization

from openedx_catalog import keys
from openedx_catalog.api import find_organization_by_code
from openedx_catalog.api.for_contrib import some_title
from openedx_catalog.data import UNSET, Unset
from openedx_catalog.exceptions import InvalidRequest, OrganizationNotFound
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import Change, Provenance, delete_with_history, save_with_history, store_changes
from openedx_catalog.lib.transactions import atomically
from openedx_catalog.lib.values import parse_uuid

from .. import signals
from ..data import ProgramState
from ..exceptions import DuplicateProgram, InvalidTransition
from ..models import Curriculum, Program, ProgramOrganization, ProgramType
from ..models.program import TRANSITIONS
from . import _scopes, _writing, external_keys
from .program_types import get_program_type

__all__ = [
    "change_program_status",
    "create_program",
    "delete_program",
    "find_program",
    "get_program",
    "get_program_states",
    "get_programs",
    "restore_program",
    "retire_program",
    "update_program",
]

_UNIQUE = ("uuid", "marketing_slug", "readable_id")


def get_program(uuid: UUID | str | None = None, *, readable_id: str = "", marketing_slug: str = "") -> Program:
    """
    Get a program, its type joined, by exactly one of uuid, readable id or marketing slug (the latter two in any case).

    Whatever its status. One query. Does not check permissions. Raises Program.DoesNotExist, InvalidRequest.
    """
    ways = [name for name in (uuid, readable_id, marketing_slug) if name]
    if len(ways) != 1:
        raise InvalidRequest(reason="Give one of: uuid, readable_id, marketing_slug.")
    programs = Program.objects.select_related("type")
    if uuid:
        return programs.get(uuid=parse_uuid(uuid))
    field = "readable_id" if readable_id else "marketing_slug"
    if keys.names_nothing(ways[0]):
        raise Program.DoesNotExist("No program has such a key.")
    return programs.get(**{f"{field}_ci": keys.fold(str(ways[0]).strip())})


def find_program(uuid: UUID | str | None = None, *, readable_id: str = "", marketing_slug: str = "") -> Program | None:
    """`get_program`, or None where there is none. Raises InvalidRequest all the same."""
    try:
        return get_program(uuid, readable_id=readable_id, marketing_slug=marketing_slug)
    except Program.DoesNotExist:
        return None


def get_programs(*, type: str | None = None, status: str | None = None, org_code: str | None = None) -> QuerySet[Program]:
    """
    All programs, deleted ones included, or those of a type (slug), a status, or an authoring organization (short_name).

    Their types are joined; newest first. Lazy: one query when it is read. Does not check permissions.
    """
    programs = Program.objects.select_related("type").order_by("-pk")
    if type is not None:
        programs = programs.filter(type__slug=values.text("type", type, max_length=64))
    if status is not None:
        programs = programs.filter(status=_status(status))
    if org_code is not None:
        programs = programs.filter(pk__in=_writing.authored_by(values.text("org", org_code)))
    return programs


def get_program_states(uuids: Iterable[str]) -> list[ProgramState]:
    """
    How those of these programs stand that there are: what a list from elsewhere is compared with. Other texts are passed over.

    Read where it is written. Two queries for each 500. Does not check permissions.
    """
    wanted, found, using = sorted({name for name in uuids if _writing.UUID_LIKE.match(name)}), [], router.db_for_write(Program)
    for start in range(0, len(wanted), 500):
        programs = list(Program.objects.using(using).filter(uuid__in=wanted[start : start + 500]))
        authors: dict[int, list[str]] = {}
        rows = ProgramOrganization.objects.using(using).filter(program__in=programs, role=ProgramOrganization.Role.AUTHORING)
        for pk, code in rows.values_list("program_id", "organization__short_name"):
            authors.setdefault(pk, []).append(code)
        found += [
            ProgramState(row.uuid, row.status, row.hidden, row.marketing_slug or "", tuple(authors.get(row.pk, ())))
            for row in programs
        ]
    return found


def create_program(
    *,
    title: str,
    type: ProgramType | str,
    status: str = "unpublished",
    subtitle: str = "",
    marketing_slug: str | None = None,
    readable_id: str | None = None,
    hidden: bool = False,
    authoring_organizations: Sequence[str] = (),
    credit_organizations: Sequence[str] = (),
    uuid: UUID | str | None = None,
    **provenance: Unpack[Provenance],
) -> Program:
    """
    Create a program of a type (an object or its slug), without courses: those come with its curricula.

    A site that has discovery passes its own `uuid`. Organizations are given by short_name in any case, in order, and must
    exist. Slug and readable id are unique in any case, over deleted programs too. Emits ``program.created``. Does not check
    permissions.

    Raises DuplicateProgram, ProgramType.DoesNotExist, OrganizationNotFound, InvalidTitle, InvalidValue, InvalidRequest.
    """
    change = Change(**provenance)
    wanted = {
        "title": some_title(title),
        "subtitle": values.text("subtitle", subtitle),
        "status": _status(status),
        "marketing_slug": _writing.path_or_none("marketing_slug", marketing_slug),
        "readable_id": _writing.readable_or_none(readable_id),
        "hidden": values.flag("hidden", hidden),
        **_writing.identifier(uuid),
    }

    def work() -> Program:
        _refuse_taken(wanted)
        program = Program(type=_type(type), **wanted)
        program.retired_at = timezone.now() if program.status == Program.Status.RETIRED else None
        save_with_history(program, change)
        _set_organizations(program, ProgramOrganization.Role.AUTHORING, authoring_organizations, change)
        _set_organizations(program, ProgramOrganization.Role.CREDIT, credit_organizations, change)
        _writing.record_program_event(signals.PROGRAM_CREATED, program, change)
        return program

    return atomically(router.db_for_write(Program), work)


def update_program(
    program: Program | UUID | str,
    *,
    title: str | Unset = UNSET,
    subtitle: str | Unset = UNSET,
    type: ProgramType | str | Unset = UNSET,
    marketing_slug: str | Unset | None = UNSET,
    readable_id: str | Unset | None = UNSET,
    hidden: bool | Unset = UNSET,
    authoring_organizations: Sequence[str] | Unset = UNSET,
    credit_organizations: Sequence[str] | Unset = UNSET,
    status: str | Unset = UNSET,
    **provenance: Unpack[Provenance],
) -> Program:
    """
    Change a program, given as an object or by its uuid; UNSET leaves a value, None empties slug and readable id.

    Organizations are given whole, in their order. Another `status` is `change_program_status`, in the same transaction.
    Nothing is written, and no event recorded, where nothing changes. Emits ``program.updated``. Does not check permissions.

    Raises Program.DoesNotExist, and as `create_program` and `change_program_status`.
    """
    change = Change(**provenance)
    wanted: dict[str, Any] = {
        "title": title if title is UNSET else some_title(title),
        "subtitle": subtitle if subtitle is UNSET else values.text("subtitle", subtitle),
        "hidden": hidden if hidden is UNSET else values.flag("hidden", hidden),
        "marketing_slug": (
            marketing_slug if marketing_slug is UNSET else _writing.path_or_none("marketing_slug", marketing_slug)
        ),
        "readable_id": readable_id if readable_id is UNSET else _writing.readable_or_none(readable_id),
    }

    def work() -> Program:
        row = _held_with_courses(program, str(status))
        _refuse_taken(wanted, but=row.pk)
        if type is not UNSET:
            wanted["type"] = _type(type)
        changed = store_changes(row, wanted, change)
        if authoring_organizations is not UNSET:
            changed |= _set_organizations(row, ProgramOrganization.Role.AUTHORING, authoring_organizations, change)
        if credit_organizations is not UNSET:
            changed |= _set_organizations(row, ProgramOrganization.Role.CREDIT, credit_organizations, change)
        if changed:
            _writing.record_program_event(signals.PROGRAM_UPDATED, row, change)
        if status is not UNSET and row.status != _status(status):
            _change_status(row, _status(status), change)
        return row

    return atomically(router.db_for_write(Program), work)


def change_program_status(program: Program | UUID | str, to: str, **provenance: Unpack[Provenance]) -> Program:
    """
    Take a program from its status to another: "unpublished", "active", "retired" or "deleted".

    Unpublished goes to active or deleted; active to unpublished, retired or deleted; retired to active or deleted; deleted
    back to unpublished. A retired program is kept for its learners and gains no runs; one that was deleted holds no external
    keys, and takes them again when it comes back. Nothing happens where it stands there already. Emits
    ``program.retired``, ``program.deleted``, or ``program.updated``. Does not check permissions.

    Raises InvalidTransition, InvalidValue, ExternalKeyConflict, Program.DoesNotExist, InvalidRequest.
    """
    status, change = _status(to), Change(**provenance)

    def work() -> Program:
        row = _held_with_courses(program, status)
        if row.status != status:
            _change_status(row, status, change)
        return row

    return atomically(router.db_for_write(Program), work)


def retire_program(program: Program | UUID | str, **provenance: Unpack[Provenance]) -> Program:
    """`change_program_status` to "retired"."""
    return change_program_status(program, "retired", **provenance)


def delete_program(program: Program | UUID | str, **provenance: Unpack[Provenance]) -> Program:
    """`change_program_status` to "deleted": the row, its curricula and its history stay."""
    return change_program_status(program, "deleted", **provenance)


def restore_program(
    program: Program | UUID | str,
    values: Mapping[str, tuple[Any, Any]],
    *,
    retired_at: datetime | None = None,
    **provenance: Unpack[Provenance],
) -> set[str]:
    """
    Take changes back: ``{field: (its former value, what was made of it)}``. What is something else by now stays; returns the
    others.

    Fields are title, subtitle, hidden, marketing_slug, status and authoring_organizations, in order. A former status is one
    step, whatever may follow on what, since that it was so is known; `retired_at` comes back with "retired". Emits
    ``program.updated``, and what `change_program_status` does. Does not check permissions.

    Raises Program.DoesNotExist, DuplicateProgram, ExternalKeyConflict, OrganizationNotFound.
    """
    change = Change(**provenance)

    def work() -> set[str]:
        row = _held_with_courses(program, Program.Status.UNPUBLISHED if "status" in values else "")
        authors = [each.organization.short_name for each in _authors(row)]
        same = {
            name: before
            for name, (before, made) in values.items()
            if (authors if name == "authoring_organizations" else getattr(row, name)) == made
        }
        _refuse_taken(same, but=row.pk)
        plain = ("title", "subtitle", "hidden", "marketing_slug")
        fields: dict[str, Any] = {name: same[name] for name in plain if name in same}
        changed = store_changes(row, fields, change)
        if "authoring_organizations" in same:
            changed |= _set_organizations(row, ProgramOrganization.Role.AUTHORING, same["authoring_organizations"], change)
        if changed:
            _writing.record_program_event(signals.PROGRAM_UPDATED, row, change)
        if "status" in same:
            _write_status(row, _status(same["status"]), change, retired_at)
        return set(same)

    return atomically(router.db_for_write(Program), work)


# For the other modules of this API


def program_id(given: Program | UUID | str) -> int:
    """The id of a program given as an object or by its uuid. Raises Program.DoesNotExist, InvalidRequest."""
    if isinstance(given, Program):
        return given.pk
    found = Program.objects.filter(uuid=parse_uuid(given)).values_list("pk", flat=True).first()
    if found is None:
        raise Program.DoesNotExist(f"No program {given}.")
    return found


def locked_program(given: Program | UUID | str) -> Program:
    """A program as it is now, its type joined, held together with those that contain it."""
    pk = program_id(given)
    _scopes.lock_programs(lambda: [pk])
    return Program.objects.select_related("type").get(pk=pk)


def _held_with_courses(program: Program | UUID | str, status: str) -> Program:
    """
    A program as it is now, held; before a deleted one comes back its courses as well, which may have got other keys meanwhile.

    They come first in the order, so what it has got while it was waited for is held then.
    """
    if status != Program.Status.UNPUBLISHED:
        return locked_program(program)
    courses = _courses_of(program)
    while True:
        _scopes.lock_courses(courses)
        row, held = locked_program(program), courses
        courses = _courses_of(program)
        if courses <= held:
            return row


def _courses_of(program: Program | UUID | str) -> set[int]:
    curricula = Curriculum.objects.filter(program_id=program_id(program))
    return _scopes.inside(curricula.values_list("pk", flat=True))[0]


def refuse_taken_uuid(model: Any, uuid: UUID | None) -> None:
    """Raise DuplicateProgram where a row of this model has the uuid."""
    if uuid is not None and (owner := model.objects.filter(uuid=uuid).first()) is not None:
        raise DuplicateProgram(field="uuid", value=str(uuid), title=str(owner))


def _change_status(program: Program, status: str, change: Change) -> None:
    allowed = TRANSITIONS[program.status]
    if status not in allowed:
        raise InvalidTransition(status=program.status, to=status, allowed=", ".join(allowed))
    _write_status(program, status, change, timezone.now())


def _write_status(program: Program, status: str, change: Change, retired_at: datetime | None) -> None:
    back = program.status == Program.Status.DELETED
    program.status = status
    program.retired_at = (retired_at or timezone.now()) if status == Program.Status.RETIRED else None
    save_with_history(program, change)
    # Whatever contains it has its keys too, or has them no longer.
    programs = _scopes.lock_programs(lambda: _scopes.ProgramGraph().descendants([program.pk]))
    (external_keys.claim if back else external_keys.release)([], programs)
    signal = {"retired": signals.PROGRAM_RETIRED, "deleted": signals.PROGRAM_DELETED}.get(status, signals.PROGRAM_UPDATED)
    _writing.record_program_event(signal, program, change)


def _authors(program: Program) -> QuerySet[ProgramOrganization]:
    rows = ProgramOrganization.objects.filter(program=program, role=ProgramOrganization.Role.AUTHORING)
    return rows.select_related("organization").order_by("position", "pk")


def _status(value: Any) -> str:
    if value not in Program.Status.values:
        raise values.invalid("status", value, f"it is none of {', '.join(Program.Status.values)}")
    return str(value)


def _type(given: Any) -> ProgramType:
    # Read again, since it may have been deleted meanwhile.
    return ProgramType.objects.get(pk=given.pk) if isinstance(given, ProgramType) else get_program_type(given)


def _refuse_taken(values: dict[str, Any], *, but: int | None = None) -> None:
    for name in _UNIQUE:
        value = values.get(name)
        if value is None or value is UNSET:
            continue
        condition = {"uuid": value} if name == "uuid" else {f"{name}_ci": keys.fold(value)}
        owner = Program.objects.filter(**condition).exclude(pk=but or 0).first()
        if owner is not None:
            raise DuplicateProgram(field=name, value=str(value), title=owner.title)


def _set_organizations(program: Program, role: str, codes: Sequence[str], change: Change) -> bool:
    """Make these the organizations of a role, in this order; says whether anything changed."""
    if isinstance(codes, str) or not isinstance(codes, Sequence):
        raise values.invalid(f"{role}_organizations", codes, "it is no list of short names")
    wanted = list(dict.fromkeys(_organization(role, code).pk for code in codes))
    stored = {row.organization_id: row for row in ProgramOrganization.objects.filter(program=program, role=role)}
    changed = False
    for pk in set(stored) - set(wanted):
        delete_with_history(stored[pk], change)
        changed = True
    for position, pk in enumerate(wanted):
        row = stored.get(pk)
        if row is None or row.position != position:
            row = row or ProgramOrganization(program=program, organization_id=pk, role=role)
            row.position = position
            save_with_history(row, change)
            changed = True
    return changed


def _organization(role: str, code: Any) -> Organization:
    found = find_organization_by_code(values.text(f"{role}_organizations", code, required=True))
    if found is None:
        raise OrganizationNotFound(org_code=code, reason="a program names organizations that exist")
    return found
