"""The pages of pathways in Spanish; see tests/core/test_translations.py."""

import pytest
from django.urls import reverse

from openedx_catalog.contrib.pathways import api
from openedx_catalog.contrib.programs.models_api import ProgramType
from tests import spanish

from .conftest import nodes

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.any_database]
APP = "openedx_catalog_pathways"


@pytest.fixture(autouse=True)
def languages():
    with spanish.by_the_reader():
        yield


def test_every_admin_page_is_translated(admin_client, pathway, course, program, monkeypatch):
    names = spanish.words_of(ProgramType)
    mine = {
        "A", "Become", "Basics", "Course", "Credit", "Id", "No", "Plan", "Series", "Slug", "a", "analyst", "course-a", "data",
        "intro", "no", "video",
    }  # fmt: skip
    monkeypatch.setattr(spanish, "SAME", spanish.SAME | names | mine)
    row = course("A", 2)
    series = program("Series", row)
    block = "block-v1:MITx+A+R1+type@video+block@intro"
    api.add_step(pathway, nodes(row, series, block), min_requirement=2, title="Basics")
    api.create_program_pathway(name="Credit", programs=[series])
    build = reverse(f"admin:{APP}_learnerpathway_build", args=[pathway.pk])
    addresses = spanish.pages_of(APP) | {
        "build": build,
        "course": reverse("admin:openedx_catalog_catalogcourse_change", args=[row.pk]),
        "program": reverse("admin:openedx_catalog_programs_program_change", args=[series.pk]),
    }
    assert len(addresses) > 10
    assert spanish.left_in_english(admin_client, addresses) == {}
