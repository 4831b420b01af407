"""
``docs/references/permissions.rst``: who may do what, every route and page, for every kind of user.

    python -m tests.permission_table          writes it

From the tables that the contracts hold REST and the admin to (`rest_permissions`, `admin_pages`). Its test in ``tests/full``
fails where it is not what these say, or where a route or a page stands in none of them.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import django
from django.apps import apps

if not apps.ready:
    # As a command: with every app of ours.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "test_project.settings.full")
    django.setup()

from openedx_catalog.testing.tables import NOBODY, Page, Rule, expected, page_allowed, permission
from tests.admin_pages import CORE, COURSE_TYPES, LISTINGS, PATHWAYS, PROGRAMS, PUBLISHING, SEARCH, SKILLS, SUBSCRIPTIONS, SYNC
from tests.rest_permissions import (
    COURSE_TYPE_RULES,
    LISTING_RULES,
    PATHWAY_RULES,
    PROGRAM_RULES,
    ROOT,
    RULES,
    SEARCH_RULES,
    SKILL_RULES,
    SUBSCRIPTION_RULES,
)

TARGET = Path(__file__).parents[1] / "docs/references/permissions.rst"
ROUTES = [
    ROOT,
    *RULES,
    *PROGRAM_RULES,
    *COURSE_TYPE_RULES,
    *SUBSCRIPTION_RULES,
    *SKILL_RULES,
    *LISTING_RULES,
    *PATHWAY_RULES,
    *SEARCH_RULES,
]
PAGES = [*CORE, *PROGRAMS, *SYNC, *COURSE_TYPES, *SUBSCRIPTIONS, *SKILLS, *LISTINGS, *PUBLISHING, *PATHWAYS, *SEARCH]
ALL, PUBLIC, DONE, LOGIN = "all rows", "public rows", "yes", "login"

HEAD = """\
Permissions
===========

.. This page is written by "python -m tests.permission_table": change tests/rest_permissions.py or tests/admin_pages.py.

Who may do what with the default policy (:doc:`../how-tos/rights`). The tests hold every route, page and action to this page,
for each of these users:

- **anonymous**: not signed in, or not active; **with the switch**: where ``OPENEDX_CATALOG_ANONYMOUS_READ`` is on;
- **user**: signed in without a permission, staff or not;
- **view**, **change**: has Django's permission to view, or to change, the model that is named, and no other;
- **superuser**: has all permissions. What else it takes stands under "It takes".

*All rows* and *public rows* are what is seen of a list, a count, a filter, a search and a nested row. Other rows are as if they
did not exist: 404 over REST, and no error names them. Rows that are not public are programs that are unpublished, deleted or
hidden, with their curricula, degrees, costs, deadlines and skills, listings that are not live, unlisted or hidden, learner
pathways that are not for the user, course catalogs of which the user is no viewer, and all that publishing keeps; whoever may
view programs, listings of courses, learner pathways, course catalogs, or working copies of courses, sees all of them. Of
learner pathways REST shows active ones alone, to everybody.
Numbers are the status of a refusal.
"""


def text() -> str:
    """The whole page."""
    rest = _table("Route", _rest_header(), map(_rest_row, ROUTES))
    admin = _table("Model", _admin_header(), (row for page in PAGES for row in _admin_rows(page)))
    return f"{HEAD}\nREST\n----\n\n{rest}\nAdmin\n-----\n\n{admin}"


def _table(name: str, header: list[str], rows: Iterable[list[str]]) -> str:
    found = io.StringIO()
    csv.writer(found, lineterminator="\n").writerows([[name, *header], *rows])
    body = "".join(f"   {line}\n" for line in found.getvalue().splitlines())
    return f".. csv-table::\n   :header-rows: 1\n\n{body}"


def _rest_header() -> list[str]:
    return ["Method", "It takes", "anonymous", "with the switch", "user", "view", "change", "superuser"]


def _rest_row(rule: Rule) -> list[str]:
    app, name = rule.model.split(".")
    takes = permission(rule).replace(" + ", " and ") if rule.action else "to be signed in"
    users = ("user", f"{app}.view_{name}", f"{app}.change_{name}", "superuser")
    switched = "401" if rule.action else _rows_seen(rule.model, "user")
    return [rule.route, rule.method, takes, "401", switched, *(_rest_cell(rule, user) for user in users)]


def _rest_cell(rule: Rule, user: str) -> str:
    status = expected(user, rule)
    return str(status) if status != 200 else DONE if rule.action else _rows_seen(rule.model, user)


def _admin_header() -> list[str]:
    return ["Page, or action of the list", "To", "It takes", "anonymous, no staff", "staff", "view", "change", "superuser"]


def _admin_rows(page: Page) -> Iterator[list[str]]:
    app, name = page.model.split(".")
    users = ("staff", f"{app}.view_{name}", f"{app}.change_{name}", "superuser")
    for verb, needed in (("see", page.see), ("send", page.send)):
        if needed and not (verb == "send" and needed == NOBODY == page.see):
            allowed = [_admin_cell(page, verb, user, page_allowed(user, page.model, needed)) for user in users]
            yield [page.model, page.name, verb, needed.replace(" + ", " and "), LOGIN, *allowed]


def _admin_cell(page: Page, verb: str, user: str, is_allowed: bool) -> str:
    if not is_allowed:
        return "404" if page.name == "history" and page.see == NOBODY else "403"
    return _rows_seen(page.model, user) if verb == "see" and page.name not in ("add", "import") else DONE


def _rows_seen(label: str, user: str) -> str:
    """What the policy shows of a model to a user of the tables."""
    owner = getattr(apps.get_model(label), "kept_with", None)
    if owner is None or user == "superuser":
        return ALL
    app, name = owner.lower().split(".")
    return ALL if user in (f"{app}.view_{name}", f"{app}.change_{name}") else PUBLIC


def main() -> None:
    """Write the page."""
    TARGET.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
