"""What others may not do to our tables: rename an organization away from its keys, drop the app with its rows."""

import pickle

import pytest
from django.core.exceptions import BadRequest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.forms import modelform_factory
from organizations.models import Organization
from rest_framework.exceptions import APIException

from openedx_catalog import api
from openedx_catalog.exceptions import DowngradeRefused, DuplicateOrganization, UninstallRefused
from openedx_catalog.models_api import CatalogCourse, PathwayCategory
from openedx_catalog.testing import OrganizationFactory
from tests.conftest import RUN_KEY


@pytest.fixture
def taken():
    """An organization, and another one that had a name before."""
    OrganizationFactory(short_name="Third")
    api.update_organization(OrganizationFactory(short_name="Once"), short_name="Now")
    return OrganizationFactory(short_name="MITx")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["THIRD", "Once", "onCE", "Now"])
def test_an_organization_that_is_saved_past_the_api_takes_no_name_of_another_one(taken, name):
    taken.short_name = name
    with pytest.raises(DuplicateOrganization) as caught:
        taken.save()
    assert (caught.value.short_name, caught.value.existing) == (name, "Third" if name == "THIRD" else "Now")
    assert Organization.objects.filter(short_name="MITx").exists()


@pytest.mark.django_db
def test_a_refusal_is_what_any_view_answers_and_still_of_its_class(taken):
    taken.short_name = "Once"
    with pytest.raises(DuplicateOrganization) as caught:
        taken.save()
    error = caught.value
    assert isinstance(error, BadRequest)
    assert isinstance(error, APIException)
    assert (error.code, error.status_code, error.detail) == ("duplicate_organization", 409, str(error))
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (type(copy), copy.facts, str(copy)) == (DuplicateOrganization, error.facts, str(error))


@pytest.mark.django_db
def test_a_form_of_organizations_says_so_at_the_field_where_it_has_it(taken):
    for fields, errors in ((["short_name"], ["short_name"]), (["name"], [])):
        form = modelform_factory(Organization, fields=fields)({"name": "MIT", "short_name": "Once"}, instance=taken)
        assert list(form.errors) == errors
        taken.refresh_from_db()
    new = modelform_factory(Organization, fields=["name", "short_name"])({"name": "New", "short_name": "New"})
    assert new.is_valid()


@pytest.mark.django_db(transaction=True)
def test_zero_is_refused_while_rows_would_be_lost(settings):
    api.associate_course_run(RUN_KEY)
    with pytest.raises(UninstallRefused, match="1 row of openedx_catalog_courserun"):
        call_command("migrate", "openedx_catalog", "zero", verbosity=0)
    assert CatalogCourse.objects.count() == 1
    api.delete_course_run(RUN_KEY)
    api.delete_catalog_course(CatalogCourse.objects.get())
    call_command("migrate", "openedx_catalog", "zero", verbosity=0)
    call_command("migrate", "openedx_catalog", verbosity=0)
    api.associate_course_run(RUN_KEY)
    settings.OPENEDX_CATALOG_ALLOW_UNINSTALL = True
    call_command("migrate", "openedx_catalog", "zero", verbosity=0)
    call_command("migrate", "openedx_catalog", verbosity=0)
    assert not CatalogCourse.objects.exists()


