"""Pathways, their categories and their learners: the functions that openedx-core's app has, held to our rules."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from organizations.models import Organization

from openedx_catalog import api
from openedx_catalog.exceptions import (
    CatalogError,
    DuplicatePathway,
    HasDependents,
    InvalidPathwayValue,
    InvalidRequest,
    OrganizationNotFound,
)
from openedx_catalog.models_api import CatalogPathway, PathwayCategory, PathwayEnrollment
from openedx_catalog.testing import CatalogPathwayFactory, OrganizationFactory, PathwayCategoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def degree():
    return api.create_pathway_category(category_code="masters-degree", title="Master's Degree")


@pytest.fixture
def pathway(degree):
    OrganizationFactory(short_name="MITx")
    return api.create_catalog_pathway(org_code="mitx", pathway_code="DataScience2026", category=degree)


@pytest.fixture
def learner():
    return get_user_model().objects.create(username="learner").pk


def test_a_pathway_of_an_organization_in_any_case_is_named_after_its_code(pathway):
    assert (pathway.key_str, pathway.title) == ("catalog-pathway:MITx:DataScience2026", "DataScience2026")
    assert str(pathway) == "DataScience2026 (MITx DataScience2026)"


def test_a_pathway_is_found_by_a_former_name_of_its_organization(pathway):
    for name in ("MITxPRO", "MITx-PRO"):
        api.update_organization(pathway.org, short_name=name)
    for name in ("MITx", "MITxPRO", "MITx-PRO"):
        assert api.get_catalog_pathway(key_str=f"catalog-pathway:{name}:DataScience2026") == pathway
        assert list(api.get_catalog_pathways(org_code=name)) == [pathway]


@pytest.mark.parametrize(
    "way",
    [
        {"key_str": "catalog-pathway:MITx:DataScience2026"},
        {"org_code": "MITx", "pathway_code": "DataScience2026"},
        {"pk": "its own"},
    ],
    ids=lambda way: "-".join(way),
)
def test_a_pathway_is_read_with_organization_and_category_in_one_query(pathway, way, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = api.get_catalog_pathway(**({"pk": pathway.pk} if "pk" in way else way))
        assert (found, found.category.title, found.org_code) == (pathway, "Master's Degree", "MITx")


@pytest.mark.parametrize(
    "way",
    [
        {},
        {"org_code": "MITx"},
        {"pathway_code": "DataScience2026"},
        {"pk": 1, "key_str": "catalog-pathway:MITx:DataScience2026"},
        {"key_str": "catalog-course:MITx:14.100x"},
        {"key_str": "catalog-pathway:MITx"},
    ],
    ids=str,
)
def test_a_pathway_is_asked_for_in_one_way(way):
    with pytest.raises(InvalidRequest):
        api.get_catalog_pathway(**way)


def test_pathways_are_listed_newest_first_and_by_organization_and_category(pathway, degree, django_assert_num_queries):
    other = CatalogPathwayFactory()
    assert list(api.get_catalog_pathways()) == [other, pathway]
    assert list(api.get_catalog_pathways(org_code="MITx", category_code="masters-degree")) == [pathway]
    assert list(api.get_catalog_pathways(org_code="MITx", category_code=other.category.category_code)) == []
    with django_assert_num_queries(1):
        assert [found.key_str for found in api.get_catalog_pathways(category_code="masters-degree")] == [pathway.key_str]


@pytest.mark.parametrize("code", ["DataScience2026", "DATASCIENCE2026"])
def test_a_code_belongs_to_one_pathway_of_an_organization_in_any_case(pathway, degree, code):
    with pytest.raises(DuplicatePathway, match="already used by DataScience2026") as caught:
        api.create_catalog_pathway(org_code="MITx", pathway_code=code, category=degree)
    assert (caught.value.field, isinstance(caught.value, IntegrityError)) == ("pathway_code", True)
    assert CatalogPathwayFactory(pathway_code=code, org__short_name="DelftX").key_str == f"catalog-pathway:DelftX:{code}"


def test_the_database_keeps_codes_apart_where_it_can(pathway, degree):
    if not connection.features.supports_expression_indexes:
        pytest.skip("this database has no index on an expression; the API lets writers take turns")
    twin = CatalogPathway(org=pathway.org, category=degree, pathway_code="datascience2026")
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def test_twins_that_another_program_stored_are_reported_and_the_first_is_found(pathway, degree):
    if connection.features.supports_expression_indexes:
        pytest.skip("this database refuses them")
    CatalogPathway.objects.bulk_create(
        [CatalogPathway(org=pathway.org, category=degree, pathway_code="datascience2026", title="T")]
    )
    PathwayCategory.objects.bulk_create([PathwayCategory(category_code="masters-degree", title="T")])
    assert [finding.code for finding in api.diagnose()] == ["pathway_twin", "pathway_twin"]
    assert api.get_pathway_category("masters-degree") == degree
    assert api.get_catalog_pathway(key_str=pathway.key_str) == pathway


@pytest.mark.parametrize("code", ["", "a b", "é", "a/b", "a+b", "a\n", "x" * 256, None], ids=repr)
def test_a_code_has_latin_letters_digits_and_three_signs(degree, code):
    OrganizationFactory(short_name="MITx")
    for create in (
        lambda: api.create_catalog_pathway(org_code="MITx", pathway_code=code, category=degree),
        lambda: api.create_pathway_category(category_code=code, title="T"),
        lambda: PathwayCategory.objects.create(category_code=code, title="T"),
    ):
        if code == "a\n":
            # Blanks around a code are no part of it.
            continue
        with pytest.raises(InvalidPathwayValue) as caught:
            create()
        assert isinstance(caught.value, IntegrityError)


def test_the_database_refuses_other_codes_and_empty_titles(degree):
    for wrong in ({"category_code": "a b"}, {"title": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PathwayCategory.objects.update(**wrong)


def test_a_pathway_needs_an_organization_that_exists(degree):
    with pytest.raises(Organization.DoesNotExist) as caught:
        api.create_catalog_pathway(org_code="None", pathway_code="x", category=degree)
    assert isinstance(caught.value, OrganizationNotFound)


def test_none_leaves_a_value_and_an_empty_title_is_the_code(pathway):
    other = PathwayCategoryFactory()
    api.update_catalog_pathway(pathway, title="Data Science", category=other, description="All of it.")
    api.update_catalog_pathway(pathway.pk, title=None)
    stored = CatalogPathway.objects.get()
    assert (stored.title, stored.category, stored.description) == ("Data Science", other, "All of it.")
    assert (pathway.title, pathway.category, pathway.modified) == ("Data Science", other, stored.modified)
    api.update_catalog_pathway(pathway, title="", description="")
    assert (pathway.title, pathway.description) == ("DataScience2026", "")


def test_nothing_is_written_where_nothing_changes(pathway, data_statements):
    with data_statements() as log:
        api.update_catalog_pathway(pathway, title="DataScience2026", description="")
    assert [statement for statement in log if not statement.startswith("SELECT")] == []


def test_the_plural_of_a_category_follows_from_its_title_unless_it_is_given(degree):
    assert degree.get_title_plural() == "Master's Degrees"
    api.update_pathway_category("masters-degree", title="Class", title_plural="Classes")
    stored = api.get_pathway_category("masters-degree")
    assert (stored.title, stored.get_title_plural()) == ("Class", "Classes")
    api.update_pathway_category(degree, title_plural="")
    assert api.get_pathway_category("masters-degree").get_title_plural() == "Classs"
    with pytest.raises(InvalidPathwayValue):
        api.update_pathway_category(degree, title="")


def test_categories_are_listed_by_title():
    PathwayCategory.objects.all().delete()
    for code, title in (("b", "Zebra"), ("a", "apple"), ("c", "Banana")):
        api.create_pathway_category(category_code=code, title=title)
    codes = [category.category_code for category in api.get_pathway_categories()]
    # PostgreSQL sorts as the locale of its database does.
    assert sorted(codes) == ["a", "b", "c"] if connection.vendor == "postgresql" else codes == ["a", "c", "b"]


def test_what_is_in_use_stays(pathway, degree, learner):
    enrollment = api.enroll_in_pathway(learner, pathway)
    api.unenroll_from_pathway(learner, pathway)
    for delete in (
        lambda: api.delete_pathway_category(degree),
        lambda: api.delete_catalog_pathway(pathway),
        lambda: api.delete_organization("MITx"),
    ):
        with pytest.raises(HasDependents) as caught:
            delete()
        assert isinstance(caught.value, ProtectedError)
    api.delete_pathway_enrollment(enrollment)
    api.delete_catalog_pathway(pathway.pk)
    api.delete_pathway_category("masters-degree")
    with pytest.raises(CatalogPathway.DoesNotExist):
        api.delete_catalog_pathway(pathway.pk)


def test_who_returns_to_a_pathway_has_the_first_enrollment_again(pathway, learner):
    first = api.enroll_in_pathway(learner, pathway)
    assert api.is_enrolled_in_pathway(learner, pathway.pk)
    api.unenroll_from_pathway(learner, pathway)
    assert not api.is_enrolled_in_pathway(learner, pathway)
    assert list(api.get_pathway_enrollments(learner)) == []
    assert list(api.get_pathway_enrollments(learner, include_inactive=True)) == [first]
    again = api.enroll_in_pathway(learner, pathway.pk)
    assert (again.pk, again.created, again.is_active) == (first.pk, first.created, True)
    assert again.modified > first.modified


def test_whoever_is_enrolled_is_not_enrolled_again(pathway, learner, data_statements):
    first = api.enroll_in_pathway(learner, pathway)
    with data_statements() as log:
        assert api.enroll_in_pathway(learner, pathway) == first
    assert [statement for statement in log if not statement.startswith("SELECT")] == []
    assert PathwayEnrollment.objects.count() == 1


def test_a_dashboard_costs_one_query(pathway, learner, django_assert_num_queries):
    api.enroll_in_pathway(learner, pathway)
    with django_assert_num_queries(1):
        shown = [
            (row.catalog_pathway.key_str, row.catalog_pathway.category.title) for row in api.get_pathway_enrollments(learner)
        ]
    assert shown == [("catalog-pathway:MITx:DataScience2026", "Master's Degree")]


def test_only_who_exists_is_enrolled_and_only_in_what_exists(pathway, learner):
    with pytest.raises(CatalogError, match="no user with the id 99999"):
        api.enroll_in_pathway(99999, pathway)
    with pytest.raises(CatalogPathway.DoesNotExist):
        api.enroll_in_pathway(learner, pathway.pk + 1)
    api.unenroll_from_pathway(learner, pathway.pk + 1)
    assert not api.is_enrolled_in_pathway(learner, pathway.pk + 1)


def test_enrollments_go_with_their_user(pathway, learner):
    api.enroll_in_pathway(learner, pathway)
    get_user_model().objects.all().delete()
    assert not PathwayEnrollment.objects.exists()
    assert CatalogPathway.objects.exists()
