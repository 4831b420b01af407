"""The OpenAPI document: valid, without warnings, and the one that was committed."""

from pathlib import Path

import pytest

from openedx_catalog.testing.contracts import SchemaContract


class TestSchema(SchemaContract):
    """After a change of the API: ``manage.py spectacular --file docs/references/openapi.yml``, and look at the difference."""

    snapshot = Path(__file__).parents[2] / "docs" / "references" / "openapi.yml"


@pytest.mark.once
@pytest.mark.django_db
def test_the_document_and_its_page_are_served(client):
    assert b"/api/catalog/v1/course-runs/{course_key}/move/" in client.get("/api/schema/").content
    assert client.get("/api/docs/").status_code == 200
