"""The OpenAPI document: valid, without warnings, and the one that was committed."""

from pathlib import Path

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.once

SNAPSHOT = Path(__file__).parents[2] / "docs" / "references" / "openapi.yml"


def test_the_document_is_valid_and_as_committed(tmp_path):
    """After a change of the API: ``manage.py spectacular --file docs/references/openapi.yml``, and look at the difference."""
    made = tmp_path / "openapi.yml"
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(made))
    assert made.read_text(encoding="utf-8") == SNAPSHOT.read_text(encoding="utf-8")


@pytest.mark.django_db
def test_the_document_and_its_page_are_served(client):
    assert b"/api/catalog/v1/course-runs/{course_key}/move/" in client.get("/api/schema/").content
    assert client.get("/api/docs/").status_code == 200
