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
    OrganizationNameHasRuns,
    OrganizationNotFound,
)
from ..lib import feed
from ..lib import values as lib_values
from ..lib.changes import (
    Change,
    Provenance,
    ReasonedProvenance,
    delete_with_history,
    record_history,
    save_with_history,
    signature,
    store_changes,
)
from ..lib.routing import rows_of
from ..lib.sql import reads_snapshots
from ..lib.transactions import read_committed, refuse_if_protected, writes_to
from ..models import CatalogCourse, CatalogCourseCode, CourseRun, FormerOrganizationName
from ..organization_names import find_organization
from . import lookup, values
from ._changes import course_event, record_catalog_events
from ._store import Store, lock_organizations, organization_entry, refusal_to_create

__all__ = [
    "check_organization_rename",
    "create_organization",
    "delete_organization",
    "find_organization_by_code",
    "get_organizations",
    "release_organization_name",
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

    Raises InvalidOrganizationCode, DuplicateOrganization (also where another one had the name before: see
    `release_organization_name`), InvalidTitle (name), InvalidRequest (description).
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

    With another short_name the keys of its courses change: emits ``catalog_course.renamed`` for each. The former one keeps
    leading here, so keys that name it go on to resolve, and runs keep their keys and stay implicit; a former one that is taken
    back is one no more. Nothing is written where nothing changes. Does not check permissions.

    Raises Organization.DoesNotExist, and what `create_organization` raises: DuplicateOrganization also where the name is
    another one's from before.
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
    store_changes(stored, wanted, change)
    if stored.short_name != before:
        record_organization_rename(stored, before, change)
    return stored


def _locked(given: Organization | str) -> Organization:
    """The organization as it is now, held until the transaction ends. Raises Organization.DoesNotExist."""
    return rows_of(Organization).select_for_update().get(pk=lookup.organization_named(given).pk)


@writes_to(Organization)
def record_organization_rename(organization: Organization, before: str, change: Change) -> None:
    """
    Remember the name that an organization had, and record for each of its courses that its key has changed.

    Called when the new one is stored, by whomever. Statements grow with the courses, one for each 1,000 and a few.
    """
    _remember_name(organization, before, change)
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
        rows_of(CatalogCourse).filter(pk__in=[course.pk for course in page]).update(modified=timezone.now())
        record_catalog_events(renames, using=using)


def _remember_name(organization: Organization, before: str, change: Change) -> None:
    now, former = keys.fold(organization.short_name), keys.fold(before)
    if now == former:
        return
    # It is its name again, and former no more.
    FormerOrganizationName.objects.filter(org=organization, name_ci=now).delete()
    # It goes on to mean what it meant, also where somebody had stored this organization under a former name of another one.
    values = {"org": organization, "name": before, **signature(change)}
    FormerOrganizationName.objects.update_or_create(name_ci=former, defaults=values)


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
    _refuse_taken(organization)


def _refuse_taken(organization: Organization) -> None:
    existing = find_organization_by_code(organization.short_name)
    if existing is not None and existing.pk != organization.pk:
        raise DuplicateOrganization(short_name=organization.short_name, existing=existing.short_name)


def find_organization_by_code(org_code: str) -> Organization | None:
    """
    The organization of this short_name: exact, else in another case, else of one that it had before; or None. 1-3 queries.

    Inactive ones included. So compare ``.short_name`` where the name itself matters.
    """
    try:
        return find_organization(Organization, org_code)
    except OrganizationNotFound:
        return None


def organization_named(field: str, given: Organization | str, reason: str) -> Organization:
    """
    The organization that the argument `field` names, an object or a short_name in any case.

    Raises OrganizationNotFound, which says for what `reason` it must be there, InvalidValue.
    """
    if isinstance(given, Organization):
        return given
    code = lib_values.text(field, given, required=True)
    if (found := find_organization_by_code(code)) is None:
        raise OrganizationNotFound(org_code=keys.shorten(code, 60), reason=reason)
    return found


def get_or_create_organization(org_code: str, change: Change) -> Organization:
    """
    The organization of this present or former short_name, created if edx-organizations may create it. Call it inside a
    transaction.

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
    Refuse a short_name that is another organization's, in whatever case, or was so before it was renamed (ADR 0028).

    Runs do not stand in the way: keys that name the organization go on to resolve. Four queries at most. Does not change
    anything. Raises DuplicateOrganization, Organization.DoesNotExist, or InvalidRequest.
    """
    organization = lookup.organization_named(organization)
    _refuse_taken(Organization(pk=organization.pk, short_name=str(short_name)))


@writes_to(FormerOrganizationName)
def release_organization_name(name: str, **provenance: Unpack[ReasonedProvenance]) -> Organization:
    """
    Let a former short_name, in any case, lead nowhere any more, so that another organization may have it. Returns whose it was.

    Written into the history of that organization. Reads the implicit runs of every course that has, or had, a code within it.
    Does not check permissions.

    Raises ReasonRequired, OrganizationNotFound where it is nobody's former name, OrganizationNameHasRuns while the
    keys of implicit runs name it: make them explicit first.
    """
    change = Change(**provenance)
    change.require_reason(_("releasing the former name of an organization"))
    row = _former_name(name)
    organization = rows_of(Organization).get(pk=row.org_id)
    if runs := list(islice(_runs_named(organization, row.name_ci), 10)):
        raise OrganizationNameHasRuns(name=row.name, short_name=organization.short_name, course_keys=runs)
    row.delete()
    record_history(
        Organization, "~", change.because(_("released the former name %(name)s") % {"name": row.name}),
        using=router.db_for_write(Organization), column="id", values=[organization.pk],
    )  # fmt: skip
    record_organization_change(organization, "updated")
    return organization


def _former_name(name: str) -> FormerOrganizationName:
    """Held, so that no run is created meanwhile whose key names it: see `hold_former_names` of the store."""
    if why := keys.names_nothing(name):
        raise OrganizationNotFound(org_code=keys.shorten(name, 60), reason=why)
    row = FormerOrganizationName.objects.select_for_update().filter(name_ci=keys.fold(name)).first()
    if row is None:
        raise OrganizationNotFound(org_code=name, reason=_("it is not the former name of any"))
    return row


def _runs_named(organization: Organization, name_ci: str) -> Iterator[str]:
    """The keys of implicit runs that name an organization so."""
    runs = CourseRun.objects.implicit().filter(
        Q(catalog_course__org_id=organization.pk)
        | Q(catalog_course__in=CatalogCourseCode.objects.filter(org_id=organization.pk).values("catalog_course"))
    )
    for text in runs.order_by("pk").values_list("course_key__text", flat=True).iterator():
        if (key := keys.find_run_key(text)) and keys.fold(key.org) == name_ci:
            yield text


def record_organization_change(organization: Organization, what: str, former: str | None = None) -> None:
    """
    Tell consumers of the change feed: "created", "updated", "renamed" or "deleted".

    Its name is all that consumers know it by: one that was renamed is named by the `former` one as well.
    """
    names = [organization.short_name] if former is None else [former, organization.short_name]
    feed.write((organization_entry(name, what) for name in names), using=router.db_for_write(Organization))
