"""A small world: two organizations, three courses with changes that wait, and everybody who may or may not work on them."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from rest_framework.test import APIClient

from openedx_catalog import api as catalog
from openedx_catalog.contrib.listings import api as listings
from openedx_catalog.contrib.publishing import api
from openedx_catalog.testing.users import granted

ROOT = "/api/catalog/v1/publishing/"
# Of the own organization, of it without anybody who is an editor still, and of another organization.
OWN, OPEN, OTHER = "MITx+14.100x", "MITx+8.01x", "HarvardX+CS50"
COURSES = (OWN, OPEN, OTHER)
PEOPLE = (
    "learner",
    "member",
    "colleague",
    "editor",
    "left",
    "foreign",
    "stranger",
    "legal",
    "staff",
    "restricted",
    "publisher",
    "viewer",
)
STAFF = ("staff", "restricted", "publisher", "viewer")


def run_of(course):
    """The key of the run of a course."""
    return f"course-v1:{course}+2T2027"


def make_world():
    """All of it."""
    users = get_user_model()._default_manager
    for name in PEOPLE:
        users.create_user(name, email=f"{name}@mail.example", is_staff=name in STAFF)
    users.create_superuser("superuser", email="superuser@mail.example")
    for course in COURSES:
        row = catalog.create_course_run(run_of(course), title="One term").catalog_course
        catalog.update_catalog_course(row, title=f"Course {course}")
        listings.set_course_listing(row, live=True, short_description="As it was.")
    for org, name in (
        ("MITx", "member"),
        ("MITx", "colleague"),
        ("MITx", "editor"),
        ("MITx", "left"),
        ("HarvardX", "foreign"),
        ("HarvardX", "stranger"),
    ):
        api.add_member(org, name)
    for course, name in ((OWN, "editor"), (OPEN, "left"), (OTHER, "foreign")):
        api.add_editor(course, name)
    api.remove_member("MITx", "left")
    user("legal").groups.add(Group.objects.create(name="Legal"))
    granted(user("viewer"), *(f"openedx_catalog_publishing.view_{name}" for name in VIEWED))
    api.grant_publisher_editor("publisher", reason="Helps out.")


VIEWED = ("courseworkingcopy", "organizationgroup", "publisherroleassignment")


def user(name):
    return get_user_model()._default_manager.get_by_natural_key(name)


def client_of(name):
    """A REST client with a session of somebody, or of nobody."""
    client = APIClient()
    if name != "anonymous":
        client.force_login(user(name))
    return client


def bring(course, state):
    """Have a course be in a state, with changes that a review has to see, unless it is published."""
    if state == "published":
        return
    api.set_working_copy(course, title=f"Better {course}")
    wanted = {"unpublished": 0, "legal_review": 1, "internal_review": 2, "reviewed": 3}[state]
    for action in ("submit", "approve", "approve")[:wanted]:
        api.perform(course, action)
    assert api.state_of(course) == state
