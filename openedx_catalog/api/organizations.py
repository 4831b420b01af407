"""
Organizations as the catalog needs them: found in any case, inactive ones included, created without a race.

Never through `organizations.api.ensure_organization`, which races, re-activates inactive ones and can raise (DESIGN 5.4).
"""

from __future__ import annotations

from django.db import router
from django.utils import timezone
from organizations.models import Organization

from .. import keys
from ..abstract_models import find_organization
from ..exceptions import OrganizationNotFound, OrganizationRenameRefused
from ..models import CourseRun
from ._changes import Change
from ._engine import refusal_to_create
from ._store import Store

__all__ = ["check_organization_rename", "find_organization_by_code"]


def find_organization_by_code(org_code: str) -> Organization | None:
    """The organization of this short_name, exact or else in another case, inactive ones included; or None. 1-3 queries."""
    try:
        return find_organization(Organization, org_code)
    except OrganizationNotFound:
        return None


def get_or_create_organization(org_code: str, change: Change) -> Organization:
    """
    The organization of this short_name, created if edx-organizations may create it. Call it inside a transaction.

    Raises OrganizationNotFound; IntegrityError where another writer was faster (`atomically` repeats then).
    """
    found = find_organization_by_code(org_code)
    if found is None:
        if error := refusal_to_create(org_code):
            raise error
        store = Store(router.db_for_write(Organization), change)
        store.create_orgs([org_code], timezone.now())
        found = Organization.objects.get(pk=store.find_org(org_code))
    return found


def check_organization_rename(organization: Organization, short_name: str) -> None:
    """
    Refuse a short_name that the keys of implicit runs contradict; another case of the same letters is always fine.

    One query, which reads the implicit runs of the organization. Does not change anything.
    Raises OrganizationRenameRefused.
    """
    if keys.fold(short_name) == keys.fold(organization.short_name):
        return
    runs = CourseRun.objects.implicit().filter(catalog_course__org_id=organization.pk)
    for text in runs.order_by("pk").values_list("course_key__text", flat=True).iterator():
        if keys.fold(keys.parse_course_key(text).org) != keys.fold(short_name):
            raise OrganizationRenameRefused(old=organization.short_name, new=short_name, course_key=text)
