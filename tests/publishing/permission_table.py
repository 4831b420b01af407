"""
``docs/references/publishing-permissions.rst``: who may do what with courses on their way to learners, every route and action.

    python -m tests.publishing.permission_table          writes it

From ``permissions.txt`` beside this, to which ``test_rest_matrix`` holds REST, and ``test_pages_matrix`` the pages and the
admin; a test fails where the page is not what it says.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).with_name("permissions.txt")
TARGET = Path(__file__).parents[2] / "docs/references/publishing-permissions.rst"

HEAD = """\
Permissions of publishing
=========================

.. This page is written by "python -m tests.publishing.permission_table": change tests/publishing/permissions.txt.

Who may do what over REST and on the pages for editors with courses on their way to learners (:doc:`publishing`). The tests
hold every route, every page, and every action in every state, to this page. Numbers are the status of the answer: a page that
did what it was asked leads on (302), and so it does to where one signs in; what is sent and answered with 200 was not done, and
the page says why. Three of them are for three courses:

1. one of MITx that has editors,
2. one of MITx whose editors have all left MITx, so that every member edits it,
3. one of HarvardX.

Where the state of a course is told, one number is for the first course, else for all of them. 404 is the answer for a course
that is not there, too. The users:

- **anonymous**: not signed in; **learner**: signed in, and nothing else;
- **member**: of MITx; **editor**: a member of MITx who is an editor of the first course; **foreign**: a member of HarvardX who
  is an editor of the third;
- **legal**: in the group that ``OPENEDX_CATALOG_LEGAL_GROUP`` names;
- **staff**: under the policy ``StaffMayWrite``; **restricted**: under ``StaffWithRoleMayWrite``, by which staff only read;
  **publisher**: the same, with the role PUBLISHER_EDITOR;
- **viewer**: staff with Django's permissions to view all tables of publishing, and no others; **superuser**.

In ``{other}`` stands a run of another course. What the tables of states say of REST (200: it is done), the pages for editors
do alike, and so does the admin for those of the staff who may view working copies.
"""
TITLES = {
    "courses": "Courses that have changes",
    "pages": "Pages for editors",
    "people": "People",
    "unpublished": "Courses that have changes, and are in no review",
    "legal_review": "Courses in legal review",
    "internal_review": "Courses in internal review",
    "reviewed": "Reviewed courses",
    "published": "Published courses without changes",
}


class Line(NamedTuple):
    """A request: the section that it stands in, its method, path and what is sent, and the codes for each user."""

    section: str
    method: str
    path: str
    sent: str
    codes: dict[str, str]


def users() -> list[str]:
    """The columns."""
    return _lines()[0].split()


def table() -> list[Line]:
    """The rows."""
    section, found = "", []
    names = users()
    for text in _lines()[1:]:
        if text.startswith("= "):
            section = text.removeprefix("= ")
            continue
        parts = text.split()
        method, path, *sent = parts[: -len(names)]
        found.append(Line(section, method, path, " ".join(sent), dict(zip(names, parts[-len(names) :], strict=True))))
    return found


def page() -> str:
    """The whole page."""
    return HEAD + "".join(f"\n{title}\n{'-' * len(title)}\n\n{_csv(name)}" for name, title in TITLES.items())


def _csv(section: str) -> str:
    found = io.StringIO()
    rows = [
        [" ".join(filter(None, (line.method, line.path, line.sent))), *(code.replace(",", " ") for code in line.codes.values())]
        for line in table()
        if line.section == section
    ]
    csv.writer(found, lineterminator="\n").writerows([["Request", *users()], *rows])
    body = "".join(f"   {line}\n" for line in found.getvalue().splitlines())
    return f".. csv-table::\n   :header-rows: 1\n\n{body}"


def _lines() -> list[str]:
    return [line for line in SOURCE.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
