"""Creating and changing programs and their types. Nothing here checks permissions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Unpack
from uuid import UUID

from django.core.files import File
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from openedx_catalog import keys
from openedx_catalog.api.for_contrib import organization_named
from openedx_catalog.data import UNSET, Unset
from openedx_catalog.exceptions import DuplicateValue
from openedx_catalog.lib import texts, values
from openedx_catalog.lib.changes import (
    Change,
    Provenance,
    delete_with_history,
    refuse_duplicate,
    save_with_history,
    store_changes,
)
from openedx_catalog.lib.dated import revised
from openedx_catalog.lib.images import check_described, store_image
from openedx_catalog.lib.named import NamedRows
from openedx_catalog.lib.slugs import find_slug, take_slug
from openedx_catalog.lib.transactions import writes_to

from .. import signals
from ..exceptions import InvalidTransition
from ..models import FormerProgramSlug, Program, ProgramOrganization, ProgramType
from ..models.program import TRANSITIONS
from . import _feed, _scopes, external_keys
from ._changing import record_program_event
from .following import exclude_runs
from .lookup import id_of
from .reading import skipped_runs
from .values import checked, identifier, parse_status, seat_types

_AUTHORING, _CREDIT = ProgramOrganization.Role.AUTHORING, ProgramOrganization.Role.CREDIT
_UNIQUE = ("marketing_slug", "readable_id")
_IMAGE: Any = Program._meta.get_field("image")


class _Types(NamedRows[ProgramType]):
    """Kinds of programs: nothing emits an event, and the change feed names each program that shows another type now."""

    def tell(self, row: ProgramType, what: str) -> None:
        _feed.note_type(row, what)


_TYPES = _Types(ProgramType, "type", applicable_seat_types=seat_types)


@writes_to(Program)
def create_program(
    *,
    title: str,
    type: ProgramType | str,
    status: str = "unpublished",
    subtitle: str = "",
    description: str = "",
    image: File | None = None,
    image_alt: str = "",
    marketing_slug: str | None = None,
    readable_id: str | None = None,
    hidden: bool = False,
    one_click_purchase_enabled: bool = False,
    authoring_organizations: Sequence[str] = (),
    credit_organizations: Sequence[str] = (),
    uuid: UUID | str | None = None,
    **provenance: Unpack[Provenance],
) -> Program:
    """
    Create a program of a type (an object or its slug), without courses: those come with its curricula.

    A site that has discovery passes its own `uuid`. Organizations are given by short_name in any case, in order, and must
    exist. Slug and readable id are unique in any case, over deleted programs too; no other program may have had the slug. An
    `image` is an open file, a PNG, JPEG, GIF or WebP of at most 2 MB, and needs an `image_alt`; its file stays in the storage
    where the change is rolled back. Emits ``program.created``.

    Raises DuplicateValue, ProgramType.DoesNotExist, OrganizationNotFound, InvalidTitle, InvalidValue, InvalidRequest.
    """
    change, own = Change(**provenance), identifier(uuid)
    given: dict[str, Any] = {"marketing_slug": marketing_slug, "readable_id": readable_id}
    given |= {"description": description, "image": image, "image_alt": image_alt}
    given["one_click_purchase_enabled"] = one_click_purchase_enabled
    wanted = checked(Program, title=title, subtitle=subtitle, status=status, hidden=hidden, **given)
    check_described(wanted["image"], wanted["image_alt"])
    program = Program(type=_TYPES.find(type), **wanted, **own)
    refuse_duplicate(program, *own, *_UNIQUE)
    _refuse_former(program)
    program.image = store_image(_IMAGE, wanted["image"])
    program.retired_at = timezone.now() if program.status == Program.Status.RETIRED else None
    save_with_history(program, change)
    _set_organizations(program, {_AUTHORING: authoring_organizations, _CREDIT: credit_organizations}, change)
    record_program_event(signals.PROGRAM_CREATED, program, change)
    return program


@writes_to(Program)
def update_program(
    program: Program | UUID | str,
    *,
    title: str | Unset = UNSET,
    subtitle: str | Unset = UNSET,
    description: str | Unset = UNSET,
    image: File | Unset | None = UNSET,
    image_alt: str | Unset = UNSET,
    type: ProgramType | str | Unset = UNSET,
    marketing_slug: str | Unset | None = UNSET,
    readable_id: str | Unset | None = UNSET,
    hidden: bool | Unset = UNSET,
    one_click_purchase_enabled: bool | Unset = UNSET,
    authoring_organizations: Sequence[str] | Unset = UNSET,
    credit_organizations: Sequence[str] | Unset = UNSET,
    status: str | Unset = UNSET,
    **provenance: Unpack[Provenance],
) -> Program:
    """
    Change a program, given as an object or by its uuid; UNSET leaves a value, None empties slug, readable id and image.

    Organizations are given whole, in their order. Another `status` is `change_program_status`, in the same transaction.
    Nothing is written, and no event recorded, where nothing changes. Emits ``program.updated``.

    Raises Program.DoesNotExist, and as `create_program` and `change_program_status`.
    """
    change = Change(**provenance)
    given: dict[str, Any] = {"marketing_slug": marketing_slug, "readable_id": readable_id, "status": status}
    given |= {"description": description, "image": image, "image_alt": image_alt}
    given["one_click_purchase_enabled"] = one_click_purchase_enabled
    wanted = checked(Program, title=title, subtitle=subtitle, hidden=hidden, **given)
    to = wanted.pop("status", UNSET)
    row = _lock_for_status(program, to)
    if type is not UNSET:
        wanted["type"] = _TYPES.find(type)
    organizations: dict[str, Any] = {_AUTHORING: authoring_organizations, _CREDIT: credit_organizations}
    _store(row, wanted, organizations, change)
    if to not in (UNSET, row.status):
        if to not in (allowed := TRANSITIONS[row.status]):
            raise InvalidTransition(status=row.status, to=to, allowed=", ".join(allowed))
        _write_status(row, to, change)
    return row


def change_program_status(program: Program | UUID | str, to: str, **provenance: Unpack[Provenance]) -> Program:
    """
    Take a program from its status to another: "unpublished", "active", "retired" or "deleted".

    Unpublished goes to active or deleted; active to unpublished, retired or deleted; retired to active or deleted; deleted
    back to unpublished. A retired program is kept for its learners and gains no runs: where it is taken out of
    that status, the runs that it would gain by it are excluded, to be included one by one. One that was deleted holds no
    external keys, and takes them again when it comes back. Nothing happens where it stands there already. Emits
    ``program.retired``, ``program.deleted``, or ``program.updated``.

    Raises InvalidTransition, InvalidValue, ExternalKeyConflict, Program.DoesNotExist, InvalidRequest.
    """
    return update_program(program, status=to, **provenance)


def retire_program(program: Program | UUID | str, **provenance: Unpack[Provenance]) -> Program:
    """`change_program_status` to "retired"."""
    return change_program_status(program, "retired", **provenance)


def delete_program(program: Program | UUID | str, **provenance: Unpack[Provenance]) -> Program:
    """`change_program_status` to "deleted": the row, its curricula and its history stay."""
    return change_program_status(program, "deleted", **provenance)


@writes_to(Program)
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
    ``program.updated``, and what `change_program_status` does.

    Raises Program.DoesNotExist, DuplicateValue, ExternalKeyConflict, OrganizationNotFound.
    """
    change = Change(**provenance)
    row = _lock_for_status(program, Program.Status.UNPUBLISHED if "status" in values else "")
    now = {name: getattr(row, name) for name in values if name != "authoring_organizations"}
    now["authoring_organizations"] = row.author_codes
    same = {name: before for name, (before, made) in values.items() if now[name] == made}
    plain: dict[str, Any] = {name: same[name] for name in ("title", "subtitle", "hidden", "marketing_slug") if name in same}
    _store(row, plain, {_AUTHORING: same.get("authoring_organizations", UNSET)}, change)
    if "status" in same:
        _write_status(row, parse_status("status", same["status"]), change, retired_at)
    return set(same)


