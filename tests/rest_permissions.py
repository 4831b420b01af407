"""Who may do what through REST, as one table: `test_rest_permissions` holds every route to it, and the docs print it."""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """One route and method: what it takes to be let in ("" for reading, else actions joined by " + "), on which model."""

    route: str
    method: str
    action: str
    model: str


def _resource(name: str, model: str) -> list[Rule]:
    return [
        Rule(f"{name}-list", "GET", "", model),
        Rule(f"{name}-list", "POST", "add", model),
        Rule(f"{name}-detail", "GET", "", model),
        Rule(f"{name}-detail", "PATCH", "change", model),
        Rule(f"{name}-detail", "DELETE", "delete", model),
    ]


RULES = [
    *_resource("organization", "organizations.organization"),
    *_resource("catalog-course", "openedx_catalog.catalogcourse"),
    Rule("catalog-course-runs", "GET", "", "openedx_catalog.catalogcourse"),
    Rule("catalog-course-merge", "POST", "change + delete", "openedx_catalog.catalogcourse"),
    Rule("catalog-course-rename", "POST", "change", "openedx_catalog.catalogcourse"),
    *_resource("course-run", "openedx_catalog.courserun"),
    Rule("course-run-move", "POST", "change", "openedx_catalog.courserun"),
    Rule("course-run-resolve", "POST", "", "openedx_catalog.courserun"),
]

_PROGRAMS = "openedx_catalog_programs"
PROGRAM_RULES = [
    *_resource("program-type", f"{_PROGRAMS}.programtype"),
    *_resource("program", f"{_PROGRAMS}.program"),
    Rule("program-resolve-run", "GET", "", f"{_PROGRAMS}.program"),
    Rule("program-exclude-run", "POST", "change", f"{_PROGRAMS}.program"),
    Rule("program-include-run", "POST", "change", f"{_PROGRAMS}.program"),
    *_resource("curriculum", f"{_PROGRAMS}.curriculum"),
    *(
        Rule(f"curriculum-{name}", "POST", "change", f"{_PROGRAMS}.curriculum")
        for name in ("add", "retire", "remove", "reorder")
    ),
    *(rule for rule in _resource("degree", f"{_PROGRAMS}.degree") if rule.method != "DELETE"),
    Rule("degree-costs", "POST", "add", f"{_PROGRAMS}.degreecost"),
    Rule("degree-deadlines", "POST", "add", f"{_PROGRAMS}.degreedeadline"),
]

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def permission(rule: Rule) -> str:
    """The names of Django's permissions that let a user in, joined by " + ", e.g. ``openedx_catalog.change_courserun``."""
    app, model = rule.model.split(".")
    return " + ".join(f"{app}.{action}_{model}" for action in rule.action.split(" + "))


def expected(user: str, rule: Rule, writing: tuple[str, ...] = ("superuser",)) -> int:
    """The status of the answer for a user of `conftest.sign_in`; 200 stands for every success."""
    if user in ("anonymous", "inactive"):
        return 401
    needed = set(permission(rule).split(" + "))
    allowed = not rule.action or user in writing or needed <= set(user.split(" + "))
    return 200 if allowed else 403
