"""
Who edits which courses. Nothing here checks permissions.

All of it is decided when it is asked, by what stands in the tables then: no function cleans up after a user who leaves a group,
so there is no way of leaving it that leaves something behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any, Unpack

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from organizations.models import Organization

from openedx_catalog import api as catalog
from openedx_catalog import permissions
from openedx_catalog.api.for_contrib import CourseName, course_named, hold_courses, organization_named
from openedx_catalog.contrib.listings.models_api import CourseListingOwner
from openedx_catalog.lib import values
from openedx_catalog.lib.changes import (
    Change,
    Provenance,
    ReasonedProvenance,
    delete_with_history,
    save_with_history,
    signature,
)
from openedx_catalog.lib.routing import rows_of
from openedx_catalog.lib.transactions import writes_to
from openedx_catalog.models_api import CatalogCourse

from .. import conf
from ..models import CourseEditor, CourseWorkingCopy, OrganizationGroup, PublisherRole, PublisherRoleAssignment
from ..workflow import Role
from .copies import set_working_copy

User: Any = get_user_model()
MAX_GROUP_NAME = 150


# Members of organizations


@writes_to(Group)
def add_member(organization: Organization | str, member: Any, **provenance: Unpack[Provenance]) -> bool:
    """
    Make a user, an object or a username, a member of an organization, an object or a short_name in any case: he may create
    courses of it. Returns whether that changed anything. At most nine queries.

    An organization without a group gets one of its own, "Course editors of MITx", or another name where that is taken. The
    change of a membership itself stands in no history: it is Django's.

    Raises OrganizationNotFound, InvalidValue (a user who does not exist or is not active), InvalidRequest.
    """
    change, account = Change(**provenance), _active_user("member", member)
    found = _organization(organization)
    group = _group_of(found) or _create_group(found, change)
    if rows_of(User).filter(pk=account.pk, groups=group).exists():
        return False
    account.groups.add(group)
    return True


@writes_to(Group)
def remove_member(organization: Organization | str, member: Any, **provenance: Unpack[Provenance]) -> bool:
    """
    End a membership, and with it all that the user edits as a member. Returns whether there was one. At most five queries.

    Raises OrganizationNotFound, InvalidValue (no such user), InvalidRequest.
    """
    Change(**provenance)
    account, group = _user_named("member", member), _group_of(_organization(organization))
    if group is None or not rows_of(User).filter(pk=account.pk, groups=group).exists():
        return False
    account.groups.remove(group)
    return True


def get_members(organization: Organization | str) -> QuerySet[Any]:
    """
    The active users in the group of an organization, by username. One query, and one for an organization that is given by name.

    Raises OrganizationNotFound, InvalidValue.
    """
    return _members_of([_organization(organization)])


def organizations_of(user: Any) -> QuerySet[Organization]:
    """The organizations that a user is a member of, by short_name; none for who is not active. One query."""
    # Of the account as it is stored: the object may be of before it was deactivated.
    rows = rows_of(Organization).filter(
        catalog_editors__group__user=getattr(user, "pk", None), catalog_editors__group__user__is_active=True
    )
    return rows.order_by("short_name")


# Editors of courses


@writes_to(CourseEditor)
def add_editor(course: CourseName, editor: Any, **provenance: Unpack[Provenance]) -> bool:
    """
    Make a user, an object or a username, an editor of a course. Returns whether that changed anything. At most nine queries.

    Raises CatalogCourse.DoesNotExist, InvalidCatalogKey, InvalidValue (where none of `get_candidates` has the name; it does not
    say whether anybody has), InvalidRequest.
    """
    change, name = Change(**provenance), _username("editor", editor)
    [held] = hold_courses(course)
    account = get_candidates(held).filter(**{User.USERNAME_FIELD: name}).first()
    # MariaDB finds it in any case.
    if account is None or account.get_username() != name:
        # The same for those who are not known at all: usernames are not to be guessed here.
        raise values.invalid("editor", name, _("nobody in the organizations of the course has this username"))
    if CourseEditor.objects.filter(catalog_course=held, user=account).exists():
        return False
    save_with_history(CourseEditor(catalog_course=held, user=account), change)
    return True


@writes_to(CourseEditor)
def remove_editor(course: CourseName, editor: Any, **provenance: Unpack[Provenance]) -> bool:
    """
    Have a user edit a course no longer; when he was the last, all members of its organizations edit it. Returns whether he had
    been made an editor. At most nine queries.

    Raises CatalogCourse.DoesNotExist, InvalidCatalogKey, InvalidValue (no text), InvalidRequest.
    """
    change, name = Change(**provenance), _username("editor", editor)
    [held] = hold_courses(course)
    rows = CourseEditor.objects.filter(catalog_course=held, **{f"user__{User.USERNAME_FIELD}": name}).select_related("user")
    row = rows.first()
    # MariaDB finds it in any case.
    if row is None or row.user.get_username() != name:
        return False
    delete_with_history(row, change)
    return True


def get_editors(course: CourseName) -> QuerySet[Any]:
    """
    The users who were made editors of a course and still count: they are active, and members of one of its organizations. By
    username. Where there are none, all of `get_candidates` edit it. One query, and one for a course that is given by name.

    Raises CatalogCourse.DoesNotExist, InvalidCatalogKey, InvalidRequest.
    """
    rows = valid_editors().filter(catalog_course=course_named(course))
    return rows_of(User).filter(pk__in=rows.values("user")).order_by(User.USERNAME_FIELD)


def editors_of(courses: Iterable[CatalogCourse]) -> dict[int, list[str]]:
    """``{id of a course: the usernames of its editors}``, as `get_editors` has them, for all of these. One query."""
    found: dict[int, list[str]] = {course.pk: [] for course in courses}
    name = f"user__{User.USERNAME_FIELD}"
    rows = valid_editors().filter(catalog_course__in=list(found)).order_by(name).distinct()
    for pk, username in rows.values_list("catalog_course_id", name):
        found[pk].append(username)
    return found


def get_candidates(course: CourseName) -> QuerySet[Any]:
    """
    The users who may be made editors of a course: the active members of its organizations, that of its key and those that own
    its listing. By username. Queries and errors as `get_editors`.
    """
    found = course_named(course)
    owners = CourseListingOwner.objects.filter(listing__catalog_course=found).values("organization")
    return _members_of(rows_of(Organization).filter(Q(pk=found.org_id) | Q(pk__in=owners)))


@writes_to(CourseWorkingCopy)
def create_course(
    *, org_code: Organization | str, course_code: str, title: str, **provenance: Unpack[Provenance]
) -> CourseWorkingCopy:
    """
    Begin a new course: its working copy has the title, and the catalog only its code until it is published. The `user` who
    begins it is its first editor, if he is a member of its organization.

    Emits ``catalog_course.created`` and ``course_working_copy.reviewed``. Raises as
    `openedx_catalog.api.create_catalog_course`.
    """
    course = catalog.create_catalog_course(org_code=org_code, course_code=course_code, **provenance)
    copy = set_working_copy(course, title=title, **provenance)
    user = provenance.get("user")
    if user is not None and get_candidates(course).filter(pk=user.pk).exists():
        add_editor(course, user, **provenance)
    return copy


# What somebody is to courses


def roles_of(user: Any, courses: Iterable[CatalogCourse]) -> dict[int, frozenset[Role]]:
    """
    What a user is to each of these courses: ``{id of the course: roles}``. Empty for those that are not his to work on.

    At most four queries, whatever the number of courses, and two for the permissions of a user of whom Django has not read
    them.
    """
    pks = [course.pk for course in courses]
    everywhere = roles_everywhere(user)
    edited = set(_edited_by(user, pks).values_list("pk", flat=True)) if pks else set()
    return {pk: everywhere | {Role.EDITOR} if pk in edited else everywhere for pk in pks}


def workable_courses(user: Any) -> QuerySet[CatalogCourse]:
    """
    The courses whose working copies a user may see: all for staff, legal reviewers, and who has the view permission; else those
    that he edits. Filter and order it as you like.

    At most three queries for his groups, and two for the permissions of a user of whom Django has not read them; then one.
    """
    if permissions.can_view(user, CourseWorkingCopy) or roles_everywhere(user):
        return CatalogCourse.objects.all()
    return _edited_by(user)


def may_create(user: Any, organization: Organization | str) -> bool:
    """
    Whether a user may create courses of an organization: he is a member, or staff. At most two queries, and two for his
    permissions.

    Raises OrganizationNotFound, InvalidValue.
    """
    found = _organization(organization)
    if permissions.can_write(user, CourseWorkingCopy, "change"):
        return True
    return organizations_of(user).filter(pk=found.pk).exists()


# The role PUBLISHER_EDITOR


@writes_to(PublisherRoleAssignment)
def grant_publisher_editor(holder: Any, **provenance: Unpack[ReasonedProvenance]) -> PublisherRoleAssignment:
    """
    Let a user, an object or a username, change courses where staff may only read (`permission_policies.PublisherEditors`).
    Returns the assignment; what he has already stays as it is. At most six queries.

    Raises ReasonRequired, InvalidValue (a user who does not exist or is not active), InvalidRequest.
    """
    change, account = Change(**provenance), _active_user("holder", holder)
    change.require_reason(_("giving somebody the role PUBLISHER_EDITOR"))
    if (row := get_publisher_editors().filter(user=account).first()) is None:
        role, _new = PublisherRole.objects.get_or_create(name=PublisherRole.EDITOR)
        row = PublisherRoleAssignment(user=account, role=role, **signature(change))
        save_with_history(row, change)
    return row


@writes_to(PublisherRoleAssignment)
def revoke_publisher_editor(holder: Any, **provenance: Unpack[ReasonedProvenance]) -> bool:
    """
    Take the role away; its history says who did, and why. Returns whether the user had it. At most five queries.

    Raises ReasonRequired, InvalidValue (no such user), InvalidRequest.
    """
    change, account = Change(**provenance), _user_named("holder", holder)
    change.require_reason(_("taking the role PUBLISHER_EDITOR from somebody"))
    row = get_publisher_editors().filter(user=account).first()
    if row is None:
        return False
    delete_with_history(row, change)
    return True


def is_publisher_editor(user: Any) -> bool:
    """Whether a user is active and has the role PUBLISHER_EDITOR now. One query."""
    return get_publisher_editors().filter(user=getattr(user, "pk", None), user__is_active=True).exists()


def get_publisher_editors() -> QuerySet[PublisherRoleAssignment]:
    """Who has the role PUBLISHER_EDITOR: assignments with their user and role joined, in the order in which they were given."""
    rows = PublisherRoleAssignment.objects.filter(role__name=PublisherRole.EDITOR)
    return rows.select_related("user", "role").order_by("pk")


def roles_everywhere(user: Any) -> frozenset[Role]:
    """What a user is to every course. At most one query, and two for permissions."""
    found = {Role.STAFF} if permissions.can_write(user, CourseWorkingCopy, "change") else set()
    if getattr(user, "is_active", False) and (user.is_superuser or _is_legal(user)):
        found.add(Role.LEGAL)
    return frozenset(found)


def _is_legal(user: Any) -> bool:
    name = conf.legal_group()
    return bool(name) and user.groups.filter(name=name).exists()


def _edited_by(user: Any, pks: Sequence[int] | None = None) -> QuerySet[CatalogCourse]:
    """The courses, or those of these, that a user edits. At most two queries: his organizations, and what they own besides."""
    organizations = list(organizations_of(user).values_list("pk", flat=True))
    if not organizations:
        return CatalogCourse.objects.none()
    rows = CourseListingOwner.objects.filter(organization__in=organizations)
    besides = rows.exclude(listing__catalog_course__org__in=organizations)
    owned = list(besides.values_list("listing__catalog_course", flat=True))
    theirs = Q(org__in=organizations) | Q(id__among=owned)
    # A subquery for each: by one condition on two tables databases look for the editors of all courses that there are.
    parts = [Q(catalog_course__org__in=organizations), Q(catalog_course__id__among=owned)]
    if pks is not None:
        theirs, parts = theirs & Q(id__among=pks), [Q(catalog_course__id__among=pks)]
    taken = Q()
    for part in parts:
        taken |= Q(pk__in=valid_editors().filter(part).values("catalog_course"))
    # Being in one of its organizations, he is a valid editor of what he was made one of.
    own = CourseEditor.objects.filter(user=user).values("catalog_course")
    return CatalogCourse.objects.filter(theirs, Q(pk__in=own) | ~taken)


def valid_editors() -> QuerySet[CourseEditor]:
    """Those that count now; a user in several organizations of a course may come more than once."""
    member = "user__groups__catalog_organization__organization"
    of_key, of_owner = F("catalog_course__org"), F("catalog_course__listing__owner_rows__organization")
    return CourseEditor.objects.filter(Q(**{member: of_key}) | Q(**{member: of_owner}), user__is_active=True)


def _members_of(organizations: Any) -> QuerySet[Any]:
    groups = OrganizationGroup.objects.filter(organization__in=organizations).values("group")
    return rows_of(User).filter(is_active=True, groups__in=groups).distinct().order_by(User.USERNAME_FIELD)


def _organization(given: Organization | str) -> Organization:
    return organization_named("organization", given, _("it must exist before it has members"))


def _group_of(organization: Organization) -> Group | None:
    return rows_of(Group).filter(catalog_organization__organization=organization).first()


def _create_group(organization: Organization, change: Change) -> Group:
    """A group of its own: one that has the name already may give its members rights that have nothing to do with courses."""
    for number in count(1):
        end = f" ({number})" if number > 1 else ""
        # Not translated: it is stored, and read by people of all languages.
        name = f"Course editors of {organization.short_name}"[: MAX_GROUP_NAME - len(end)] + end
        if not rows_of(Group).filter(name=name).exists():
            break
    group = Group.objects.create(name=name)
    save_with_history(OrganizationGroup(organization=organization, group=group), change)
    return group


def _active_user(field: str, given: Any) -> Any:
    found = _user_named(field, given)
    if not found.is_active:
        raise values.invalid(field, found.get_username(), _("the account is not active"))
    return found


def _username(field: str, given: Any) -> str:
    return given.get_username() if isinstance(given, User) else values.text(field, given, required=True)


def _user_named(field: str, given: Any) -> Any:
    """The account as it is stored. Raises InvalidValue."""
    name = _username(field, given)
    found = rows_of(User).filter(**{User.USERNAME_FIELD: name}).first()
    # MariaDB finds it in any case.
    if found is None or found.get_username() != name:
        raise values.invalid(field, name, _("there is no such user"))
    return found
