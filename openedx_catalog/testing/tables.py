"""Who may do what, as tables that contracts hold REST and the admin to, and that documentation can print."""

from __future__ import annotations

from typing import Any, NamedTuple

NOBODY = "nobody"
ACTIONS = ("view", "add", "change", "delete")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Rule(NamedTuple):
    """
    One route and method: what it takes to be let in ("" for reading, else actions joined by " + "), on which model.

    A permission on another model is ``"app.model action"``.
    """

    route: str
    method: str
    action: str
    model: str


def usual_rules(name: str, model: str) -> list[Rule]:
    """The rules of a resource with a list, a detail, POST, PATCH and DELETE: ``usual_rules("handout", "handouts.handout")``."""
    return [
        Rule(f"{name}-list", "GET", "", model),
        Rule(f"{name}-list", "POST", "add", model),
        Rule(f"{name}-detail", "GET", "", model),
        Rule(f"{name}-detail", "PATCH", "change", model),
        Rule(f"{name}-detail", "DELETE", "delete", model),
    ]


def permission(rule: Rule) -> str:
    """The names of Django's permissions that let a user in, joined by " + ", e.g. ``openedx_catalog.change_courserun``."""
    return " + ".join(name for part in rule.action.split(" + ") for name in permission_names(rule.model, part))


def expected(user: str, rule: Rule, writing: tuple[str, ...] = ("superuser",)) -> int:
    """The status of the answer for a user of `users.make_user`; 200 stands for every success."""
    if user in ("anonymous", "inactive"):
        return 401
    needed, held = set(permission(rule).split(" + ")), set(user.split(" + "))
    # Whoever may change a row may see it.
    held |= {name.replace(".change_", ".view_") for name in held}
    allowed = not rule.action or user in writing or needed <= held
    return 200 if allowed else 403


class Page(NamedTuple):
    """
    A page of the admin: what it takes to see it, and to send its form ("" where it has none), joined by " + ".

    `name` is that of its URL without the model, or ``"changelist: the_action"`` for an action of the list. A permission on
    another model is ``"app.model action"``.
    """

    model: str
    name: str
    see: str
    send: str = ""


def usual_pages(
    model: str, *, add: str = "add", change: str = "change", delete: str = "delete", history: bool = True
) -> list[Page]:
    """The five pages of a model; `NOBODY` for what is not offered. Whoever sees the list may export it."""
    return [
        Page(model, "changelist", "view"),
        Page(model, "add", add, add),
        Page(model, "change", "view", change),
        Page(model, "delete", delete, delete),
        Page(model, "history", "view" if history else NOBODY),
    ]


def allowed_words(needed: str) -> str:
    """A cell of the table of pages for people: ``view, and view of openedx_catalog.courserun``."""
    parts = [part.split(" ") for part in needed.split(" + ")]
    return ", and ".join(f"{part[1]} of {part[0]}" if len(part) == 2 else part[0] for part in parts) or "–"


def permission_names(model: str, needed: str) -> set[str]:
    """The permissions that a cell of the table of pages names: ``{"openedx_catalog.change_courserun"}``."""
    found = set()
    for part in needed.split(" + "):
        *other, action = part.split(" ")
        app, name = (other[0] if other else model).split(".")
        found.add(f"{app}.{action}_{name}")
    return found


def page_allowed(user: str, model: str, needed: str) -> bool:
    """Whether a user of `page_users` has what a cell of the table needs; whoever may change a row may see it."""
    if needed == NOBODY or user == "staff":
        return False
    held = set(user.split(" + "))
    return user == "superuser" or permission_names(model, needed) <= held | {
        name.replace(".change_", ".view_") for name in held
    }


def page_users(pages: list[Page], model: str) -> list[str]:
    """Staff with nothing, a superuser, and for each permission, and each set that a page needs, one who has just that."""
    needed = [part for page in pages if page.model == model for part in (page.see, page.send) if part and part != NOBODY]
    single = [next(iter(permission_names(model, action))) for action in ACTIONS]
    sets = (" + ".join(sorted(permission_names(model, part))) for part in needed)
    return ["staff", "superuser", *dict.fromkeys([*single, *sets])]


def label_of(model: Any) -> str:
    """``openedx_catalog.courserun``."""
    return str(model._meta.label_lower)
