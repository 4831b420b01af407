"""Course run types and course types: what they are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Unpack
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from organizations.models import Organization

from openedx_catalog.api.for_contrib import organization_named
from openedx_catalog.data import UNSET, Unset
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import Change, Provenance, delete_with_history, save_with_history
from openedx_catalog.lib.named import MAX_LENGTH, NamedRows
from openedx_catalog.lib.transactions import writes_to

from ..models import (
    CourseRunType,
    CourseRunTypeTrack,
    CourseType,
    CourseTypeEntitlement,
    CourseTypeOrganization,
    CourseTypeRunType,
    SeatType,
)
from .kinds import SEAT_TYPES, Pair, tracks_of


def _slug(field: str, value: Any) -> str:
    found = values.slug(field, value, max_length=MAX_LENGTH)
    if found == "match":
        raise values.invalid(field, value, _("the REST API has something else at such an address"))
    return found


RUN_TYPES = NamedRows(CourseRunType, "course_run_type", is_marketable=values.flag)
COURSE_TYPES = NamedRows(CourseType, "course_type", slug=_slug)


def get_course_run_types() -> QuerySet[CourseRunType]:
    """All course run types, the oldest first, their tracks prefetched (``track_rows``). Two queries when it is read."""
    tracks = CourseRunTypeTrack.objects.select_related("track__mode", "track__seat_type").order_by("track__mode_id", "pk")
    return CourseRunType.objects.prefetch_related(Prefetch("track_rows", tracks)).order_by("pk")


def get_course_run_type(slug: str) -> CourseRunType:
    """
    The course run type with exactly this slug, e.g. "verified-audit". One query. Raises CourseRunType.DoesNotExist,
    InvalidValue.
    """
    return RUN_TYPES.find(slug)


@writes_to(CourseRunType)
def create_course_run_type(
    *,
    name: str,
    slug: str | None = None,
    tracks: Sequence[Pair] = (),
    is_marketable: bool = True,
    uuid: UUID | str | None = None,
    **provenance: Unpack[Provenance],
) -> CourseRunType:
    """
    Create a type of runs. `tracks` are pairs of a mode and a seat type, objects or slugs: ``[("verified", "verified"),
    ("masters", None)]``, where None says that nothing is sold. The slug follows from the name unless given.

    Raises DuplicateValue, Mode.DoesNotExist, SeatType.DoesNotExist, InvalidValue, InvalidRequest (uuid).
    """
    change = Change(**provenance)
    row = RUN_TYPES.create(change, name=name, slug=slug, uuid=uuid, is_marketable=is_marketable)
    _link(CourseRunTypeTrack, row, tracks_of(tracks, change), change)
    return row


@writes_to(CourseRunType)
def update_course_run_type(
    course_run_type: CourseRunType | str,
    *,
    name: str | Unset = UNSET,
    slug: str | Unset = UNSET,
    tracks: Sequence[Pair] | Unset = UNSET,
    is_marketable: bool | Unset = UNSET,
    **provenance: Unpack[Provenance],
) -> CourseRunType:
    """
    Change a type of runs, given as an object or by its slug; `tracks` are given whole. Runs keep it, with what it is by then.

    Raises CourseRunType.DoesNotExist, and as `create_course_run_type`.
    """
    change = Change(**provenance)
    row = RUN_TYPES.update(course_run_type, change, name=name, slug=slug, is_marketable=is_marketable)
    if tracks is not UNSET:
        _link(CourseRunTypeTrack, row, tracks_of(tracks, change), change)
    return row


@writes_to(CourseRunType)
def delete_course_run_type(course_run_type: CourseRunType | str, **provenance: Unpack[Provenance]) -> None:
    """
    Delete a type that no run and no course type has. Raises HasDependents (a ProtectedError), CourseRunType.DoesNotExist,
    InvalidValue.
    """
    RUN_TYPES.delete(course_run_type, Change(**provenance), {CourseRunTypeTrack: "course_run_type"})


def get_course_types(*, org_code: str | None = None) -> QuerySet[CourseType]:
    """
    All course types, the oldest first, with their run types, entitlements and organizations prefetched (``run_type_rows``,
    ``entitlement_rows``, ``organization_rows``). With `org_code` those that a course of this organization (short_name, in any
    case) may have. Four queries when it is read, and one or two more for an organization. Raises OrganizationNotFound.
    """
    run_types = CourseTypeRunType.objects.select_related("course_run_type").order_by("position", "pk")
    entitlements = CourseTypeEntitlement.objects.select_related("seat_type").order_by("seat_type_id")
    organizations = CourseTypeOrganization.objects.select_related("organization").order_by("pk")
    rows = CourseType.objects.prefetch_related(
        Prefetch("run_type_rows", run_types),
        Prefetch("entitlement_rows", entitlements),
        Prefetch("organization_rows", organizations),
    ).order_by("pk")
    if org_code is None:
        return rows
    limited = CourseTypeOrganization.objects.order_by().values("course_type")
    own = limited.filter(organization=_organization(org_code))
    return rows.exclude(pk__in=limited) | rows.filter(pk__in=own)


def get_course_type(slug: str) -> CourseType:
    """The course type with exactly this slug. One query. Raises CourseType.DoesNotExist, InvalidValue."""
    return COURSE_TYPES.find(slug)


@writes_to(CourseType)
def create_course_type(
    *,
    name: str,
    slug: str | None = None,
    course_run_types: Sequence[CourseRunType | str] = (),
    entitlement_types: Sequence[SeatType | str] = (),
    organizations: Sequence[str] = (),
    uuid: UUID | str | None = None,
    **provenance: Unpack[Provenance],
) -> CourseType:
    """
    Create a type of courses: which types its runs may have, in order; which entitlements are sold for it; and for which
    organizations it is (short_names in any case; none means all). The slug follows from the name unless given.

    Raises DuplicateValue, CourseRunType.DoesNotExist, SeatType.DoesNotExist, OrganizationNotFound, InvalidValue,
    InvalidRequest (uuid).
    """
    change = Change(**provenance)
    row = COURSE_TYPES.create(change, name=name, slug=slug, uuid=uuid)
    _link_course_type(row, course_run_types, entitlement_types, organizations, change)
    return row


@writes_to(CourseType)
def update_course_type(
    course_type: CourseType | str,
    *,
    name: str | Unset = UNSET,
    slug: str | Unset = UNSET,
    course_run_types: Sequence[CourseRunType | str] | Unset = UNSET,
    entitlement_types: Sequence[SeatType | str] | Unset = UNSET,
    organizations: Sequence[str] | Unset = UNSET,
    **provenance: Unpack[Provenance],
) -> CourseType:
    """
    Change a type of courses, given as an object or by its slug; lists are given whole. Courses keep it, and their runs theirs:
    the doctor names those that it does not allow any more. Raises CourseType.DoesNotExist, and as `create_course_type`.
    """
    change = Change(**provenance)
    row = COURSE_TYPES.update(course_type, change, name=name, slug=slug)
    _link_course_type(row, course_run_types, entitlement_types, organizations, change)
    return row


@writes_to(CourseType)
def delete_course_type(course_type: CourseType | str, **provenance: Unpack[Provenance]) -> None:
    """Delete a type that no course has. Raises HasDependents (a ProtectedError), CourseType.DoesNotExist, InvalidValue."""
    links = dict.fromkeys((CourseTypeRunType, CourseTypeEntitlement, CourseTypeOrganization), "course_type")
    COURSE_TYPES.delete(course_type, Change(**provenance), links)


def _link_course_type(row: CourseType, run_types: Any, entitlements: Any, organizations: Any, change: Change) -> None:
    if run_types is not UNSET:
        _link(CourseTypeRunType, row, RUN_TYPES.find_all(run_types, "course_run_types"), change)
    if entitlements is not UNSET:
        _link(CourseTypeEntitlement, row, SEAT_TYPES.find_all(entitlements, "entitlement_types"), change)
    if organizations is not UNSET:
        orgs = [_organization(code) for code in values.sequence("organizations", organizations)]
        _link(CourseTypeOrganization, row, orgs, change)


def _link(model: Any, row: Any, wanted: Iterable[Any], change: Change) -> None:
    """Make these what a row is linked with, in order where that counts; only what differs is written."""
    owner, name = model.ends
    pks = list(dict.fromkeys(each.pk for each in wanted))
    stored = {getattr(link, f"{name}_id"): link for link in model.objects.filter(**{owner: row})}
    for pk in stored.keys() - set(pks):
        delete_with_history(stored[pk], change)
    for position, pk in enumerate(pks):
        link = stored.get(pk) or model(**{owner: row, f"{name}_id": pk})
        # Only a model with an order has such a column; to the others nothing is written by it.
        moved = getattr(link, "position", position) != position
        if link.pk is None or moved:
            link.position = position
            save_with_history(link, change)


def _organization(code: str) -> Organization:
    return organization_named("organizations", code, _("it must exist before a course type can name it"))
