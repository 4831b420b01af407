"""
Who may do what in the admin, as one table: the tests hold every page to it, and the docs print it.

And what the tests of each app ask of its pages: that none of them fails, and that nothing is shown that may not be pressed.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any, NamedTuple

NOBODY = "nobody"


class Page(NamedTuple):
    """A page: what it takes to see it, and to send its form ("" where it has none); permissions are joined by " + "."""

    model: str
    name: str
    see: str
    send: str = ""


def _usual(model: str, *, add: str = "add", change: str = "change", delete: str = "delete", history: bool = True) -> list[Page]:
    return [
        Page(model, "changelist", "view"),
        Page(model, "add", add, add),
        Page(model, "change", "view", change),
        Page(model, "delete", delete, delete),
        Page(model, "history", "view" if history else NOBODY),
    ]


_COURSE, _RUN = "openedx_catalog.catalogcourse", "openedx_catalog.courserun"
_MESSAGES = [f"openedx_catalog.{name}message" for name in ("inbox", "outbox")]
CORE = [
    *_usual(_COURSE),
    Page(_COURSE, "changelist: delete_selected", "view", "view + delete"),
    Page(_COURSE, "overview", f"view + {_RUN} view"),
    Page(_COURSE, "rename", "change", "change"),
    Page(_COURSE, "merge", "change + delete", "change + delete"),
    *_usual(_RUN),
    Page(_RUN, "changelist: delete_selected", "view", "view + delete"),
    Page(_RUN, "changelist: move_selected", "view", "change"),
    Page(_RUN, "move", "change", "change"),
    Page(_RUN, "move_many", "change", "change"),
    Page(_RUN, "import", "add + change", "add + change"),
    Page(_RUN, "export", "view"),
]
for _message in _MESSAGES:
    CORE += [
        *_usual(_message, add=NOBODY, change=NOBODY, delete=NOBODY, history=False),
        Page(_message, "changelist: replay", "view", "change"),
        Page(_message, "changelist: discard", "view", "view + delete"),
    ]

_PROGRAMS = "openedx_catalog_programs"
PROGRAMS = [
    *_usual(f"{_PROGRAMS}.program", delete=NOBODY),
    *_usual(f"{_PROGRAMS}.degree", delete=NOBODY),
    *_usual(f"{_PROGRAMS}.curriculum"),
    Page(f"{_PROGRAMS}.curriculum", "build", "view", "change"),
]
for _name in ("programtype", "degreecost", "degreedeadline", "externalcoursekey"):
    PROGRAMS += _usual(f"{_PROGRAMS}.{_name}")

ACTIONS = ("view", "add", "change", "delete")


def allowed_words(needed: str) -> str:
    """A cell of the table for people: ``view, and view of openedx_catalog.courserun``."""
    parts = [part.split(" ") for part in needed.split(" + ")]
    return ", and ".join(f"{part[1]} of {part[0]}" if len(part) == 2 else part[0] for part in parts) or "–"


def names(model: str, needed: str) -> set[str]:
    """The permissions that a cell of the table names: ``{"openedx_catalog.change_courserun"}``."""
    found = set()
    for part in needed.split(" + "):
        *other, action = part.split(" ")
        app, name = (other[0] if other else model).split(".")
        found.add(f"{app}.{action}_{name}")
    return found


def allowed(user: str, model: str, needed: str) -> bool:
    """Whether a user of `users` has what a cell of the table needs; whoever may change a row may see it."""
    if needed == NOBODY or user == "staff":
        return False
    held = set(user.split(" + "))
    return user == "superuser" or names(model, needed) <= held | {name.replace(".change_", ".view_") for name in held}


def users(pages: list[Page], model: str) -> list[str]:
    """Staff with nothing, a superuser, and for each permission, and each set that a page needs, one who has just that."""
    needed = [part for page in pages if page.model == model for part in (page.see, page.send) if part and part != NOBODY]
    single = [next(iter(names(model, action))) for action in ACTIONS]
    return ["staff", "superuser", *dict.fromkeys([*single, *(" + ".join(sorted(names(model, part))) for part in needed)])]


def signed_in(client: Any, user: str) -> Any:
    """A client of Django's with a session of such a member of staff."""
    from django.contrib.auth import get_user_model

    from tests.conftest import granted

    users = get_user_model().objects
    made = users.create_user(f"{user[:100]} {users.count()}", is_staff=True, is_superuser=user == "superuser")
    client.force_login(granted(made, *user.split(" + ")) if "." in user else made)
    return client


