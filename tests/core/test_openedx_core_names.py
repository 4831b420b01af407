"""What code that was written for openedx-core's catalog imports, annotates with, catches and reads in the log."""

from __future__ import annotations

import logging
import pickle

import pytest
from django.apps import AppConfig
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from organizations.models import Organization

from openedx_catalog import api, signals
from openedx_catalog.apps import CatalogAppConfig, OpenedxCatalogConfig
from openedx_catalog.exceptions import InvalidLanguage, OrganizationNotFound
from openedx_catalog.models_api import CatalogCourse, CatalogPathway, CourseRun, PathwayCategory, PathwayEnrollment
from openedx_catalog.testing import OrganizationFactory
from tests.conftest import RUN_KEY

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("entry", "expected"),
    [("openedx_catalog", OpenedxCatalogConfig), ("openedx_catalog.apps.CatalogAppConfig", CatalogAppConfig)],
)
def test_either_entry_of_installed_apps_is_our_app(entry, expected):
    app = AppConfig.create(entry)
    assert (type(app), app.label, isinstance(app, OpenedxCatalogConfig)) == (expected, "openedx_catalog", True)


@pytest.mark.parametrize("model", [CatalogCourse, CourseRun, CatalogPathway, PathwayCategory, PathwayEnrollment])
def test_the_types_of_ids_are_there(model):
    assert model.ID is getattr(model, f"{model.__name__}ID")
    assert model.ID(7) == 7
    assert isinstance(model._meta.pk, model.IDField)


def test_the_guard_of_organizations_has_its_name():
    org = api.create_course_run(RUN_KEY).catalog_course.org
    api.create_organization(short_name="Taken")
    for free in ("MITX", "Other"):
        org.short_name = free
        signals.verify_organization_change(Organization, org)
    org.short_name = "Taken"
    with pytest.raises(ValidationError):
        signals.verify_organization_change(Organization, org)
    signals.verify_organization_change(Organization, Organization(short_name="New"))


def test_an_organization_that_is_none_is_the_models_own_error():
    for attempt in (lambda: CatalogCourse(org_code="None"), lambda: CatalogPathway(org_code="None")):
        with pytest.raises(Organization.DoesNotExist) as caught:
            attempt()
        assert (caught.value.code, caught.value.org_code) == ("organization_not_found", "None")
        # Whatever queue it passes, it stays one of ours.
        again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
        assert (type(again), again.facts) == (OrganizationNotFound, caught.value.facts)


def test_a_language_that_is_none_is_what_the_database_would_say():
    OrganizationFactory(short_name="MITx")
    course = api.create_catalog_course(org_code="MITx", course_code="1")
    for attempt in (
        lambda: api.update_catalog_course(course, language_short="English"),
        lambda: CatalogCourse.objects.create(org_code="MITx", course_code="2", language="English"),
    ):
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            attempt()
        assert isinstance(caught.value, InvalidLanguage)
    # It is nobody's conflict, and tried once.
    assert CatalogCourse.objects.get().language == "en"


def test_what_it_warns_of_is_logged_under_its_names(caplog):
    OrganizationFactory(short_name="mitX")
    for _time in range(2):
        api.create_course_run_for_modulestore_course_with(RUN_KEY, title="T")
    run = api.get_course_run(RUN_KEY)
    run.title = "New"
    run.save()
    course, model = "openedx_catalog.api_impl.courses", "openedx_catalog.models.course_run"
    assert [(name, level) for name, level, _text in caplog.record_tuples] == [
        # The organization is spelled otherwise, passed to the model and to the function; there already; saved.
        (model, logging.WARNING),
        (course, logging.WARNING),
        (course, logging.WARNING),
        (model, logging.WARNING),
    ]
    assert all(RUN_KEY in text for _name, _level, text in caplog.record_tuples)
