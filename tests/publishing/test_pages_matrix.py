"""Who may do what on the pages for editors, as ``permissions.txt`` says; there and in the admin steps go as over REST."""

from __future__ import annotations

import pytest
from django.urls import resolve, reverse

from openedx_catalog import api as catalog
from openedx_catalog.contrib.publishing import api, workflow
from openedx_catalog.contrib.publishing.models_api import Review
from openedx_catalog.contrib.publishing.pages.urls import urlpatterns
from openedx_catalog.testing.users import undone

from . import permission_table, world
from .test_rest_matrix import EDITORS, MORE, NEW, POLICIES
from .world import COURSES, OTHER, OWN, bring, client_of, run_of

pytestmark = pytest.mark.once

PAGES = [line for line in permission_table.table() if line.section == "pages"]
STEPS = [line for line in permission_table.table() if line.path.endswith("/actions/") and line.section in workflow.State]
# Who may open the admin, and view what waits there.
IN_THE_ADMIN = ("staff", "restricted", "publisher", "viewer", "superuser")


@pytest.fixture
def everybody(db):
    world.make_world()


def policy_of(settings, name):
    settings.OPENEDX_CATALOG_PERMISSION_POLICY = POLICIES.get(name, "openedx_catalog.permissions.ModelPermissions")


def url_of(line, course):
    other = run_of(OTHER if course != OTHER else OWN)
    uuids = {name: catalog.get_course_run(key).uuid for name, key in (("run", run_of(course)), ("other", other))}
    return "/" + line.path.format(
        uuid=catalog.get_catalog_course(key_str=f"catalog-course:{course.replace('+', ':')}").uuid, **uuids
    )


def given(line, course):
    """What a form sends."""
    kind, _of, name = line.sent.partition(" of ")
    return {
        "create": {"organization": name, "course_code": "New", "title": "A new course"},
        "values": {},
        "add_editor": {"do": "add_editor", "editor": NEW[course]},
        "remove_editor": {"do": "remove_editor", "editor": EDITORS[course]},
        "comment": {"do": "comment", "body": "Please have a look."},
    }[kind]


@pytest.mark.parametrize("name", permission_table.users())
def test_everybody_may_do_on_the_pages_what_the_table_says_and_no_more(everybody, settings, name):
    policy_of(settings, name)
    client, found = client_of(name), {}
    for course in COURSES:
        bring(course, "unpublished")
    for line in PAGES:
        codes = []
        for course in COURSES:
            url = url_of(line, course)
            with undone():
                response = client.get(url) if line.method == "GET" else client.post(url, given(line, course))
            codes.append(str(response.status_code))
        found[line[:4]] = codes[0] if len(set(codes)) == 1 else ",".join(codes)
    assert found == {line[:4]: line.codes[name] for line in PAGES}


def test_every_page_is_in_the_table(everybody):
    assert {resolve(url_of(line, OWN)).url_name for line in PAGES} == {pattern.name for pattern in urlpatterns}


@pytest.mark.parametrize("name", permission_table.users())
def test_a_step_is_taken_on_the_page_where_it_is_taken_over_rest(everybody, settings, name):
    policy_of(settings, name)
    client = client_of(name)
    assert taken(lambda url, action: client.post(url, form_of(client, url, action)), page_of) == {
        (line.section, line.sent): line.codes[name] == "200" for line in STEPS
    }


@pytest.mark.parametrize("name", IN_THE_ADMIN)
def test_a_step_is_taken_in_the_admin_where_it_is_taken_over_rest(everybody, settings, name):
    policy_of(settings, name)
    client = client_of(name)
    # Without changes there is no copy, and no page of one.
    assert taken(lambda url, action: client.post(url, in_the_admin(action)), page_of_copy, but="published") == {
        (line.section, line.sent): line.codes[name] == "200" for line in STEPS if line.section != "published"
    }


def taken(send, address, but=""):
    """Of which steps in which states something was written down, when they were sent to an address."""
    found = {}
    for line in STEPS:
        if line.section == but:
            continue
        with undone():
            bring(OWN, line.section)
            before = Review.objects.count(), state_of_own()
            response = send(address(), line.sent)
            assert response.status_code in (200, 302, 403, 404)
            done = (Review.objects.count(), state_of_own()) != before
            # Published once more it changes nothing, and that is no refusal.
            again = (line.section, line.sent) == ("published", "publish")
            found[line.section, line.sent] = (
                response.status_code == 302 and "login" not in response["Location"] if again else done
            )
    return found


def state_of_own():
    copy = api.find_working_copy(OWN)
    return api.state_of(OWN), copy and copy.go_live_at


def page_of():
    return reverse("openedx_catalog:publishing:edit-course", args=[uuid_of(OWN)])


def page_of_copy():
    copy = api.find_working_copy(OWN)
    return reverse("admin:openedx_catalog_publishing_courseworkingcopy_change", args=[copy.pk])


def uuid_of(course):
    return catalog.get_catalog_course(key_str=f"catalog-course:{course.replace('+', ':')}").uuid


def form_of(client, url, action):
    """What the form of the page sends: also what the page says of what was seen there."""
    context = client.get(url).context
    steps = context["steps"] if context and "steps" in context else []
    version = next((form.initial.get("version", "") for form in steps), "")
    return {"do": "step", "action": action, "version": version, **sent_with(action)}


def in_the_admin(action):
    instant = {"go_live_at": "2099-01-01T00:00"} if action == "schedule" else {}
    return {"_step": action, "reason": sent_with(action).get("reason", ""), **instant}


def sent_with(action):
    return {"go_live_at": "2099-01-01T00:00"} if action == "schedule" else MORE.get(action, {})