def viewer(client: Any, *apps: str) -> Any:
    """A client of somebody who may view everything in these apps, and nothing else."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Permission

    made = get_user_model().objects.create_user("viewer", is_staff=True)
    made.user_permissions.set(Permission.objects.filter(codename__startswith="view_", content_type__app_label__in=apps))
    client.force_login(made)
    return client


def addresses(app: str, ids: list[str]) -> dict[str, list[str]]:
    """``{"courserun_change": [its paths]}``: every page that the admin classes of an app route, with each of these ids."""
    from django.contrib import admin
    from django.utils.http import urlencode

    found: dict[str, list[str]] = {}
    for model, model_admin in admin.site._registry.items():
        if model._meta.app_label != app:
            continue
        for pattern in model_admin.get_urls():
            route = f"/admin/{app}/{model._meta.model_name}/{pattern.pattern}"
            numbers = [text for text in ids if text.isascii() and text.isdigit()]
            for_ids = ids if "<path:object_id>" in route else numbers if "<int:pk>" in route else [""]
            paths = [route.replace("<path:object_id>", text).replace("<int:pk>", text) for text in for_ids]
            if pattern.name and pattern.name.endswith("move_many"):
                paths = [f"{route}?{urlencode({'ids': text})}" for text in [*ids, ""]]
            if pattern.name:
                found[pattern.name.removeprefix(f"{app}_")] = paths
    return found


ODD_IDS = ["0", "99999", "9" * 30, "-1", "x", "1/2", "_2F", "%00", "é"]
ODD_QUERIES = ["?q=%00", "?p=x", "?o=99.-1", "?all=", "?e=1", "?id__exact=x", "?_popup=1", "?_changelist_filters=%00"]


def failures(client: Any, app: str, ids: list[str]) -> list[tuple[str, int]]:
    """The pages of an app that answer a GET or an empty POST with a fault of ours, for rows with these ids and for odd ones."""
    client.raise_request_exception = False
    found = []
    for name, paths in addresses(app, [*ids, *ODD_IDS]).items():
        asked = [path + query for path in paths[:1] for query in ODD_QUERIES] if name.endswith(("changelist", "add")) else []
        for method, path in [*((client.get, path) for path in paths + asked), (client.post, paths[0])]:
            status = method(path).status_code
            if status >= 500:
                found.append((f"{method.__name__} {path}", status))
    return found


class Controls(HTMLParser):
    """What can be pressed on a page of the admin: its links, and the buttons of forms that are sent by POST."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.buttons: list[str] = []
        self._posting = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """Note a link or a button."""
        given = dict(attrs)
        if tag == "form":
            self._posting = given.get("method", "").lower() == "post" and given.get("id") != "logout-form"
        elif tag == "a" and (given.get("href") or "").startswith("/admin/"):
            self.links.add(given["href"])
        elif self._posting and (tag == "button" or given.get("type") == "submit"):
            self.buttons.append(given.get("name") or given.get("value") or tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave a form."""
        self._posting = self._posting and tag != "form"


def temptations(client: Any, paths: list[str]) -> list[tuple[str, str]]:
    """What pages show that is refused: links that answer 403, and buttons that send something."""
    found, asked = [], {}
    for path in paths:
        response = client.get(path)
        assert response.status_code == 200, path
        controls = Controls(response.content.decode())
        found += [(path, f"button {name}") for name in controls.buttons]
        for link in sorted(controls.links):
            if link not in asked and "logout" not in link:
                asked[link] = client.get(link).status_code
            if asked.get(link, 200) not in (200, 302):
                found.append((path, f"{link}: {asked[link]}"))
    return found
