"""Who may do what in the admin, as one table: the contracts of the pages are held to it, and the docs print it."""

from __future__ import annotations

from openedx_catalog.testing.tables import NOBODY, Page, usual_pages

_COURSE, _RUN = "openedx_catalog.catalogcourse", "openedx_catalog.courserun"
_MESSAGES = [f"openedx_catalog.{name}message" for name in ("inbox", "outbox")]
CORE = [
    *usual_pages(_COURSE),
    Page(_COURSE, "changelist: delete_selected", "view", "view + delete"),
    Page(_COURSE, "overview", f"view + {_RUN} view"),
    Page(_COURSE, "rename", "change", "change"),
    Page(_COURSE, "merge", "change + delete", "change + delete"),
    *usual_pages(_RUN),
    Page(_RUN, "changelist: delete_selected", "view", "view + delete"),
    Page(_RUN, "changelist: move_selected", "view", "change"),
    Page(_RUN, "move", "change", "change"),
    Page(_RUN, "move_many", "change", "change"),
    Page(_RUN, "import", "add + change", "add + change"),
    Page(_RUN, "export", "view"),
]
for _message in _MESSAGES:
    CORE += [
        *usual_pages(_message, add=NOBODY, change=NOBODY, delete=NOBODY, history=False),
        Page(_message, "changelist: replay", "view", "change"),
        Page(_message, "changelist: discard", "view", "view + delete"),
    ]
for _name in ("catalogpathway", "pathwaycategory", "pathwayenrollment"):
    CORE += usual_pages(f"openedx_catalog.{_name}", history=False)

_PROGRAMS = "openedx_catalog_programs"
PROGRAMS = [
    *usual_pages(f"{_PROGRAMS}.program", delete=NOBODY),
    *usual_pages(f"{_PROGRAMS}.degree", delete=NOBODY),
    *usual_pages(f"{_PROGRAMS}.curriculum"),
    Page(f"{_PROGRAMS}.curriculum", "build", "view", "change"),
]
for _name in ("programtype", "degreecost", "degreedeadline", "externalcoursekey"):
    PROGRAMS += usual_pages(f"{_PROGRAMS}.{_name}")

_LINKS = f"change + {_RUN} add + {_RUN} change"
_SYNC = "openedx_catalog_sync"
SYNC = [
    *usual_pages(f"{_SYNC}.source"),
    Page(f"{_SYNC}.source", "sync", "sync", "sync"),
    *usual_pages(f"{_SYNC}.syncjob", add=NOBODY, change=f"view + {_SYNC}.source sync", delete=NOBODY, history=False),
    *usual_pages(f"{_SYNC}.runsource", add=NOBODY, change=NOBODY, delete=NOBODY, history=False),
    Page(f"{_SYNC}.runsource", "key", _LINKS, _LINKS),
    *usual_pages(f"{_SYNC}.pinnedfield", change=NOBODY),
]
