"""What somebody sees who may view everything, and change nothing: values as text, links, and no button."""

import pytest
from django.urls import reverse

from openedx_catalog import api
from openedx_catalog.contrib.programs import api as programs
from tests.conftest import RUN_KEY

PAGES = ["courserun_changelist", "courserun_change", "catalogcourse_changelist", "catalogcourse_change",
         "catalogcourse_overview", "inboxmessage_changelist", "program_change", "curriculum_change", "curriculum_build",
         "degree_change", "externalcoursekey_change"]  # fmt: skip


@pytest.fixture(scope="module")
def rows(site):
    """``{model: id}`` of rows that are there to be looked at."""
    api.update_course_run(RUN_KEY, schedule={"start": "2027-01-31T10:00:00Z", "pacing": "self"})
    program = programs.create_program(title="Read only", type="masters", status="active", authoring_organizations=["MITx"])
    curriculum = programs.create_curriculum(program, name="Core", courses=["MITx+14.100x"])
    programs.add_program(curriculum, programs.create_program(title="Inside", type="xseries", status="active"))
    degree = programs.create_degree(program)
    programs.add_cost(degree, description="Tuition", amount="9900", currency="USD")
    run = api.get_course_run(RUN_KEY)
    key = programs.set_external_course_key(RUN_KEY, "READ 1")
    return {
        "courserun": run.pk, "catalogcourse": run.catalog_course_id, "program": program.pk, "curriculum": curriculum.pk,
        "degree": degree.pk, "externalcoursekey": key.pk,
    }  # fmt: skip


@pytest.mark.newest
@pytest.mark.parametrize("name", PAGES)
def test_a_page_for_whoever_may_only_view(reader, site, rows, look, name):
    model = name.partition("_")[0]
    app = "openedx_catalog" if model in ("courserun", "catalogcourse", "inboxmessage") else "openedx_catalog_programs"
    pk = [rows[model]] if name.endswith(("change", "build")) else []
    reader.goto(site + reverse(f"admin:{app}_{name}", args=pk))
    main = reader.locator("#content")
    for word in ("Move", "Import", "Merge", "Rename", "Save", "Delete", "Up", "Retire", "Remove", "Add course"):
        assert main.get_by_role("button", name=word, exact=True).count() == 0, word
        assert main.get_by_role("link", name=word, exact=True).count() == 0, word
    look(reader, f"reader_{name}")