@writes_to(Program)
def exchange_marketing_slugs(slugs: Mapping[Program, str | None], **provenance: Unpack[Provenance]) -> None:
    """
    Give programs other marketing slugs at once, also such as another one of them has, or as any program had, which its former
    address then leads to no more: all of them, or none.

    Emits ``program.updated`` for each, twice for one that gives its own up first. Raises Program.DoesNotExist, DuplicateValue,
    InvalidValue.
    """
    taken = {row.marketing_slug_ci for row in slugs if row.marketing_slug_ci}
    wanted = {keys.fold(slug) for slug in slugs.values() if slug}
    for row in sorted(slugs, key=lambda row: row.pk):
        if row.marketing_slug_ci in taken & wanted:
            update_program(row, marketing_slug=None, **provenance)
    FormerProgramSlug.objects.filter(slug_ci__in=wanted).delete()
    for row in sorted(slugs, key=lambda row: row.pk):
        update_program(row, marketing_slug=slugs[row], **provenance)


# Kinds of programs


def get_program_types() -> QuerySet[ProgramType]:
    """All types, by name. One query when it is read."""
    return ProgramType.objects.order_by("name", "pk")


def get_program_type(slug: str) -> ProgramType:
    """The type with exactly this slug, e.g. "micromasters". One query. Raises ProgramType.DoesNotExist, InvalidValue."""
    return _TYPES.find(slug)


@writes_to(ProgramType)
def create_program_type(
    *,
    name: str,
    slug: str | None = None,
    applicable_seat_types: Sequence[str] = (),
    uuid: UUID | str | None = None,
    **provenance: Unpack[Provenance],
) -> ProgramType:
    """
    Create a type; the slug follows from the name unless given ("Boot Camp": "boot-camp"). With seats or entitlements of the
    `applicable_seat_types`, slugs such as "verified", the LMS sells a program of this type as a whole.

    Raises DuplicateValue, InvalidValue, InvalidRequest (uuid).
    """
    given = {"applicable_seat_types": applicable_seat_types}
    return _TYPES.create(Change(**provenance), name=name, slug=slug, uuid=uuid, **given)


