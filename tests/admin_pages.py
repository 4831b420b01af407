"""Who may do what in the admin, as one table: the contracts of the pages are held to it, and the docs print it."""

from __future__ import annotations

from typing import Any

from openedx_catalog.testing.tables import NOBODY, Page, usual_pages


def _with_deletes(model: str, **kwargs: Any) -> list[Page]:
    """The usual pages, and Django's own action that deletes what is chosen."""
    return [*usual_pages(model, **kwargs), Page(model, "changelist: delete_selected", "view", "view + delete")]


_COURSE, _RUN = "openedx_catalog.catalogcourse", "openedx_catalog.courserun"
_DELETED = "openedx_catalog.deletedrunkey"
_MESSAGES = [f"openedx_catalog.{name}message" for name in ("inbox", "outbox")]
CORE = [
    *_with_deletes(_COURSE),
    Page(_COURSE, "overview", f"view + {_RUN} view"),
    Page(_COURSE, "changes", "view"),
    Page(_COURSE, "doctor", f"view + {_RUN} view", f"change + {_RUN} view"),
    Page(_COURSE, "suggestions", f"view + {_RUN} view", f"change + {_RUN} view"),
    Page(_COURSE, "changelist: edit_selected", "view", "change"),
    Page(_COURSE, "edit_many", "change", "change"),
    Page(_COURSE, "import", "add + change", "add + change"),
    Page(_COURSE, "rename", "change", "change"),
    Page(_COURSE, "merge", "change + delete", "change + delete"),
    Page(_COURSE, "release_code", "change", "change"),
    Page(_COURSE, "give_code", "change", "change"),
    Page(_COURSE, "swap_codes", "change", "change"),
    Page(_COURSE, "rerun_code", "change", "change"),
    Page(_COURSE, "move", "change", "change"),
    Page(_COURSE, "split", "add + change", "add + change"),
    Page(_COURSE, "unmerge", "add + change", "add + change"),
    Page(_COURSE, "organization_history", "view + organizations.organization view"),
    *_with_deletes(_RUN),
    Page(_RUN, "changelist: edit_selected", "view", "change"),
    Page(_RUN, "edit_many", "change", "change"),
    Page(_RUN, "changelist: move_selected", "view", "change"),
    Page(_RUN, "changelist: follow_selected", "view", "change"),
    Page(_RUN, "follow", "change", "change"),
    Page(_RUN, "follow_many", "change", "change"),
    Page(_RUN, "move", "change", "change"),
    Page(_RUN, "move_many", "change", "change"),
    Page(_RUN, "import", "add + change", "add + change"),
    *usual_pages(_DELETED, add=NOBODY, change=NOBODY, delete=NOBODY, history=False),
    Page(_DELETED, "restore", f"view + {_RUN} add", f"view + {_RUN} add"),
]
for _message in _MESSAGES:
    CORE += [
        *usual_pages(_message, add=NOBODY, change=NOBODY, delete=NOBODY, history=False),
        Page(_message, "changelist: replay", "view", "change"),
        Page(_message, "changelist: discard", "view", "view + delete"),
    ]
for _name in ("catalogpathway", "pathwaycategory", "pathwayenrollment"):
    CORE += _with_deletes(f"openedx_catalog.{_name}", history=False)

_PROGRAMS = "openedx_catalog_programs"
PROGRAMS = [
    *usual_pages(f"{_PROGRAMS}.program", delete=NOBODY),
    Page(f"{_PROGRAMS}.program", "changelist: edit_selected", "view", "change"),
    Page(f"{_PROGRAMS}.program", "edit_many", "change", "change"),
    Page(f"{_PROGRAMS}.program", "import", "add + change", "add + change"),
    Page(f"{_PROGRAMS}.program", "as_of", "view"),
    Page(f"{_PROGRAMS}.program", "compare", "view"),
    Page(f"{_PROGRAMS}.program", "as_of", "view"),
    Page(f"{_PROGRAMS}.program", "compare", "view"),
    *usual_pages(f"{_PROGRAMS}.degree", delete=NOBODY),
    *_with_deletes(f"{_PROGRAMS}.curriculum"),
    Page(f"{_PROGRAMS}.curriculum", "build", "view", "change"),
    Page(f"{_PROGRAMS}.curriculum", "retire", "change", "change"),
    Page(f"{_PROGRAMS}.curriculum", "remove", "change", "change"),
]
for _name in ("programtype", "curriculumgroup", "degreecost", "degreedeadline", "externalcoursekey"):
    PROGRAMS += _with_deletes(f"{_PROGRAMS}.{_name}")