@pytest.fixture
def going_back():
    """``going_back()`` migrates to openedx-core's tables; afterwards ours are there again."""
    yield lambda: call_command("migrate", "openedx_catalog", "0001_initial", verbosity=0)
    call_command("migrate", "openedx_catalog", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_back_to_openedx_core_is_refused_while_its_constraints_forbid_rows(going_back, settings):
    settings.OPENEDX_CATALOG_ALLOW_DOWNGRADE_LOSS = True
    api.associate_course_run(RUN_KEY)
    api.associate_course_run("ccx-v1:MITx+14.100x+3T2017+ccx@1")
    api.associate_course_run("MITx/14.100x/3T2017")
    with pytest.raises(DowngradeRefused, match=r"course-v1:MITx\+14\.100x\+3T2017, MITx/14\.100x/3T2017"):
        going_back()
    assert api.get_course_run(RUN_KEY).key_ci
    api.move_course_run("MITx/14.100x/3T2017", api.create_catalog_course(org_code="MITx", course_code="old"), reason="back")
    going_back()


@pytest.mark.django_db(transaction=True)
def test_back_to_openedx_core_loses_nothing_without_a_setting(going_back, settings):
    other = api.create_catalog_course(org_code="MITx", course_code="Other")
    api.associate_course_run(RUN_KEY, title="Microeconomics", schedule={"start": "2027-01-31T10:00:00Z"})
    api.move_course_run(RUN_KEY, other, reason="theirs")
    api.merge_catalog_courses("MITx+14.100x", into=other, reason="the same")
    with pytest.raises(DowngradeRefused) as refused:
        going_back()
    for loss in ("1 row of openedx_catalog_courseschedule", "1 alias of", "1 explicit association", "historical"):
        assert loss in str(refused.value)
    # A step that loses nothing may be taken, and the next one is refused all the same.
    call_command("migrate", "openedx_catalog", "1001", verbosity=0)
    with pytest.raises(DowngradeRefused, match="1 row of openedx_catalog_courseschedule"):
        going_back()
    assert "Outbox" not in str(refused.value)
    settings.OPENEDX_CATALOG_ALLOW_DOWNGRADE_LOSS = True
    going_back()
    call_command("migrate", "openedx_catalog", verbosity=0)
    run = api.get_course_run(RUN_KEY)
    assert (run.title, run.catalog_course.key_str, run.association) == (
        "Microeconomics",
        "catalog-course:MITx:Other",
        "implicit",
    )


@pytest.mark.django_db(transaction=True)
def test_languages_go_back_as_openedx_core_takes_them(going_back, settings):
    settings.LANGUAGE_CODE = "pt-BR"
    for code, language in (("unset", ""), ("es", "es-419"), ("fil", "fil"), ("gsw", "gsw-ch")):
        api.create_catalog_course(org_code="MITx", course_code=code, language=language)
    with pytest.raises(DowngradeRefused, match=r"the languages of 2 catalog courses \(fil, gsw-ch\)"):
        going_back()
    settings.OPENEDX_CATALOG_ALLOW_DOWNGRADE_LOSS = True
    going_back()
    with pytest.raises(IntegrityError), transaction.atomic():
        CatalogCourse.objects.filter(course_code="es").only("pk").update(language="fil")
    call_command("migrate", "openedx_catalog", verbosity=0)
    languages = dict(CatalogCourse.objects.values_list("course_code", "language"))
    assert languages == {"unset": "pt-br", "es": "es-419", "fil": "pt-br", "gsw": "pt-br"}


@pytest.mark.django_db(transaction=True)
def test_an_empty_catalog_goes_back_and_forth(going_back):
    going_back()


@pytest.mark.django_db(transaction=True)
def test_pathways_are_what_an_older_openedx_core_has_no_place_for(going_back, settings):
    PathwayCategory.objects.get_or_create(category_code="pathway", title="Pathway")
    going_back()
    call_command("migrate", "openedx_catalog", verbosity=0)
    category = api.get_pathway_category("pathway")
    # As it was before the app came: its change feed, which would be lost, has nothing of it.
    Organization.objects.bulk_create([Organization(short_name="MITx", name="MITx")])
    api.create_catalog_pathway(org_code="MITx", pathway_code="Path", category=category)
    # To openedx-core 1.15, which has them, it is no loss.
    call_command("migrate", "openedx_catalog", "0002_pathways", verbosity=0)
    with pytest.raises(DowngradeRefused, match="1 row of openedx_catalog_catalogpathway"):
        going_back()
    settings.OPENEDX_CATALOG_ALLOW_DOWNGRADE_LOSS = True
    going_back()
