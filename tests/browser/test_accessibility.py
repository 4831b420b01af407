"""axe finds nothing to complain of on any page of ours; those between the steps of a form are in test_walk."""

import pytest
from django.urls import reverse

from openedx_catalog import api, messages
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