_LINKS = f"change + {_RUN} add + {_RUN} change"
_SYNC = "openedx_catalog_sync"
SYNC = [
    *_with_deletes(f"{_SYNC}.source"),
    Page(f"{_SYNC}.source", "sync", "sync", "sync"),
    *usual_pages(f"{_SYNC}.syncjob", add=NOBODY, change=f"view + {_SYNC}.source sync", delete=NOBODY, history=False),
    *usual_pages(f"{_SYNC}.runsource", add=NOBODY, change=NOBODY, delete=NOBODY),
    Page(f"{_SYNC}.runsource", "key", _LINKS, _LINKS),
    Page(f"{_SYNC}.runsource", "course", "change", "change"),
    *usual_pages(f"{_SYNC}.sourcerecord", add=NOBODY, change=NOBODY, delete=NOBODY, history=False),
    *_with_deletes(f"{_SYNC}.pinnedfield", change=NOBODY),
    *_with_deletes(f"{_SYNC}.pinnedrecordfield", change=NOBODY),
]

_TYPES = "openedx_catalog_course_types"
_TYPE = f"{_TYPES}.coursetype"
_SETS = f"{_TYPES}.coursetyping change + view + {_COURSE} view"
_SETS_RUN = f"{_TYPES}.courseruntyping change + view + {_TYPES}.courseruntype view + {_RUN} view"
_MATCHES = f"{_SETS} + {_SETS_RUN}"
COURSE_TYPES = [
    *(page for name in ("mode", "seattype", "courseruntype", "coursetype") for page in _with_deletes(f"{_TYPES}.{name}")),
    Page(_TYPE, "matrix", f"view + {_TYPES}.courseruntype view"),
    Page(_TYPE, "match", _MATCHES, _MATCHES),
    Page(_TYPE, "of_course", _SETS, _SETS),
    Page(_TYPE, "of_run", _SETS_RUN, _SETS_RUN),
]

_SUBSCRIPTIONS = "openedx_catalog_subscriptions"
_PLAN, _TAKES_PART = f"{_SUBSCRIPTIONS}.subscriptionplan", f"{_SUBSCRIPTIONS}.subscribedorganization"
_SEES_TABLE = f"organizations.organization view + {_COURSE} view + {_RUN} view"
_CHOOSES = f"view + {_SEES_TABLE} + {_TAKES_PART} change"
SUBSCRIPTIONS = [
    *_with_deletes(_PLAN),
    Page(_PLAN, "organizations", f"view + {_SEES_TABLE} + {_TAKES_PART} view"),
    Page(_PLAN, "choose", _CHOOSES, _CHOOSES),
    *_with_deletes(f"{_SUBSCRIPTIONS}.coursechoice"),
    Page(f"{_SUBSCRIPTIONS}.coursechoice", "import", "add + change", "add + change"),
]


def _kept(model: str, views: str, **kwargs: Any) -> list[Page]:
    """Pages of rows that are kept back with others: what it takes to see them."""
    pages = usual_pages(model, **{"delete": "view + delete", **kwargs})
    seen = [page._replace(see=page.see.replace("view", views), send=page.send.replace("view", views)) for page in pages]
    return [page._replace(send=f"change + {views}") if page.send == "change" else page for page in seen]