@writes_to(ProgramType)
def update_program_type(
    program_type: ProgramType | str,
    *,
    name: str | Unset = UNSET,
    slug: str | Unset = UNSET,
    applicable_seat_types: Sequence[str] | Unset = UNSET,
    **provenance: Unpack[Provenance],
) -> ProgramType:
    """
    Change a type, given as an object or by its slug. Programs keep it; clients compare slugs, so they notice another one.

    Raises ProgramType.DoesNotExist, DuplicateValue, InvalidValue.
    """
    given = {"applicable_seat_types": applicable_seat_types}
    return _TYPES.update(program_type, Change(**provenance), name=name, slug=slug, **given)


@writes_to(ProgramType)
def delete_program_type(program_type: ProgramType | str, **provenance: Unpack[Provenance]) -> None:
    """Delete a type that no program has. Raises HasDependents (a ProtectedError), ProgramType.DoesNotExist."""
    _TYPES.delete(program_type, Change(**provenance))


# For the other modules of this API


def lock_program(pk: int) -> Program:
    """
    A program as it is now, its type joined, held together with those that contain it. Raises Program.DoesNotExist.

    Events of one program are recorded while it is held: otherwise two could be dispatched in another order than that of
    the changes that they are about.
    """
    _scopes.lock_programs(lambda: [pk])
    return Program.objects.select_related("type").get(pk=pk)


def _store(row: Program, wanted: dict[str, Any], organizations: dict[str, Any], change: Change) -> None:
    new = revised(row, wanted)
    check_described(new.image, new.image_alt)
    refuse_duplicate(new, *(name for name in _UNIQUE if name in wanted))
    if "marketing_slug" in wanted and new.marketing_slug != row.marketing_slug:
        _refuse_former(new)
        if row.marketing_slug:
            take_slug(FormerProgramSlug, {"program": row}, row.marketing_slug)
    if "image" in wanted:
        wanted["image"] = store_image(_IMAGE, wanted["image"])
    was_public = row.is_public
    changed = store_changes(row, wanted, change)
    if _set_organizations(row, organizations, change) or changed:
        record_program_event(signals.PROGRAM_UPDATED, row, change, was_public=was_public)


def _refuse_former(row: Program) -> None:
    """Raise DuplicateValue where the slug of a program is one that another one had. One query, none without a slug."""
    former = find_slug(FormerProgramSlug, row.marketing_slug or "")
    if former is not None and former.program_id != row.pk:
        owner = former.program
        facts = {"value": texts.shorten(row.marketing_slug, 60), "owner": f"{owner._meta.verbose_name} {owner}"}
        raise DuplicateValue(field="marketing_slug", row=owner, **facts)


def _lock_for_status(program: Program | UUID | str, status: str | Unset) -> Program:
    """
    A program as it is now, held for a change, to this status if any.

    Before a deleted one comes back its courses are held as well: otherwise one of their runs could be given a key that
    another run of the program has, while the program is not among those that have the course.
    """
    pk = id_of(Program, program)
    if status == Program.Status.UNPUBLISHED:
        _scopes.lock_affected(partial(_scopes.affected_by_program, pk))
    return lock_program(pk)


def _write_status(program: Program, status: str, change: Change, retired_at: datetime | None = None) -> None:
    restored, was_public = program.status == Program.Status.DELETED, program.is_public
    if program.status == Program.Status.RETIRED:
        # What it has not gained since then is let in by somebody, one by one, and not by the new status.
        exclude_runs(((program.pk, run) for run in skipped_runs(program)), change)
    program.status = status
    program.retired_at = (retired_at or timezone.now()) if status == Program.Status.RETIRED else None
    save_with_history(program, change)
    # Whatever contains it has its keys too, or has them no longer; without the locks another writer could take one of them.
    programs = _scopes.lock_programs(lambda: _scopes.ProgramGraph().descendants([program.pk]))
    external_keys.claim([], programs, releases_only=not restored)
    signal = {"retired": signals.PROGRAM_RETIRED, "deleted": signals.PROGRAM_DELETED}.get(status, signals.PROGRAM_UPDATED)
    record_program_event(signal, program, change, was_public=was_public)


def _set_organizations(program: Program, organizations: dict[str, Any], change: Change) -> bool:
    """Make these the organizations of each role that is given, in order; says whether anything changed."""
    changed = False
    for role, codes in organizations.items():
        if codes is UNSET:
            continue
        field, reason = f"{role}_organizations", _("the organizations of a program must exist")
        named = (organization_named(field, code, reason) for code in values.sequence(field, codes))
        wanted = list(dict.fromkeys(organization.pk for organization in named))
        stored = {row.organization_id: row for row in ProgramOrganization.objects.filter(program=program, role=role)}
        for pk in set(stored) - set(wanted):
            delete_with_history(stored[pk], change)
            changed = True
        for position, pk in enumerate(wanted):
            row = stored.get(pk) or ProgramOrganization(program=program, organization_id=pk, role=role, position=-1)
            if row.position != position:
                row.position = position
                save_with_history(row, change)
                changed = True
    return changed
