"""Who may do what over REST: every route, action and state, for everybody, as ``permissions.txt`` says."""

from __future__ import annotations

from base64 import b64encode
from functools import partial

import pytest
from django.urls import resolve

from openedx_catalog.contrib.publishing import workflow
from openedx_catalog.models_api import CatalogCourse
from openedx_catalog.testing.users import undone
from tests.hosts.pages import rest_routes
from tests.listings.conftest import picture

from . import permission_table, world
from .world import COURSES, OTHER, OWN, ROOT, bring, client_of, run_of

pytestmark = pytest.mark.once

TABLE = [line for line in permission_table.table() if line.section != "pages"]
POLICIES = {
    "staff": "openedx_catalog.permissions.StaffMayWrite",
    "restricted": "openedx_catalog.contrib.publishing.permission_policies.StaffWithRoleMayWrite",
    "publisher": "openedx_catalog.contrib.publishing.permission_policies.StaffWithRoleMayWrite",
}
# Who may be made an editor of which course, and who is one, or was.
NEW = dict(zip(COURSES, ("colleague", "colleague", "stranger"), strict=True))
EDITORS = dict(zip(COURSES, ("editor", "left", "foreign"), strict=True))
# Of the own course, and of none.
UUIDS = ("0b6e1f0a-5c1e-4c0e-9a57-3f6d2c1b8e01", "0b6e1f0a-5c1e-4c0e-9a57-3f6d2c1b8e02")
MORE = {"reject": {"reason": "Names a brand."}, "schedule": {"go_live_at": "2099-01-01T00:00:00Z"}}


def body_of(line, course):
    """What is sent."""
    if line.path == "courses/":
        of = line.sent.removeprefix("of ")
        return {"catalog_course": course} if of == "{ref}" else {"org": of, "course_code": "New", "title": "A new course"}
    last = line.path.strip("/").rpartition("/")[2]
    return {
        "{ref}": {"short_description": "As it is to be."},
        "{run}": {"title": "Another term"},
        "{other}": {"title": "Another term"},
        "image": {"image": PIXEL, "image_alt": "A dot"},
        "legal": {"restricted_countries": ["CU"]},
        "actions": {"action": line.sent, **MORE.get(line.sent, {})},
        "editors": {"username": NEW.get(course, "colleague")},
        "comments": {"body": "Please have a look."},
        "members": {"username": "learner"},
        "role-assignments": {"username": "learner", "reason": "Helps out."},
    }[last]


PIXEL = b64encode(picture(size=(1, 1)).read()).decode()


def url_of(line, course, ref=None):
    other = run_of(OTHER if course != OTHER else OWN)
    names = {"ref": ref or course, "run": run_of(course), "other": other, "editor": EDITORS[course], "org": "MITx"}
    # To take a role away needs a reason.
    return ROOT + line.path.format(**names, member="member", holder="publisher") + ("?reason=Left" * ("{holder}" in line.path))


def sent(client, line, course, ref=None):
    """The answer."""
    send = partial(getattr(client, line.method.lower()), url_of(line, course, ref))
    with undone():
        return send() if line.method in ("GET", "DELETE") else send(body_of(line, ref or course), format="json")


@pytest.fixture
def everybody(db):
    world.make_world()


@pytest.mark.parametrize("name", permission_table.users())
def test_everybody_may_do_what_the_table_says_and_no_more(everybody, settings, name):
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = POLICIES.get(name, "openedx_catalog.permissions.ModelPermissions")
    client, found = client_of(name), {}
    for section in {line.section: None for line in TABLE}:
        # A state is much alike for all courses; and people are for none of them.
        courses = COURSES if section == "courses" else COURSES[:1]
        with undone():
            for course in courses:
                bring(course, section if section in workflow.State else "unpublished")
            for line in [line for line in TABLE if line.section == section]:
                codes = [str(sent(client, line, course).status_code) for course in courses]
                found[line[:4]] = codes[0] if len(set(codes)) == 1 else ",".join(codes)
    assert found == {line[:4]: line.codes[name] for line in TABLE}


@pytest.mark.parametrize("name", ["learner", "member", "foreign"])
@pytest.mark.parametrize(("there", "nowhere"), [(OWN, "MITx+99.999x"), UUIDS], ids=["by key", "by uuid"])
def test_a_course_that_is_kept_back_is_like_one_that_is_not_there(everybody, name, there, nowhere):
    CatalogCourse.objects.filter(course_code="14.100x").update(uuid=UUIDS[0])
    client = client_of(name)
    for line in [line for line in TABLE if "{ref}" in line.path + line.sent and line.section in ("courses", "unpublished")]:
        answers = [sent(client, line, OWN, ref) for ref in (there, nowhere)]
        kept, none = (
            (answer.status_code, answer.content.decode().replace(there, nowhere).replace("14.100x", "99.999x"))
            for answer in answers
        )
        assert kept == none


def test_every_route_and_method_is_in_the_table():
    offered = {
        (route.rpartition(":")[2], method.upper())
        for route, view, actions in rest_routes()
        if view.__module__.startswith("openedx_catalog.contrib.publishing")
        for method in actions
        if method != "head"
    }
    assert {(resolve(url_of(line, OWN).partition("?")[0]).url_name, line.method) for line in TABLE} == offered


def test_every_action_in_every_state_is_in_the_table():
    ways = {"PATCH": "edit", "PUT": "edit_legal"}
    tried = {(line.section, line.sent or ways[line.method]) for line in TABLE if line.section in workflow.State}
    assert tried == {(state, action) for state in workflow.State for action in workflow.Action}


@pytest.mark.parametrize("name", permission_table.users()[1:])
def test_a_list_has_the_courses_that_may_be_read_one_by_one(everybody, settings, name):
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = POLICIES.get(name, "openedx_catalog.permissions.ModelPermissions")
    [line] = [line for line in TABLE if (line.method, line.path, line.section) == ("GET", "courses/{ref}/", "courses")]
    codes = line.codes[name].split(",")
    readable = [course for course, code in zip(COURSES, codes * 3 if len(codes) == 1 else codes, strict=False) if code == "200"]
    listed = client_of(name).get(f"{ROOT}courses/").json()["results"]
    assert [row["key"] for row in listed] == [f"catalog-course:{course.replace('+', ':')}" for course in readable]


def test_the_page_of_the_docs_is_up_to_date():
    """Else run ``python -m tests.publishing.permission_table``."""
    assert permission_table.TARGET.read_text(encoding="utf-8") == permission_table.page()
