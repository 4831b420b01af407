"""What an operator does with pathways in the admin: the API decides, and its errors are read at their fields."""

from __future__ import annotations

import pytest
from django.urls import reverse

from openedx_catalog import api
from openedx_catalog.models_api import CatalogPathway, PathwayCategory
from openedx_catalog.testing import CatalogPathwayFactory, OrganizationFactory

pytestmark = pytest.mark.django_db

PATHWAYS, CATEGORIES, ENROLLMENTS = (
    f"admin:openedx_catalog_{name}_" for name in ("catalogpathway", "pathwaycategory", "pathwayenrollment")
)


@pytest.fixture
def pathway():
    return CatalogPathwayFactory(org__short_name="MITx", pathway_code="DataScience", title="Numbers")


def shown(client, name, query):
    """The titles in a list."""
    return [str(row) for row in client.get(reverse(f"{name}changelist"), {"q": query}).context["cl"].result_list]


def test_a_pathway_is_created_and_changed_but_for_its_identity(admin_client, pathway):
    org = OrganizationFactory(short_name="DelftX")
    values = {"org": org.pk, "pathway_code": "Water", "category": pathway.category_id, "title": "", "description": "Wet."}
    assert admin_client.post(reverse(f"{PATHWAYS}add"), values).status_code == 302
    made = api.get_catalog_pathway(key_str="catalog-pathway:DelftX:Water")
    assert (made.title, made.description) == ("Water", "Wet.")
    change = {"title": "Rivers", "category": made.category_id, "pathway_code": "Other", "org": pathway.org_id}
    assert admin_client.post(reverse(f"{PATHWAYS}change", args=[made.pk]), change).status_code == 302
    made.refresh_from_db()
    assert (made.title, made.key_str) == ("Rivers", "catalog-pathway:DelftX:Water")


def test_only_what_the_form_changed_is_written(admin_client, pathway):
    api.update_catalog_pathway(pathway, description="By somebody else, meanwhile.")
    as_it_was = {"title": "Numbers", "initial-title": "Numbers", "description": "", "initial-description": ""}
    category = {"category": pathway.category_id, "initial-category": pathway.category_id}
    admin_client.post(reverse(f"{PATHWAYS}change", args=[pathway.pk]), {**as_it_was, **category, "title": "New"})
    assert list(CatalogPathway.objects.values_list("title", "description")) == [("New", "By somebody else, meanwhile.")]


@pytest.mark.parametrize(("code", "words"), [("a b", "expected Latin letters"), ("datascience", "already used by Numbers")])
def test_what_the_api_refuses_is_read_at_the_field(admin_client, pathway, code, words):
    values = {"org": pathway.org_id, "pathway_code": code, "category": pathway.category_id}
    form = admin_client.post(reverse(f"{PATHWAYS}add"), values).context["adminform"].form
    assert words in form.errors["pathway_code"][0]


@pytest.mark.parametrize("query", ["datascience", "DATAscience", "numbers", "MITx"])
def test_a_pathway_is_found_by_code_title_and_organization_in_any_case(admin_client, pathway, query):
    CatalogPathwayFactory(pathway_code="Else", org__short_name="DelftX")
    assert shown(admin_client, PATHWAYS, query) == ["Numbers (MITx DataScience)"]


def test_a_category_is_found_by_its_code_and_counts_its_pathways(admin_client, pathway):
    api.create_pathway_category(category_code="Masters-Degree", title="M", title_plural="Ms")
    assert shown(admin_client, CATEGORIES, "masters-DEGREE") == ["M"]
    page = admin_client.get(reverse(f"{CATEGORIES}changelist")).content.decode()
    assert f'?category__id__exact={pathway.category_id}">1</a>' in page


def test_a_category_in_use_is_not_deleted(admin_client, pathway):
    path = reverse(f"{CATEGORIES}delete", args=[pathway.category_id])
    page = admin_client.post(path, {"post": "yes"}).content.decode()
    assert "would require deleting the following protected related objects" in page
    assert PathwayCategory.objects.filter(pk=pathway.category_id).exists()


def test_a_learner_is_enrolled_leaves_and_returns(admin_client, admin_user, pathway):
    admin_client.post(reverse(f"{ENROLLMENTS}add"), {"user": admin_user.pk, "catalog_pathway": pathway.pk})
    (enrollment,) = api.get_pathway_enrollments(admin_user.pk)
    path = reverse(f"{ENROLLMENTS}change", args=[enrollment.pk])
    assert f'<a href="{path}">admin</a>' in admin_client.get(reverse(f"{ENROLLMENTS}changelist")).content.decode()
    admin_client.post(path, {"initial-is_active": "True"})
    assert not api.is_enrolled_in_pathway(admin_user.pk, pathway)
    admin_client.post(path, {"initial-is_active": "False", "is_active": "on"})
    assert api.is_enrolled_in_pathway(admin_user.pk, pathway)
    assert shown(admin_client, ENROLLMENTS, "admin") == [str(enrollment)]
    admin_client.post(reverse(f"{ENROLLMENTS}delete", args=[enrollment.pk]), {"post": "yes"})
    assert list(api.get_pathway_enrollments(admin_user.pk, include_inactive=True)) == []
