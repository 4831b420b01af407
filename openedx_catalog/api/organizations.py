"""
Organizations as the catalog needs them: found in any case, inactive ones included, created without a race.

Never through `organizations.api.ensure_organization`, which races, re-activates inactive ones and can raise.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Unpack

from django.db import connections, router
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from organizations.models import Organization

from .. import keys, signals
from ..data import UNSET, Unset
from ..exceptions import (
    DuplicateOrganization,
    InvalidOrganizationCode,
    InvalidRequest,
    OrganizationNotFound,
    OrganizationRenameRefused,
)
from ..lib.changes import Change, Provenance, delete_with_history, record_events, save_with_history, store_changes
from ..lib.routing import rows_of
from ..lib.sql import reads_snapshots
from ..lib.transactions import read_committed, refuse_if_protected, writes_to
from ..models import CatalogCourse, CatalogCourseCode, CourseRun
from ..organization_names import find_organization
from . import lookup, values
from ._changes import course_event
from ._engine import refusal_to_create
from ._store import Store, lock_organizations

__all__ = [
    "check_organization_rename",
    "create_organization",
    "delete_organization",
    "find_organization_by_code",
    "get_organizations",
    "update_organization",
]

MAX_NAME = 255


def get_organizations(*, active: bool | None = None) -> QuerySet[Organization]:
    """All organizations, or the active or inactive ones, by short_name. Lazy. Raises InvalidRequest."""
    organizations = rows_of(Organization).order_by("short_name")
    return organizations if active is None else organizations.filter(active=_checked_active(active))


@writes_to(Organization)
def create_organization(
    *,
    short_name: str,
    name: str = "",
    description: str | None = None,
    active: bool = True,
    **provenance: Unpack[Provenance],
) -> Organization:
    """
    Create an organization; its name defaults to the short_name. No two differ by case only.

    Does not ask ORGANIZATIONS_AUTOCREATE, which is about organizations that a key names. Does not check permissions.

    Raises InvalidOrganizationCode, DuplicateOrganization, InvalidTitle (name), InvalidRequest (description).
    """
    short_name = _checked_short_name(short_name)
    organization = Organization(
        short_name=short_name,
        name=values.normalize_title(name) or short_name,
        description=_checked_description(description),
        active=_checked_active(active),
    )
    change = Change(**provenance)
    _refuse_duplicate(organization)
    save_with_history(organization, change)
    return organization


@writes_to(Organization)
def update_organization(
    organization: Organization | str,
    *,
    short_name: str | Unset = UNSET,
    name: str | Unset = UNSET,
    description: str | Unset | None = UNSET,
    active: bool | Unset = UNSET,
    **provenance: Unpack[Provenance],
) -> Organization:
    """
    Change an organization (an object, or its short_name), activate or deactivate it; UNSET leaves a value. Returns it as it is
    now.

    A short_name may change its case; another name is refused while keys of implicit runs contradict it. Nothing is written
    where nothing changes. With another short_name the keys of its courses change: emits ``catalog_course.renamed`` for each.
    Does not check permissions.

    Raises Organization.DoesNotExist, OrganizationRenameRefused, and what `create_organization` raises.
    """
    checks = {"short_name": _checked_short_name, "name": values.some_title, "description": _checked_description,
              "active": _checked_active}  # fmt: skip
    given = {"short_name": short_name, "name": name, "description": description, "active": active}
    wanted = {field: value if value is UNSET else checks[field](value) for field, value in given.items()}
    change = Change(**provenance)
    connection = connections[router.db_for_write(Organization)]
    if reads_snapshots(connection) and not connection.savepoint_ids:
        # Whoever was creating a run by the old name is waited for, and must be seen then, which no snapshot shows. In a
        # transaction of a caller it is too late to say so.
        read_committed(connection.alias)
    stored = _locked(organization)
    before = stored.short_name
    if short_name not in (UNSET, before):
        _refuse_duplicate(Organization(pk=stored.pk, short_name=short_name))
    # The guard in `handlers` asks check_organization_rename.
    store_changes(stored, wanted, change)
    if stored.short_name != before:
        _record_renames(stored, before, change)
    return stored


def _locked(given: Organization | str) -> Organization:
    """The organization as it is now, held until the transaction ends. Raises Organization.DoesNotExist."""
    return rows_of(Organization).select_for_update().get(pk=lookup.organization_named(given).pk)


def _record_renames(organization: Organization, before: str, change: Change) -> None:
    """Record for each course that its key has changed. Statements grow with the courses, one for each 1,000 and a few."""
    using = router.db_for_write(Organization)
    courses = CatalogCourse.objects.filter(org=organization).order_by("pk").select_for_update()
    for page in _pages(courses):
        renames = []
        for course in page:
            course.org = organization
            if course.uuid is None:
                lookup.complete_course(course)
            previous = keys.format_key_str(before, course.course_code)
            renames.append(course_event(signals.CATALOG_COURSE_RENAMED, course, previous_key=previous, reason=change.reason))
        record_events(renames, using=using)


def _pages(courses: Any) -> Iterator[list[CatalogCourse]]:
    rows = courses.iterator(1000)
    while page := list(islice(rows, 1000)):
        yield page


@writes_to(Organization)
def delete_organization(organization: Organization | str, **provenance: Unpack[Provenance]) -> None:
    """
    Delete an organization (an object, or its short_name) that has no catalog courses.

    Rows of other apps follow their own on_delete. Does not check permissions.
    Raises HasDependents (a ProtectedError), Organization.DoesNotExist, or InvalidRequest.
    """
    stored = _locked(organization)
    with refuse_if_protected(stored.short_name):
        delete_with_history(stored, Change(**provenance))


def _checked_short_name(short_name: Any) -> str:
    if not isinstance(short_name, str) or not keys.ORGANIZATION_CODE.match(short_name) or len(short_name) > MAX_NAME:
        raise InvalidOrganizationCode(value=keys.shorten(short_name, 60))
    return short_name


def _checked_description(description: Any) -> str | None:
    if description is not None and (why := keys.unstorable(description)):
        raise InvalidRequest(reason=_("The description cannot be stored: %(reason)s.") % {"reason": why}, field="description")
    return description


def _checked_active(active: Any) -> bool:
    if not isinstance(active, bool):
        reason = _("Active is true or false, not %(value)r.") % {"value": keys.shorten(active, 60)}
        raise InvalidRequest(reason=reason, field="active")
    return active


def _refuse_duplicate(organization: Organization) -> None:
    """Call it inside a transaction: writers that choose a short_name take turns."""
    lock_organizations(router.db_for_write(Organization))
    existing = find_organization_by_code(organization.short_name)
    if existing is not None and existing.pk != organization.pk:
        raise DuplicateOrganization(short_name=organization.short_name, existing=existing.short_name)


def find_organization_by_code(org_code: str) -> Organization | None:
    """The organization of this short_name, exact or else in another case, inactive ones included; or None. 1-3 queries."""
    try:
        return find_organization(Organization, org_code)
    except OrganizationNotFound:
        return None


def get_or_create_organization(org_code: str, change: Change) -> Organization:
    """
    The organization of this short_name, created if edx-organizations may create it. Call it inside a transaction.

    Held under that name until the transaction ends. Raises OrganizationNotFound; IntegrityError where another writer was
    faster (`atomically` repeats then).
    """
    found, store = find_organization_by_code(org_code), Store(router.db_for_write(Organization), change)
    if found is None:
        if error := refusal_to_create(org_code):
            raise error
        store.create_orgs([org_code], timezone.now())
        found = rows_of(Organization).get(pk=store.find_org(org_code))
    else:
        # Or it might be renamed, and with it the key of the course that is created in it, before its event is written.
        store.hold_orgs({found.pk: found.short_name})
    return found


def check_organization_rename(organization: Organization | str, short_name: str) -> None:
    """
    Refuse a short_name while keys of implicit runs name the old one; another case of the same letters is always fine.

    One query, which reads the implicit runs of every course that has, or had, a code within the organization. Does not
    change anything. Raises OrganizationRenameRefused, Organization.DoesNotExist, or InvalidRequest.
    """
    organization = lookup.organization_named(organization)
    if keys.fold(str(short_name)) == keys.fold(organization.short_name):
        return
    runs = CourseRun.objects.implicit().filter(
        Q(catalog_course__org_id=organization.pk)
        | Q(catalog_course__in=CatalogCourseCode.objects.filter(org_id=organization.pk).values("catalog_course"))
    )
    for text in runs.order_by("pk").values_list("course_key__text", flat=True).iterator():
        if keys.fold(keys.parse_course_key(text).org) == keys.fold(organization.short_name):
            raise OrganizationRenameRefused(old=organization.short_name, new=short_name, course_key=text)