_SKILLS = "openedx_catalog_skills"
_GIVES = " + ".join(f"{_SKILLS}.{_name} {_verb}" for _name in ("courseskill", "programskill") for _verb in ("add", "change"))
SKILLS = [
    *_with_deletes(f"{_SKILLS}.skill"),
    Page(f"{_SKILLS}.skill", "import", f"add + change + {_GIVES}", f"add + change + {_GIVES}"),
]
SKILLS += _with_deletes(f"{_SKILLS}.courseskill")
SKILLS += [Page(f"{_SKILLS}.courseskill", f"changelist: {_verb}_selected", "view", "change") for _verb in ("block", "unblock")]
_SEES_PROGRAMS = f"view + {_PROGRAMS}.program view"
SKILLS += _kept(f"{_SKILLS}.programskill", _SEES_PROGRAMS)
SKILLS += [
    Page(f"{_SKILLS}.programskill", f"changelist: {_action}_selected", _SEES_PROGRAMS, f"{_SEES_PROGRAMS} + {_verb}")
    for _action, _verb in (("delete", "delete"), ("block", "change"), ("unblock", "change"))
]
_PATHWAY = "openedx_catalog_pathways.learnerpathway"
PATHWAYS = [
    *_with_deletes(_PATHWAY, delete="view + delete"),
    Page(_PATHWAY, "build", "view", "change"),
    Page(_PATHWAY, "remove", "change", "change"),
    *_with_deletes("openedx_catalog_pathways.programpathway"),
]

_COURSE_CATALOG = "openedx_catalog_search.coursecatalog"
SEARCH = [
    *_with_deletes(_COURSE_CATALOG, delete="view + delete"),
    Page(_COURSE_CATALOG, "preview", "change", "change"),
    *usual_pages("openedx_catalog_search.searchindex", add=NOBODY, change=NOBODY, delete=NOBODY, history=False),
]

_LISTINGS = "openedx_catalog_listings"
LISTINGS = [*_with_deletes(f"{_LISTINGS}.subject"), *_with_deletes(f"{_LISTINGS}.level")]
for _name in ("courselisting", "courserunlisting"):
    LISTINGS += [
        *_with_deletes(f"{_LISTINGS}.{_name}"),
        *(
            Page(f"{_LISTINGS}.{_name}", f"changelist: {_action}", "view", "change")
            for _action in ("make_live", "take_offline", "edit_selected")
        ),
        Page(f"{_LISTINGS}.{_name}", "edit_many", "change", "change"),
        Page(f"{_LISTINGS}.{_name}", "import", "add + change", "add + change"),
    ]

_PUBLISHING = "openedx_catalog_publishing"
_COPY = f"{_PUBLISHING}.courseworkingcopy"
_VIEWS = f"view + {_COPY} view"


PUBLISHING = [
    *usual_pages(_COPY, delete="view + delete"),
    Page(_COPY, "changelist: delete_selected", "view", "view + delete"),
    Page(_COPY, "changelist: approve", "view", "change"),
    Page(_COPY, "changelist: publish", "view", "change"),
    *_kept(f"{_PUBLISHING}.organizationgroup", _VIEWS, delete=NOBODY),
]
for _name in ("courseeditor", "publisherroleassignment"):
    PUBLISHING += [
        *_kept(f"{_PUBLISHING}.{_name}", _VIEWS, change=NOBODY),
        Page(f"{_PUBLISHING}.{_name}", "changelist: delete_selected", _VIEWS, f"{_VIEWS} + delete"),
    ]
PUBLISHING += _kept(f"{_PUBLISHING}.courserestriction", _VIEWS, add=NOBODY, change=NOBODY, delete=NOBODY)
for _name in ("review", "coursecomment"):
    PUBLISHING += _kept(f"{_PUBLISHING}.{_name}", _VIEWS, add=NOBODY, change=NOBODY, delete=NOBODY, history=False)
PUBLISHING.append(Page(f"{_PUBLISHING}.coursecomment", "changelist: retry", _VIEWS, f"{_VIEWS} + change"))
