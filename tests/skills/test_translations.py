"""The pages of skills in Spanish; see tests/core/test_translations.py."""

import pytest
from django.urls import reverse

from openedx_catalog.contrib.programs.models_api import ProgramType
from tests import spanish

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.any_database]
APP = "openedx_catalog_skills"


@pytest.fixture(autouse=True)
def languages():
    with spanish.by_the_reader():
        yield


def test_every_admin_page_is_translated(admin_client, course, program, monkeypatch):
    names = spanish.words_of(ProgramType)
    monkeypatch.setattr(
        spanish, "SAME", spanish.SAME | names | {"A", "Course", "Circuits", "Law", "Series", "Plan", "manual", "No", "no"}
    )
    row = course("A", ("Circuits", 0.5), blocked=["Law"])
    series = program("Series", row, skills=["Circuits"])
    addresses = spanish.pages_of(APP) | {
        "import": reverse(f"admin:{APP}_skill_import"),
        "course": reverse("admin:openedx_catalog_catalogcourse_change", args=[row.pk]),
        "program": reverse("admin:openedx_catalog_programs_program_change", args=[series.pk]),
    }
    assert len(addresses) > 10
    assert spanish.left_in_english(admin_client, addresses) == {}
