"""The pages of programs and syncs in Spanish; see tests/core/test_translations.py."""

import pytest
from django.urls import reverse

from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.sync import api
from openedx_catalog.contrib.sync.models_api import RunSource
from tests import spanish

from .conftest import row, run

pytestmark = [pytest.mark.django_db, pytest.mark.newest, pytest.mark.any_database]
# Names of fields and kinds of records are identifiers, and the types of programs are rows; "slug" and "no" are Spanish, too.
SAME = {
    *(
        "A",
        "B",
        "lms",
        "no",
        "Old",
        "Physics",
        "Basics",
        "Course",
        "Slug",
        "slug",
        "No",
        "None",
        "MITx",
        "Online",
        "http",
        "page",
        "row",
        "of",
    ),
    *(name for names in api.PINNABLE_OF_RECORDS.values() for name in names),
    *("title", "start", "end", "pacing", "programs", "courses", "organizations", "micro", "Masters", "masters"),
    *(
        "Bachelors",
        "bachelors",
        "Boot",
        "Camp",
        "boot-camp",
        "MicroBachelors",
        "microbachelors",
        "MicroMasters",
        "micromasters",
    ),
    *("Professional", "Certificate", "professional-certificate", "XSeries", "xseries"),
}


@pytest.fixture(autouse=True)
def languages():
    with spanish.by_the_reader():
        yield


@pytest.fixture
def addresses(sync, lms, remote, monkeypatch):
    """Every page of every model, and the two that are made for it, with a row of each."""
    monkeypatch.setattr(spanish, "SAME", spanish.SAME | SAME)
    remote.rows = [row("A"), row("B")]
    sync("lms")
    RunSource.objects.create(source=lms, external_id="17", row={"title": "Old"})
    api.pin_field(run("A").course_key, "title", reason="test")
    kind = programs.create_program_type(name="Micro", slug="micro", source="test")
    program = programs.create_program(title="Physics", type=kind, source="test")
    curriculum = programs.create_curriculum(program, name="Basics", source="test")
    found = {"curriculum, build": reverse("admin:openedx_catalog_programs_curriculum_build", args=[curriculum.pk])}
    found["source, sync"] = reverse("admin:openedx_catalog_sync_source_sync", args=[lms.pk])
    found |= spanish.pages_of("openedx_catalog_programs", "openedx_catalog_sync")
    return found


def test_every_admin_page_is_translated(admin_client, addresses):
    there = {name: address for name, address in addresses.items() if admin_client.get(address).status_code == 200}
    assert len(there) > 20
    assert spanish.left_in_english(admin_client, there) == {}
