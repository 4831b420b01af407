"""Organizations: created, renamed, switched off and deleted by the rules of the catalog, with history."""

import pytest
from django.contrib.auth import get_user_model
from organizations.models import Organization

from openedx_catalog import api
from openedx_catalog.exceptions import (
    DuplicateOrganization,
    HasDependents,
    InvalidOrganizationCode,
    InvalidRequest,
    InvalidTitle,
    OrganizationRenameRefused,
)
from tests.conftest import RUN_KEY

pytestmark = pytest.mark.django_db


def test_a_new_organization_is_active_and_named_like_its_short_name():
    user = get_user_model().objects.create(username="op")
    org = api.create_organization(short_name="MITx", user=user, reason="partner since " + "2012" * 50)
    assert (org.name, org.active) == ("MITx", True)
    row = org.history.get()
    assert (row.history_type, row.history_user, len(row.history_change_reason)) == ("+", user, 100)
    assert list(api.get_organizations(active=True)) == [org]
    assert list(api.get_organizations(active=False)) == []


@pytest.mark.parametrize("short_name", ["MITx", "mitx", "MITX"])
def test_no_two_organizations_differ_by_case(short_name):
    api.create_organization(short_name="MITx")
    with pytest.raises(DuplicateOrganization, match="MITx"):
        api.create_organization(short_name=short_name)
    other = api.create_organization(short_name="HarvardX")
    with pytest.raises(DuplicateOrganization):
        api.update_organization(other, short_name=short_name)


@pytest.mark.parametrize("short_name", ["", " ", "a b", "Ünι", "a+b", "a\x00", "a" * 256, "a\n", None, 7])
def test_a_short_name_is_what_edx_organizations_takes(short_name):
    with pytest.raises(InvalidOrganizationCode):
        api.create_organization(short_name=short_name)
    assert not Organization.objects.exists()


def test_values_that_cannot_be_stored():
    org = api.create_organization(short_name="MITx")
    for name in ("", "n" * 256, "a\x00", "\ud800"):
        with pytest.raises(InvalidTitle):
            api.update_organization(org, name=name)
    with pytest.raises(InvalidRequest):
        api.update_organization(org, description="\x00")
    with pytest.raises(InvalidRequest):
        api.update_organization(org, name="new", reason="half \udfff")


def test_a_change_writes_what_changes_and_nothing_else():
    org = api.create_organization(short_name="MITx", description="old")
    changed = api.update_organization(org, short_name="MITX", active=False, description=None, reason="closed")
    assert (changed.short_name, changed.active, changed.description, changed.name) == ("MITX", False, None, "MITx")
    assert changed.history.latest().history_change_reason == "api: closed"
    api.update_organization(org, short_name="MITX", active=False)
    assert org.history.count() == 2


def test_a_rename_that_keys_contradict_is_refused():
    run = api.associate_course_run(RUN_KEY).run
    with pytest.raises(OrganizationRenameRefused):
        api.update_organization(run.catalog_course.org, short_name="HarvardX")
    assert Organization.objects.get().short_name == "MITx"


def test_an_organization_with_courses_stays():
    org = api.associate_course_run(RUN_KEY).run.catalog_course.org
    with pytest.raises(HasDependents):
        api.delete_organization(org)
    empty = api.create_organization(short_name="Empty")
    api.delete_organization(empty, reason="a typo")
    assert Organization.history.filter(history_type="-").get().history_change_reason == "api: a typo"
    with pytest.raises(Organization.DoesNotExist):
        api.update_organization(empty, active=False)


def test_what_cannot_be_stored_is_not_found_either():
    assert api.find_organization_by_code("MITx\x00") is None
