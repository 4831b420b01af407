"""Our view sets start, and are documented, under whatever DEFAULT_SCHEMA_CLASS a host has."""

from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from rest_framework.schemas import openapi
from rest_framework.schemas.generators import BaseSchemaGenerator, EndpointEnumerator
from rest_framework.settings import api_settings

from openedx_catalog.lib.rest.schema import AutoSchema

DOCUMENT = Path(__file__).parents[2] / "docs" / "references" / "openapi-programs.yml"


def operations(document):
    return {(path, method) for path, found in document["paths"].items() for method in found if method != "parameters"}


def test_drf_spectacular_writes_our_document_on_every_host():
    made = SchemaGenerator(urlconf="openedx_catalog.urls").get_schema(request=None, public=True)
    expected = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))
    assert operations(made) == operations(expected)
    move = made["paths"]["/api/catalog/v1/course-runs/{course_key}/move/"]["post"]
    assert set(move["responses"]) == {"200", "400", "401", "403", "404", "409", "412"}
    assert move["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/MoveWriter")


def test_the_generator_of_the_host_finds_what_it_asks_for():
    """DRF's own asks for operations, that of coreapi for links; drf-spectacular has been asked above."""
    of_host = api_settings.DEFAULT_SCHEMA_CLASS
    if issubclass(of_host, AutoSchema):
        pytest.skip("the host writes its documents with drf-spectacular")
    if issubclass(of_host, openapi.AutoSchema):
        found = operations(openapi.SchemaGenerator(title="Host", urlconf="openedx_catalog.urls").get_schema())
        assert ("/api/catalog/v1/course-runs/{course_key}/move/", "post") in found
        return
    generator, links = BaseSchemaGenerator(), []
    for path, method, callback in EndpointEnumerator(urlconf="openedx_catalog.urls").get_api_endpoints():
        view = generator.create_view(callback, method)
        links.append(view.schema.get_link(path, method, base_url="/"))
    assert ("POST", "//api/catalog/v1/course-runs/{course_key}/move/", "CourseRunViewSet") in links


@pytest.mark.django_db
def test_no_change_of_models_waits_for_a_migration():
    """Plain ``makemigrations``, as a developer of the host types it, has nothing to write, for edx-organizations neither."""
    call_command("makemigrations", check=True, dry_run=True)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_check_complains(language):
    """Names of fields are translated, where the migrations of others have them in English."""
    with translation.override(language):
        call_command("check", fail_level="WARNING", databases=["default"])
