"""axe finds nothing to complain of on any page of ours; those between the steps of a form are in test_walk."""

import pytest
from django.urls import reverse

from openedx_catalog import api, messages
from openedx_catalog.contrib.programs import api as programs
from tests.conftest import RUN_KEY

COURSES, RUNS = "admin:openedx_catalog_catalogcourse_", "admin:openedx_catalog_courserun_"
PAGES = {
    "course runs": (RUNS + "changelist", False, "?q=14.100x"),
    "new course run": (RUNS + "add", False, ""),
    "course run": (RUNS + "change", True, ""),
    "history of a run": (RUNS + "history", True, ""),
    "deleting a run": (RUNS + "delete", True, ""),
    "move": (RUNS + "move", True, ""),
    "import": (RUNS + "import", False, ""),
    "catalog courses": (COURSES + "changelist", False, "?q=14.100x"),
    "new catalog course": (COURSES + "add", False, ""),
    "catalog course": (COURSES + "change", True, ""),
    "history of a course": (COURSES + "history", True, ""),
    "deleting a course": (COURSES + "delete", True, ""),
    "merge": (COURSES + "merge", True, ""),
    "rename": (COURSES + "rename", True, ""),
    "overview": (COURSES + "overview", False, "?doctor=1"),
    "inbox": ("admin:openedx_catalog_inboxmessage_changelist", False, ""),
    "outbox": ("admin:openedx_catalog_outboxmessage_changelist", False, ""),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page(operator, site, look, name):
    view, of_one, query = PAGES[name]
    run = api.get_course_run(RUN_KEY)
    messages.record_unknown("<b>", source="course_published", error="AttributeError: no name", event_id="odd")
    pk = [run.pk if view.startswith(RUNS) else run.catalog_course_id] if of_one else []
    operator.goto(site + reverse(view, args=pk) + query)
    look(operator, name.replace(" ", "_"))


PROGRAM_PAGES = ["program_changelist", "program_add", "program_change", "program_history", "programtype_changelist",
                 "programtype_add", "curriculum_changelist", "curriculum_add", "curriculum_change", "curriculum_history",
                 "curriculum_delete", "curriculum_build", "degree_changelist", "degree_add", "degree_change",
                 "degreecost_changelist", "degreecost_add", "degreedeadline_add", "externalcoursekey_changelist",
                 "externalcoursekey_add"]  # fmt: skip


@pytest.fixture(scope="module")
def program(site):
    """A program with a curriculum of one course that is offered, and one that was."""
    made = programs.create_program(title="Looked at", type="masters", status="active", authoring_organizations=["MITx"])
    curriculum = programs.create_curriculum(made, name="Core", courses=["MITx+14.100x"])
    other = programs.create_program(title="Looked at, too", type="xseries")
    programs.retire(programs.add_program(curriculum, other, effective_at="2020-01-01T00:00:00Z"))
    degree = programs.create_degree(made)
    programs.add_cost(degree, description="Tuition", amount="9900", currency="USD")
    programs.add_deadline(degree, semester="Spring", name="Application", due_at="2027-03-01T23:59:00Z")
    return made


@pytest.mark.parametrize("name", PROGRAM_PAGES)
def test_a_page_of_programs(operator, site, look, program, name):
    kind = name.partition("_")[0]
    row = {"program": program, "curriculum": program.curricula.get(), "degree": program.degree}.get(kind)
    of_one = not name.endswith(("changelist", "add"))
    operator.goto(site + reverse(f"admin:openedx_catalog_programs_{name}", args=[row.pk] if of_one else []))
    look(operator, name)
