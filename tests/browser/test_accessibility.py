"""axe finds nothing to complain of on any page of ours; those between the steps of a form are in test_walk."""

import pytest
from django.urls import reverse

from openedx_catalog import api, messages
from openedx_catalog.contrib.programs import api as programs
from openedx_catalog.contrib.sync import api as sync
from openedx_catalog.contrib.sync.models_api import RunSource, SyncJob, SyncPage
from tests.conftest import RUN_KEY
from tests.sync.conftest import row as listed
from tests.sync.remote import Remote

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


@pytest.fixture(scope="module")
def synced(site):
    """A source with a running, a partial and an aborted job, a legacy row and a pin: ``{page: arguments}``."""
    remote = Remote()
    try:
        source = sync.create_source(
            name="looked-at", kind="lms", base_url=remote.url, create_missing=True, per_minute=6000, organizations=["MITx"]
        )
        remote.rows = [listed("Looked", str(number)) for number in range(120)]
        sync.sync_source(source)
        for number, run in enumerate(remote.rows):
            run["name"] = "Changed" if number < 30 else run["name"]
        remote.rows[40]["start"] = "in spring"
        del remote.rows[100:103]
        remote.rows.append(listed("Else", org="Nobody"))
        partial = sync.sync_source(source).job
        remote.rows = []
        aborted = sync.sync_source(source).job
    finally:
        remote.close()
    running = SyncJob.objects.create(source=source, total=400)
    SyncPage.objects.create(job=running, number=1, records=100, unchanged="\n".join(f"a{n}" for n in range(100)))
    sync.pin_field(RUN_KEY, "title", reason="The registrar's")
    legacy = RunSource.objects.create(source=source, external_id="17", row={"title": "Old Physics"})
    return {
        "source_changelist": [], "source_add": [], "source_change": [source.pk], "source_history": [source.pk],
        "source_sync": [source.pk], "source_delete": [source.pk], "syncjob_changelist": [], "partial job": [partial],
        "aborted job": [aborted], "running job": [running.pk], "runsource_changelist": [], "runsource_change": [legacy.pk],
        "runsource_key": [legacy.pk], "pinnedfield_changelist": [], "pinnedfield_add": [],
    }  # fmt: skip


SYNC_PAGES = ["source_changelist", "source_add", "source_change", "source_history", "source_sync", "source_delete",
              "syncjob_changelist", "partial job", "aborted job", "running job", "runsource_changelist", "runsource_change",
              "runsource_key", "pinnedfield_changelist", "pinnedfield_add"]  # fmt: skip


@pytest.mark.parametrize("name", SYNC_PAGES)
def test_a_page_of_sync(operator, site, look, synced, name):
    view = "syncjob_change" if name.endswith("job") else name
    operator.goto(site + reverse(f"admin:openedx_catalog_sync_{view}", args=synced[name]))
    look(operator, name.replace(" ", "_"))
