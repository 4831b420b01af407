"""What others may not do to our tables: rename an organization away from its keys, drop the app with its rows."""

import pytest
from django.core.management import call_command
from organizations.models import Organization

from openedx_catalog import api
from openedx_catalog.exceptions import OrganizationRenameRefused, UninstallRefused
from openedx_catalog.models_api import CatalogCourse
from tests.conftest import RUN_KEY

pytestmark = pytest.mark.every_cell


@pytest.mark.django_db
def test_an_organization_may_change_its_case_but_not_its_letters(django_assert_num_queries):
    api.associate_course_run(RUN_KEY)
    org = Organization.objects.get()
    org.short_name = "MITX"
    org.save()
    org.short_name = "Other"
    with pytest.raises(OrganizationRenameRefused) as caught:
        org.save()
    assert (caught.value.course_key, caught.value.new) == (RUN_KEY, "Other")
    assert Organization.objects.get().short_name == "MITX"


@pytest.mark.django_db
def test_explicit_runs_and_corrections_do_not_stand_in_the_way():
    api.associate_course_run(RUN_KEY, catalog_course="Wrong+1")
    org = Organization.objects.get()
    org.short_name = "Renamed"
    org.save()
    assert api.get_catalog_course_for_run(RUN_KEY).key_str == "catalog-course:Renamed:1"
    api.associate_course_run("course-v1:Renamed+1+1")
    with pytest.raises(OrganizationRenameRefused):
        api.check_organization_rename(org, "Again")
    Organization.objects.create(name="New", short_name="New")


@pytest.mark.django_db(transaction=True)
def test_zero_is_refused_while_rows_would_be_lost(settings):
    api.associate_course_run(RUN_KEY)
    with pytest.raises(UninstallRefused, match="1 rows of openedx_catalog_courserun"):
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
