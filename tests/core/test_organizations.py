"""Organizations: created, renamed, switched off and deleted by the rules of the catalog, with history."""

import json

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
    OrganizationNameHasRuns,
    OrganizationNotFound,
    ReasonRequired,
)
from openedx_catalog.models_api import CatalogCourse, CourseRun, OutboxMessage
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


def renamed(name="MITx", to="MITxPRO", **provenance):
    return api.update_organization(name, short_name=to, **provenance)


def test_the_former_name_of_an_organization_leads_to_its_courses():
    run = api.associate_course_run(RUN_KEY).run
    org = renamed(reason="spun off")
    assert api.get_catalog_course(key_str="MITx+14.100x").key_str == "catalog-course:MITxPRO:14.100x"
    assert api.find_organization_by_code("mitX") == org
    assert list(api.get_course_runs(org_code="MITx")) == list(api.get_catalog_courses(org_code="MITx").get().runs.all())
    assert [row.course_key for row in api.iter_associations(org_code="mitx")] == [RUN_KEY]
    new = api.associate_course_run("course-v1:MITx+14.100x+new").run
    other = api.associate_course_run("course-v1:mitx+15.100x+new").run
    assert {new.association, other.association, api.get_course_run(RUN_KEY).association} == {"implicit"}
    assert (new.catalog_course, other.catalog_course.key_str) == (run.catalog_course, "catalog-course:MITxPRO:15.100x")
    assert api.create_catalog_course(org_code="MITx", course_code="new").org == org
    for stored in (new, other):
        stored.full_clean(validate_unique=False)
    assert Organization.objects.count() == 1
    assert not list(api.diagnose())
    row = org.catalog_former_names.get()
    assert (row.name, row.source, row.reason) == ("MITx", "api", "spun off")


def test_many_runs_find_their_organization_by_its_former_name(data_statements):
    api.associate_course_run(RUN_KEY)
    renamed()
    some, many = (
        [api.AssociationRecord(f"course-v1:MITx+{code}+{n}") for n in range(count)] for code, count in (("a", 5), ("b", 50))
    )
    with data_statements() as few:
        assert api.associate_course_runs(some, source="test").outcomes["created"] == 5
    with data_statements() as log:
        assert api.associate_course_runs(many, source="test").outcomes["created"] == 50
    assert len(log) == len(few)
    assert set(api.get_catalog_courses().values_list("org__short_name", flat=True)) == {"MITxPRO"}
    assert not list(api.diagnose())


def test_names_that_are_present_cost_what_they_did(django_assert_num_queries):
    api.associate_course_run(RUN_KEY)
    renamed()
    with django_assert_num_queries(1):
        api.get_catalog_course(key_str="MITxPRO+14.100x")
    with django_assert_num_queries(1):
        api.find_organization_by_code("MITxPRO")
    with django_assert_num_queries(3):
        api.find_organization_by_code("MITx")


def test_a_name_that_is_taken_back_is_former_no_more():
    org = api.associate_course_run(RUN_KEY).run.catalog_course.org
    renamed()
    renamed("MITxPRO", "mitx")
    assert list(org.catalog_former_names.values_list("name", flat=True)) == ["MITxPRO"]
    assert api.get_catalog_course(key_str="MITxPRO+14.100x").key_str == "catalog-course:mitx:14.100x"
    renamed("mitx", "MITx")
    assert org.catalog_former_names.count() == 1


def test_a_former_name_is_nobody_elses_until_it_is_released():
    api.associate_course_run(RUN_KEY)
    org = renamed()
    other = api.create_organization(short_name="Other")
    for take in (
        lambda: api.create_organization(short_name="mitx"),
        lambda: api.update_organization(other, short_name="MITx"),
        lambda: api.check_organization_rename("Other", "MITx"),
    ):
        with pytest.raises(DuplicateOrganization) as caught:
            take()
        assert caught.value.existing == "MITxPRO"
    with pytest.raises(ReasonRequired):
        api.release_organization_name("MITx", reason=" ")
    with pytest.raises(OrganizationNameHasRuns, match="3T2017"):
        api.release_organization_name("MITx", reason="no longer ours")
    api.move_course_run(RUN_KEY, "MITxPRO+14.100x", reason="it stays")
    assert api.release_organization_name("mitX", reason="no longer ours") == org
    assert "no longer ours" in org.history.latest().history_change_reason
    with pytest.raises(OrganizationNotFound):
        api.release_organization_name("MITx", reason="again")
    assert api.find_organization_by_code("MITx") is None
    assert api.create_organization(short_name="MITx") != org
    assert api.associate_course_run("course-v1:MITx+14.100x+new").run.catalog_course.key_str == "catalog-course:MITx:14.100x"
    assert not list(api.diagnose())


def test_a_present_name_counts_before_a_former_one():
    """As somebody else may have stored it."""
    course = api.associate_course_run(RUN_KEY).run.catalog_course
    renamed()
    other = Organization.objects.create(short_name="MITx", name="Another one")
    assert api.find_organization_by_code("MITx") == other
    assert not course.owns_code("MITx", "14.100x")
    assert [finding.code for finding in api.diagnose()] == ["implicit_mismatch"]
    assert api.associate_course_run("course-v1:MITx+14.100x+new").run.catalog_course.org == other


def changes():
    return [(change.kind, change.key.removeprefix("catalog-course:"), change.what) for change in api.iter_changes()]


def test_consumers_hear_of_organizations_whoever_writes_them():
    org = Organization.objects.create(short_name="A", name="A")
    org.save()
    org.name = "new"
    org.save()
    api.update_organization("A", description="old")
    api.delete_organization("A")
    api.associate_course_run(RUN_KEY)
    assert changes()[:5] == [("organization", "A", what) for what in ("created", "updated", "updated", "deleted")] + [
        ("organization", "MITx", "created")
    ]


@pytest.mark.parametrize("save", ["api", "past the api"])
def test_a_rename_is_told_of_whatever_shows_the_name(save):
    api.associate_course_run(RUN_KEY)
    api.create_catalog_course(org_code="MITx", course_code="2")
    before, seen = CourseRun.objects.get().modified, api.get_latest_change()
    if save == "api":
        renamed(reason="why")
    else:
        org = Organization.objects.get()
        org.short_name, org._change_reason = "MITxPRO", "why"
        org.save()
    told = {(row.kind, row.key.removeprefix("catalog-course:"), row.what) for row in api.iter_changes(seen)}
    assert told == {
        ("organization", "MITx", "renamed"),
        ("organization", "MITxPRO", "renamed"),
        ("catalog_course", "MITxPRO:14.100x", "renamed"),
        ("catalog_course", "MITxPRO:2", "renamed"),
        ("course_run", RUN_KEY, "updated"),
    }
    assert CourseRun.objects.get().modified > before
    assert not CatalogCourse.objects.filter(modified__lte=before).exists()
    events = OutboxMessage.objects.filter(event_type__contains="catalog_course.renamed").order_by("pk")
    payload = json.loads(events[0].payload)
    assert (payload["previous_key"], payload["reason"]) == ("catalog-course:MITx:14.100x", "why")
    assert Organization.objects.get().catalog_former_names.get().reason == "why"


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
